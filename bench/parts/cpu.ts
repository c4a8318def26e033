import { setTimeout as sleep } from 'node:timers/promises'
import { spread } from '../numbers.ts'
import type { Report } from '../report.ts'
import { cpuOf, memoryOf, place, type Stage } from '../stage.ts'
import { storedChecks } from '../stored.ts'

const WARM = 22_000
const WINDOWS = 5
const WINDOW = 11_000

/** What watching costs: CPU of a check at two rates, and memory, of two servers that run side by side for over a minute. */
export async function cpu(stage: Stage, report: Report): Promise<void> {
  const target = await stage.role('target', { delay: 0 })
  const { origins } = target.told
  const scales = [
    { services: 40, endpoints: 5, every: '20s', rate: 10, memory: 120 },
    { services: 300, endpoints: 10, every: '20s', rate: 150, memory: 200 },
  ]
  const servers = await Promise.all(
    scales.map(async scale => {
      const where = place(stage.directory(), { ...scale, origins })
      return { scale, where, nines: await stage.nines(where), windows: [] as Window[] }
    }),
  )
  // Until each endpoint of the larger one has had its first check.
  await sleep(WARM)
  for (let i = 0; i < WINDOWS; i++) {
    const before = servers.map(({ nines }) => ({ at: Date.now(), cpu: cpuOf(nines.pid) }))
    await sleep(WINDOW)
    servers.forEach(({ nines, windows }, s) => {
      const begun = before[s]
      if (begun) windows.push({ from: begun.at, to: Date.now(), cpu: cpuOf(nines.pid) - begun.cpu })
    })
  }
  for (const { scale, where, nines, windows } of servers) {
    const memory = memoryOf(nines.pid)
    await nines.stop()
    const checks = storedChecks(where.data, 0)
    const found = windows.map(({ from, to, cpu: used }) => {
      const count = checks.filter(check => from <= check.at && check.at < to).length
      return { rate: (count * 1_000) / (to - from), cpu: used / count }
    })
    const rate = spread(found.map(({ rate }) => rate))
    report.result(`checks a second, asked for ${scale.rate}`, rate)
    report.result(`CPU of a check at ${scale.rate} a second`, spread(found.map(({ cpu }) => cpu)), 'µs')
    const endpoints = scale.services * scale.endpoints
    report.result(`memory at ${endpoints.toLocaleString('en')} endpoints`, memory, 'MB', {
      most: scale.memory,
    })
    for (const line of nines.complaints) report.note(line)
  }
}

interface Window {
  readonly from: number
  readonly to: number
  /** µs used in it. */
  readonly cpu: number
}

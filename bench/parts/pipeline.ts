import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ratios, spread } from '../numbers.ts'
import type { Report } from '../report.ts'
import { type Actor, cpuOf, type Place, place, type Stage } from '../stage.ts'
import { storedChecks } from '../stored.ts'

const ROUNDS = 5
const MEASURED = 4_000
const WARM = 2_000
const IN_FLIGHT = 200
const BLACKBOX = '/usr/bin/prometheus-blackbox-exporter'

/** How many checks a second are made and durably stored, beside what bare undici and blackbox_exporter only make. */
export async function pipeline(stage: Stage, report: Report): Promise<void> {
  const target = await stage.role('target', { delay: 0 })
  const { origins } = target.told
  const bare = await stage.role('bare', null)
  const exporter = existsSync(BLACKBOX) ? await startExporter(stage) : null
  const rates = { nines: [] as number[], bare: [] as number[], exporter: [] as number[] }
  const cpu = { nines: [] as number[], bare: [] as number[] }
  const behind: number[] = []
  let others = 0

  const bareRound = (ms: number) => bare.ask({ kind: 'full', ms, inFlight: IN_FLIGHT, origins })
  await bareRound(WARM)
  for (let round = 0; round < ROUNDS; round++) {
    const found = await bareRound(MEASURED)
    rates.bare.push(found.count / (MEASURED / 1_000))
    cpu.bare.push(found.cpu / found.count)

    // More than can be made: every endpoint is due each second.
    const where = place(stage.directory(), { services: 250, endpoints: 40, every: '1s', origins })
    const nines = await ninesRound(stage, where)
    rates.nines.push(nines.rate)
    cpu.nines.push(nines.cpu)
    others += nines.others
    behind.push(nines.behind)

    if (exporter) rates.exporter.push(await exporterRound(exporter, origins))
  }
  report.result('checks stored a second', spread(rates.nines))
  report.result('bare undici, requests a second', spread(rates.bare))
  report.result('stored ÷ bare undici', ratios(rates.nines, rates.bare), '', { least: 0.7 })
  if (exporter) {
    report.result('blackbox_exporter, probes a second', spread(rates.exporter))
    report.result('stored ÷ blackbox_exporter', ratios(rates.nines, rates.exporter), '', { least: 1.2 })
  } else report.note('blackbox_exporter is not installed here')
  report.result('CPU of a check, storing included', spread(cpu.nines), 'µs')
  report.result('CPU of a bare request', spread(cpu.bare), 'µs')
  report.result('stored later than made by, being gathered for 1 s', spread(behind), 's', { most: 2 })
  report.result('checks that were not up', others, '', { most: 0 })
}

interface Round {
  readonly rate: number
  /** µs of a check. */
  readonly cpu: number
  /** Checks that were not up. */
  readonly others: number
  /** How many seconds' worth of checks was not stored yet when the measured time was over. */
  readonly behind: number
}

async function ninesRound(stage: Stage, where: Place): Promise<Round> {
  const nines = await stage.nines(where)
  await sleep(WARM)
  const from = Date.now()
  const before = cpuOf(nines.pid)
  await sleep(MEASURED)
  const to = Date.now()
  const used = cpuOf(nines.pid) - before
  const inTime = storedChecks(where.data, from).filter(check => check.at < to).length
  await nines.stop()
  const checks = storedChecks(where.data, from).filter(check => check.at < to)
  const up = checks.filter(check => check.up).length
  const rate = up / ((to - from) / 1_000)
  const behind = (checks.length - inTime) / rate
  return { rate, cpu: used / checks.length, others: checks.length - up, behind }
}

interface Exporter {
  readonly port: number
  readonly client: Actor<'reader'>
}

async function startExporter(stage: Stage): Promise<Exporter> {
  const config = join(stage.directory(), 'blackbox.yml')
  writeFileSync(
    config,
    'modules: { http_2xx: { prober: http, timeout: 10s, http: { preferred_ip_protocol: ip4 } } }\n',
  )
  const port = await freePort()
  stage.program(BLACKBOX, [
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ])
  for (let tries = 50; ; tries--) {
    try {
      await fetch(`http://127.0.0.1:${port}/-/healthy`)
      break
    } catch (error) {
      if (tries === 0) throw error
      await sleep(100)
    }
  }
  return { port, client: await stage.role('reader', null) }
}

async function exporterRound({ port, client }: Exporter, origins: readonly string[]): Promise<number> {
  const path = `/probe?module=http_2xx&target=${encodeURIComponent(origins[0] ?? '')}`
  const sample = await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  if (!sample.includes('\nprobe_success 1\n')) throw new Error(`blackbox_exporter: ${sample}`)
  const { count, seconds, statuses } = await client.ask({
    kind: 'load',
    port,
    path,
    headers: {},
    connections: IN_FLIGHT,
    ms: MEASURED,
  })
  if (statuses['200'] !== count) throw new Error(`blackbox_exporter answered ${JSON.stringify(statuses)}`)
  return count / seconds
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

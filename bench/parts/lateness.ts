import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointId } from '../../src/catalog/model.ts'
import { phase } from '../../src/schedule/due.ts'
import { percentile, spread } from '../numbers.ts'
import { givePast } from '../past.ts'
import type { Report } from '../report.ts'
import type { Held } from '../roles/target.ts'
import type { Tick } from '../roles/timer.ts'
import { type Actor, endpointId, type Nines, place, type Stage } from '../stage.ts'
import { type Stored, storedChecks } from '../stored.ts'

const ROUNDS = 5
const DAY = 86_400_000

interface Window {
  readonly from: number
  readonly to: number
}

/** How late checks start, and how wrong a measured latency is, while the same process has other things to do. */
export async function lateness(stage: Stage, report: Report): Promise<void> {
  const client = await stage.role('reader', null)
  const timer = await stage.role('timer', { every: 7 })
  await starts(stage, report, client, timer)
  await latencies(stage, report, client)
}

/** 150 checks a second, in turns without and with readers that take as many pages as they can get. */
async function starts(
  stage: Stage,
  report: Report,
  client: Actor<'reader'>,
  timer: Actor<'timer'>,
): Promise<void> {
  const every = 10_000
  const target = await stage.role('target', { delay: 0 })
  const { origins } = target.told
  const where = place(stage.directory(), { services: 50, endpoints: 30, every: `${every / 1_000}s`, origins })
  const nines = await stage.nines(where)
  // The first checks lie beside the grid.
  await sleep(every + 2_000)
  const calm: Window[] = []
  const loaded: Window[] = []
  for (let round = 0; round < ROUNDS; round++) {
    calm.push(await during(() => sleep(4_000)))
    loaded.push(await during(() => readAll(client, nines, 4_000)))
  }
  const ticks = await timer.ask('ticks')
  await nines.stop()
  await target.stop()
  const checks = storedChecks(where.data, 0)
  const late = ({ endpoint, at }: Stored): number => {
    const since = (at - phase(endpoint as EndpointId, every)) % every
    // A stamp is cut to the millisecond, so that one in time may seem to lie before its slot.
    return since > every / 2 ? since - every : since
  }
  const p99 = (window: Window) => percentile(within(checks, window).map(late), 99)
  const rate = (window: Window) => (within(checks, window).length * 1_000) / (window.to - window.from)
  report.result('checks a second', spread([...calm, ...loaded].map(rate)))
  report.result('lateness of a check, 99 %', spread(calm.map(p99)), 'ms', { most: 10 })
  report.result('  a bare timer in a process of its own', timerSpread(ticks, calm), 'ms')
  report.result('lateness while pages are read, 99 %', spread(loaded.map(p99)), 'ms', { most: 25 })
  report.result('  a bare timer in a process of its own', timerSpread(ticks, loaded), 'ms')
}

/** A target that takes 100 ms, alone and beside readers, imports and recomputations. */
async function latencies(stage: Stage, report: Report, client: Actor<'reader'>): Promise<void> {
  const delay = 100
  const target = await stage.role('target', { delay })
  const { origins } = target.told
  const where = place(stage.directory(), { services: 20, endpoints: 5, every: '1s', origins })
  const now = Date.now()
  await givePast(where, { from: now - 30 * DAY, to: now - DAY, every: 300_000 })
  const file = importFile(stage.directory(), now - 60 * DAY)
  const nines = await stage.nines(where)
  await sleep(3_000)
  let imports = 0
  let recomputations = 0
  const beside = async (): Promise<void> => {
    let over = false
    const repeat = async (args: readonly string[], done: () => void): Promise<void> => {
      while (!over) if ((await stage.command(args, where)) === 0) done()
    }
    const others = [
      repeat(['import', file], () => imports++),
      repeat(['recompute', '--check'], () => recomputations++),
    ]
    await readAll(client, nines, 4_000)
    over = true
    await Promise.all(others)
  }
  const bare = await stage.role('bare', null)
  const paced = (ms: number) => bare.ask({ kind: 'paced', every: 20, ms, origin: origins[0] ?? '' })
  const calm: (Window & Paced)[] = []
  const loaded: (Window & Paced)[] = []
  for (let round = 0; round < ROUNDS; round++) {
    calm.push(await both(() => sleep(3_000), paced(3_000)))
    loaded.push(await both(beside, paced(4_000)))
    await sleep(500)
  }
  await nines.stop()
  const heldBy = byPath(await target.ask('held'))
  await target.stop()
  const checks = storedChecks(where.data, now)
  // What was measured beyond the time for which the target held that very request.
  const ours = (window: Window): number =>
    percentile(
      within(checks, window).map(({ endpoint, at, latency }) => {
        const request = heldBy.get(`/${endpoint}`)?.find(held => held.at >= at)
        return latency - (request?.ms ?? Number.NaN)
      }),
      99,
    )
  const theirs = ({ paced: made }: Paced): number =>
    percentile(
      made.map(({ path, total }) => total - (heldBy.get(path)?.[0]?.ms ?? Number.NaN)),
      99,
    )
  report.note(
    `a target that takes ${delay} ms; ${imports} imports and ${recomputations} recomputations beside it`,
  )
  const goal = { most: 10 }
  report.result('latency measured beyond what it took, 99 %', spread(calm.map(ours)), 'ms', goal)
  report.result('  bare undici in a process of its own', spread(calm.map(theirs)), 'ms')
  report.result('the same while all of them run, 99 %', spread(loaded.map(ours)), 'ms', goal)
  report.result('  bare undici in a process of its own', spread(loaded.map(theirs)), 'ms')
  report.result('checks that were not up', checks.filter(({ up }) => !up).length, '', { most: 0 })
}

interface Paced {
  readonly paced: readonly { readonly path: string; readonly total: number }[]
}

async function both(work: () => Promise<unknown>, made: Promise<Paced>): Promise<Window & Paced> {
  const window = await during(work)
  return { ...window, paced: (await made).paced }
}

const within = (checks: readonly Stored[], { from, to }: Window): Stored[] =>
  checks.filter(({ at }) => from <= at && at < to)

async function during(work: () => Promise<unknown>): Promise<Window> {
  const from = Date.now()
  await work()
  return { from, to: Date.now() }
}

const readAll = (client: Actor<'reader'>, nines: Nines, ms: number) =>
  client.ask({
    kind: 'load',
    port: nines.port,
    path: '/',
    headers: { 'accept-encoding': 'gzip' },
    connections: 20,
    ms,
  })

/** Past checks of 20 endpoints over two days, to be imported again and again. */
function importFile(directory: string, from: number): string {
  const file = join(directory, 'past.ndjson')
  for (let i = 0; i < 20; i++) {
    const lines = Array.from({ length: 2_880 }, (_, minute) =>
      JSON.stringify({ endpoint: endpointId(i), at: from + minute * 60_000, state: 'up', latencyMs: 80 }),
    )
    appendFileSync(file, `${lines.join('\n')}\n`)
  }
  return file
}

/** How late the machine lets a process be that only waits, in the same windows. */
const timerSpread = (ticks: readonly Tick[], windows: readonly Window[]) =>
  spread(
    windows.map(({ from, to }) =>
      percentile(
        ticks.filter(({ at }) => from <= at && at < to).map(({ late }) => late),
        99,
      ),
    ),
  )

function byPath(all: readonly Held[]): ReadonlyMap<string, readonly Held[]> {
  const out = new Map<string, Held[]>()
  for (const held of all) {
    const own = out.get(held.path)
    if (own) own.push(held)
    else out.set(held.path, [held])
  }
  return out
}

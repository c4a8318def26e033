import { setTimeout as sleep } from 'node:timers/promises'
import { openForReading } from '../../src/db/open.ts'
import { compareWithChecks } from '../../src/record/recompute.ts'
import { RecordStore } from '../../src/record/store.ts'
import { instant } from '../../src/time/instant.ts'
import { spread } from '../numbers.ts'
import type { Report } from '../report.ts'
import { place, type Stage } from '../stage.ts'
import { type Stored, storedChecks } from '../stored.ts'

const ENDPOINTS = 200
const EVERY = 10_000
const SIGNALS = ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const

/** Whether a restart leaves anything unwatched, or checks everything at once. */
export async function restart(stage: Stage, report: Report): Promise<void> {
  const target = await stage.role('target', { delay: 0 })
  const where = place(stage.directory(), {
    services: 40,
    endpoints: ENDPOINTS / 40,
    every: `${EVERY / 1_000}s`,
    origins: target.told.origins,
  })
  let nines = await stage.nines(where)
  await sleep(EVERY)
  const restarts: { readonly stopped: number; readonly begun: number; readonly until: number }[] = []
  for (const signal of SIGNALS) {
    const stopped = Date.now()
    await nines.stop(signal)
    const begun = Date.now()
    nines = await stage.nines(where)
    await sleep(EVERY)
    restarts.push({ stopped, begun, until: Date.now() })
  }
  await nines.stop()

  const checks = storedChecks(where.data, 0)
  const found = restarts.map(({ stopped, begun, until }) => {
    const after = checks.filter(({ at }) => begun <= at && at < until)
    const first = firsts(after)
    const before = lasts(checks.filter(({ at }) => at < stopped))
    const gaps = [...first].map(([endpoint, at]) => at - (before.get(endpoint) ?? Number.NaN))
    const waits = [...first.values()].map(at => at - begun)
    return {
      seen: first.size,
      waits: Math.max(...waits),
      gaps: Math.max(...gaps),
      burst: densest(after, 100),
    }
  })
  const of = (pick: (one: (typeof found)[number]) => number) => spread(found.map(pick))
  report.note(`${ENDPOINTS} endpoints every ${EVERY / 1_000} s, restarted after ${SIGNALS.join(', ')}`)
  report.result(
    'endpoints checked within one interval',
    of(f => f.seen),
    '',
    { least: ENDPOINTS },
  )
  report.result(
    'start of the process until the last one is checked',
    of(f => f.waits / 1_000),
    's',
    { most: EVERY / 1_000 },
  )
  report.result(
    'longest time between two checks, over a restart',
    of(f => f.gaps / 1_000),
    's',
  )
  report.result(
    'most checks within 100 ms',
    of(f => f.burst),
    '',
    { most: ENDPOINTS / 10 },
  )
  const { unknown, differing } = account(where.data)
  report.result('unknown time of all endpoints', unknown, 'ms', { most: 0 })
  report.result('endpoints whose checks say otherwise', differing, '', { most: 0 })
}

/** Each endpoint's first check. */
const firsts = (checks: readonly Stored[]): Map<string, number> =>
  new Map(checks.toReversed().map(({ endpoint, at }) => [endpoint, at]))

const lasts = (checks: readonly Stored[]): Map<string, number> =>
  new Map(checks.map(({ endpoint, at }) => [endpoint, at]))

/** The most checks that started within so many ms of each other. */
function densest(checks: readonly Stored[], width: number): number {
  const times = checks.map(({ at }) => at).sort((a, b) => a - b)
  let first = 0
  let most = 0
  times.forEach((at, last) => {
    while (at - (times[first] ?? at) >= width) first++
    most = Math.max(most, last - first + 1)
  })
  return most
}

function account(data: string): { readonly unknown: number; readonly differing: number } {
  const db = openForReading(data)
  if (!db) throw new Error(`nothing is stored in ${data}`)
  const store = new RecordStore(db)
  const unknown = [...store.memory.catalog.endpoints.values()]
    .flatMap(({ key }) => store.memory.spans(key).unknown)
    .reduce((sum, { from, to }) => sum + to - from, 0)
  const differing = [...compareWithChecks(store, instant(Date.now()))].filter(d => d.ms > 0 || d.runs).length
  db.close()
  return { unknown, differing }
}

import { history, type RunSpan, spans } from '../availability/history.ts'
import type { EndpointId } from '../catalog/model.ts'
import { detect, type EndedRun, type Standing } from '../outage/detect.ts'
import { type Duration, FOREVER, type Instant } from '../time/instant.ts'
import { clip, type Interval, normalize, subtract, total } from '../time/interval.ts'
import { prunedStanding } from './memory.ts'
import type { RecordStore } from './store.ts'

export interface Difference {
  readonly endpoint: EndpointId
  readonly checks: number
  /** Time that is down, unknown, or within an outage's bounds in one account and not in the other, in ms, each but once. */
  readonly ms: number
  /** Whether runs of failed checks differ in anything else: their number, reasons or confirmation. */
  readonly runs: boolean
}

interface Fold {
  readonly unknown: Interval[]
  readonly runs: EndedRun[]
  readonly standing: Standing | null
}

/** Folds the stored checks of each endpoint again and compares with what is recorded, as seen from `now`. Changes nothing. */
export function* compareWithChecks(store: RecordStore, now: Instant): Generator<Difference> {
  for (const { id, key } of store.memory.catalog.endpoints.values()) {
    const base = prunedStanding(store.db, key)
    const since = base?.last.at ?? 0
    const checks = store.checks.read(key, base ? since + 1 : 0, Number.MAX_SAFE_INTEGER)
    const fold: Fold = { unknown: [], runs: [], standing: base }
    let standing = base
    for (const check of checks) {
      const step = detect(standing, check)
      standing = step.standing
      if (step.unknown) fold.unknown.push(step.unknown)
      if (step.ended) fold.runs.push(step.ended)
    }
    const recorded = store.memory.spans(key)
    const live: Fold = {
      unknown: recorded.unknown.flatMap(i => clip(i, { from: since as Instant, to: FOREVER }) ?? []),
      runs: recorded.runs.filter(run => run.to > since),
      standing: store.memory.standing(key),
    }
    yield { endpoint: id, checks: checks.length, ...compare(id, live, { ...fold, standing }, now) }
  }
}

function compare(endpoint: EndpointId, a: Fold, b: Fold, now: Instant): { ms: Duration; runs: boolean } {
  const x = history(endpoint, a, a.standing, now)
  const y = history(endpoint, b, b.standing, now)
  const differing = (['measured', 'best', 'worst'] as const).flatMap(reading => {
    const [p, q] = [spans(x, reading, now), spans(y, reading, now)]
    return [...apart(p.down, q.down), ...apart(p.unknown, q.unknown)]
  })
  return { ms: total(normalize(differing)), runs: facts(x.runs) !== facts(y.runs) }
}

/** Runs as text that is equal where they are. */
const facts = (runs: readonly RunSpan[]): string =>
  JSON.stringify(
    runs.map(r => [r.from, r.to, r.failures, r.lastFailed, r.startsAfter, r.confirmedAt, r.reason]),
  )

const apart = (a: readonly Interval[], b: readonly Interval[]): Interval[] => [
  ...subtract(a, b),
  ...subtract(b, a),
]

import type { EndpointId } from '../catalog/model.ts'
import { contractOf } from '../month/build.ts'
import { digest, parseCheckLines } from '../month/check-lines.ts'
import { folder, type MonthInput } from '../month/compute.ts'
import { at, spanOf } from '../month/declared.ts'
import { standingOf } from '../month/raw.ts'
import type { MonthRecord, RecordedEndpoint } from '../month/record.ts'
import type { Duration } from '../time/instant.ts'
import { FOREVER } from '../time/instant.ts'
import { clip, type Interval } from '../time/interval.ts'
import type { Bundle } from './bundle.ts'

/** A day of a month after its checks were folded, over all endpoints. */
export interface FoldedDay {
  readonly date: string
  readonly checks: number
  readonly failed: number
  /** Whether the checks are those of which the record holds the digests. */
  readonly sealed: boolean
}

/**
 * Folds a bundle's checks day by day, and returns what the month is computed from; what is declared of it comes from
 * elsewhere. Throws for checks that cannot be read, and for a bundle of another shape.
 */
export function* foldMonth(
  record: MonthRecord,
  checks: NonNullable<Bundle['checks']>,
): Generator<FoldedDay, Omit<MonthInput, 'declared'>> {
  const calendar = spanOf(record.calendar)
  const contract = record.versions.contract.at(-1)
  if (!contract) throw new RangeError('the record names no contract')
  const parts = record.endpoints.map(endpoint => {
    const found = checks[endpoint.id]
    if (!found) throw new RangeError(`no checks of ${endpoint.id}`)
    return { endpoint, found, fold: folder(endpoint.before && standingOf(endpoint.before), calendar) }
  })
  for (const date of datesOf(record.endpoints)) {
    const day = { date, checks: 0, failed: 0, sealed: true }
    for (const { endpoint, found, fold } of parts) {
      const i = endpoint.days.findIndex(d => d.date === date)
      const text = (i < 0 ? undefined : found.days[i]) ?? ''
      const read = parseCheckLines(text)
      for (const check of read) {
        fold.take(check)
        if (check.state === 'down') day.failed++
      }
      day.checks += read.length
      if (i >= 0 && digest(text) !== endpoint.days[i]?.sha256) day.sealed = false
    }
    yield day
  }
  for (const { found, fold } of parts) for (const check of parseCheckLines(found.after)) fold.take(check)
  return {
    rule: record.service.down,
    contract: contractOf(contract.contract),
    calendar,
    life: lifeOf(record),
    maintenance: record.maintenance.map(spanOf),
    targets: record.performance.map(p => ({ percentile: p.percentile, below: p.belowMs as Duration })),
    endpoints: parts.map(({ endpoint, fold }) => ({
      endpoint: endpoint.id as EndpointId,
      counted: endpoint.counted.map(({ from, to }) => ({
        from: at(from),
        to: to === null ? FOREVER : at(to),
      })),
      fold: fold.done(),
    })),
  }
}

/** The record's own window: it may be wider than what its endpoints counted, which is unknown then, but not narrower. */
function lifeOf(record: MonthRecord): Interval {
  const [window, calendar] = [spanOf(record.window), spanOf(record.calendar)]
  for (const { id, counted } of record.endpoints)
    for (const { from, to } of counted) {
      const inside = clip({ from: at(from), to: to === null ? FOREVER : at(to) }, calendar)
      if (inside && (inside.from < window.from || inside.to > window.to))
        throw new RangeError(`the window leaves out time in which ${id} counted`)
    }
  return window
}

/** The days that any endpoint has checks of, in order. */
export const datesOf = (endpoints: readonly RecordedEndpoint[]): string[] =>
  [...new Set(endpoints.flatMap(e => e.days.map(d => d.date)))].sort()

import { touches } from '../month/declared.ts'
import type { Correction, MonthRecord, RecordedOutage } from '../month/record.ts'
import { type Interval, intersect, normalize, subtract, total, union } from '../time/interval.ts'
import { instantOf, intervalOf } from './moment.ts'

/** What lay when in a closed month, within its window. Each list is normalized. */
export interface MonthTime {
  readonly window: Interval
  readonly maintenance: readonly Interval[]
  readonly unknown: readonly Interval[]
  /** Counted as down when the month was closed. */
  readonly down: readonly Interval[]
}

export function monthTime(record: MonthRecord): MonthTime {
  const window = intervalOf(record.window, instantOf(record.window.to))
  const within = (spans: readonly { readonly from: string; readonly to: string | null }[]) =>
    intersect(normalize(spans.map(span => intervalOf(span, window.to))), [window])
  const maintenance = within(record.maintenance)
  const unknown = within(record.unknown)
  return {
    window,
    maintenance,
    unknown,
    down: subtract(within(record.outages), union(maintenance, unknown)),
  }
}

/** The part of a stretch that counted as down in the month. */
export const countedIn = (time: MonthTime, stretch: Interval): Interval[] => intersect(time.down, [stretch])

/**
 * How long an outage was down in the month, in ms: its part of the best and of the worst case. Null where the record does
 * not hold what that takes: while it lasts, where several endpoints failed in it, and where a correction declares it.
 */
export function outageBounds(
  time: MonthTime,
  { from, to, startsAfter, endsAfter, endpoints }: RecordedOutage,
  declared: readonly Correction[],
): { readonly least: number; readonly most: number } | null {
  if (to === null || endpoints.length !== 1) return null
  const end = instantOf(to)
  const wide = { from: instantOf(startsAfter ?? from), to: end }
  if (declared.some(correction => touches(correction, wide))) return null
  const narrow = { from: instantOf(from), to: instantOf(endsAfter) }
  const within = (stretch: Interval) => intersect(normalize([stretch]), [time.window])
  return {
    least: total(subtract(within(narrow), union(time.maintenance, time.unknown))),
    most: total(subtract(within(wide), time.maintenance)),
  }
}

/** What counts as down after corrections, in their order: a stretch that is taken away was up, one that is put in was down. */
export function correctedDown(time: MonthTime, corrections: readonly Correction[]): readonly Interval[] {
  let { down } = time
  for (const { before, after } of corrections) {
    if (before) down = subtract(down, [intervalOf(before, time.window.to)])
    if (after) {
      const added = intersect([intervalOf(after, time.window.to)], [time.window])
      down = union(down, subtract(added, time.maintenance))
    }
  }
  return down
}

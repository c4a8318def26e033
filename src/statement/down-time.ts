import type { Correction, MonthRecord } from '../month/record.ts'
import { type Interval, intersect, normalize, subtract, union } from '../time/interval.ts'
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

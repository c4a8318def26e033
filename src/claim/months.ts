import type { Instant } from '../time/instant.ts'
import { clip, type Interval, overlaps } from '../time/interval.ts'
import { addMonths, type Month, monthInterval, monthOf } from '../time/month.ts'

/** What was reported of one contract month. */
export interface MonthOfClaim {
  readonly month: Month
  readonly calendar: Interval
  /** The reported times in it, clipped to it, in the order in which they were given. */
  readonly reported: readonly Interval[]
}

/** A claim that names a longer time is cut: nobody claims for more than this, and each month costs an assessment. */
const MOST = 24

/** Splits reported times at the edges of the contract's months: each month is assessed for itself. At most 24 months, the latest. */
export function months(reported: readonly Interval[], timeZone: string): MonthOfClaim[] {
  const found = new Map<Month, MonthOfClaim>()
  for (const time of reported) {
    if (time.from >= time.to) continue
    let month = monthOf((time.to - 1) as Instant, timeZone)
    for (let n = 0; n < MOST; n++, month = addMonths(month, -1)) {
      const calendar = monthInterval(month, timeZone)
      if (!overlaps(calendar, time)) break
      if (!found.has(month)) found.set(month, { month, calendar, reported: [] })
    }
  }
  return [...found.values()]
    .sort((a, b) => a.calendar.from - b.calendar.from)
    .slice(-MOST)
    .map(({ month, calendar }) => ({
      month,
      calendar,
      reported: reported.flatMap(t => clip(t, calendar) ?? []),
    }))
}

import { Temporal } from 'temporal-polyfill'
import type { Instant } from './instant.ts'
import { MONTHS } from './month-names.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const two = (n: number): string => String(n).padStart(2, '0')
const at = (when: Instant, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(when).toZonedDateTimeISO(timeZone)

/** A day as one says it, in a zone: `Tuesday 3 November 2026`. Throws a RangeError for an unknown zone. */
export function dayInWords(when: Instant, timeZone: string): string {
  const { dayOfWeek, day, month, year } = at(when, timeZone)
  return `${WEEKDAYS[dayOfWeek - 1]} ${day} ${MONTHS[month - 1]} ${year}`
}

/** A time as one says it, cut to the minute: `Tuesday 3 November 2026, 09:00 (Europe/London, UTC+00:00)`. */
export function timeInWords(when: Instant, timeZone: string): string {
  const { hour, minute, offset } = at(when, timeZone)
  const zone = timeZone === 'UTC' ? 'UTC' : `${timeZone}, UTC${offset}`
  return `${dayInWords(when, timeZone)}, ${two(hour)}:${two(minute)} (${zone})`
}

/**
 * A stretch as one says it, cut to the second: `Sunday 4 October 2026, 02:02:03 to 02:25:10 (Europe/London, UTC+01:00)`, with
 * the other day where it ends on one, and both offsets where clocks were changed in it.
 */
export function stretchInWords(from: Instant, to: Instant, timeZone: string): string {
  const [begin, end] = [at(from, timeZone), at(to, timeZone)]
  const clock = (of: typeof begin) => `${two(of.hour)}:${two(of.minute)}:${two(of.second)}`
  const [first, last] = [dayInWords(from, timeZone), dayInWords(to, timeZone)]
  const offsets = [...new Set([`UTC${begin.offset}`, `UTC${end.offset}`])].join(' to ')
  const zone = timeZone === 'UTC' ? 'UTC' : `${timeZone}, ${offsets}`
  return `${first}, ${clock(begin)} to ${last === first ? '' : `${last}, `}${clock(end)} (${zone})`
}

/** A month as one says it: `October 2026`, from `2026-10`. */
export const monthInWords = (month: string): string =>
  `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`

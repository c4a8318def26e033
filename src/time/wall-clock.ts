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

/** A time for tables, exact to the millisecond: `2026-10-04 01:02:03`, with `.250` where there are any, and `+01:00` or `UTC`. */
export function timeInFigures(when: Instant, timeZone: string): string {
  const time = at(when, timeZone)
  const day = time.toPlainDate().toString()
  const millis = time.millisecond === 0 ? '' : `.${String(time.millisecond).padStart(3, '0')}`
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}${millis}`
  return `${day} ${clock} ${timeZone === 'UTC' ? 'UTC' : time.offset}`
}

/** A month as one says it: `October 2026`, from `2026-10`. */
export const monthInWords = (month: string): string =>
  `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`

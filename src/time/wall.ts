import { Temporal } from 'temporal-polyfill'
import { type Instant, instant } from './instant.ts'
import type { Interval } from './interval.ts'

/** A calendar date, without a zone. */
export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** A time as a clock on a wall shows it. */
export interface WallTime extends CalendarDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

/** The instants that a wall time may mean. Where it exists once, both are the same. */
export interface WallInstants {
  readonly earlier: Instant
  readonly later: Instant
  /** `twice`: clocks were set back over it. `never`: they were set forward over it, and the two are what either offset makes of it. */
  readonly exists: 'once' | 'twice' | 'never'
}

/** Resolves a wall time in an IANA zone or a fixed offset such as `+05:30`. Null where no such date or time exists in any zone, or it lies outside the years 1 to 9998. Throws a RangeError for an unknown zone. */
export function wallInstants(wall: WallTime, zone: string): WallInstants | null {
  if (!isDate(wall) || wall.hour > 23 || wall.minute > 59 || wall.second > 59 || wall.ms > 999) return null
  const time = Temporal.PlainDateTime.from({
    year: wall.year,
    month: wall.month,
    day: wall.day,
    hour: wall.hour,
    minute: wall.minute,
    second: wall.second,
    millisecond: wall.ms,
  })
  const as = (disambiguation: 'earlier' | 'later') => time.toZonedDateTime(zone, { disambiguation })
  const earlier = instant(as('earlier').epochMilliseconds)
  const later = instant(as('later').epochMilliseconds)
  if (earlier === later) return { earlier, later, exists: 'once' }
  return { earlier, later, exists: as('later').toPlainDateTime().equals(time) ? 'twice' : 'never' }
}

/** Whether a date exists, in the years 1 to 9998. */
export function isDate({ year, month, day }: CalendarDate): boolean {
  if (year < 1 || year > 9_998 || month < 1 || month > 12 || day < 1) return false
  return day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth
}

/** A day of a zone, from its first instant to the next day's. Throws a RangeError for a date that does not exist. */
export function dayInterval(date: CalendarDate, zone: string): Interval {
  const day = Temporal.PlainDate.from(
    { year: date.year, month: date.month, day: date.day },
    { overflow: 'reject' },
  )
  const start = (of: Temporal.PlainDate) => instant(of.toZonedDateTime({ timeZone: zone }).epochMilliseconds)
  return { from: start(day), to: start(day.add({ days: 1 })) }
}

/** The date and time that a clock in a zone shows at an instant. */
export function wallTime(at: Instant, zone: string): WallTime {
  const z = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const { year, month, day, hour, minute, second, millisecond } = z
  return { year, month, day, hour, minute, second, ms: millisecond }
}

/** The date `n` days later (earlier, where negative). Throws a RangeError for a date that does not exist. */
export function addDays({ year, month, day }: CalendarDate, n: number): CalendarDate {
  const moved = Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).add({ days: n })
  return { year: moved.year, month: moved.month, day: moved.day }
}

/** 1 for Monday to 7 for Sunday. Throws a RangeError for a date that does not exist. */
export const weekdayOf = ({ year, month, day }: CalendarDate): number =>
  Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).dayOfWeek

const two = (n: number): string => String(n).padStart(2, '0')

/** `YYYY-MM-DD` */
export const dateText = ({ year, month, day }: CalendarDate): string =>
  `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`

/** `14:02:10`, with milliseconds where there are any. */
export const timeText = ({ hour, minute, second, ms }: WallTime): string =>
  `${two(hour)}:${two(minute)}:${two(second)}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`}`

/** The offset from UTC in a zone at an instant, such as `+01:00`. */
export const offsetText = (at: Instant, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offset

import { Temporal } from 'temporal-polyfill'
import { type Instant, instant } from './instant.ts'
import type { Interval } from './interval.ts'

declare const brand: unique symbol

/** A calendar month, `YYYY-MM`. */
export type Month = string & { readonly [brand]: 'Month' }

/** Reads `YYYY-MM` between 0001-01 and 9999-11 (the month after must have a name too); null for anything else. */
export function parseMonth(text: string): Month | null {
  return /^(?!0000)\d{4}-(0[1-9]|1[0-2])$/.test(text) && text !== '9999-12' ? (text as Month) : null
}

const startOf = (day: Temporal.PlainDate, timeZone: string): Instant =>
  instant(day.toZonedDateTime({ timeZone }).epochMilliseconds)

/** The instants of a calendar month in an IANA zone: from the start of its first day to the start of the next month's. Throws a RangeError for an unknown zone. */
export function monthInterval(month: Month, timeZone: string): Interval {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  return { from: startOf(first, timeZone), to: startOf(first.add({ months: 1 }), timeZone) }
}

/** The day whose stretch holds the instant: the next one where clocks were set back over a midnight that had passed. */
function plainDate(at: Instant, timeZone: string): Temporal.PlainDate {
  const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate()
  const next = shown.add({ days: 1 })
  return startOf(next, timeZone) <= at ? next : shown
}

/** The calendar month of an instant in a zone. */
export const monthOf = (at: Instant, timeZone: string): Month =>
  plainDate(at, timeZone).toString().slice(0, 7) as Month

/** The month `n` months later (earlier, where negative). */
export const addMonths = (month: Month, n: number): Month =>
  Temporal.PlainYearMonth.from(month).add({ months: n }).toString() as Month

export interface Day extends Interval {
  /** `YYYY-MM-DD` in the zone. */
  readonly date: string
}

/** The calendar days of a zone that overlap `[from, to)`, whole, in order. Days that the zone skips do not appear. */
export function days(window: Interval, timeZone: string): Day[] {
  const out: Day[] = []
  let date = plainDate(window.from, timeZone)
  let from = startOf(date, timeZone)
  while (from < window.to) {
    const next = date.add({ days: 1 })
    const to = startOf(next, timeZone)
    if (to > from && to > window.from) out.push({ date: date.toString(), from, to })
    date = next
    from = to
  }
  return out
}

/** The end of the day that an instant lies in, in a zone: the start of the next day. */
export const endOfDay = (at: Instant, timeZone: string): Instant => endOfDayAfter(at, 0, timeZone)

/** The end of the day that lies `n` days of the calendar after the day of an instant, in a zone, however long those days are. */
export const endOfDayAfter = (at: Instant, n: number, timeZone: string): Instant =>
  startOf(plainDate(at, timeZone).add({ days: n + 1 }), timeZone)

/** Whether a text is an IANA zone that this runtime knows. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

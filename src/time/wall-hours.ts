import { Temporal } from 'temporal-polyfill'
import { type Instant, instant } from './instant.ts'
import { type Interval, later, normalize, subtract } from './interval.ts'

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Hours by the clock on a wall: `HH:MM` from `00:00` to `24:00`, the midnight at the day's end. */
export interface WallHours {
  readonly timeZone: string
  /** The days on which the hours begin. */
  readonly days: readonly Weekday[]
  readonly from: string
  /** Where it is not later than `from`: on the next day. */
  readonly to: string
  /** Local dates, `YYYY-MM-DD`, on which all is closed. */
  readonly holidays: readonly string[]
}

/**
 * The hours inside `[window.from, window.to)`, normalized. They begin when the wall first shows `from` or a later time of
 * the date, and end when it first shows `to` or later: a time that a clock change leaves out counts as reached at the
 * change, and of a time that comes twice the first counts. On a holiday no hours begin, and those that reach into it
 * end at its midnight. Throws a RangeError for an unknown zone.
 */
export function wallHours(hours: WallHours, window: Interval): Interval[] {
  const from = minutes(hours.from)
  const until = minutes(hours.to)
  const to = until > from ? until : until + DAY
  const holidays = new Set(hours.holidays)
  const open: Interval[] = []
  const closed: Interval[] = []
  // Hours last two days at most, and a zone lies at most a day from UTC.
  const last = dateOf(window.to, hours.timeZone).add({ days: 2 })
  for (
    let date = dateOf(window.from, hours.timeZone).subtract({ days: 3 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    const at = (minute: number): Instant => reached(date, minute, hours.timeZone)
    if (holidays.has(date.toString())) closed.push({ from: at(0), to: at(DAY) })
    else if (hours.days.includes(WEEK[date.dayOfWeek - 1] as Weekday))
      open.push({ from: at(from), to: at(to) })
  }
  const inside = subtract(normalize(open), normalize(closed)).map(i => ({
    from: later(i.from, window.from),
    to: i.to < window.to ? i.to : window.to,
  }))
  return normalize(inside)
}

const DAY = 24 * 60

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

const dateOf = (at: Instant, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate()

/** When the wall first shows a minute of a date, or a later time. Minutes past the 24th hour are the following days'. */
function reached(date: Temporal.PlainDate, minute: number, timeZone: string): Instant {
  const wall = date.toPlainDateTime().add({ minutes: minute })
  const shown = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (shown.toPlainDateTime().equals(wall)) return instant(shown.epochMilliseconds)
  // Left out: the clock jumps from before it to after it, between here and there.
  const jump = shown.getTimeZoneTransition('next')
  return instant((jump ?? wall.toZonedDateTime(timeZone, { disambiguation: 'later' })).epochMilliseconds)
}

import type { Instant } from '../time/instant.ts'
import { add, type Interval, later } from '../time/interval.ts'
import { monthInterval, parseMonth } from '../time/month.ts'
import {
  addDays,
  type CalendarDate,
  dateText,
  dayInterval,
  isDate,
  wallInstants,
  wallTime,
} from '../time/wall.ts'
import type { Point, ZoneRead } from './when-points.ts'
import type { DateRead, Reader, TimeRead } from './when-rule.ts'

/** One way to read what is ambiguous. */
export interface Choice {
  readonly swapped: boolean
  /** Of the readings of the zone's name. */
  readonly zone: number
}

/** A point, with what the text around it gives to it. */
export interface Placed {
  readonly point: Point
  readonly date: DateRead | null
  readonly zone: ZoneRead | null
}

export interface Resolved extends Interval {
  readonly zone: string
  readonly assumed: readonly string[]
}

/** A side of a range, or a time alone. */
interface Side extends Resolved {
  readonly date: CalendarDate | null
  readonly unit: number
}

const MINUTE = 60_000

/** Resolves a time, or the two ends of a range. Null where a date or time does not exist, or the end comes before the start. */
export function resolve(start: Placed, end: Placed | null, choice: Choice, reader: Reader): Resolved | null {
  if (end === null) {
    const side = sideOf(start, start.point.time, null, choice, reader)
    return side && tell(side, side, side.assumed)
  }
  const [a, b] = halves(start.point.time, end.point.time)
  const from = sideOf(start, a, null, choice, reader)
  if (from === null) return null
  let to = sideOf(
    { ...end, date: end.date ?? start.date },
    b,
    end.date === null ? from.date : null,
    choice,
    reader,
  )
  const assumed = [...from.assumed]
  const lent = start.point.date === null || end.point.date === null
  if (to !== null && to.from < from.from && lent && to.date !== null) {
    to = sideOf({ ...end, date: null }, b, addDays(to.date, 1), choice, reader)
    assumed.push('the end is on the next day')
  }
  if (to === null || to.to <= from.from) return null
  // Two instants to the millisecond are a half-open interval, as our own records write it.
  const exact = from.unit === 1 && to.unit === 1 && to.from > from.from
  return tell(from, { ...to, to: exact ? to.from : to.to }, [...assumed, ...to.assumed])
}

const tell = (from: Side, to: Side, assumed: readonly string[]): Resolved => ({
  from: from.from,
  to: later(from.to, to.to),
  zone: from.zone,
  assumed: [...new Set(assumed)],
})

const ordered = (t: TimeRead): number => ((t.hour * 60 + t.minute) * 60 + t.second) * 1_000 + t.ms

/** “2:02 - 2:49pm”: a half of the day that is named once holds for both ends, where the order allows it. */
function halves(a: TimeRead | null, b: TimeRead | null): readonly [TimeRead | null, TimeRead | null] {
  if (a === null || b === null) return [a, b]
  const afternoon = (t: TimeRead): TimeRead => ({ ...t, hour: (t.hour % 12) + 12 })
  if (a.bare && b.meridiem === 'pm' && ordered(afternoon(a)) <= ordered(b)) return [afternoon(a), b]
  if (b.bare && a.meridiem === 'pm' && ordered(afternoon(b)) >= ordered(a)) return [a, afternoon(b)]
  return [a, b]
}

function sideOf(
  placed: Placed,
  time: TimeRead | null,
  given: CalendarDate | null,
  choice: Choice,
  reader: Reader,
): Side | null {
  const { point } = placed
  if (point.stamp) {
    const { from, unit, zone } = point.stamp
    const assumed = [...point.assumed, ...point.stamp.assumed, ...(unit === MINUTE ? ['to the minute'] : [])]
    return { from, to: add(from, unit), zone, assumed, date: wallDate(from, zone), unit }
  }
  const { zone, assumed: zoneAssumed } = zoneOf(placed.zone, choice, reader)
  const assumed = [...point.assumed, ...zoneAssumed]
  const read = given === null ? placed.date : null
  if (read?.day === null) return wholeMonth(read, zone, assumed)
  const date = given ?? dateOf(read, time, zone, choice, reader, assumed)
  if (date === null || !isDate(date)) return null
  const span = time === null ? dayInterval(date, zone) : timeSpan(date, time, zone, assumed)
  if (span === null) return null
  if (time === null) assumed.push('the whole day')
  return { ...span, zone, assumed, date, unit: time?.unit ?? 86_400_000 }
}

function wholeMonth(read: DateRead, zone: string, assumed: string[]): Side | null {
  const month =
    read.year === null
      ? null
      : parseMonth(dateText({ year: read.year, month: read.month, day: 1 }).slice(0, 7))
  if (month === null) return null
  return {
    ...monthInterval(month, zone),
    zone,
    assumed: [...assumed, 'the whole month'],
    date: null,
    unit: 86_400_000,
  }
}

function wallDate(at: Instant, zone: string): CalendarDate {
  const { year, month, day } = wallTime(at, zone)
  return { year, month, day }
}

function zoneOf(read: ZoneRead | null, choice: Choice, reader: Reader): { zone: string; assumed: string[] } {
  if (read === null) return { zone: reader.zone, assumed: [`the zone ${reader.zone}`] }
  const named = read.zones[choice.zone] ?? read.zones[0]
  return { zone: named?.zone ?? reader.zone, assumed: [] }
}

/** The date that a point has or, where it lacks one, the latest on which its time is past. */
function dateOf(
  read: DateRead | null,
  time: TimeRead | null,
  zone: string,
  choice: Choice,
  reader: Reader,
  assumed: string[],
): CalendarDate | null {
  const today = wallDate(reader.now, zone)
  const ahead = (date: CalendarDate): boolean => {
    const span =
      time === null ? (isDate(date) ? dayInterval(date, zone) : null) : timeSpan(date, time, zone, [])
    return span === null || span.from > reader.now
  }
  if (read === null || read.day === null) {
    if (time?.dayShift != null) return addDays(today, time.dayShift)
    const date = ahead(today) ? addDays(today, -1) : today
    assumed.push(`the date ${dateText(date)}`)
    return date
  }
  const order = choice.swapped && read.swapped ? read.swapped : { month: read.month, day: read.day }
  if (read.swapped) assumed.push(`the day order: ${order.day} is the day, ${order.month} the month`)
  if (read.year !== null) {
    const date = { year: read.year, ...order }
    if (read.guessed) assumed.push(`the date ${dateText(date)}`)
    if (!read.weekday) return date
    const moved = isDate(date) && ahead(date) ? addDays(date, -7) : date
    assumed.push(`the date ${dateText(moved)}`)
    return moved
  }
  // 29 February comes within eight years.
  for (let year = today.year + 1; year > today.year - 9; year--) {
    const date = { year, ...order }
    if (!isDate(date) || ahead(date)) continue
    assumed.push(`the year ${year}`)
    return date
  }
  return null
}

function timeSpan(date: CalendarDate, time: TimeRead, zone: string, assumed: string[]): Interval | null {
  if (!isDate(date)) return null
  const at = (hour: number) => {
    const day = hour >= 24 ? addDays(date, 1) : date
    return wallInstants(
      { ...day, hour: hour % 24, minute: time.minute, second: time.second, ms: time.ms },
      zone,
    )
  }
  const first = at(time.hour)
  if (first === null) return null
  if (time.assumed !== null) assumed.push(time.assumed)
  if (time.part) {
    const last = at(time.part.to)
    return last && { from: first.earlier, to: last.later }
  }
  if (time.unit === MINUTE) assumed.push('to the minute')
  if (first.exists === 'twice') assumed.push(`the clocks in ${zone} showed this time twice: both are covered`)
  if (first.exists === 'never')
    assumed.push(`the clocks in ${zone} skipped this time: both readings are covered`)
  return { from: first.earlier, to: add(first.later, time.unit) }
}

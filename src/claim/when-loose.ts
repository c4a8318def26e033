import { de, en, fr, type ParsedComponents } from 'chrono-node'
import { type Instant, instant } from '../time/instant.ts'
import { addDays } from '../time/wall.ts'
import type { Point } from './when-points.ts'
import type { DateRead, Reader, TimeRead } from './when-rule.ts'

/** More lines, and longer ones, are not searched this way. */
const LONGEST = 200

/**
 * Reads what our own patterns leave of a line, with chrono-node. It reckons in the machine's zone, so that it is told
 * that now is noon of today, by a clock without an offset; only the components that it found are taken, never an instant.
 */
export function looseOf(line: string, number: number, reader: Reader): Point[] {
  if (line.length > LONGEST || !/\p{L}/u.test(line)) return []
  const { year, month, day } = reader.today
  const noon = new Date(Date.UTC(year, month - 1, day, 12))
  const reference = { instant: noon, timezone: 0 }
  for (const language of [reader.dayFirst ? en.GB : en.casual, de.casual, fr.casual]) {
    const points = parse(language, line, reference).flatMap(result => {
      if (SPAN.test(result.text)) return []
      const start = pointOf(result.start, reader, noon)
      const end = result.end ? pointOf(result.end, reader, noon) : null
      const place = { line: number, at: result.index, end: result.index + result.text.length }
      return start === null
        ? []
        : [{ ...start, ...place, ends: false }, ...(end === null ? [] : [{ ...end, ...place, ends: true }])]
    })
    if (points.length > 0) return points
  }
  return []
}

/** Chrono makes one day of them. */
const SPAN = /week|month|year|quarter|woche|monat|jahr|semaine|mois|année/i

/** A fault of the library over somebody's text reads as nothing found. */
function parse(language: typeof en.casual, line: string, reference: { instant: Date; timezone: number }) {
  try {
    return language.parse(line, reference)
  } catch {
    return []
  }
}

const assumed = ['read loosely from free text']

function pointOf(
  found: ParsedComponents,
  reader: Reader,
  noon: Date,
): Omit<Point, 'line' | 'at' | 'end' | 'ends'> | null {
  const none = { date: null, time: null, stamp: null, zone: null, assumed }
  if (found.tags().has('result/relativeDateAndTime')) {
    const at = reader.now + (found.date().getTime() - noon.getTime())
    return Number.isSafeInteger(at) && Math.abs(at) < 8e14 ? { ...none, stamp: counted(at, reader) } : null
  }
  const date = dateOf(found, reader)
  const time = timeOf(found)
  return date === null && time === null ? null : { ...none, date, time }
}

const counted = (at: number, reader: Reader): NonNullable<Point['stamp']> => ({
  kind: 'stamp',
  at: 0,
  end: 0,
  from: instant(Math.floor(at / 60_000) * 60_000) as Instant,
  unit: 60_000,
  zone: reader.zone,
  assumed: ['counted back from now'],
})

function dateOf(found: ParsedComponents, reader: Reader): DateRead | null {
  const part = (name: 'year' | 'month' | 'day') => found.get(name)
  const [year, month, day] = [part('year'), part('month'), part('day')]
  if (year === null || month === null || day === null) return null
  if (found.isCertain('day')) {
    const named = found.isCertain('year') ? year : null
    return { year: named, month, day, swapped: null, weekday: false, guessed: false }
  }
  const weekday = found.get('weekday')
  if (!found.isCertain('weekday') || weekday === null) return null
  const today = new Date(Date.UTC(reader.today.year, reader.today.month - 1, reader.today.day)).getUTCDay()
  return {
    ...addDays(reader.today, -((today - weekday + 7) % 7)),
    swapped: null,
    weekday: true,
    guessed: false,
  }
}

function timeOf(found: ParsedComponents): TimeRead | null {
  const hour = found.get('hour')
  if (!found.isCertain('hour') || hour === null || hour > 24) return null
  const seconds = found.isCertain('second')
  return {
    hour,
    minute: found.get('minute') ?? 0,
    second: seconds ? (found.get('second') ?? 0) : 0,
    ms: 0,
    unit: seconds ? 1_000 : 60_000,
    bare: false,
    meridiem: null,
    part: null,
    dayShift: null,
    assumed: null,
  }
}

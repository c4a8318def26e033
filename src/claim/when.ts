import type { Instant } from '../time/instant.ts'
import { wallTime } from '../time/wall.ts'
import { itemsOf } from './when-items.ts'
import { looseOf } from './when-loose.ts'
import { headings, pair, place } from './when-place.ts'
import { joinLines, type Point, pointsOf, type ZoneRead } from './when-points.ts'
import { type Choice, type Placed, type Resolved, resolve } from './when-resolve.ts'
import type { Item, Reader } from './when-rule.ts'
import { AND, BEGAN, BETWEEN, ENDED, FILLER, LINK, plain } from './when-words.ts'

export interface WhenOptions {
  /** IANA zone, assumed where none is given. */
  readonly zone: string
  readonly now: Instant
  /** Whether 03/04 is 3 April, where nothing settles it. */
  readonly dayFirst: boolean
}

/** A time as it was read, half-open. */
export interface Reading {
  readonly from: Instant
  readonly to: Instant
  /** The words that it was read from. */
  readonly text: string
  /** IANA zone, or a fixed offset such as `+01:00`. */
  readonly zone: string
  /** What the text leaves open and how it was settled: zone, year, date, day order, to the minute. */
  readonly assumed: readonly string[]
  /** What else the text may mean. */
  readonly alternatives: readonly {
    readonly from: Instant
    readonly to: Instant
    readonly zone: string
    readonly because: string
  }[]
}

export interface When {
  /** In the order of the text; one for each time that it names. */
  readonly readings: readonly Reading[]
  /** What was not read as a time. */
  readonly unread: string
}

/** What lies beyond is not read, so that no text takes long. */
const MOST_TEXT = 4_000
const MOST_LINES = 100
const MOST_LINE = 500
const MOST_LOOSE = 12
const MOST_READINGS = 50

/** A line that names its day in a way that is not ours. */
const COUNTED_BACK = /\b(?:ago|earlier|before|prior|vor|dernier|passé|il y a)\b/i

/** Reads the times in a customer's text, in any zone. Never throws for a text, and depends on nothing but its arguments. Throws a RangeError for an unknown `zone`. */
export function parseWhen(text: string, options: WhenOptions): When {
  const { year, month, day } = wallTime(options.now, options.zone)
  const reader: Reader = { ...options, today: { year, month, day } }
  const lines = text
    .slice(0, MOST_TEXT)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .slice(0, MOST_LINES)
    .map(line => line.slice(0, MOST_LINE))
  const items = lines.map(line => itemsOf(line, reader))
  let loose = 0
  const points = lines.flatMap((line, i) => {
    const own = pointsOf(line, i, items[i] ?? [])
    const dated = own.some(p => p.date !== null || p.stamp !== null)
    if (dated || (own.length > 0 && !COUNTED_BACK.test(line)) || loose++ >= MOST_LOOSE) return own
    const found = looseOf(line, i, reader)
    if (own.length === 0 || found.some(p => p.date !== null)) return found
    // A time whose day nobody understood is no time of today.
    return /\bago\b/i.test(line) ? [] : own
  })
  const found = times(joinLines(points, lines), items, lines, reader)
  return { readings: found.readings, unread: unread(lines, found.used, items) }
}

interface Found {
  readonly readings: readonly Reading[]
  readonly used: readonly Point[]
}

function times(
  points: readonly Point[],
  items: readonly (readonly Item[])[],
  lines: readonly string[],
  reader: Reader,
): Found {
  const placed = place(points, items)
  const heads = headings(placed)
  const readings: Reading[] = []
  const used: Point[] = []
  for (let i = 0; i < placed.length && readings.length < MOST_READINGS; i++) {
    const start = placed[i]
    const next = placed[i + 1]
    if (start === undefined || heads.has(start.point)) {
      if (start) used.push(start.point)
      continue
    }
    const end = next?.point.ends ? next : null
    const range = end && readingOf(pair(start, end), lines, reader)
    const single = range ? null : readingOf([start, null], lines, reader)
    if (range && end) {
      i++
      used.push(end.point)
    }
    const reading = range ?? single
    if (reading === null) continue
    used.push(start.point)
    // The same time in two zones is one time.
    if (!readings.some(r => r.from === reading.from && r.to === reading.to)) readings.push(reading)
  }
  return { readings, used }
}

const FIRST: Choice = { swapped: false, zone: 0 }

function readingOf(
  [start, end]: readonly [Placed, Placed | null],
  lines: readonly string[],
  reader: Reader,
): Reading | null {
  const first = resolve(start, end, FIRST, reader)
  const zone = start.point.stamp ? null : start.zone
  const others = alternativesOf(start, end, zone, reader)
  const main = first ?? others[0]?.resolved ?? null
  if (main === null) return null
  const differ = others.filter(o => o.resolved.from !== main.from || o.resolved.to !== main.to)
  const named = zone?.zones[0]
  const doubt =
    differ.some(o => o.zone) && zone && named ? [`${zone.text} is read as ${named.words}, ${named.zone}`] : []
  const future = main.from > reader.now ? ['lies in the future'] : []
  const last = end?.point ?? start.point
  const text =
    last.line === start.point.line
      ? (lines[last.line] ?? '').slice(Math.min(start.point.at, last.at), Math.max(start.point.end, last.end))
      : [start.point, last].map(p => (lines[p.line] ?? '').slice(p.at, p.end)).join(' – ')
  return {
    from: main.from,
    to: main.to,
    text,
    zone: main.zone,
    assumed: [...main.assumed, ...doubt, ...future],
    alternatives: differ.map(({ resolved, because }) => ({
      from: resolved.from,
      to: resolved.to,
      zone: resolved.zone,
      because,
    })),
  }
}

interface Other {
  readonly resolved: Resolved
  readonly because: string
  readonly zone: boolean
}

function alternativesOf(start: Placed, end: Placed | null, zone: ZoneRead | null, reader: Reader): Other[] {
  const out: Other[] = []
  const seen = new Set<string>()
  const consider = (choice: Choice, because: string, ofZone: boolean) => {
    const resolved = resolve(start, end, choice, reader)
    if (resolved === null || seen.has(`${resolved.from} ${resolved.to}`)) return
    seen.add(`${resolved.from} ${resolved.to}`)
    out.push({ resolved, because, zone: ofZone })
  }
  for (const date of [start.date, end?.date ?? null])
    if (date?.swapped)
      consider(
        { ...FIRST, swapped: true },
        `${date.swapped.day} may be the day and ${date.swapped.month} the month`,
        false,
      )
  zone?.zones.slice(1).forEach((named, i) => {
    consider({ ...FIRST, zone: i + 1 }, `${zone.text} may be ${named.words}`, true)
  })
  return out
}

/** The lines without what was read, and without what is left of them where nothing is said. */
function unread(
  lines: readonly string[],
  used: readonly Point[],
  items: readonly (readonly Item[])[],
): string {
  return lines
    .map((line, i) => {
      const spans = [
        ...used.filter(p => p.line === i),
        ...(items[i] ?? []).filter(item => item.kind === 'zone'),
      ]
      let rest = ''
      let from = 0
      for (const span of spans.sort((a, b) => a.at - b.at)) {
        if (span.at > from) rest += `${line.slice(from, span.at)} `
        from = Math.max(from, span.end)
      }
      rest += line.slice(from)
      return rest.replaceAll(/\s+/g, ' ').trim()
    })
    .filter(says)
    .join('\n')
}

/** Whether more than punctuation and the words around a time are left. */
const says = (rest: string): boolean =>
  plain(rest)
    .split(/[\s,;:.()[\]"'*|<>]+/)
    .some(
      word =>
        /[\p{L}\p{N}]/u.test(word) && ![FILLER, LINK, AND, BETWEEN, BEGAN, ENDED].some(w => w.test(word)),
    )

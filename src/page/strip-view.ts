import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import { failureShare } from '../sla/percent.ts'
import { clip, type Interval } from '../time/interval.ts'
import type { Day } from '../time/month.ts'
import { dayTail, servicePath } from './address.ts'
import type { Report } from './report.ts'
import { exact, shortDate } from './words.ts'

/** A part of a day's mark, in units of the strip's height. */
interface StripPart {
  readonly y: number
  readonly height: number
}

/** One day of a strip. */
interface StripDay {
  readonly href: string
  readonly label: string
  readonly x: number
  readonly down: StripPart | null
  readonly unknown: StripPart | null
  readonly maintenance: StripPart | null
  /** False before the first check. */
  readonly known: boolean
}

export interface StripDays {
  readonly days: readonly StripDay[]
}

export interface StripView {
  /** The days before today: the same object for as long as they are the same. */
  readonly past: StripDays
  readonly today: StripDays
  readonly count: number
  readonly width: number
  /** Heights at which a day has spent its share of each guarantee's allowance, highest guarantee first. */
  readonly levels: readonly number[]
  readonly label: string
}

const STRIP_HEIGHT = 40
const STRIP_STEP = 10
const LEAST = 10

/** The shares of time that the guarantees let fail, from the strictest, as fractions for drawing alone. */
export function failureShares(contract: Contract): number[] {
  return contract.thresholds
    .map(t => failureShare(t.percent))
    .map(({ part, whole }) => Number(part) / Number(whole))
    .sort((a, b) => a - b)
}

/**
 * Where a failed share of time stands between 0 and 1, in steps of equal height that end at each guarantee's share and
 * at the whole: linear in the first, logarithmic in the others, so that a second and a day are both legible.
 */
export function severity(share: number, shares: readonly number[]): number {
  const ends = [...shares, 1]
  const step = 1 / ends.length
  let below = 0
  for (const [i, end] of ends.entries()) {
    if (share <= end) {
      const inside = below === 0 ? share / end : Math.log(share / below) / Math.log(end / below)
      return (i + inside) * step
    }
    below = end
  }
  return 1
}

/** Sums the parts of sorted, disjoint intervals that lie in each day. */
function perDay(intervals: readonly Interval[], days: readonly Day[]): number[] {
  const sums = days.map(() => 0)
  let i = 0
  for (const [d, day] of days.entries()) {
    while (i < intervals.length && (intervals[i] as Interval).to <= day.from) i++
    for (let k = i; k < intervals.length && (intervals[k] as Interval).from < day.to; k++) {
      const part = clip(intervals[k] as Interval, day)
      if (part) sums[d] = (sums[d] ?? 0) + part.to - part.from
    }
  }
  return sums
}

/** What a strip is drawn from, in ms of each day. */
interface Sums {
  readonly base: string
  readonly lifeFrom: number
  readonly down: readonly number[]
  readonly unknown: readonly number[]
  readonly maintenance: readonly number[]
}

interface Drawn {
  readonly days: readonly Day[]
  readonly shares: string
  readonly sums: Sums
  readonly past: StripDays
}

/** The strips drawn last, by service: all days but today seldom change. */
const drawn = new Map<string, Drawn>()
const DRAWN_LIMIT = 2_000

/** Whether two services are alike in all days but the last. */
function alike(a: Sums, b: Sums, days: readonly Day[]): boolean {
  const n = days.length - 1
  const same = (x: readonly number[], y: readonly number[]) => {
    for (let i = 0; i < n; i++) if (x[i] !== y[i]) return false
    return true
  }
  return (
    a.base === b.base &&
    a.lifeFrom === b.lifeFrom &&
    same(a.down, b.down) &&
    same(a.unknown, b.unknown) &&
    same(a.maintenance, b.maintenance)
  )
}

/** The latest days of a service, each with how much of it failed. */
export function stripView(of: Report, days: readonly Day[], contract: Contract): StripView {
  const shares = failureShares(contract)
  const { record, life } = of
  const sums: Sums = {
    base: servicePath(record.id),
    lifeFrom: life?.from ?? Number.POSITIVE_INFINITY,
    down: perDay(of.down, days),
    unknown: perDay(of.unknown, days),
    maintenance: perDay(life ? clipAll(of.maintenance, life) : [], days),
  }
  const last = days.length - 1
  return {
    past: pastDays(record.id, sums, days, shares),
    today: { days: days.slice(last).map(day => stripDay(sums, day, last, shares)) },
    count: days.length,
    width: days.length * STRIP_STEP,
    levels: shares.map((_, i) => Math.round(STRIP_HEIGHT - ((i + 1) / (shares.length + 1)) * STRIP_HEIGHT)),
    label: `${record.name}: the last ${days.length} days`,
  }
}

function pastDays(service: string, sums: Sums, days: readonly Day[], shares: readonly number[]): StripDays {
  const key = shares.join()
  const held = drawn.get(service)
  if (held && held.days === days && held.shares === key && alike(held.sums, sums, days)) return held.past
  const past = { days: days.slice(0, -1).map((day, i) => stripDay(sums, day, i, shares)) }
  if (drawn.size >= DRAWN_LIMIT) drawn.clear()
  drawn.set(service, { days, shares: key, sums, past })
  return past
}

function stripDay(sums: Sums, day: Day, i: number, shares: readonly number[]): StripDay {
  const length = day.to - day.from
  const known = sums.lifeFrom < day.to
  const down = sums.down[i] ?? 0
  const unknown = sums.unknown[i] ?? 0
  const maintenance = sums.maintenance[i] ?? 0
  const red = down === 0 ? 0 : Math.max(LEAST, Math.round(severity(down / length, shares) * STRIP_HEIGHT))
  return {
    href: sums.base + dayTail(day.date),
    label: `${shortDate(day.date)}: ${known ? dayWords(down, unknown, maintenance) : 'not watched yet'}`,
    x: i * STRIP_STEP,
    down: red === 0 ? null : { y: STRIP_HEIGHT - red, height: red },
    unknown: above(unknown, length, red),
    maintenance: above(maintenance, length, red),
    known,
  }
}

/** Taller than the mark of a good day, so that a minute is seen too. */
const LEAST_OTHER = 14

/** What of it stays seen where all else is red. */
const LEAST_SEEN = 5

/** What is drawn to scale from the foot, less what downtime covers of it; little of it stands upon the downtime. */
function above(ms: number, day: number, red: number): StripPart | null {
  if (ms === 0) return null
  const height = Math.max(LEAST_OTHER, Math.round((ms / day) * STRIP_HEIGHT))
  if (height > red + LEAST) return { y: STRIP_HEIGHT - height, height: height - red }
  const seen = Math.max(LEAST_SEEN, Math.min(height, STRIP_HEIGHT - red))
  return { y: Math.max(0, STRIP_HEIGHT - red - seen), height: seen }
}

/** What a day held besides up time. */
export function dayWords(down: number, unknown: number, maintenance: number): string {
  const parts = dayParts(down, unknown, maintenance, exact)
  return parts.length > 0 ? parts.join(', ') : 'no downtime'
}

/** The same part by part, worst first. */
export function dayParts(
  down: number,
  unknown: number,
  maintenance: number,
  words: (ms: number) => string,
): string[] {
  const parts: string[] = []
  if (down > 0) parts.push(`${words(down)} down`)
  if (unknown > 0) parts.push(`${words(unknown)} unknown`)
  if (maintenance > 0) parts.push(`${words(maintenance)} maintenance`)
  return parts
}

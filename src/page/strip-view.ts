import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import { failureShare } from '../sla/percent.ts'
import { clip, type Interval } from '../time/interval.ts'
import type { Day } from '../time/month.ts'
import { dayTail, servicePath } from './address.ts'
import type { Report } from './report.ts'
import { exact, shortDate } from './words.ts'

/** One day of a strip. Heights are of 40 units; 0 is not drawn. */
interface StripDay {
  readonly href: string
  readonly label: string
  readonly x: number
  readonly down: number
  readonly unknown: number
  readonly maintenance: number
  /** False before the first check. */
  readonly known: boolean
}

export interface StripView {
  readonly days: readonly StripDay[]
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

interface DayNames {
  /** The part of a day's address after the service. */
  readonly tails: readonly string[]
  readonly names: readonly string[]
}

/** The days of a page are the same for all its services. */
const named = new WeakMap<readonly Day[], DayNames>()

function namesOf(days: readonly Day[]): DayNames {
  const found = named.get(days)
  if (found) return found
  const made = {
    tails: days.map(({ date }) => dayTail(date)),
    names: days.map(({ date }) => shortDate(date)),
  }
  named.set(days, made)
  return made
}

/** Taller than the mark of a good day, which it would be hidden in. */
const LEAST_OTHER = 12

const height = (ms: number, day: number): number =>
  ms === 0 ? 0 : Math.max(LEAST_OTHER, Math.round((ms / day) * STRIP_HEIGHT))

/** The latest days of a service, each with how much of it failed. */
export function stripView(of: Report, days: readonly Day[], contract: Contract): StripView {
  const shares = failureShares(contract)
  const down = perDay(of.down, days)
  const unknown = perDay(of.unknown, days)
  const maintenance = perDay(of.life ? clipAll(of.maintenance, of.life) : [], days)
  const base = servicePath(of.record.id)
  const { tails, names } = namesOf(days)
  return {
    width: days.length * STRIP_STEP,
    levels: shares.map((_, i) => Math.round(STRIP_HEIGHT - ((i + 1) / (shares.length + 1)) * STRIP_HEIGHT)),
    label: `${of.record.name}: the last ${days.length} days`,
    days: days.map((day, i) => {
      const length = day.to - day.from
      const known = of.life !== null && of.life.from < day.to
      const d = down[i] ?? 0
      const u = unknown[i] ?? 0
      const m = maintenance[i] ?? 0
      return {
        href: base + tails[i],
        label: `${names[i]}: ${known ? dayWords(d, u, m) : 'not watched yet'}`,
        x: i * STRIP_STEP,
        down: d === 0 ? 0 : Math.max(LEAST, Math.round(severity(d / length, shares) * STRIP_HEIGHT)),
        unknown: height(u, length),
        maintenance: height(m, length),
        known,
      }
    }),
  }
}

/** What a day held besides up time. */
export function dayWords(down: number, unknown: number, maintenance: number): string {
  const parts: string[] = []
  if (down > 0) parts.push(`${exact(down)} down`)
  if (unknown > 0) parts.push(`${exact(unknown)} unknown`)
  if (maintenance > 0) parts.push(`${exact(maintenance)} maintenance`)
  return parts.length > 0 ? parts.join(', ') : 'no downtime'
}

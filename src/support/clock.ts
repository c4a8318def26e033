import { type Instant, instant } from '../time/instant.ts'
import { add, clip, type Interval } from '../time/interval.ts'
import { type Desk, openHours } from './hours.ts'
import type { Tier } from './priority.ts'

/** What the clocks of the guarantee run by. */
export interface Guarantee {
  /** How soon the first answer is due, in ms of worked time. */
  readonly tiers: Readonly<Record<Tier, number>>
  readonly desks: readonly Desk[]
}

const DAY = 86_400_000
/** The hours are worked out in pieces of this length, in ms, and kept. */
const PIECE = 28 * DAY
/** Where no desk opens for so long, nothing will come due; nor does anything beyond the horizon. */
const YEAR = 366 * DAY
const HORIZON = 10 * YEAR

/**
 * PURE. The instant at which the first answer to a request is due: when the tier's time has been worked since `receivedAt`.
 * Urgent runs at all hours, the rest within support hours alone; outside them the clock starts at the next opening. An
 * answer at this very instant is on time. Null where no desk opens within a year.
 */
export function dueAt(tier: Tier, receivedAt: Instant, guarantee: Guarantee): Instant | null {
  let left = guarantee.tiers[tier]
  if (tier === 'urgent') return add(receivedAt, left)
  let seen = receivedAt as number
  for (let n = Math.floor(receivedAt / PIECE); ; n++) {
    const piece = window(n)
    if (piece.from > Math.min(seen + YEAR, receivedAt + HORIZON)) return null
    for (const open of hoursOf(guarantee.desks, n)) {
      const worked = clip(open, { from: receivedAt, to: piece.to })
      if (!worked) continue
      if (worked.from > seen + YEAR) return null
      const length = worked.to - worked.from
      if (left <= length) return add(worked.from, left)
      left -= length
      seen = worked.to
    }
  }
}

/** PURE. The time worked on a request of the tier in `[from, to)`, in ms: what its clock shows. 0 where `to` is earlier. */
export function workedBetween(tier: Tier, from: Instant, to: Instant, guarantee: Guarantee): number {
  if (to <= from) return 0
  if (tier === 'urgent') return to - from
  let ms = 0
  for (let n = Math.floor(from / PIECE); n * PIECE < to; n++) {
    for (const open of hoursOf(guarantee.desks, n)) {
      const worked = clip(open, { from, to })
      if (worked) ms += worked.to - worked.from
    }
  }
  return ms
}

const window = (n: number): Interval => ({ from: instant(n * PIECE), to: instant((n + 1) * PIECE) })

const KEPT = new WeakMap<readonly Desk[], Map<number, readonly Interval[]>>()

/** The hours of the `n`th piece since 1970. Kept for each list of desks, since the same weeks are asked for again and again. */
function hoursOf(desks: readonly Desk[], n: number): readonly Interval[] {
  const pieces = KEPT.get(desks) ?? new Map<number, readonly Interval[]>()
  KEPT.set(desks, pieces)
  const known = pieces.get(n)
  if (known) return known
  const hours = openHours(desks, window(n))
  if (pieces.size >= 1_000) pieces.clear()
  pieces.set(n, hours)
  return hours
}

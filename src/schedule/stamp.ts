import { type Instant, instant } from '../time/instant.ts'

/** A clock that was further ahead than this, in ms, was simply wrong. */
const STEP = 10_000

/**
 * PURE. The instant of a check, from the wall clock (UTC ms) at its start and the endpoint's last one. Two checks of one
 * endpoint never share an instant, and a wall clock that steps back by up to ten seconds does not reorder them: they
 * follow each other by a millisecond until the clock has caught up. A longer step back corrects a wrong clock and
 * is taken as it is.
 */
export function stamp(wall: number, last: Instant | undefined): Instant {
  const now = instant(Math.floor(wall))
  if (last === undefined || now > last || last - now > STEP) return now
  return instant(last + 1)
}

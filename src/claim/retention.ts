import type { Duration, Instant } from '../time/instant.ts'
import { add, earlier, type Interval } from '../time/interval.ts'

/** A month whose raw checks somebody may have to see. */
export interface ClaimableMonth {
  readonly calendar: Interval
  /** Null where nothing in it counts as down. */
  readonly deadline: Instant | null
  readonly openClaim: boolean
}

/**
 * The earliest instant whose raw checks must be kept for claims: the start, `margin` before it for the good check that
 * bounds an outage, of the first month with an open claim or one that may still come. Null where none is needed.
 */
export function keepSince(months: readonly ClaimableMonth[], now: Instant, margin: Duration): Instant | null {
  const needed = months
    .filter(
      ({ openClaim, deadline, calendar }) =>
        openClaim || now < calendar.to || (deadline !== null && now < deadline),
    )
    .map(({ calendar }) => add(calendar.from, -margin))
  return needed.length > 0 ? needed.reduce(earlier) : null
}

import type { Standing } from '../outage/detect.ts'
import type { State } from '../probe/check.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Opening } from './record.ts'

/** A standing in the form in which a record holds it. */
export function openingOf({ last, lastUp, run }: Standing): Opening {
  const { at, state, reason, policy } = last
  return {
    last: { at, state, reason, hold: policy.hold, failures: policy.failures },
    lastUp,
    run: run && {
      from: run.from,
      failures: run.failures,
      lastFailed: run.lastFailed,
      startsAfter: run.startsAfter,
      reason: run.reason,
      confirmedAt: run.confirmedAt,
    },
  }
}

/** The standing that a record holds, to fold on from. */
export function standingOf({ last, lastUp, run }: Opening): Standing {
  return {
    last: {
      at: last.at as Instant,
      state: last.state as State,
      reason: last.reason,
      policy: { hold: last.hold as Duration | null, failures: last.failures },
    },
    lastUp: lastUp as Instant | null,
    run: run && {
      ...run,
      from: run.from as Instant,
      lastFailed: run.lastFailed as Instant,
      startsAfter: run.startsAfter as Instant | null,
      confirmedAt: run.confirmedAt as Instant | null,
    },
  }
}

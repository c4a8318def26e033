import type { State } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'

/** How a check is judged; recorded with it, so that a later change of the configuration rewrites no history. */
export interface Policy {
  /** How long the state holds, in ms; null holds for ever. */
  readonly hold: number | null
  /** Consecutive failures that confirm an outage. */
  readonly failures: number
}

/** What detection needs to know of a check. */
export interface Sample {
  readonly at: Instant
  readonly state: State
  /** Null for `up`. */
  readonly reason: string | null
  readonly policy: Policy
}

/** Consecutive failed checks: an outage once `confirmedAt` is set, until then perhaps a blip. */
export interface Run {
  /** Start of the first failed check. */
  readonly from: Instant
  readonly failures: number
  /** Start of the last failed check. */
  readonly lastFailed: Instant
  /** The last `up` check before; null if none. */
  readonly startsAfter: Instant | null
  /** Of the first failed check. */
  readonly reason: string
  /** Start of the check that confirmed it. */
  readonly confirmedAt: Instant | null
}

/** Where an endpoint stands after its latest check. An `up` check determines it whole. */
export interface Standing {
  readonly last: Sample
  readonly lastUp: Instant | null
  readonly run: Run | null
}

/** A run that is over: `to` is the start of the first `up` check after it. */
export interface EndedRun extends Run {
  readonly to: Instant
}

/** What one check adds to the record. */
export interface Step {
  readonly standing: Standing
  /** Unknown time between the previous check and this one; touches the next one where unknown goes on. */
  readonly unknown: Interval | null
  readonly ended: EndedRun | null
}

/** End of what a check says: its start plus its hold. */
const heldUntil = (sample: Sample): Instant =>
  sample.policy.hold === null ? (Number.MAX_SAFE_INTEGER as Instant) : add(sample.at, sample.policy.hold)

/** The unknown part of `[standing.last.at, until)`: from the check if it was unknown, else from the end of its hold. */
export function unknownTail(standing: Standing, until: Instant): Interval | null {
  const { last } = standing
  const from = last.state === 'unknown' ? last.at : heldUntil(last)
  return from < until ? { from, to: until } : null
}

/** Folds one check, later than every one before it, into the standing (README, How the number is made, 1 and 2). Throws a RangeError out of order. */
export function detect(before: Standing | null, check: Sample): Step {
  if (before && check.at <= before.last.at) throw new RangeError('checks must come in order of their start')
  const unknown = before && unknownTail(before, check.at)
  const run = before?.run ?? null
  const lastUp = before?.lastUp ?? null
  switch (check.state) {
    case 'up':
      return {
        standing: { last: check, lastUp: check.at, run: null },
        unknown,
        ended: run && { ...run, to: check.at },
      }
    case 'unknown':
      return { standing: { last: check, lastUp, run }, unknown, ended: null }
    case 'down':
      return { standing: { last: check, lastUp, run: extend(run, check, lastUp) }, unknown, ended: null }
  }
}

function extend(run: Run | null, check: Sample, lastUp: Instant | null): Run {
  const failures = (run?.failures ?? 0) + 1
  const confirmed = failures >= check.policy.failures ? check.at : null
  return {
    from: run?.from ?? check.at,
    failures,
    lastFailed: check.at,
    startsAfter: run ? run.startsAfter : lastUp,
    reason: run?.reason ?? check.reason ?? 'down',
    confirmedAt: run?.confirmedAt ?? confirmed,
  }
}

import type { Judgement } from '../sla/verdict.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import type { Month } from '../time/month.ts'

/** Where a month stands. It is judged for good when it is closed. */
export type MonthState =
  /** `closes`: when it will be closed at the earliest. */
  | { readonly kind: 'runs'; readonly closes: Instant }
  | { readonly kind: 'over'; readonly closes: Instant }
  | { readonly kind: 'closed'; readonly closed: Instant }

/** A figure of a month: what is recorded, or the best or worst that it can have been. */
export type MonthJudgement = Pick<
  Judgement,
  'base' | 'counted' | 'availability' | 'thresholds' | 'creditDays'
>

/** An outage as claims see it. */
export interface KnownOutage {
  readonly id: string | null
  readonly from: Instant
  /** Null while it lasts. */
  readonly to: Instant | null
  /** The last good check before it; null if none. */
  readonly startsAfter: Instant | null
  /** The last failed check in it. */
  readonly endsAfter: Instant
  readonly reason: string
}

/** What is known of a service's month when a claim for it is assessed. */
export interface MonthFacts {
  readonly service: string
  /** The service's, as people call it. */
  readonly name: string
  readonly month: Month
  readonly calendar: Interval
  readonly state: MonthState
  readonly judged: MonthJudgement
  /** Those that overlap the month, whole, in order. */
  readonly outages: readonly KnownOutage[]
  /** Normalized. */
  readonly maintenance: readonly Interval[]
  /** Normalized. */
  readonly unknown: readonly Interval[]
  /** See `claimDeadline`. */
  readonly deadline: Instant | null
  /** When the latest correction that raised its days of credit was made; null where none did. */
  readonly raisedAt: Instant | null
  /** Names the version of the contract by which the month is judged. */
  readonly contract: string
  /** Whether another version was in force in a part of the month. */
  readonly contractChanged: boolean
  /** How far a reported time may lie from an outage and still mean it. */
  readonly tolerance: Duration
  readonly evidence: 'required' | 'optional'
}

/** Another claim for the same account, service and month. */
export interface OtherClaim {
  /** The request's reference, for people. */
  readonly reference: string
  readonly received: Instant
  readonly state: 'open' | 'credited' | 'declined'
  /** What it brought; null where it is not credited. */
  readonly credit: { readonly days: number; readonly at: Instant } | null
}

/** One month of a claim. */
export interface ClaimFacts {
  readonly reference: string
  readonly account: string
  readonly received: Instant
  /** In the month, half-open. */
  readonly reported: readonly Interval[]
  /** Files and texts that show the failure. */
  readonly evidence: number
  readonly others: readonly OtherClaim[]
  /** The deadline that an earlier assessment told; null where none was told yet. */
  readonly promised: Instant | null
}

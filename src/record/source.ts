import type { Rules } from '../availability/compose.ts'
import type { Declared, Member } from '../availability/measure.ts'
import type { EndpointId, Maintenance, PerformanceTarget, ServiceId } from '../catalog/model.ts'
import type { Settled } from '../month/memory.ts'
import type { RecordedContract } from '../month/record.ts'
import type { CheckEvidence, State, Timings } from '../probe/check.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import type { Day } from '../time/month.ts'
import type { Version } from '../version/version.ts'

/** What an endpoint is now. `verifying`: checks fail, but no outage is confirmed. `pending`: never checked. */
export type EndpointState = State | 'verifying' | 'paused' | 'pending'

export interface EndpointNow {
  readonly id: EndpointId
  readonly name: string
  readonly state: EndpointState
  /** Start of the latest check; null before the first. */
  readonly lastCheck: Instant | null
  /** Of the latest check. */
  readonly latencyMs: number | null
  /** In words, such as `every 30 s`. */
  readonly schedule: string
  /** The shortest time between checks, in ms. */
  readonly every: Duration
}

/** Everything recorded of a service that its figures are made of. */
export interface ServiceRecord {
  readonly id: ServiceId
  readonly name: string
  readonly group: string | null
  /** No longer configured: its months and outages keep their addresses, but it is not listed. */
  readonly removed: boolean
  /** That it is judged by: in closed months the one that was sealed, else the last of each month. */
  readonly rule: Rules
  /** Informal targets for the response time of a month. */
  readonly performance: readonly PerformanceTarget[]
  /** Endpoints as configured now, in order. */
  readonly endpoints: readonly EndpointNow[]
  /** All endpoints that ever counted for it, with when they did. */
  readonly members: readonly Member[]
  /** Past and to come, in order of their start. */
  readonly maintenance: readonly Maintenance[]
  /** The permanent ids of its outages, by their start. */
  readonly outageIds: ReadonlyMap<Instant, string>
  /** Months that are closed, and corrections of the record. */
  readonly settled: Settled
  /** What the corrections declare, in their order. */
  readonly declared: readonly Declared[]
  /** The contracts that were in force, in order. */
  readonly contracts: readonly Version<RecordedContract>[]
}

export interface DayLatency extends Day {
  /** Checks with a latency on that day. */
  readonly count: number
  /** Milliseconds; null where count is 0. */
  readonly p50: number | null
  readonly p95: number | null
}

/** What the prober saw at one check, kept for the checks that mark an outage: first failed, confirming, last failed, first good. */
export interface Observation {
  readonly endpoint: EndpointId
  readonly at: Instant
  readonly state: State
  readonly reason: string | null
  /** One line, from the target: hostile text. */
  readonly observed: string
  readonly timings: Timings | null
  readonly address: string | null
  readonly status: number | null
  /** Null of checks that were stored before evidence was kept. Texts in it are the target's: hostile, and not for everyone. */
  readonly evidence: CheckEvidence | null
}

/** A stored check. */
export interface StoredCheck {
  readonly at: Instant
  readonly state: State
  readonly reason: string | null
  /** Whole time of the check, in ms; null where it was not measured. */
  readonly latencyMs: number | null
}

/** What pages and the API read. Each method answers from one consistent state of the record. */
export interface Source {
  /** Every service that is configured, in its order, and after them those that are not any more. */
  services(now: Instant): Promise<readonly ServiceRecord[]>
  /** The outage's service and start. Where outages grew together, an old id leads to the one that remains. */
  findOutage(
    id: string,
  ): Promise<{ readonly id: string; readonly service: ServiceId; readonly from: Instant } | null>
  /** Percentiles of all these endpoints together, for each day. */
  latency(endpoints: readonly EndpointId[], days: readonly Day[]): Promise<readonly DayLatency[]>
  /** Percentiles (1 to 100) of all these endpoints together over a window of whole hours, in ms. */
  percentiles(
    endpoints: readonly EndpointId[],
    window: Interval,
    wanted: readonly number[],
  ): Promise<{ readonly count: number; readonly ms: readonly (number | null)[] }>
  observations(endpoints: readonly EndpointId[], window: Interval): Promise<readonly Observation[]>
  checks(endpoint: EndpointId, window: Interval): Promise<readonly StoredCheck[]>
}

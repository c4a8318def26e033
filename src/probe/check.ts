import type { EndpointId } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'

/** Why a target was found down. */
export const DOWN_REASONS = [
  'dns',
  'connect-refused',
  'connect-timeout',
  'tls',
  'certificate-expiring',
  'timeout',
  'status',
  'body',
  'json',
  'latency',
  'redirect',
  'too-large',
  'protocol',
] as const

/** Why nothing can be said of a target: the fault may be ours. */
export const UNKNOWN_REASONS = [
  'unknown:offline',
  'unknown:resolver',
  'unknown:suspended',
  'unknown:lag',
  'unknown:guard',
  'unknown:paused',
  'unknown:internal',
] as const

export type DownReason = (typeof DOWN_REASONS)[number]
export type UnknownReason = (typeof UNKNOWN_REASONS)[number]
export type State = 'up' | 'down' | 'unknown'

/** What a probe found. `observed` is one line for people, without secrets, at most 300 characters. */
export type Outcome =
  | { readonly state: 'up'; readonly observed: string }
  | { readonly state: 'down'; readonly reason: DownReason; readonly observed: string }
  | { readonly state: 'unknown'; readonly reason: UnknownReason; readonly observed: string }

/** Milliseconds (fractions allowed) on the monotonic clock; a phase that was not reached is absent. Summed over redirects. */
export interface Timings {
  readonly dns?: number
  readonly connect?: number
  readonly tls?: number
  readonly firstByte?: number
  readonly transfer?: number
  readonly total: number
}

/** One probe's result, before it is known when and for which endpoint it was made. */
export interface ProbeResult {
  readonly outcome: Outcome
  readonly timings: Timings
  /** Resolved address and port of the last connection. */
  readonly address?: string
  /** Status code of the last response. */
  readonly status?: number
}

/** One probe of one endpoint: started at `at`. This is the message that a prober posts to the recorder. */
export interface Check extends ProbeResult {
  readonly endpoint: EndpointId
  readonly at: Instant
}

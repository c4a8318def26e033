import type { Duration, Instant } from '../time/instant.ts'

declare const brand: unique symbol

/** Permanent, chosen by the operator, unique over all services. */
export type EndpointId = string & { readonly [brand]: 'EndpointId' }
/** Permanent, chosen by the operator; appears in public addresses. */
export type ServiceId = string & { readonly [brand]: 'ServiceId' }

/** When a service is down: when any endpoint is, when all are, or when fewer than `n` are up. */
export type DownRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'all' }
  | { readonly kind: 'quorum'; readonly n: number }

export type Schedule =
  | { readonly kind: 'every'; readonly every: Duration }
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }

/** How many consecutive failed checks make an outage, and how fast they follow the first. */
export interface Confirm {
  readonly failures: number
  readonly every: Duration
}

/** A JSON expectation on the value at a dotted `path`. Each key that is present must hold. */
export interface JsonExpectation {
  readonly path: string
  readonly exists?: boolean
  readonly equals?: string | number | boolean | null
  readonly notEquals?: string | number | boolean | null
  readonly lessThan?: number
  readonly greaterThan?: number
}

/** What a response must be for the check to be `up`. */
export interface Expect {
  /** Inclusive ranges of accepted status codes. */
  readonly status: readonly (readonly [from: number, to: number])[]
  readonly contains?: string
  readonly notContains?: string
  readonly json: readonly JsonExpectation[]
  readonly maxLatency?: Duration
  /** The certificate must stay valid for at least so many days. */
  readonly certificateDays?: number
}

export interface HttpTarget {
  readonly kind: 'http'
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How many redirects are followed. */
  readonly redirects: number
  readonly expect: Expect
}

export type Target = HttpTarget

/** What is kept, for ever, of the checks that mark an outage. */
export interface Evidence {
  /** Whether a picture is taken of what a visitor saw. */
  readonly screenshot: boolean
  /** Names of response headers, in lower case. */
  readonly headers: readonly string[]
  /** Whether the first 4 KiB of the body are kept. */
  readonly body: boolean
}

export interface Endpoint {
  readonly id: EndpointId
  readonly name: string
  readonly schedule: Schedule
  /** One deadline over the whole check. */
  readonly timeout: Duration
  /** How long a check's state holds without another one; null holds for ever. */
  readonly hold: Duration | null
  readonly confirm: Confirm
  readonly paused: boolean
  readonly evidence: Evidence
  readonly target: Target
}

/** That so many percent of a month's checks answer within `below`. */
export interface PerformanceTarget {
  readonly percentile: number
  readonly below: Duration
}

export interface Service {
  readonly id: ServiceId
  readonly name: string
  readonly group: string | null
  readonly down: DownRule
  /** Informal targets for the response time of a month, without credit. */
  readonly performance: readonly PerformanceTarget[]
  readonly endpoints: readonly Endpoint[]
}

/** A window announced beforehand, half-open `[from, to)`. */
export interface Maintenance {
  readonly id: string
  readonly services: readonly ServiceId[]
  readonly from: Instant
  readonly to: Instant
  readonly title: string
  readonly announced: Instant | null
  /** When Nines first learnt of all the time that it covers; null where that is not known. */
  readonly noted: Instant | null
}

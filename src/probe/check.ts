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

/** The certificate that a target presented, whether or not it was trusted. */
export interface CertificateSummary {
  readonly subject: string
  readonly issuer: string
  /** Names and addresses that it is for, the first 20 of them. */
  readonly names: readonly string[]
  /** UTC ms; null where the certificate does not say so readably. */
  readonly validFrom: number | null
  readonly validTo: number | null
  /** SHA-256 of the certificate, in lower-case hexadecimal. */
  readonly fingerprint: string
  /** `TLSv1.3` */
  readonly protocol: string | null
  /** Why its chain or its name was refused; null where it was trusted. */
  readonly refused: string | null
}

/** The first 4 KiB of a body. `bytes` is how much of the decoded body was read, `whole` whether that is all of it. */
export type BodyExcerpt = { readonly bytes: number; readonly whole: boolean } & (
  | { readonly kind: 'text'; readonly charset: string; readonly text: string }
  /** Of what is no text only its media type and the SHA-256 of the first 4 KiB, in lower-case hexadecimal. */
  | { readonly kind: 'binary'; readonly type: string; readonly sha256: string }
)

/** What one reference target said when a failure was doubted. */
export interface ReferenceWord {
  /** `192.0.2.1:443` */
  readonly target: string
  readonly answered: boolean
  /** How long it took, or why it did not answer. */
  readonly observed: string
}

/** What is kept of a check that may mark an outage, with secrets replaced by `[redacted]`; at most 6.5 KiB of JSON. */
export interface CheckEvidence {
  /** Every address that the name of the last connection resolved to. */
  readonly resolved: readonly string[]
  /** The addresses asked, without queries, where redirects were followed; the first and the last of many. */
  readonly hops: readonly string[]
  /** Of the last response, those that the configuration names, in its order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Null where there was none, or none is to be kept. */
  readonly body: BodyExcerpt | null
  /** Null without TLS. */
  readonly certificate: CertificateSummary | null
  /** Null where they were not asked. */
  readonly references: readonly ReferenceWord[] | null
}

/** One probe's result, before it is known when and for which endpoint it was made. */
export interface ProbeResult {
  readonly outcome: Outcome
  readonly timings: Timings
  /** Resolved address and port of the last connection. */
  readonly address?: string
  /** Status code of the last response. */
  readonly status?: number
  /** Only of a check that may mark an outage: a failed one, or a good one that may end one. */
  readonly evidence?: CheckEvidence
}

/** One probe of one endpoint: started at `at`. This is the message that a prober posts to the recorder. */
export interface Check extends ProbeResult {
  readonly endpoint: EndpointId
  readonly at: Instant
}

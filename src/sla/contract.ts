import type { Duration } from '../time/instant.ts'

export interface Threshold {
  /** An exact decimal, such as `"99.9"`. */
  readonly percent: string
  readonly creditDays: number
}

/** The rules of an SLA. */
export interface Contract {
  /** IANA zone in which its months begin and end. */
  readonly timeZone: string
  readonly thresholds: readonly Threshold[]
  /** How long after the downtime a claim may come. */
  readonly claimWindow: Duration
  readonly maintenance: 'excluded' | 'counted-as-up'
  readonly unknown: 'excluded' | 'counted-as-down' | 'counted-as-up'
}

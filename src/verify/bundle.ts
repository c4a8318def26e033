import type { Correction, MonthRecord } from '../month/record.ts'

/** All that is needed to recompute a closed month and to find its place in the log. Canonical JSON (RFC 8785) in UTF-8. */
export interface Bundle {
  readonly type: 'nines.bundle/1'
  readonly record: MonthRecord
  /** The raw checks, by endpoint; null where retention has removed them. */
  readonly checks: Readonly<Record<string, EndpointChecks>> | null
  /** Those that came after the month was closed, in order. */
  readonly corrections: readonly { readonly index: number; readonly correction: Correction }[]
  readonly log: {
    /** The record's place. */
    readonly index: number
    /** The leaf hashes (RFC 6962) of all entries that the checkpoint covers, in hex. */
    readonly leaves: readonly string[]
    /** A signed note (C2SP tlog-checkpoint). */
    readonly checkpoint: string
    /** The verifier keys that signed it. */
    readonly keys: readonly string[]
  }
}

export interface EndpointChecks {
  /** The check lines of each day of the contract's zone, in order. */
  readonly days: readonly string[]
  /** Those after the month's end that settle it. */
  readonly after: string
}

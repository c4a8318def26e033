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
    /** Each change of the log's key that the checkpoint covers, in order. */
    readonly rotations: readonly Rotation[]
  }
}

/** What proves that one key of the log follows another. */
export interface Rotation {
  /** The place of its entry. */
  readonly index: number
  readonly entry: KeyChange
  /** The signed note over the first `index` + 1 entries, which brought the new key in. */
  readonly checkpoint: string
}

/** The log's entry that its key was changed. */
export interface KeyChange {
  readonly type: 'nines.key/1'
  readonly at: string
  /** Verifier keys (C2SP signed-note). */
  readonly old: string
  readonly new: string
  /** Whether the old key was lost, so that the new one signed the checkpoint alone. */
  readonly lost: boolean
}

export interface EndpointChecks {
  /** The check lines of each day of the contract's zone, in order. */
  readonly days: readonly string[]
  /** Those after the month's end that settle it. */
  readonly after: string
}

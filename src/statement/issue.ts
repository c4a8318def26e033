import type { Correction } from '../month/record.ts'
import type { Instant } from '../time/instant.ts'

/** What a statement says beside the month's record: where the record stands in the log, and what came after it. */
export interface Issue {
  /** The name of the site. */
  readonly title: string
  readonly issued: Instant
  /** Made after the month was closed, the oldest first. */
  readonly corrections: readonly Correction[]
  /** The signed note under which the log has `size` entries. */
  readonly checkpoint: string
  /** The record's entry in the log, from 0. */
  readonly index: number
  readonly size: number
  readonly verifierKey: string
  readonly links: {
    readonly page: string
    readonly bundle: string
    readonly log: string
    readonly json: string
    readonly csv: string
    readonly pdf: string
  }
}

import type { Database } from '../db/open.ts'
import type { LogStore } from '../log/store.ts'
import type { WriteLetter } from '../mail/write.ts'
import type { Source } from '../record/source.ts'
import type { RecordStore } from '../record/store.ts'
import type { Contract } from '../sla/contract.ts'
import type { Guarantee } from '../support/clock.ts'
import type { SupportStore } from '../support/store.ts'
import type { Duration, Instant } from '../time/instant.ts'

/** What the operator sets of cases; read anew each time, since the configuration reloads. */
export interface CaseSettings {
  /** What the page is called; letters end with it. */
  readonly title: string
  /** The public address; letters lead there. */
  readonly url: string | null
  readonly contract: Contract
  readonly support: Guarantee & {
    readonly tolerance: Duration
    readonly evidence: 'required' | 'optional'
  }
  /** How long after its end a month is closed, in ms. */
  readonly closingAfter: number
  /** Who letters come from. */
  readonly mailFrom: string | undefined
}

export interface CaseworkOptions {
  readonly db: Database
  readonly store: RecordStore
  readonly source: Source
  readonly support: SupportStore
  readonly log: LogStore
  readonly letters: WriteLetter
  readonly settings: () => CaseSettings
  readonly now: () => Instant
  /** Says that letters wait. */
  readonly poke: () => void
  /** Says that something new was signed. */
  readonly onSealed: () => void
  /** Told of what failed after the work itself was stored. */
  readonly onError: (error: unknown) => void
}

/** Who of the desk does something. */
export interface Doer {
  readonly id: string
  readonly name: string
  readonly role: string
  /** The IP address that the request came from. */
  readonly address: string | null
}

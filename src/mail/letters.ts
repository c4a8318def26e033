import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'

/** What every letter says of itself. */
interface Every {
  /** The name of the one it is to, as it was given; may be empty. */
  readonly name: string
  /** What the page is called; letters end with it. */
  readonly site: string
  /** IANA zone of the times in it. */
  readonly timeZone: string
}

interface OfRequest extends Every {
  readonly reference: string
  /** Where the request can be followed. */
  readonly follow: string
}

export interface Received extends OfRequest {
  /** Empty where it is not to be quoted. */
  readonly subject: string
  /** When an answer is due; null where none is promised. */
  readonly answerBy: Instant | null
  /** When the desk is open, in words, such as `Monday to Friday, 08:00 to 22:00 (Europe/London)`. */
  readonly hours: string | null
}

export interface ClaimReceived extends Received {
  readonly service: string
  /** `YYYY-MM`, each month that is claimed. */
  readonly months: readonly string[]
  /** What is missing, in words, such as `a file that shows the failure`. */
  readonly missing: readonly string[]
}

/** A month's figure, as the page shows it. */
export interface Figure {
  readonly service: string
  /** `YYYY-MM` of the contract's zone. */
  readonly month: string
  /** Truncated, such as `99.812`; null where nothing is known. */
  readonly percent: string | null
  /** In ms. */
  readonly down: number
  /** What the contract asks for, such as `99.9`. */
  readonly threshold: string
  readonly outages: readonly Interval[]
  /** The month's statement. */
  readonly statement: string
  /** Where it is said how to verify the statement. */
  readonly verify: string
}

export interface ClaimCredit extends OfRequest {
  readonly days: number
  readonly figure: Figure
}

export interface ClaimDeclined extends OfRequest {
  /** Each a sentence or two in plain words. */
  readonly reasons: readonly string[]
  readonly figure: Figure | null
  /** Until when an objection is taken; null where there is no such time. */
  readonly objectBy: Instant | null
}

export interface ClaimHeld extends OfRequest {
  readonly service: string
  readonly month: string
  /** When the month is over. */
  readonly ends: Instant
  /** By when we write again. */
  readonly back: Instant
}

export interface Answer extends OfRequest {
  readonly subject: string
  readonly text: string
  /** Who writes; may be empty. */
  readonly by: string
}

export interface Invitation extends Every {
  readonly by: string
  readonly link: string
  readonly expires: Instant
}

export interface PasswordReset extends Every {
  readonly link: string
  readonly expires: Instant
}

/** What each kind of letter is written from. */
export interface LetterFacts {
  readonly received: Received
  readonly 'claim-received': ClaimReceived
  readonly 'claim-credit': ClaimCredit
  readonly 'claim-declined': ClaimDeclined
  readonly 'claim-held': ClaimHeld
  readonly answer: Answer
  readonly invitation: Invitation
  readonly 'password-reset': PasswordReset
}

export type LetterKind = keyof LetterFacts

import type { Instant } from '../time/instant.ts'

/** A mail that came in. All of it is the sender's word, the address included. */
export interface IncomingMail {
  /** In angle brackets. Made from the content where the mail has none, so that the same mail has the same. */
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  /** The addresses that it was taken for. */
  readonly to: readonly string[]
  readonly subject: string
  /** The plain text, or what the HTML says; what it quotes is kept. */
  readonly text: string
  /** When it was received. */
  readonly at: Instant
  /** The message ids that it answers, the nearest first. */
  readonly inReplyTo: readonly string[]
  readonly attachments: readonly { readonly name: string; readonly content: Buffer }[]
  /** Whether a program sent it: then nothing may answer it by itself (RFC 3834). */
  readonly automatic: boolean
}

/** What the transport said of a mail. */
export interface Envelope {
  /** Empty for the empty sender, null where nothing is known. */
  readonly from: string | null
  readonly to: readonly string[]
}

/** A mail, or why it cannot be taken, for the one who sent it. */
export type Reading =
  | { readonly ok: true; readonly mail: IncomingMail }
  | { readonly ok: false; readonly why: string }

/** The largest mail that is taken, in bytes, as it is transferred. */
export const LARGEST_MAIL = 20 * 1_024 * 1_024

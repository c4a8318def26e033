import { randomUUID } from 'node:crypto'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { domainOf, isMailbox, isMessageId } from './address.ts'
import type { LetterKind } from './letters.ts'
import { letters } from './tables.ts'
import { manyLines, oneLine } from './text.ts'

export interface NewLetter {
  readonly kind: LetterKind
  /** The reference of the request that it is about. */
  readonly about?: string | null
  readonly toName?: string | null
  readonly toAddress: string
  readonly subject: string
  readonly text: string
  readonly html?: string | null
  readonly inReplyTo?: string | null
  readonly references?: readonly string[]
  /** Who letters come from at present; its domain names the Message-ID. */
  readonly from: string | undefined
}

export interface Queued {
  readonly id: number
  readonly messageId: string
}

const MOST_TEXT = 1_000_000
const MOST_REFERENCES = 20

/**
 * Queues a letter; to be called inside the caller's transaction, so that it is written with what it tells, or not at
 * all. Null where no mail can go to that address. Control characters are taken out, and what is too long is cut.
 */
export function queueLetter(db: Database, letter: NewLetter, now: Instant): Queued | null {
  const toAddress = letter.toAddress.trim()
  if (!isMailbox(toAddress)) return null
  const messageId = `<${randomUUID()}@${asciiDomain(letter.from)}>`
  const inReplyTo = letter.inReplyTo ?? null
  const row = db.orm
    .insert(letters)
    .values({
      createdAt: now,
      kind: letter.kind,
      about: letter.about ?? null,
      toName: oneLine(letter.toName ?? '', 100),
      toAddress,
      subject: oneLine(letter.subject, 250),
      text: manyLines(letter.text, MOST_TEXT),
      html: letter.html ?? null,
      messageId,
      inReplyTo: inReplyTo !== null && isMessageId(inReplyTo) ? inReplyTo : null,
      references: (letter.references ?? []).filter(isMessageId).slice(-MOST_REFERENCES).join(' '),
      state: 'waiting',
      attempts: 0,
      nextAt: now,
    })
    .returning({ id: letters.id })
    .get()
  return { id: row.id, messageId }
}

/** A message id is ASCII, also where the domain is not. */
function asciiDomain(from: string | undefined): string {
  const domain = domainOf(from)
  return isMessageId(`<x@${domain}>`) ? domain : 'nines.invalid'
}

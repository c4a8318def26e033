import { createHash } from 'node:crypto'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import { addAttachments } from './attachment-store.ts'
import type { Kept, Upload } from './attachments.ts'
import { cut, isAddress, LIMITS, manyLines, oneLine, type Problem, sameAddress } from './intake.ts'
import { countFrom } from './list-store.ts'
import { addMessage, type Message } from './message-store.ts'
import { findReferences } from './reference.ts'
import type { SupportRequest } from './request.ts'
import { type Filing, fileRequest, findByMail, findByReference, senderOf } from './request-store.ts'

/** A mail as it was read. */
export interface IncomingMail {
  /** Empty where it has none: it is then filed as often as it comes. */
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  /** When our door took it: never what its own `Date` says. */
  readonly at: Instant
  /** The ids in `In-Reply-To` and `References`, the nearest first. */
  readonly inReplyTo: readonly string[]
  readonly attachments: readonly Upload[]
  /** Sent by a program: an absence, a bounce, a list. */
  readonly automatic: boolean
}

export interface Receiving extends Filing {
  /** Our own addresses: what comes from them is never answered. */
  readonly own: readonly string[]
}

export type Received =
  | {
      readonly kind: 'filed'
      readonly request: SupportRequest
      readonly secret: string
      /** Whether to tell the sender: not where an address files so much that it may be a program. */
      readonly acknowledge: boolean
    }
  | {
      readonly kind: 'message'
      readonly request: SupportRequest
      readonly message: Message
      /** Whether the request was closed, and is open again with this. */
      readonly reopened: boolean
    }
  /** An automatic answer to what we wrote, kept as a note. */
  | { readonly kind: 'noted'; readonly request: SupportRequest }
  /** It came before. */
  | { readonly kind: 'known'; readonly request: SupportRequest }
  | { readonly kind: 'ignored'; readonly why: 'automatic' | 'no sender' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

/** More requests than this from one address in an hour are filed but not acknowledged: two programs may be talking. */
const ACKNOWLEDGED = 10
const HOUR = 3_600_000

/**
 * Makes of a mail a message of the request that it answers, or else a new request, inside the caller's transaction. `kept`
 * are its files, which are used where the outcome is `filed` or `message` alone. Too long texts are cut, saying so.
 */
export function receiveMail(db: Database, mail: IncomingMail, receiving: Receiving, kept: Kept): Received {
  const from = mail.from.address.trim()
  if (!isAddress(from)) return { kind: 'ignored', why: 'no sender' }
  const named = nameOfMail(db, mail, receiving.own)
  if (named.kind === 'known') return named
  const { messageId } = named
  const automatic = mail.automatic || receiving.own.some(own => sameAddress(own, from))
  const answered = answeredBy(db, mail, from)
  if (automatic && !answered) return { kind: 'ignored', why: 'automatic' }
  const at = (mail.at < receiving.now ? mail.at : receiving.now) as Instant
  const body = shortened(mail.text)

  if (answered) {
    const added = addMessage(db, answered.id, {
      at,
      direction: automatic ? 'note' : 'in',
      automatic,
      author: from,
      body,
      mailMessageId: messageId,
    })
    switch (added.kind) {
      case 'added': {
        if (automatic) return { kind: 'noted', request: added.request }
        addAttachments(db, answered.id, added.message.id, kept.files)
        const request = noteProblems(db, added.request, at, kept.problems)
        return { kind: 'message', request, message: added.message, reopened: added.reopened }
      }
      case 'known':
      case 'refused':
        return added
      case 'stale':
      case 'unknown':
        throw new Error(`request ${answered.id} changed within a transaction`)
    }
  }

  const filed = fileRequest(
    db,
    {
      via: 'mail',
      kind: 'question',
      subject: cut(oneLine(mail.subject), LIMITS.subject).trim() || '(no subject)',
      body,
      name: cut(oneLine(mail.from.name), LIMITS.name),
      email: from,
      messageId,
    },
    { ...receiving, now: at },
  )
  if (filed.kind !== 'filed') return filed
  addAttachments(db, filed.request.id, null, kept.files)
  return {
    kind: 'filed',
    request: noteProblems(db, filed.request, at, kept.problems),
    secret: filed.secret,
    acknowledge: countFrom(db, from, add(at, -HOUR)) <= ACKNOWLEDGED,
  }
}

/**
 * Whether a mail came before, or the id to keep it under: its own, or one made of it where another sender used that first,
 * as anybody can. The empty string where none is left: it is then filed as often as it comes.
 */
export function nameOfMail(
  db: Database,
  mail: Pick<IncomingMail, 'messageId' | 'from'>,
  own: readonly string[],
):
  | { readonly kind: 'known'; readonly request: SupportRequest }
  | { readonly kind: 'new'; readonly messageId: string } {
  const from = mail.from.address.trim()
  for (let messageId = mail.messageId, n = 0; n < 3; n++) {
    const request = findByMail(db, messageId)
    if (!request) return { kind: 'new', messageId }
    const sender = senderOf(db, messageId)
    // Null: we wrote it, and our own letter came back to us.
    const same = sender === null ? own.some(one => sameAddress(one, from)) : sameAddress(sender, from)
    if (same) return { kind: 'known', request }
    const made = createHash('sha256').update(`${messageId}\n${from.toLowerCase()}`).digest('hex')
    messageId = `<taken.${made.slice(0, 40)}@nines.invalid>`
  }
  return { kind: 'new', messageId: '' }
}

/** The request that a mail answers: by the ids of mails, or by a reference in its subject where its sender is the customer. */
export function answeredBy(
  db: Database,
  mail: Pick<IncomingMail, 'inReplyTo' | 'subject'>,
  from: string,
): SupportRequest | null {
  for (const id of mail.inReplyTo.slice(0, 50)) {
    const request = findByMail(db, id)
    if (request) return request
  }
  for (const reference of findReferences(mail.subject)) {
    const request = findByReference(db, reference)
    if (request && sameAddress(request.email, from)) return request
  }
  return null
}

const CUT = '\n\n[The rest of this mail was cut.]'

function shortened(text: string): string {
  const body = manyLines(text.slice(0, LIMITS.body * 10))
  if (body === '') return '(no text)'
  return body.length > LIMITS.body ? cut(body, LIMITS.body - CUT.length).trimEnd() + CUT : body
}

/** Tells the desk of files that were not kept. */
function noteProblems(
  db: Database,
  request: SupportRequest,
  at: Instant,
  problems: readonly Problem[],
): SupportRequest {
  if (problems.length === 0) return request
  const body = `Not kept:\n${problems.map(({ problem }) => problem).join('\n')}`
  const added = addMessage(db, request.id, { at, direction: 'note', automatic: true, author: 'Nines', body })
  return added.kind === 'added' ? added.request : request
}

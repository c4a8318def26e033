import { asc, count, eq } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { later } from '../time/interval.ts'
import { noteChange } from './change-store.ts'
import { checkBody, cleanMessageId, cut, LIMITS, oneLine, type Problem } from './intake.ts'
import type { RequestId, SupportRequest } from './request.ts'
import { asRequest, findByMail, findRequest } from './request-store.ts'
import { requestMessages, requests } from './tables.ts'

declare const brand: unique symbol

export type MessageId = number & { readonly [brand]: 'MessageId' }

/** `in` is the customer's, `out` the desk's, and a `note` is seen by the desk alone. */
export type Direction = 'in' | 'out' | 'note'

export interface Message {
  readonly id: MessageId
  readonly request: RequestId
  readonly at: Instant
  readonly direction: Direction
  readonly automatic: boolean
  readonly author: string
  readonly body: string
  readonly mailMessageId: string | null
}

export interface NewMessage {
  readonly at: Instant
  readonly direction: Direction
  /** Sent by no person, such as an acknowledgement: it answers nothing and opens nothing. */
  readonly automatic?: boolean
  readonly author: string
  readonly body: string
  readonly mailMessageId?: string | null
  /** The version that the author has seen; left out where it does not matter, as for a customer. */
  readonly version?: number
}

export type Added =
  | {
      readonly kind: 'added'
      readonly request: SupportRequest
      readonly message: Message
      /** Whether it was closed, and is open again with this. */
      readonly reopened: boolean
    }
  /** The mail came before. */
  | { readonly kind: 'known'; readonly request: SupportRequest }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** Someone has changed the request since: it is given as it is now. */
  | { readonly kind: 'stale'; readonly request: SupportRequest }
  | { readonly kind: 'unknown' }

/** How many messages a request holds: what ends two programs that answer each other. */
const MOST = 1_000

/**
 * Adds a message, inside the caller's transaction. The customer's opens the request again. The desk's first one is the first
 * answer, recorded once, which stops the clock; after it the request waits for the customer.
 */
export function addMessage(db: Database, id: RequestId, message: NewMessage): Added {
  const request = findRequest(db, id)
  if (!request) return { kind: 'unknown' }
  const mailMessageId = cleanMessageId(message.mailMessageId ?? '')
  const known = mailMessageId === null ? null : findByMail(db, mailMessageId)
  if (known) return { kind: 'known', request: known }
  if (message.version !== undefined && message.version !== request.version) return { kind: 'stale', request }
  const { body, problems } = checkBody(message.body)
  if (problems.length > 0) return { kind: 'refused', problems }
  const held = db.orm
    .select({ n: count() })
    .from(requestMessages)
    .where(eq(requestMessages.request, id))
    .get()
  if ((held?.n ?? 0) >= MOST) return { kind: 'refused', problems: [FULL] }

  const { at, direction, automatic = false } = message
  const author = cut(oneLine(message.author), LIMITS.email)
  const added = db.orm
    .insert(requestMessages)
    .values({ request: id, at, direction, automatic, author, body, mailMessageId })
    .returning()
    .get()
  const changed = db.orm
    .update(requests)
    .set({ ...effectOf(request, at, automatic ? 'note' : direction), version: request.version + 1 })
    .where(eq(requests.id, id))
    .returning()
    .get()
  if (changed.status !== request.status)
    noteChange(db, id, {
      at,
      who: author,
      what: 'status',
      before: request.status,
      after: changed.status,
      reason: null,
    })
  return {
    kind: 'added',
    request: asRequest(changed),
    message: asMessage(added),
    reopened: request.status === 'closed' && changed.status !== 'closed',
  }
}

const FULL: Problem = {
  field: 'body',
  problem: `This request holds ${MOST.toLocaleString('en')} messages. Please send a new one.`,
}

function effectOf(request: SupportRequest, at: Instant, direction: Direction): Partial<SupportRequest> {
  const lastMessageAt = later(request.lastMessageAt, at)
  switch (direction) {
    case 'in':
      return { status: 'open', closedAt: null, lastMessageAt }
    case 'out': {
      const firstAnswerAt = request.firstAnswerAt ?? later(request.receivedAt, at)
      return { status: request.status === 'closed' ? 'closed' : 'waiting', firstAnswerAt, lastMessageAt }
    }
    case 'note':
      return {}
  }
}

/** Keeps the id of the mail that a message was sent as, so that what answers it is known. False where there is no such message, or the id is taken. */
export function nameMail(db: Database, message: MessageId, mailMessageId: string): boolean {
  const id = cleanMessageId(mailMessageId)
  if (id === null || findByMail(db, id)) return false
  return (
    db.orm.update(requestMessages).set({ mailMessageId: id }).where(eq(requestMessages.id, message)).run()
      .changes > 0
  )
}

/** The messages of a request, oldest first. */
export function readMessages(db: Database, request: RequestId): Message[] {
  return db.orm
    .select()
    .from(requestMessages)
    .where(eq(requestMessages.request, request))
    .orderBy(asc(requestMessages.at), asc(requestMessages.id))
    .all()
    .map(asMessage)
}

const asMessage = (row: typeof requestMessages.$inferSelect): Message => ({
  ...row,
  id: row.id as MessageId,
  request: row.request as RequestId,
  at: row.at as Instant,
})

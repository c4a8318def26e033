import { createHash, createHmac, randomInt } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { dueAt, type Guarantee } from './clock.ts'
import { checkIntake, cleanMessageId, type Intake, type Problem } from './intake.ts'
import { priorityOf } from './priority.ts'
import { makeReference, parseReference, type Reference } from './reference.ts'
import type { RequestId, SupportRequest } from './request.ts'
import { requestMessages, requests } from './tables.ts'

/** What filing needs to know of the installation. */
export interface Filing {
  readonly now: Instant
  readonly guarantee: Guarantee
  /** The installation's secret from which the followed addresses are derived. */
  readonly follow: string
}

export type Filed =
  /** `secret` stands in the address that the customer follows. It can be derived again (`followSecret`). */
  | { readonly kind: 'filed'; readonly request: SupportRequest; readonly secret: string }
  /** The mail came before. */
  | { readonly kind: 'known'; readonly request: SupportRequest }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

/** Files a request that comes `now`, inside the caller's transaction. */
export function fileRequest(db: Database, intake: Intake, { now, guarantee, follow }: Filing): Filed {
  const outcome = checkIntake(intake)
  if (outcome.kind === 'refused') return outcome
  const { chosen, ...fields } = outcome.intake
  const known = fields.messageId === null ? null : findByMail(db, fields.messageId)
  if (known) return { kind: 'known', request: known }
  const { tier, by } = priorityOf({ ...outcome.intake, channel: outcome.intake.via })
  const reference = freeReference(db)
  const secret = secretOf(follow, reference)
  const row = db.orm
    .insert(requests)
    .values({
      ...fields,
      reference,
      secretHash: hashOf(secret),
      tier,
      priorityBy: by,
      receivedAt: now,
      status: 'open',
      dueAt: dueAt(tier, now, guarantee),
      lastMessageAt: now,
      version: 1,
    })
    .returning()
    .get()
  return { kind: 'filed', request: asRequest(row), secret }
}

export function findRequest(db: Database, id: RequestId): SupportRequest | null {
  const row = db.orm.select().from(requests).where(eq(requests.id, id)).get()
  return row ? asRequest(row) : null
}

/** Finds a request by its reference as a person types it. */
export function findByReference(db: Database, text: string): SupportRequest | null {
  const reference = parseReference(text)
  const row = reference && db.orm.select().from(requests).where(eq(requests.reference, reference)).get()
  return row ? asRequest(row) : null
}

/** Finds a request by the secret of its followed address. Only hashes are compared, so timing tells nothing of a secret. */
export function findBySecret(db: Database, secret: string): SupportRequest | null {
  if (!/^[\w-]{27}$/.test(secret)) return null
  const row = db.orm
    .select()
    .from(requests)
    .where(eq(requests.secretHash, hashOf(secret)))
    .get()
  return row ? asRequest(row) : null
}

/** The request that a mail's id (with angle brackets or without) belongs to: its own, or that of a message of it. */
export function findByMail(db: Database, messageId: string): SupportRequest | null {
  const id = cleanMessageId(messageId)
  if (id === null) return null
  const own = db.orm.select().from(requests).where(eq(requests.messageId, id)).get()
  if (own) return asRequest(own)
  const message = db.orm
    .select({ request: requestMessages.request })
    .from(requestMessages)
    .where(eq(requestMessages.mailMessageId, id))
    .get()
  return message ? findRequest(db, message.request as RequestId) : null
}

/** The address that wrote the mail of an id; null for our own, and where there is none. */
export function senderOf(db: Database, messageId: string): string | null {
  const id = cleanMessageId(messageId)
  if (id === null) return null
  const own = db.orm.select({ email: requests.email }).from(requests).where(eq(requests.messageId, id)).get()
  if (own) return own.email
  const message = db.orm
    .select({ author: requestMessages.author, direction: requestMessages.direction })
    .from(requestMessages)
    .where(eq(requestMessages.mailMessageId, id))
    .get()
  return message && message.direction !== 'out' ? message.author : null
}

/**
 * The secret of a request's followed address, for a later letter; inside the caller's transaction. Where the
 * installation's secret has changed since, the new one takes its place and the old address stops working.
 */
export function followSecret(db: Database, follow: string, request: SupportRequest): string {
  const secret = secretOf(follow, request.reference)
  db.orm
    .update(requests)
    .set({ secretHash: hashOf(secret) })
    .where(sql`${requests.id} = ${request.id} and ${requests.secretHash} <> ${hashOf(secret)}`)
    .run()
  return secret
}

/**
 * 160 bits, derived and not stored, since later letters hold the address too: whoever reads the database or a backup of
 * it alone, in which there are only hashes, can follow no request.
 */
const secretOf = (follow: string, reference: Reference): string =>
  createHmac('sha256', follow).update(`request\n${reference}`).digest().subarray(0, 20).toString('base64url')

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

function freeReference(db: Database): Reference {
  for (;;) {
    const reference = makeReference(below => randomInt(below))
    if (!findByReference(db, reference)) return reference
  }
}

/** Reads a row. The hash of its secret stays behind. */
export function asRequest({ secretHash: _, ...row }: typeof requests.$inferSelect): SupportRequest {
  return {
    ...row,
    id: row.id as RequestId,
    reference: row.reference as Reference,
    receivedAt: row.receivedAt as Instant,
    dueAt: row.dueAt as Instant | null,
    firstAnswerAt: row.firstAnswerAt as Instant | null,
    lastMessageAt: row.lastMessageAt as Instant,
    closedAt: row.closedAt as Instant | null,
  }
}

/** Moves the time at which the first answer is due, where none was given; inside the caller's transaction. */
export function moveDue(db: Database, id: RequestId, dueAt: Instant | null): void {
  db.orm
    .update(requests)
    .set({ dueAt })
    .where(and(eq(requests.id, id), isNull(requests.firstAnswerAt)))
    .run()
}

import { and, asc, count, eq } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import { type KeptFile, MOST_FILES } from './attachments.ts'
import type { MessageId } from './message-store.ts'
import type { RequestId } from './request.ts'
import { attachments } from './tables.ts'

declare const brand: unique symbol

export type AttachmentId = number & { readonly [brand]: 'AttachmentId' }

export interface Attachment extends KeptFile {
  readonly id: AttachmentId
  readonly request: RequestId
  /** Null: it came with the request itself. */
  readonly message: MessageId | null
}

/** How many files a request holds at most, with its messages. */
const MOST_OF_A_REQUEST = 20

/** How many more files may come with the next message. */
export const allowedFiles = (db: Database, request: RequestId): number => {
  const held = db.orm.select({ n: count() }).from(attachments).where(eq(attachments.request, request)).get()
  return Math.max(0, Math.min(MOST_FILES, MOST_OF_A_REQUEST - (held?.n ?? 0)))
}

/** Gives kept files their rows, inside the caller's transaction. */
export function addAttachments(
  db: Database,
  request: RequestId,
  message: MessageId | null,
  files: readonly KeptFile[],
): void {
  for (const file of files)
    db.orm
      .insert(attachments)
      .values({ request, message, ...file })
      .run()
}

/** The files of a request and its messages, in the order in which they came. */
export function readAttachments(db: Database, request: RequestId): Attachment[] {
  return db.orm
    .select()
    .from(attachments)
    .where(eq(attachments.request, request))
    .orderBy(asc(attachments.id))
    .all() as Attachment[]
}

/** A file of this request; null where it has none of that id. */
export function findAttachment(db: Database, request: RequestId, id: number): Attachment | null {
  const row = db.orm
    .select()
    .from(attachments)
    .where(and(eq(attachments.request, request), eq(attachments.id, id)))
    .get()
  return (row as Attachment | undefined) ?? null
}

/** The names in the attachments' directory that have rows. */
export const knownFiles = (db: Database): Set<string> =>
  new Set(
    db.orm
      .select({ file: attachments.file })
      .from(attachments)
      .all()
      .map(row => row.file),
  )

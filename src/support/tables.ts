import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Requests to support. A claim has its own facts beside its request. Instants are UTC ms. */
export const requests = sqliteTable(
  'requests',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    reference: text().notNull().unique(),
    /** SHA-256, in hex, of the secret in the address that the customer follows. */
    secretHash: text('secret_hash').notNull().unique(),
    kind: text({ enum: ['claim', 'incident', 'question', 'feature'] }).notNull(),
    tier: text({ enum: ['urgent', 'high', 'medium', 'low'] }).notNull(),
    priorityBy: text('priority_by', { enum: ['kind', 'subject', 'customer', 'desk', 'default'] }).notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    name: text().notNull(),
    email: text().notNull(),
    account: text(),
    service: text(),
    via: text({ enum: ['form', 'mail', 'desk'] }).notNull(),
    receivedAt: integer('received_at').notNull(),
    /** `waiting` is for the customer. */
    status: text({ enum: ['open', 'waiting', 'closed'] }).notNull(),
    assignee: text(),
    /** Null where no desk opens within a year. */
    dueAt: integer('due_at'),
    firstAnswerAt: integer('first_answer_at'),
    lastMessageAt: integer('last_message_at').notNull(),
    closedAt: integer('closed_at'),
    /** The `Message-ID` of the mail that it came by. */
    messageId: text('message_id').unique(),
    /** Grows with every change. */
    version: integer().notNull(),
  },
  table => [
    index('requests_status').on(table.status, table.dueAt),
    index('requests_received').on(table.receivedAt),
  ],
)

/** What was written to and fro about a request after it came, and notes among the desk. */
export const requestMessages = sqliteTable(
  'request_messages',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    request: integer()
      .notNull()
      .references(() => requests.id),
    at: integer().notNull(),
    direction: text({ enum: ['in', 'out', 'note'] }).notNull(),
    /** Sent by no person, such as an acknowledgement: it answers nothing. */
    automatic: integer({ mode: 'boolean' }).notNull(),
    author: text().notNull(),
    body: text().notNull(),
    mailMessageId: text('mail_message_id').unique(),
  },
  table => [index('request_messages_request').on(table.request, table.at)],
)

/** Who changed what of a request, and why. Append-only. */
export const requestChanges = sqliteTable(
  'request_changes',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    request: integer()
      .notNull()
      .references(() => requests.id),
    at: integer().notNull(),
    who: text().notNull(),
    what: text({ enum: ['tier', 'kind', 'assignee', 'status'] }).notNull(),
    before: text(),
    after: text(),
    reason: text(),
  },
  table => [index('request_changes_request').on(table.request, table.at)],
)

/** Files that came with a request or, where `message` is set, with a message of it. */
export const attachments = sqliteTable(
  'attachments',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    request: integer()
      .notNull()
      .references(() => requests.id),
    message: integer().references(() => requestMessages.id),
    name: text().notNull(),
    kind: text({ enum: ['png', 'jpeg', 'pdf'] }).notNull(),
    bytes: integer().notNull(),
    sha256: text().notNull(),
    /** Its random name in the attachments' directory. */
    file: text().notNull().unique(),
  },
  table => [index('attachments_request').on(table.request)],
)

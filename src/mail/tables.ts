import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Letters to one person each. What a letter says is fixed when it is queued, and so is its Message-ID. */
export const letters = sqliteTable(
  'letters',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    createdAt: integer('created_at').notNull(),
    kind: text().notNull(),
    /** The reference of the request that it is about. */
    about: text(),
    toName: text('to_name').notNull(),
    toAddress: text('to_address').notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text(),
    messageId: text('message_id').notNull().unique(),
    inReplyTo: text('in_reply_to'),
    /** Message ids, separated by spaces. */
    references: text().notNull(),
    state: text({ enum: ['waiting', 'sending', 'sent', 'failed'] }).notNull(),
    attempts: integer().notNull(),
    firstTriedAt: integer('first_tried_at'),
    /** When it is due; while it is being sent: when the claim on it ends. */
    nextAt: integer('next_at').notNull(),
    claimedUntil: integer('claimed_until'),
    lastError: text('last_error'),
    sentAt: integer('sent_at'),
  },
  table => [index('letters_due').on(table.state, table.nextAt), index('letters_about').on(table.about)],
)

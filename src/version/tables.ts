import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What was configured when. Rows are only added, and their end set once. */
export const versions = sqliteTable(
  'versions',
  {
    id: integer().primaryKey(),
    kind: text({ enum: ['contract', 'service', 'endpoint'] }).notNull(),
    /** The id of the service or endpoint; empty for the contract. */
    subject: text().notNull(),
    fromAt: integer('from_at').notNull(),
    /** Null while in force. */
    toAt: integer('to_at'),
    /** Random, kept to ourselves: what a digest covers cannot be guessed from it. Empty where all of it is published. */
    salt: text().notNull(),
    /** SHA-256, in hex, of the salt and the canonical JSON of all that was configured. */
    digest: text().notNull(),
    /** What may be known of it, as JSON: never a header's value or a body. */
    content: text().notNull(),
  },
  table => [index('versions_subject').on(table.kind, table.subject, table.fromAt)],
)

import { blob, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** What a visitor saw when an outage was confirmed, one row an outage of an endpoint; kept for ever. */
export const screenshots = sqliteTable(
  'screenshots',
  {
    id: integer().primaryKey(),
    endpoint: integer().notNull(),
    /** Start of the endpoint's outage. */
    fromAt: integer('from_at').notNull(),
    /** When the picture was taken, or was given up. */
    at: integer().notNull(),
    /** `image/png`, `image/jpeg`, or `none`. */
    kind: text().notNull(),
    /** Why there is none, or what is to be said of the one there is. */
    note: text(),
    bytes: blob({ mode: 'buffer' }),
    width: integer(),
    height: integer(),
    /** Of the bytes, in lower-case hexadecimal. */
    sha256: text(),
  },
  table => [
    uniqueIndex('screenshots_outage').on(table.endpoint, table.fromAt),
    index('screenshots_sha256').on(table.sha256),
  ],
)

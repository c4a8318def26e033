import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Ended runs of failed checks: outages of an endpoint where confirmed, else blips. WITHOUT ROWID. */
export const runs = sqliteTable(
  'runs',
  {
    endpoint: integer().notNull(),
    fromAt: integer('from_at').notNull(),
    toAt: integer('to_at').notNull(),
    failures: integer().notNull(),
    lastFailed: integer('last_failed').notNull(),
    startsAfter: integer('starts_after'),
    confirmedAt: integer('confirmed_at'),
    reason: text().notNull(),
  },
  table => [primaryKey({ columns: [table.endpoint, table.fromAt] })],
)

/** Unknown time between checks, half-open, with gaps between the rows. WITHOUT ROWID. */
export const unknownSpans = sqliteTable(
  'unknown_spans',
  {
    endpoint: integer().notNull(),
    fromAt: integer('from_at').notNull(),
    toAt: integer('to_at').notNull(),
  },
  table => [primaryKey({ columns: [table.endpoint, table.fromAt] })],
)

/** The permanent ids of the services' outages. What an outage was is composed from the endpoints' runs. */
export const outages = sqliteTable(
  'outages',
  {
    id: text().primaryKey(),
    service: text().notNull(),
    fromAt: integer('from_at').notNull(),
    /** Null while it lasts. */
    toAt: integer('to_at'),
    /** Where outages grew together: the id that remains. */
    mergedInto: text('merged_into'),
  },
  table => [index('outages_service').on(table.service, table.fromAt)],
)

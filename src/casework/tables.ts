import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The times of a claim as the customer wrote them, and how each was read. Instants are UTC ms. */
export const claimReadings = sqliteTable(
  'claim_readings',
  {
    /** The id of the claim. */
    claim: integer().notNull(),
    place: integer().notNull(),
    fromAt: integer('from_at').notNull(),
    toAt: integer('to_at').notNull(),
    /** The customer's words. */
    text: text().notNull(),
    /** IANA zone, or a fixed offset. */
    zone: text().notNull(),
    /** What the words left open, and how it was settled: JSON, a list of texts. */
    assumed: text().notNull(),
  },
  table => [primaryKey({ columns: [table.claim, table.place] })],
)

/** What a customer was told of a month of a claim beside the decision, each once. */
export const claimTold = sqliteTable(
  'claim_told',
  {
    claim: integer().notNull(),
    /** `YYYY-MM` */
    month: text().notNull(),
    /** `held`: we come back once the month is closed; `closed`: it is. */
    what: text({ enum: ['held', 'closed'] }).notNull(),
    at: integer().notNull(),
  },
  table => [primaryKey({ columns: [table.claim, table.month, table.what] })],
)

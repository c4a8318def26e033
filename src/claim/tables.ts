import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** What a request of kind `claim` claims, one row for each service. Instants are UTC ms. */
export const claims = sqliteTable(
  'claims',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The id of the request that it is of. */
    request: integer().notNull(),
    /** The request's. */
    reference: text().notNull(),
    account: text().notNull(),
    /** See `accountKey`. */
    accountKey: text('account_key').notNull(),
    service: text().notNull(),
    /** The reported times, as JSON: pairs of instants. */
    reported: text().notNull(),
    /** The words that they were read from. */
    seen: text().notNull(),
    receivedAt: integer('received_at').notNull(),
  },
  table => [uniqueIndex('claims_request').on(table.request, table.service)],
)

/** The months of a claim: each is assessed and decided for itself. What is decided stays. */
export const claimMonths = sqliteTable(
  'claim_months',
  {
    claim: integer()
      .notNull()
      .references(() => claims.id),
    /** `YYYY-MM` */
    month: text().notNull(),
    accountKey: text('account_key').notNull(),
    service: text().notNull(),
    state: text({ enum: ['new', 'held', 'assessed', 'credited', 'declined'] }).notNull(),
    /** Where it is held: when to look again. */
    heldUntil: integer('held_until'),
    /** The deadline that the first assessment with one told. */
    promised: integer(),
    /** The Assessment, as JSON. */
    assessment: text(),
    assessedAt: integer('assessed_at'),
    /** Names the version of the contract by which it was assessed. */
    contract: text(),
    /** The DecisionRecord, as JSON. */
    decision: text(),
    decidedAt: integer('decided_at'),
    decidedBy: text('decided_by'),
    /** Why it was decided otherwise than recommended. */
    overrideReason: text('override_reason'),
    salt: text(),
    /** SHA-256, in hex: what stands in the log. */
    hash: text(),
    logIndex: integer('log_index'),
    /** Grows with every change. */
    version: integer().notNull(),
  },
  table => [
    primaryKey({ columns: [table.claim, table.month] }),
    index('claim_months_account').on(table.accountKey, table.service, table.month),
    index('claim_months_state').on(table.state, table.heldUntil),
    uniqueIndex('claim_months_one_credit')
      .on(table.accountKey, table.service, table.month)
      .where(sql`state = 'credited'`),
  ],
)

/** Times that customers reported and that our record does not bear out. */
export const disagreements = sqliteTable(
  'disagreements',
  {
    claim: integer()
      .notNull()
      .references(() => claims.id),
    month: text().notNull(),
    service: text().notNull(),
    fromAt: integer('from_at').notNull(),
    toAt: integer('to_at').notNull(),
    notedAt: integer('noted_at').notNull(),
  },
  table => [
    primaryKey({ columns: [table.claim, table.fromAt, table.toAt] }),
    index('disagreements_service').on(table.service, table.fromAt),
  ],
)

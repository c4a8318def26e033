import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** How checks were judged; every check names its policy. */
export const policies = sqliteTable('policies', {
  id: integer().primaryKey(),
  hold: integer(),
  failures: integer().notNull(),
})

/** Each reason once, so that a check holds a number. */
export const reasons = sqliteTable('reasons', {
  id: integer().primaryKey(),
  text: text().notNull().unique(),
})

/**
 * The latest checks, in the order in which they came, so that a group of them is appended to one page and not written to
 * one for each endpoint. They move on to `check_blocks`. An endpoint's are here in the order of their start, each once.
 */
export const recentChecks = sqliteTable('recent_checks', {
  id: integer().primaryKey(),
  at: integer().notNull(),
  endpoint: integer().notNull(),
  /** Reason id x 4 + state (0 up, 1 down, 2 unknown). */
  code: integer().notNull(),
  policy: integer().notNull(),
  /** Microseconds. */
  latency: integer(),
})

/** Some hundred checks of one endpoint, packed (see block.ts), so that its month lies on a few pages. */
export const checkBlocks = sqliteTable(
  'check_blocks',
  {
    id: integer().primaryKey(),
    endpoint: integer().notNull(),
    /** Start of the first and of the last check in it. */
    fromAt: integer('from_at').notNull(),
    toAt: integer('to_at').notNull(),
    count: integer().notNull(),
    data: blob({ mode: 'buffer' }).notNull(),
  },
  table => [index('check_blocks_endpoint').on(table.endpoint, table.fromAt)],
)

/** What the packed checks of a UTC hour add up to. WITHOUT ROWID. */
export const latencyHours = sqliteTable(
  'latency_hours',
  {
    endpoint: integer().notNull(),
    /** UTC hours since 1970. */
    hour: integer().notNull(),
    up: integer().notNull(),
    down: integer().notNull(),
    unknown: integer().notNull(),
    /** See histogram.ts. */
    histogram: blob({ mode: 'buffer' }).notNull(),
  },
  table => [primaryKey({ columns: [table.endpoint, table.hour] })],
)

/** The fold's state at some check of an endpoint: checks after it are folded on top when it is read. */
export const standings = sqliteTable('standings', {
  endpoint: integer().primaryKey(),
  /** A Standing, as JSON. */
  current: text(),
  /** The standing after the last check that retention has removed. */
  pruned: text(),
})

/** What the prober saw at the checks that mark an outage. WITHOUT ROWID. */
export const observations = sqliteTable(
  'observations',
  {
    endpoint: integer().notNull(),
    at: integer().notNull(),
    /** The rest of an Observation, as JSON. */
    seen: text().notNull(),
  },
  table => [primaryKey({ columns: [table.endpoint, table.at] })],
)

/** When past checks were imported, and of which time: a month is not closed while more of them may come. */
export const imports = sqliteTable('imports', {
  id: integer().primaryKey(),
  at: integer().notNull(),
  /** Starts of the first and the last check that was added. */
  fromAt: integer('from_at').notNull(),
  toAt: integer('to_at').notNull(),
  checks: integer().notNull(),
})

import { blob, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The entries of the log, from 0 without gaps. Triggers let none be changed or removed. */
export const logEntries = sqliteTable('log_entries', {
  idx: integer().primaryKey(),
  /** When it was appended. */
  at: integer().notNull(),
  /** The entry's `type`. */
  kind: text().notNull(),
  /** The entry in canonical JSON (RFC 8785): the bytes that its leaf hash seals. */
  data: blob({ mode: 'buffer' }).notNull(),
  leafHash: blob('leaf_hash', { mode: 'buffer' }).notNull(),
})

/** What was signed of the log: by triggers only ever growing, and only a missing timestamp can be added. */
export const logCheckpoints = sqliteTable('log_checkpoints', {
  size: integer().primaryKey(),
  at: integer().notNull(),
  /** A signed note (C2SP tlog-checkpoint). */
  note: text().notNull(),
  /** An RFC 3161 token over the note; null where there is none yet. */
  timestamp: blob({ mode: 'buffer' }),
})

/** The public keys of the log. One that has signed is never removed. */
export const logKeys = sqliteTable('log_keys', {
  /** As a C2SP verifier key. */
  verifier: text().primaryKey(),
  fromAt: integer('from_at').notNull(),
  /** Null while it signs. */
  untilAt: integer('until_at'),
  /** The entry that brought it in; null for the first. */
  entry: integer(),
})

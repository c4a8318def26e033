import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const maintenance = sqliteTable('maintenance', {
  id: text().primaryKey(),
  /** Service ids, as JSON. */
  services: text().notNull(),
  fromAt: integer('from_at').notNull(),
  toAt: integer('to_at').notNull(),
  title: text().notNull(),
  announced: integer(),
  /** When all that it covers was first known; null for what was entered before this was kept. */
  notedAt: integer('noted_at'),
})

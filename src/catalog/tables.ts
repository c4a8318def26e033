import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const services = sqliteTable('services', {
  id: text().primaryKey(),
  name: text().notNull(),
  group: text(),
  /** A DownRule, as JSON. */
  rule: text().notNull(),
})

export const endpoints = sqliteTable('endpoints', {
  /** Stands for the endpoint in the tables with many rows. */
  key: integer().primaryKey(),
  id: text().notNull().unique(),
  name: text().notNull(),
  /** Start of its first check, imported ones included. */
  firstAt: integer('first_at'),
})

/** When an endpoint counts for a service, half-open. */
export const memberships = sqliteTable(
  'memberships',
  {
    id: integer().primaryKey(),
    service: text().notNull(),
    endpoint: integer().notNull(),
    /** Null: from its first check. */
    fromAt: integer('from_at'),
    /** Null: it still does. */
    toAt: integer('to_at'),
  },
  table => [index('memberships_service').on(table.service)],
)

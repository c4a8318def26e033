import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Closed months. Rows are only added. */
export const monthRecords = sqliteTable(
  'month_records',
  {
    service: text().notNull(),
    /** `YYYY-MM` */
    month: text().notNull(),
    closedAt: integer('closed_at').notNull(),
    /** Its place in the log. */
    logIndex: integer('log_index').notNull(),
    /** The part of the record that lists show, as JSON. */
    summary: text().notNull(),
    /** The MonthRecord, as canonical JSON. */
    record: text().notNull(),
  },
  table => [primaryKey({ columns: [table.service, table.month] })],
)

/** Corrections of the record. Rows are only added. */
export const corrections = sqliteTable(
  'corrections',
  {
    /** Its place in the log. */
    logIndex: integer('log_index').primaryKey(),
    id: text().notNull().unique(),
    service: text().notNull(),
    at: integer().notNull(),
    /** The Correction, as canonical JSON. */
    correction: text().notNull(),
  },
  table => [index('corrections_service').on(table.service)],
)

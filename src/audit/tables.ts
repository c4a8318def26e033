import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Who did what. Rows are only ever added: triggers refuse to change or delete one. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    /** `person`, or who else acted: `nines.yaml`, `customer`, `system`. */
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    /** The name that the person had then. */
    actorName: text('actor_name').notNull(),
    role: text(),
    address: text(),
    action: text().notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    before: text(),
    after: text(),
    reason: text(),
  },
  table => [
    index('audit_actor').on(table.actorId, table.id),
    index('audit_action').on(table.action, table.id),
    index('audit_subject').on(table.subjectKind, table.subjectId, table.id),
  ],
)

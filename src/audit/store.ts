import { and, asc, desc, eq, gte, lt, type SQL } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import { type Instant, instant } from '../time/instant.ts'
import { type AuditEntry, auditJson } from './entry.ts'
import { audit } from './tables.ts'

/** Adds an entry; to be called inside the transaction of what it tells of. */
export function noteAudit(db: Database, entry: AuditEntry): void {
  const person = entry.actor.kind === 'person' ? entry.actor : null
  db.orm
    .insert(audit)
    .values({
      at: entry.at,
      actorKind: entry.actor.kind,
      actorId: person?.id ?? null,
      actorName: person?.name ?? entry.actor.kind,
      role: person?.role ?? null,
      address: entry.address,
      action: entry.action,
      subjectKind: entry.subject.kind,
      subjectId: entry.subject.id,
      before: auditJson(entry.before),
      after: auditJson(entry.after),
      reason: entry.reason ?? null,
    })
    .run()
}

export interface AuditFilters {
  readonly actor?: string
  readonly action?: string
  readonly subjectKind?: string
  readonly subjectId?: string
  /** Half-open: `[from, to)`. */
  readonly from?: Instant
  readonly to?: Instant
}

export interface AuditRow {
  readonly id: number
  readonly at: Instant
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string }
  readonly role: string | null
  readonly address: string | null
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: string }
  /** JSON. */
  readonly before: string | null
  readonly after: string | null
  readonly reason: string | null
}

export interface AuditPage {
  readonly entries: readonly AuditRow[]
  /** What to ask for to read on; null at the end. */
  readonly next: number | null
}

/** Reads the trail, newest first. */
export class AuditStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Entries before `cursor` (an entry's id; from the newest where null), at most `limit`. */
  async list({
    filters = {},
    cursor = null,
    limit = 50,
  }: {
    readonly filters?: AuditFilters
    readonly cursor?: number | null
    readonly limit?: number
  }): Promise<AuditPage> {
    const where: SQL[] = []
    if (filters.actor !== undefined) where.push(eq(audit.actorId, filters.actor))
    if (filters.action !== undefined) where.push(eq(audit.action, filters.action))
    if (filters.subjectKind !== undefined) where.push(eq(audit.subjectKind, filters.subjectKind))
    if (filters.subjectId !== undefined) where.push(eq(audit.subjectId, filters.subjectId))
    if (filters.from !== undefined) where.push(gte(audit.at, filters.from))
    if (filters.to !== undefined) where.push(lt(audit.at, filters.to))
    if (cursor !== null) where.push(lt(audit.id, cursor))
    const rows = this.#db.orm
      .select()
      .from(audit)
      .where(and(...where))
      .orderBy(desc(audit.id))
      .limit(limit + 1)
      .all()
    const shown = rows.slice(0, limit)
    return { entries: shown.map(entry), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
  }

  /** The actions and kinds of subjects that occur, to choose from. */
  async occurring(): Promise<{ readonly actions: readonly string[]; readonly subjects: readonly string[] }> {
    const actions = this.#db.orm
      .selectDistinct({ name: audit.action })
      .from(audit)
      .orderBy(asc(audit.action))
      .all()
    const subjects = this.#db.orm
      .selectDistinct({ name: audit.subjectKind })
      .from(audit)
      .orderBy(asc(audit.subjectKind))
      .all()
    return { actions: actions.map(row => row.name), subjects: subjects.map(row => row.name) }
  }
}

const entry = (row: typeof audit.$inferSelect): AuditRow => ({
  id: row.id,
  at: instant(row.at),
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  role: row.role,
  address: row.address,
  action: row.action,
  subject: { kind: row.subjectKind, id: row.subjectId },
  before: row.before,
  after: row.after,
  reason: row.reason,
})

import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gt, gte, isNull, lt, or } from 'drizzle-orm'
import type { ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { type Interval, normalize } from '../time/interval.ts'
import type { EndedRun } from './detect.ts'
import { outages, runs, unknownSpans } from './tables.ts'

/** The closed spans of an endpoint, each in order. */
export interface ClosedSpans {
  readonly unknown: readonly Interval[]
  readonly runs: readonly EndedRun[]
}

/** Those that end after `since` (ms). */
export function readSpans(db: Database, endpoint: number, since: number): ClosedSpans {
  const unknown = db.orm
    .select()
    .from(unknownSpans)
    .where(and(eq(unknownSpans.endpoint, endpoint), gt(unknownSpans.toAt, since)))
    .orderBy(asc(unknownSpans.fromAt))
    .all()
  const ended = db.orm
    .select()
    .from(runs)
    .where(and(eq(runs.endpoint, endpoint), gt(runs.toAt, since)))
    .orderBy(asc(runs.fromAt))
    .all()
  return {
    unknown: unknown.map(row => ({ from: row.fromAt as Instant, to: row.toAt as Instant })),
    runs: ended.map(row => ({
      from: row.fromAt as Instant,
      to: row.toAt as Instant,
      failures: row.failures,
      lastFailed: row.lastFailed as Instant,
      startsAfter: row.startsAfter as Instant | null,
      confirmedAt: row.confirmedAt as Instant | null,
      reason: row.reason,
    })),
  }
}

export function addRun(db: Database, endpoint: number, run: EndedRun): void {
  const { from, to, ...rest } = run
  db.orm
    .insert(runs)
    .values({ endpoint, fromAt: from, toAt: to, ...rest })
    .run()
}

/** Adds unknown time after all that is stored of the endpoint; where it touches the last row, that row grows. */
export function addUnknown(db: Database, endpoint: number, span: Interval): void {
  const last = db.orm
    .select()
    .from(unknownSpans)
    .where(and(eq(unknownSpans.endpoint, endpoint), lt(unknownSpans.fromAt, span.to)))
    .orderBy(desc(unknownSpans.fromAt))
    .limit(1)
    .get()
  if (last?.toAt === span.from) {
    db.orm
      .update(unknownSpans)
      .set({ toAt: span.to })
      .where(and(eq(unknownSpans.endpoint, endpoint), eq(unknownSpans.fromAt, last.fromAt)))
      .run()
  } else db.orm.insert(unknownSpans).values({ endpoint, fromAt: span.from, toAt: span.to }).run()
}

/** Adds spans, each kind in order, after all that is stored of the endpoint: many at a time, as an import has them. */
export function addSpans(db: Database, endpoint: number, { unknown, runs: ended }: ClosedSpans): void {
  const [first, ...rest] = normalize(unknown)
  if (first) addUnknown(db, endpoint, first)
  for (let i = 0; i < rest.length; i += MANY) {
    const rows = rest.slice(i, i + MANY).map(span => ({ endpoint, fromAt: span.from, toAt: span.to }))
    db.orm.insert(unknownSpans).values(rows).run()
  }
  for (let i = 0; i < ended.length; i += MANY) {
    const rows = ended
      .slice(i, i + MANY)
      .map(({ from, to, ...run }) => ({ endpoint, fromAt: from, toAt: to, ...run }))
    db.orm.insert(runs).values(rows).run()
  }
}

/** Rows in a statement: their values stay below the number of parameters that SQLite allows. */
const MANY = 500

/**
 * Makes room to fold `[from, to)` again: removes runs and unknown time that end after `from` and begin before `to`;
 * what was unknown before `from` stays. At `to` stands an `up` check, or nothing, so no span crosses it.
 */
export function removeSpans(db: Database, endpoint: number, from: number, to: number): void {
  const within = (table: typeof runs | typeof unknownSpans) =>
    and(eq(table.endpoint, endpoint), gt(table.toAt, from), lt(table.fromAt, to))
  db.orm.delete(runs).where(within(runs)).run()
  db.orm
    .delete(unknownSpans)
    .where(and(within(unknownSpans), gte(unknownSpans.fromAt, from)))
    .run()
  db.orm.update(unknownSpans).set({ toAt: from }).where(within(unknownSpans)).run()
}

export interface OutageId {
  readonly id: string
  readonly service: ServiceId
  readonly from: Instant
  readonly to: Instant | null
}

const outageId = (row: typeof outages.$inferSelect): OutageId => ({
  id: row.id,
  service: row.service as ServiceId,
  from: row.fromAt as Instant,
  to: row.toAt as Instant | null,
})

/** The ids of a service's outages that last, or end at `since` (ms) or later, in order. */
export function readOutageIds(db: Database, service: ServiceId, since: number): OutageId[] {
  return db.orm
    .select()
    .from(outages)
    .where(
      and(
        eq(outages.service, service),
        isNull(outages.mergedInto),
        or(isNull(outages.toAt), gte(outages.toAt, since)),
      ),
    )
    .orderBy(asc(outages.fromAt))
    .all()
    .map(outageId)
}

/** Follows merged ids to the one that remains; null where there is none. */
export function findOutageId(db: Database, id: string): OutageId | null {
  let row = db.orm.select().from(outages).where(eq(outages.id, id)).get()
  for (let hops = 0; row?.mergedInto && hops < 100; hops++)
    row = db.orm.select().from(outages).where(eq(outages.id, row.mergedInto)).get()
  return row && row.mergedInto === null ? outageId(row) : null
}

/** An id that anyone can recompute from the service and the outage's first recorded start: 60 bits in base 32. */
export function deriveId(service: ServiceId, from: Instant, attempt = 0): string {
  const digest = createHash('sha256')
    .update(`${service}\n${from}${attempt > 0 ? `\n${attempt}` : ''}`)
    .digest()
  return [...digest.subarray(0, 12)].map(byte => '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31]).join('')
}

/** A start whose id an outage has that has grown since gives another one. An id that was merged away comes back. */
function freeId(db: Database, service: ServiceId, from: Instant): string {
  for (let attempt = 0; ; attempt++) {
    const id = deriveId(service, from, attempt)
    const taken = db.orm.select().from(outages).where(eq(outages.id, id)).get()
    if (!taken || taken.mergedInto !== null) return id
  }
}

interface Extent {
  readonly from: Instant
  readonly to: Instant | null
}

/**
 * Gives each composed outage its permanent id: the one it had, by overlap, though its edges moved; a new one otherwise.
 * `found` is every outage of the service that lasts, or ends at `since` (ms) or later.
 */
export function assignIds(db: Database, service: ServiceId, since: number, found: readonly Extent[]): void {
  const stored = readOutageIds(db, service, since)
  const end = (extent: Extent) => extent.to ?? Number.MAX_SAFE_INTEGER
  const free = new Set(stored)
  for (const extent of found) {
    const same = [...free].filter(s => s.from < end(extent) && extent.from < end(s))
    const kept = same.find(s => s.from === extent.from) ?? same[0]
    for (const s of same) free.delete(s)
    if (kept) {
      if (kept.from !== extent.from || kept.to !== extent.to)
        db.orm
          .update(outages)
          .set({ fromAt: extent.from, toAt: extent.to })
          .where(eq(outages.id, kept.id))
          .run()
      for (const s of same.filter(other => other !== kept))
        db.orm.update(outages).set({ mergedInto: kept.id }).where(eq(outages.id, s.id)).run()
    } else {
      const row = { fromAt: extent.from, toAt: extent.to, mergedInto: null }
      db.orm
        .insert(outages)
        .values({ id: freeId(db, service, extent.from), service, ...row })
        .onConflictDoUpdate({ target: outages.id, set: row })
        .run()
    }
  }
  for (const s of free) db.orm.delete(outages).where(eq(outages.id, s.id)).run()
}

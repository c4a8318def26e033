import { eq } from 'drizzle-orm'
import type { Maintenance, ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { maintenance } from './tables.ts'

/** Every window on record, in order of its start. */
export function readMaintenance(db: Database): Maintenance[] {
  return db.orm
    .select()
    .from(maintenance)
    .orderBy(maintenance.fromAt)
    .all()
    .map(row => ({
      id: row.id,
      services: JSON.parse(row.services) as ServiceId[],
      from: row.fromAt as Instant,
      to: row.toAt as Instant,
      title: row.title,
      announced: row.announced as Instant | null,
      noted: row.notedAt as Instant | null,
    }))
}

/**
 * Writes the configured windows, in a transaction of the caller's. One that is no longer configured is kept once it is
 * over, ends at `now` if it runs, and is dropped if it lies ahead: tidying up the file rewrites no month. With `keep` it
 * stays whole. Each keeps when it became known, which is `now` for one that is new or covers more than it did.
 */
export function writeMaintenance(
  db: Database,
  configured: readonly Maintenance[],
  now: Instant,
  keep = false,
): void {
  const ids = new Set(configured.map(m => m.id))
  const known = readMaintenance(db)
  for (const recorded of keep ? [] : known) {
    if (ids.has(recorded.id) || recorded.to <= now) continue
    const row = eq(maintenance.id, recorded.id)
    if (recorded.from >= now) db.orm.delete(maintenance).where(row).run()
    else db.orm.update(maintenance).set({ toAt: now }).where(row).run()
  }
  for (const m of configured) {
    const was = known.find(k => k.id === m.id)
    const row = {
      services: JSON.stringify(m.services),
      fromAt: m.from,
      toAt: m.to,
      title: m.title,
      announced: m.announced,
      notedAt: was && isWithin(m, was) ? was.noted : now,
    }
    db.orm
      .insert(maintenance)
      .values({ id: m.id, ...row })
      .onConflictDoUpdate({ target: maintenance.id, set: row })
      .run()
  }
}

/** Whether a window covers nothing that it did not cover before: to end one early is no late entry. */
const isWithin = (is: Maintenance, was: Maintenance): boolean =>
  was.from <= is.from && is.to <= was.to && is.services.every(id => was.services.includes(id))

/** The configured windows as they are on record, and those on record that the configuration no longer names. */
export function joinMaintenance(
  configured: readonly Maintenance[],
  recorded: readonly Maintenance[],
): Maintenance[] {
  const ids = new Set(configured.map(m => m.id))
  const noted = new Map(recorded.map(m => [m.id, m.noted]))
  return [
    ...configured.map(m => ({ ...m, noted: noted.get(m.id) ?? null })),
    ...recorded.filter(m => !ids.has(m.id)),
  ].sort((a, b) => a.from - b.from)
}

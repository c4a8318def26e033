import { and, desc, gte, lt } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { imports } from './tables.ts'

/** Notes that checks were added to the past, in the caller's transaction. */
export function noteImport(db: Database, at: Instant, added: Interval, checks: number): void {
  db.orm.insert(imports).values({ at, fromAt: added.from, toAt: added.to, checks }).run()
}

/** When checks were last added to a stretch of the past; null where never. */
export function lastImport(db: Database, stretch: Interval): Instant | null {
  const row = db.orm
    .select({ at: imports.at })
    .from(imports)
    .where(and(lt(imports.fromAt, stretch.to), gte(imports.toAt, stretch.from)))
    .orderBy(desc(imports.at))
    .limit(1)
    .get()
  return row ? (row.at as Instant) : null
}

/** Grows with every import. */
export const importsMark = (db: Database): number =>
  db.orm.select({ id: imports.id }).from(imports).orderBy(desc(imports.id)).limit(1).get()?.id ?? 0

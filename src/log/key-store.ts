import { asc, eq, isNull } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { parseVerifierKey, type VerifierKey } from './note.ts'
import { logKeys } from './tables.ts'

export interface LogKey {
  readonly key: VerifierKey
  readonly from: Instant
  /** Until when it signed; null while it does. */
  readonly until: Instant | null
  /** The index of the entry that brought it in; null for the first. */
  readonly entry: number | null
}

/** All keys of the log, from the first to the one that signs now. */
export function readKeys(db: Database): LogKey[] {
  return db.orm
    .select()
    .from(logKeys)
    .orderBy(asc(logKeys.entry))
    .all()
    .map(row => {
      const key = parseVerifierKey(row.verifier)
      if (!key.ok) throw new Error(`a stored key of the log is unreadable: ${key.message}`)
      return {
        key: key.value,
        from: row.fromAt as Instant,
        until: row.untilAt as Instant | null,
        entry: row.entry,
      }
    })
}

/** The key that signs; null in a log that has none yet. */
export const currentKey = (db: Database): VerifierKey | null =>
  readKeys(db).find(({ until }) => until === null)?.key ?? null

/** Makes `key` the one that signs from `at` on. To be called inside the caller's transaction. */
export function bringInKey(db: Database, key: VerifierKey, at: Instant, entry: number | null): void {
  db.orm.update(logKeys).set({ untilAt: at }).where(isNull(logKeys.untilAt)).run()
  db.orm.insert(logKeys).values({ verifier: key.text, fromAt: at, entry }).run()
}

/** Removes the key of a log that is still empty. To be called inside the caller's transaction. */
export function dropKey(db: Database, key: VerifierKey): void {
  db.orm.delete(logKeys).where(eq(logKeys.verifier, key.text)).run()
}

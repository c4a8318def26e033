import { type Database, transact } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { forgetKey, makeKey, type ReadKey, readKey } from './key.ts'
import { bringInKey, currentKey, dropKey } from './key-store.ts'
import { isKeyName, type VerifierKey } from './note.ts'
import { countEntries } from './store.ts'

/** What a log is called where its configuration gives no name: the page's address without its scheme, and `/log`. */
export function originOf(url: string | null): string {
  if (url === null) return 'localhost/log'
  const { host, pathname } = new URL(url)
  const origin = `${host}${pathname.replace(/\/+$/, '')}/log`
  return isKeyName(origin) ? origin : `${host}/log`
}

/**
 * The key that the log signs with. A log without one, at its first start, gets one that is named `origin`; so does an empty
 * log that was named otherwise. From its first entry on the name stays, whatever `origin` says.
 * Throws what SQLite and the file system throw where neither can be written.
 */
export function openLogKey(
  db: Database,
  data: string,
  origin: string,
  now: Instant,
): { readonly key: VerifierKey; readonly read: ReadKey } {
  const found = settled(db, origin)
  if (found) return { key: found, read: readKey(data, found) }
  const made = makeKey(data, origin)
  const key = transact(db, () => {
    const other = settled(db, origin)
    if (other) return other
    const stale = currentKey(db)
    if (stale) dropKey(db, stale)
    bringInKey(db, made.key, now, null)
    return made.key
  })
  // Of two first starts at the same time, one was first.
  if (key !== made.key) forgetKey(data, made.key)
  return { key, read: readKey(data, key) }
}

function settled(db: Database, origin: string): VerifierKey | null {
  const key = currentKey(db)
  return key && (key.name === origin || countEntries(db) > 0) ? key : null
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

export interface Lock {
  release(): void
}

/**
 * Makes this process the one that serves from a data directory; null where another one does. The kernel gives the lock
 * back when the process ends, however it ends.
 */
export function lockDirectory(directory: string): Lock | null {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const held = new Sqlite(join(directory, 'serve.lock'), { timeout: 0 })
  try {
    held.pragma('journal_mode = MEMORY')
    held.exec('BEGIN EXCLUSIVE')
    return { release: () => held.close() }
  } catch (error) {
    held.close()
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY') return null
    throw error
  }
}

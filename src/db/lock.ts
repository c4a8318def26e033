import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { makePrivate } from './private-file.ts'

export interface Lock {
  release(): void
}

/**
 * Makes this process the one that serves from a data directory; null where another one does. The kernel gives the lock
 * back when the process ends, however it ends.
 */
export function lockDirectory(directory: string): Lock | null {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'serve.lock')
  makePrivate(file)
  const held = new Sqlite(file, { timeout: 0 })
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

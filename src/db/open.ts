import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { makePrivate } from './private-file.ts'

export interface Database {
  readonly orm: BetterSQLite3Database
  readonly connection: Sqlite.Database
  close(): void
}

export const databaseFile = (directory: string): string => join(directory, 'nines.db')

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

/**
 * Opens the database under `directory`, making and migrating it as needed.
 * A committed transaction survives a power cut (WAL with synchronous=FULL).
 * `busyTimeout` (ms) is how long a statement may block on another process's lock: 0 for a server, which retries
 * without blocking. Throws what SQLite throws where the file cannot be opened or is no database of ours.
 */
export function openDatabase(directory: string, busyTimeout: number): Database {
  // Customers' mail and the hashes of passwords are for its owner alone.
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // The files beside it (-wal, -shm) get the same mode.
  makePrivate(databaseFile(directory))
  const connection = new Sqlite(databaseFile(directory), { timeout: 5_000 })
  try {
    // A group of checks fills a part of one page, which is written whole: small pages write half as much.
    connection.pragma('page_size = 2048')
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    const orm = drizzle(connection)
    migrate(orm, { migrationsFolder: MIGRATIONS })
    connection.pragma(`busy_timeout = ${busyTimeout}`)
    return database(connection)
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * Opens an existing database for reading, beside a process that writes. Null where there is none. Throws where an older
 * version of Nines wrote it and none has brought it up to date since.
 */
export function openForReading(directory: string): Database | null {
  const file = databaseFile(directory)
  if (!existsSync(file)) return null
  const connection = new Sqlite(file, { readonly: true, timeout: 5_000 })
  const { done } = connection.prepare('SELECT count(*) AS done FROM __drizzle_migrations').get() as {
    readonly done: number
  }
  if (done < readMigrationFiles({ migrationsFolder: MIGRATIONS }).length) {
    connection.close()
    throw new Error(
      `${file} was written by an older version: start "nines serve" once, which brings it up to date`,
    )
  }
  return database(connection)
}

const database = (connection: Sqlite.Database): Database => ({
  orm: drizzle(connection),
  connection,
  close: () => connection.close(),
})

/** Runs `work` in one transaction that holds the write lock from its start. Throws SQLITE_BUSY where another process holds it. */
export function transact<T>(db: Database, work: () => T): T {
  return db.connection.transaction(work).immediate()
}

/** Whether an error says that nothing can be written at the moment: the database locked, or its disk full or failing. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError)
    return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|PROTOCOL)/.test(error.code)
  // Files lie on the same disk.
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as catalog from '../../src/catalog/tables.ts'
import { lockDirectory } from '../../src/db/lock.ts'
import { databaseFile, isPassing, openDatabase, openForReading, transact } from '../../src/db/open.ts'
import * as maintenance from '../../src/maintenance/tables.ts'
import * as outage from '../../src/outage/tables.ts'
import * as record from '../../src/record/tables.ts'
import { scratch } from '../record/scene.ts'

let dir: ReturnType<typeof scratch>
beforeEach(() => {
  dir = scratch()
})
afterEach(() => dir.remove())

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'nothing was thrown'
  } catch (error) {
    return error instanceof Sqlite.SqliteError ? error.code : String(error)
  }
}

describe('the database', () => {
  it('is made with its directory, in a way that a committed check survives a power cut', () => {
    const directory = join(dir.directory, 'deep', 'data')
    const db = openDatabase(directory, 0)
    expect(db.connection.pragma('journal_mode', { simple: true })).toBe('wal')
    // 2 is FULL.
    expect(db.connection.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.connection.pragma('busy_timeout', { simple: true })).toBe(0)
    db.close()
  })

  it('is migrated once, and opens again with what it held', () => {
    const first = openDatabase(dir.directory, 0)
    first.connection.exec("INSERT INTO reasons (text) VALUES ('kept')")
    first.close()
    const again = openDatabase(dir.directory, 1_000)
    expect(again.connection.prepare('SELECT text FROM reasons').pluck().all()).toEqual(['kept'])
    expect(again.connection.pragma('busy_timeout', { simple: true })).toBe(1_000)
    again.close()
  })

  it('has every table and column that the code names, and no row numbers beside a key of several columns', () => {
    const db = openDatabase(dir.directory, 0)
    const tables = [catalog, maintenance, outage, record].flatMap(room =>
      Object.values(room),
    ) as SQLiteTable[]
    expect(tables.length).toBeGreaterThan(10)
    for (const table of tables) {
      const { name, columns, primaryKeys } = getTableConfig(table)
      const found = db.connection.pragma(`table_info(${name})`) as { name: string; notnull: number }[]
      expect(found.map(c => c.name).sort(), name).toEqual(columns.map(c => c.name).sort())
      for (const column of columns)
        expect(found.find(c => c.name === column.name)?.notnull, `${name}.${column.name}`).toBe(
          column.notNull ? 1 : 0,
        )
      const sql = String(
        db.connection.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(name),
      )
      // A key of several columns is the table itself, and not an index beside it.
      expect(sql.endsWith('WITHOUT ROWID'), name).toBe(primaryKeys.length > 0)
    }
    db.close()
  })

  it('is not made for reading, and not changed by it', () => {
    expect(openForReading(join(dir.directory, 'none'))).toBeNull()
    openDatabase(dir.directory, 0).close()
    const db = openForReading(dir.directory)
    expect(codeOf(() => db?.connection.exec("INSERT INTO reasons (text) VALUES ('x')"))).toBe(
      'SQLITE_READONLY',
    )
    db?.close()
  })

  it('is refused where the file is something else', () => {
    mkdirSync(dir.directory, { recursive: true })
    writeFileSync(databaseFile(dir.directory), 'something else entirely, '.repeat(100))
    expect(codeOf(() => openDatabase(dir.directory, 0))).toBe('SQLITE_NOTADB')
  })

  it('takes the write lock at the start of a transaction, and gives all of it up where it fails', () => {
    const a = openDatabase(dir.directory, 0)
    const b = openDatabase(dir.directory, 0)
    transact(a, () => {
      expect(codeOf(() => transact(b, () => 1))).toBe('SQLITE_BUSY')
      // Reading goes on.
      expect(b.connection.prepare('SELECT count(*) FROM reasons').pluck().get()).toBe(0)
    })
    expect(() =>
      transact(a, () => {
        a.connection.exec("INSERT INTO reasons (text) VALUES ('x')")
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(a.connection.prepare('SELECT count(*) FROM reasons').pluck().get()).toBe(0)
    a.close()
    b.close()
  })

  it('tells what passes by itself from what does not', () => {
    for (const code of [
      'SQLITE_BUSY',
      'SQLITE_BUSY_SNAPSHOT',
      'SQLITE_FULL',
      'SQLITE_IOERR_WRITE',
      'SQLITE_READONLY',
    ])
      expect(isPassing(new Sqlite.SqliteError('x', code)), code).toBe(true)
    for (const code of [
      'SQLITE_CONSTRAINT',
      'SQLITE_CORRUPT',
      'SQLITE_NOTADB',
      'SQLITE_ERROR',
      'SQLITE_MISMATCH',
    ])
      expect(isPassing(new Sqlite.SqliteError('x', code)), code).toBe(false)
    expect(isPassing(new Error('SQLITE_BUSY'))).toBe(false)
    // A file beside the database, on the same full disk.
    expect(isPassing(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe(true)
    expect(isPassing(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false)
  })
})

describe("the lock of a server's directory", () => {
  it('is had by one at a time, and again once it was released', () => {
    const directory = join(dir.directory, 'new')
    const lock = lockDirectory(directory)
    expect(lock).not.toBeNull()
    expect(lockDirectory(directory)).toBeNull()
    expect(lockDirectory(join(dir.directory, 'other'))).not.toBeNull()
    lock?.release()
    const again = lockDirectory(directory)
    expect(again).not.toBeNull()
    again?.release()
  })

  it('ends with the process that holds it, even where that is killed', async () => {
    const held = join(dir.directory, 'held')
    mkdirSync(held)
    const holding = `
      const db = new (require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))}))(${JSON.stringify(join(held, 'serve.lock'))});
      db.pragma('journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
      console.log('held');
      setInterval(() => {}, 1000);`
    const child = spawn(process.execPath, ['-e', holding], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    expect(lockDirectory(held)).toBeNull()
    child.kill('SIGKILL')
    await once(child, 'close')
    const lock = lockDirectory(held)
    expect(lock).not.toBeNull()
    lock?.release()
  })
})

import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { databaseFile, openForReading } from '../db/open.ts'
import { makePrivate } from '../db/private-file.ts'
import { Failure } from './failure.ts'

/**
 * `nines backup`: writes a consistent copy of the database, also while a server writes to it. An older copy is replaced
 * only once the new one is whole. Throws a Failure where there is nothing to copy, or the file is something else.
 */
export function backupCommand(file: string, data: string): void {
  const source = databaseFile(data)
  if (isSameFile(file, source)) throw new Failure(`${file} is the database itself; name another file`)
  if (existsSync(`${file}-wal`)) throw new Failure(`${file} is a database in use; name another file`)
  if (existsSync(file) && !isDatabase(file))
    throw new Failure(`${file} exists and is no database; name another file`)
  if (!existsSync(dirname(resolve(file)))) throw new Failure(`there is no directory ${dirname(file)}`)
  const db = openForReading(data)
  if (!db) throw new Failure(`nothing is recorded in ${data} yet`)
  const whole = join(dirname(resolve(file)), `.${basename(file)}.${process.pid}`)
  try {
    makePrivate(whole)
    // One read transaction over everything: unlike the page-by-page copy, it need not begin again when a server writes.
    db.connection.prepare('VACUUM INTO ?').run(whole)
    renameSync(whole, file)
    process.stdout.write(`${file}: a copy of ${source}\n`)
    const beside = ['log-keys', 'secrets.json', 'attachments'].filter(name => existsSync(join(data, name)))
    if (beside.length > 0)
      process.stdout.write(
        `Copy these too, for nobody else to read: ${beside.map(name => join(data, name)).join(', ')}\n`,
      )
  } catch (error) {
    rmSync(whole, { force: true })
    throw new Failure(`${file} could not be written: ${error instanceof Error ? error.message : error}`, 1)
  } finally {
    db.close()
  }
}

/** By what they are and not by what they are called: a link may lead to the database. */
function isSameFile(a: string, b: string): boolean {
  if (!existsSync(a) || !existsSync(b)) return resolve(a) === resolve(b)
  const [x, y] = [statSync(a), statSync(b)]
  return x.dev === y.dev && x.ino === y.ino
}

function isDatabase(file: string): boolean {
  const head = Buffer.alloc(16)
  let open: number
  try {
    open = openSync(file, 'r')
  } catch {
    return false
  }
  try {
    readSync(open, head, 0, 16, 0)
    return head.toString('latin1') === 'SQLite format 3\0'
  } catch {
    return false
  } finally {
    closeSync(open)
  }
}

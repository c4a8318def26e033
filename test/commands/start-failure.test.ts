import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { startFailure } from '../../src/commands/serve.ts'

const said = (error: Error): string =>
  startFailure(error, { host: '127.0.0.1', port: 3000, data: '/data' }).message

/** As the library wraps what SQLite throws. */
const wrapped = (message: string, code: string): Error =>
  new Error("Failed to run the query 'CREATE TABLE x (\n  id integer\n)'", {
    cause: new Sqlite.SqliteError(message, code),
  })

it.each([
  ['a full disk', wrapped('database or disk is full', 'SQLITE_FULL'), 'the disk that /data lies on is full'],
  [
    'a disk that can only be read',
    wrapped('attempt to write a readonly database', 'SQLITE_READONLY'),
    '/data can only be read',
  ],
  ['what else SQLite says', wrapped('disk I/O error', 'SQLITE_IOERR'), 'in /data: disk I/O error'],
  [
    'a mail door',
    new Error('mail.door cannot listen on 127.0.0.1:25: the port is taken', {
      cause: Object.assign(new Error('x'), { code: 'EADDRINUSE' }),
    }),
    'mail.door cannot listen on 127.0.0.1:25: the port is taken',
  ],
  ['a taken port', Object.assign(new Error('x'), { code: 'EADDRINUSE' }), 'port 3000 of 127.0.0.1 is taken'],
])('a start that fails for %s says so in one line', (_, error, words) => {
  expect(said(error)).toContain(words)
  expect(said(error)).not.toContain('\n')
})

import { type Database, openDatabase } from '../../src/db/open.ts'
import { openLogKey } from '../../src/log/open-log.ts'
import { LogStore } from '../../src/log/store.ts'
import { type Instant, instant } from '../../src/time/instant.ts'
import { scratch } from '../record/scene.ts'

export const t0: Instant = instant(Date.UTC(2026, 10, 1))
export const later = (minutes: number): Instant => instant(t0 + minutes * 60_000)
export const ORIGIN = 'status.example.com/log'

export interface LogScene {
  readonly directory: string
  /** The database and the log, which `reopen` gives anew as another start does. */
  readonly db: Database
  readonly log: LogStore
  reopen(): void
  close(): void
}

/** A log in a directory of its own, with its first key. */
export function logScene(): LogScene {
  const { directory, remove } = scratch()
  const open = () => {
    const db = openDatabase(directory, 1_000)
    openLogKey(db, directory, ORIGIN, t0)
    return { db, log: new LogStore(db, directory) }
  }
  let opened = open()
  return {
    directory,
    get db() {
      return opened.db
    },
    get log() {
      return opened.log
    },
    reopen() {
      opened.db.close()
      opened = open()
    },
    close() {
      opened.db.close()
      remove()
    },
  }
}

export const MONTH = 'nines.month/1'
export const month = (name: string, more: object = {}) => ({ type: MONTH, month: name, ...more })

import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, isPassing, transact } from '../db/open.ts'

/** How long a write waits for another process's lock, in ms. */
const PATIENCE = 3_000

/** Runs `work` in one transaction, and again for a while where another process holds the lock. Throws what SQLite throws then. */
export async function patiently<T>(db: Database, work: () => T): Promise<T> {
  for (let waited = 0, pause = 20; ; waited += pause, pause *= 2) {
    try {
      return transact(db, work)
    } catch (error) {
      if (!isPassing(error) || waited + pause > PATIENCE) throw error
    }
    await sleep(pause)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, isPassing, transact } from './open.ts'

/** The first pause before work is tried again, and the longest, in ms. */
const PAUSE = 20
const LONGEST_PAUSE = 500
/** How long somebody who waits for an answer is kept waiting, in ms. */
const ANSWER = 3_000

/**
 * Does work again while another process, such as an import, holds the database, or its disk is full: for `patience` ms
 * at most, then throws what SQLite threw. `onWait` is told once, when waiting begins.
 */
export async function patiently<T>(
  work: () => T | Promise<T>,
  patience: number,
  onWait: () => void = () => {},
): Promise<T> {
  const end = performance.now() + patience
  for (let pause = PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() + pause > end) throw error
      if (pause === PAUSE) onWait()
    }
    await sleep(pause)
  }
}

/** Runs `work` in one transaction, as `transact` does, for somebody who waits for the answer: tries again for 3 s. */
export const transactPatiently = <T>(db: Database, work: () => T): Promise<T> =>
  patiently(() => transact(db, work), ANSWER)

import { schedule } from 'node-cron'
import type { Checked } from './note.ts'
import type { LogStore } from './store.ts'
import type { Timestamp } from './timestamp.ts'

export interface TimestampingOptions {
  readonly log: LogStore
  /** The authority's address; null where none is configured. */
  readonly url: () => string | null
  /** What came of an attempt. */
  readonly onResult: (size: number, result: Checked<Timestamp>) => void
  readonly onError: (error: Error) => void
}

export interface Timestamping {
  /** Tries now: to be called after the log was signed. Never rejects. */
  run(): Promise<void>
  stop(): Promise<void>
}

/** Gets a timestamp for the newest checkpoint that has none: the older ones are within it. Tries at once, and again every hour. */
export function startTimestamping({ log, url, onResult, onError }: TimestampingOptions): Timestamping {
  let running = Promise.resolve()
  const stopping = new AbortController()
  const { signal } = stopping
  const attempt = async (): Promise<void> => {
    const [address, checkpoint] = [url(), await log.checkpoint()]
    if (signal.aborted || address === null || !checkpoint || checkpoint.timestamp) return
    // A large library, which a server without an authority never loads.
    const { requestTimestamp } = await import('./timestamp-client.ts')
    const result = await requestTimestamp(address, checkpoint.note, { signal })
    if (signal.aborted) return
    if (result.ok) await log.setTimestamp(checkpoint.size, result.value.token)
    onResult(checkpoint.size, result)
  }
  // One after the other: who calls twice wants one timestamp.
  const run = (): Promise<void> => {
    running = running
      .then(attempt)
      .catch(error => onError(error instanceof Error ? error : new Error(String(error))))
    return running
  }
  const task = schedule('41 * * * *', run, { timezone: 'UTC', name: 'timestamp' })
  void run()
  return {
    run,
    async stop() {
      stopping.abort()
      await task.destroy()
      await running
    },
  }
}

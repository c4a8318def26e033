import { setTimeout as sleep } from 'node:timers/promises'
import { schedule } from 'node-cron'
import type { Instant } from '../time/instant.ts'
import { add, earlier } from '../time/interval.ts'
import { packChecks, pruneChecks } from './pack-store.ts'
import type { RecordStore } from './store.ts'

export interface HousekeepingOptions {
  readonly store: RecordStore
  readonly now: () => Instant
  /** How long raw checks are kept, in ms. */
  readonly keep: () => number
  /** Raw checks from this instant on are needed, however old they are. */
  readonly keepFrom?: () => Instant
  /** What other rooms have done regularly. */
  readonly jobs?: readonly Job[]
  /** How long after the start what was missed is caught up, in ms; a second where not given. */
  readonly catchUpAfter?: number
  readonly onError: (job: string, error: Error) => void
}

/** Whoever waited for the start comes first: the first rendering is slow enough without closing months beside it. */
const CATCH_UP_AFTER = 1_000

/** Younger checks are not packed, so that those that arrive while packing goes on start later. */
const SETTLED = 30 * 60_000

/** Work that is done again and again; each time it catches up what was missed. */
export interface Job {
  readonly name: string
  /** A cron expression, in UTC. */
  readonly cron: string
  readonly work: (now: Instant, stopped: () => boolean) => Promise<unknown>
}

export interface Housekeeping {
  /** Does a job now, after those that run; resolves when it is done. */
  now(name: string): Promise<void>
  /** Resolves when no job runs. */
  settled(): Promise<void>
  /** Starts no further job, and ends the running one between two of its steps. */
  stop(): Promise<void>
}

/**
 * Packs the latest checks every two hours and removes those past their retention daily, in UTC; both also soon after
 * the start, which catches up what was missed. Each is idempotent, and a failing run is left to the next one.
 */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { store, now, keep, onError } = options
  // A clock that is far ahead must not remove what is kept: time has passed no further than from the last stored check on.
  const lastStored = store.lastStored() ?? now()
  const started = performance.now()
  const trusted = () => earlier(now(), add(lastStored, Math.round(performance.now() - started)))
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted
  const begin = options.catchUpAfter ?? CATCH_UP_AFTER
  let running: Promise<void> = sleep(begin, undefined, { signal: stopping.signal }).catch(() => undefined)

  // One after the other, and never a rejection: node-cron would wait for ever for a job that threw.
  const run = (job: string, work: () => Promise<unknown>): Promise<void> => {
    running = running.then(async () => {
      if (stopped()) return
      try {
        await work()
      } catch (error) {
        onError(job, error instanceof Error ? error : new Error(String(error)))
      }
    })
    return running
  }
  const pack = () => run('packing checks', () => packChecks(store, add(now(), -SETTLED), stopped))
  const needed = () => earlier(add(trusted(), -keep()), options.keepFrom?.() ?? trusted())
  const prune = () => run('retention', () => pruneChecks(store, needed(), stopped))
  const jobs = new Map(
    (options.jobs ?? []).map(job => [
      job.name,
      { ...job, run: () => run(job.name, () => job.work(now(), stopped)) },
    ]),
  )

  const tasks = [
    schedule('7 */2 * * *', pack, { timezone: 'UTC', name: 'pack' }),
    schedule('23 3 * * *', prune, { timezone: 'UTC', name: 'retention' }),
    ...[...jobs.values()].map(job => schedule(job.cron, job.run, { timezone: 'UTC', name: job.name })),
  ]
  void pack()
  for (const job of jobs.values()) void job.run()
  void prune()

  return {
    now: name => jobs.get(name)?.run() ?? Promise.resolve(),
    settled: () => running,
    async stop() {
      stopping.abort()
      for (const task of tasks) await task.destroy()
      await running
    },
  }
}

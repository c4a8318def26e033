import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises'
import type { EndpointId } from '../catalog/model.ts'
import { isPassing } from '../db/open.ts'
import type { Policy } from '../outage/detect.ts'
import type { Check } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import { earlier } from '../time/interval.ts'
import type { Appended, RecordStore } from './store.ts'

export interface RecorderOptions {
  readonly store: RecordStore
  readonly policyOf: (endpoint: EndpointId) => Policy | null
  /** Called after each commit. */
  readonly onStored?: (stored: Appended & { readonly checks: number }) => void
  /** Called when storing fails, and again when it works, once each. */
  readonly onTrouble?: (trouble: {
    readonly error: Error | null
    readonly waiting: number
    readonly dropped: number
  }) => void
  /** How long checks are gathered before they are committed together, in ms. */
  readonly gather?: number
  /** How many checks may wait for the database; the oldest beyond it are given up, and their time becomes unknown. */
  readonly capacity?: number
}

export interface Recorder {
  /** Takes checks in; they are stored when `onStored` says so. */
  take(checks: readonly Check[]): void
  /** Commits what waits. Gives up after `patience` ms; returns how many checks could not be stored. */
  drain(patience: number): Promise<number>
  /** Checks taken and not stored yet. */
  readonly waiting: number
  /** Start of the earliest of them; null where none waits. */
  readonly waitingFrom: Instant | null
  /** The failure that is going on. */
  readonly trouble: Error | null
}

const GROUP = 2_000
/** The first pause before a commit is tried again, and the longest, in ms. */
const RETRY = 50
const LONGEST_RETRY = 500

/**
 * Commits checks in groups. While another process holds the lock or the disk is full, checks wait and the commit is
 * tried again; neither probing nor pages wait with them.
 */
export function startRecorder(options: RecorderOptions): Recorder {
  const { store, policyOf, gather = 1_000, capacity = 100_000 } = options
  let queue: Check[] = []
  let trouble: Error | null = null
  let dropped = 0
  /** How many checks are committed together. */
  let most = GROUP
  let retry = RETRY
  let timer: NodeJS.Timeout | null = null
  let working: Promise<void> | null = null

  const schedule = (delay: number) => {
    timer ??= setTimeout(() => {
      timer = null
      void commit()
    }, delay)
  }

  const commit = (): Promise<void> => {
    working ??= commitGroups().finally(() => {
      working = null
    })
    return working
  }

  async function commitGroups(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, most)
      try {
        const appended = await store.append(group, policyOf)
        queue = queue.slice(group.length)
        most = Math.min(GROUP, most * 2)
        retry = RETRY
        if (trouble) report(null)
        options.onStored?.({ ...appended, checks: group.length })
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (isPassing(error)) {
          if (!trouble) report(error)
          schedule(retry)
          retry = Math.min(LONGEST_RETRY, retry * 2)
          return
        }
        // A check that trips over a fault of ours must not take others with it: halved until it stands alone.
        if (group.length > 1) most = Math.ceil(group.length / 2)
        else {
          queue = queue.slice(1)
          dropped++
          if (trouble?.message !== error.message) report(error)
        }
      }
      await pause()
    }
  }

  function report(error: Error | null): void {
    trouble = error
    options.onTrouble?.({ error, waiting: queue.length, dropped })
    if (!error) dropped = 0
  }

  return {
    take(checks) {
      queue.push(...checks)
      const excess = queue.length - capacity
      if (excess > 0) {
        // Not those of the group that is being committed: `commitGroups` takes them from the front by number.
        queue.splice(working ? Math.min(GROUP, queue.length - excess) : 0, excess)
        dropped += excess
      }
      schedule(gather)
    },
    async drain(patience) {
      const end = performance.now() + patience
      while (queue.length > 0 && performance.now() < end) {
        await commit()
        if (queue.length > 0) await sleep(RETRY)
      }
      if (timer) clearTimeout(timer)
      timer = null
      return queue.length
    },
    get waiting() {
      return queue.length
    },
    get waitingFrom() {
      return queue.reduce<Instant | null>((first, { at }) => (first === null ? at : earlier(first, at)), null)
    },
    get trouble() {
      return trouble
    },
  }
}

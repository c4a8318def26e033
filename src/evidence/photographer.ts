import { patiently } from '../db/patiently.ts'
import type { Instant } from '../time/instant.ts'
import type { Picture, Wanted } from './picture.ts'
import type { ScreenshotStore } from './screenshot-store.ts'

export interface PhotographerOptions {
  readonly store: ScreenshotStore
  /** Takes one picture. Resolves with what came of it. */
  readonly take: (url: string, signal: AbortSignal) => Promise<Picture>
  readonly now: () => Instant
  readonly onError: (error: unknown) => void
  /** Told when a picture was kept, or why there is none. */
  readonly onKept?: (wanted: Wanted, picture: Picture) => void
}

/** Takes pictures of confirmed outages, one at a time. */
export interface Photographer {
  /** Asks for the picture of an outage. Returns at once; one that is taken or waits already is not taken again. */
  want(wanted: Wanted): void
  /** Ends the picture that is being taken, takes no further one, and resolves when nothing runs. */
  stop(): Promise<void>
}

/** How many outages may wait for their picture; of more there is none, and it is said. */
const MOST_WAITING = 20
/** How long a picture waits for another process that holds the database, in ms: as long as stopping may take. */
const PATIENCE = 10_000

export function createPhotographer(options: PhotographerOptions): Photographer {
  const { store, take, now, onError, onKept } = options
  const waiting: Wanted[] = []
  const known = new Set<string>()
  const over = new AbortController()
  let working: Promise<void> | null = null

  const keep = async (wanted: Wanted, picture: Picture): Promise<void> => {
    await patiently(() => store.keep(wanted, picture), PATIENCE)
    onKept?.(wanted, picture)
  }

  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !over.signal.aborted; next = waiting.shift()) {
      try {
        if (!(await store.has(next))) await keep(next, await take(next.url, over.signal))
      } catch (error) {
        onError(error)
      } finally {
        known.delete(keyOf(next))
      }
    }
    working = null
  }

  return {
    want: wanted => {
      const key = keyOf(wanted)
      if (over.signal.aborted || known.has(key)) return
      if (waiting.length >= MOST_WAITING) {
        const note = 'too many outages were confirmed at the same time'
        keep(wanted, { kind: 'none', at: now(), note }).catch(onError)
        return
      }
      known.add(key)
      waiting.push(wanted)
      working ??= work()
    },
    stop: async () => {
      over.abort()
      await working
    },
  }
}

const keyOf = ({ endpoint, from }: Wanted): string => `${from} ${endpoint}`

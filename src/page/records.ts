import type { ServiceRecord, Source } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'

/** One consistent state of every service, and the instant that it is seen from. */
export interface Reading {
  readonly now: Instant
  readonly records: readonly ServiceRecord[]
}

const SHARED_FOR = 1_000

/** Reads every service at most once a second, however many pages are rendered from it. */
export function sharedReading(
  source: Source,
  now: () => Instant,
): { read(): Promise<Reading>; forget(): void } {
  let held: { readonly at: Instant; readonly reading: Promise<Reading> } | null = null
  return {
    read() {
      const at = now()
      if (held && at >= held.at && at - held.at < SHARED_FOR) return held.reading
      const reading = source.services(at).then(records => ({ now: at, records }))
      const mine = { at, reading }
      held = mine
      reading.catch(() => {
        if (held === mine) held = null
      })
      return reading
    },
    forget() {
      held = null
    },
  }
}

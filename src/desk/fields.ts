import { utcShort } from '../page/words.ts'
import type { Faults } from '../people/joining.ts'
import { instant, rfc3339 } from '../time/instant.ts'

/** What is wrong with a form, as the summary above it lists it: each leads to its field. */
export interface FaultView {
  readonly field: string
  readonly words: string
}

export const faultViews = (faults: Faults): readonly FaultView[] =>
  Object.entries(faults).map(([field, words]) => ({ field, words }))

/** An instant (ms), for a machine and in words: `1 Oct 2026, 07:05 UTC`. */
export const moment = (ms: number): { readonly iso: string; readonly words: string } => ({
  iso: rfc3339(instant(ms)),
  words: utcShort(instant(ms)),
})

/** How long to wait, in words. */
export function waitWords(ms: number): string {
  if (ms < 60_000) return 'a few seconds'
  const minutes = Math.ceil(ms / 60_000)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

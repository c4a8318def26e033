import type { Bundle } from './bundle.ts'
import { digests, inside } from './contents.ts'
import { corrected, recomputed } from './figures.ts'
import { bad, type Finding } from './finding.ts'
import { readBundle } from './read.ts'
import { sealed, type Trust } from './sealed.ts'

/** Whether nothing that decides was found wrong. */
export const holds = (findings: readonly Finding[]): boolean =>
  findings.length > 0 && findings.every(f => f.ok !== false)

/** What is looked at, in this order. */
const LOOKS: readonly ((bundle: Bundle, trust: Trust) => Iterable<Finding>)[] = [
  sealed,
  ({ record }, trust) => inside(record, trust),
  digests,
  recomputed,
  corrected,
]

/**
 * Looks at everything that a bundle says, offline: its place in the signed log, its checks, and the figures computed anew
 * from them. Yields a finding for each; the first that says that the bundle cannot be read is the last.
 */
export function* verify(text: string, trust: Trust = {}): Generator<Finding> {
  const bundle = readBundle(text)
  if (!bundle) {
    yield bad(
      'Bundle',
      'This is not a bundle of Nines in its canonical form; a byte of it was changed, added or lost.',
    )
    return
  }
  for (const look of LOOKS) {
    try {
      yield* look(bundle, trust)
    } catch (error) {
      yield bad(
        'Contents',
        `Something in it cannot be: ${error instanceof Error ? error.message : 'unreadable'}.`,
      )
    }
  }
}

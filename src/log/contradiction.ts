import { openCheckpoint, type VerifierKey } from './note.ts'
import type { Tree } from './tree.ts'

/** Why a log that stands as `tree` must not be signed after this checkpoint of it was; null where it may. */
export function contradiction(
  tree: Tree,
  checkpoint: string,
  origin: string,
  keys: readonly VerifierKey[],
): string | null {
  const signed = openCheckpoint(checkpoint, origin, keys)
  if (!signed.ok) return `the newest checkpoint of the log is not one that its keys signed: ${signed.message}`
  const { size, root } = signed.value
  if (size > tree.size)
    return `the log has ${tree.size} entries, but was signed with ${size} already: entries were lost`
  return tree.root(size).every((byte, i) => byte === root[i])
    ? null
    : `the first ${size} entries of the log are not those that were signed: its past was changed`
}

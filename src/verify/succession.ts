import { canonicalBytes } from '../log/canonical.ts'
import { openCheckpoint, parseNote, parseVerifierKey, toHex, type VerifierKey } from '../log/note.ts'
import { leafHash, type Tree } from '../log/tree.ts'
import { parseInstant } from '../time/instant.ts'
import type { Bundle, KeyChange, Rotation } from './bundle.ts'
import { bad, type Finding, good, told } from './finding.ts'

/** Looks at each change of the log's key that a bundle holds, and returns those that are proven, in their order. */
export function* keyChanges(
  { rotations, leaves }: Bundle['log'],
  tree: Tree,
  origin: string,
): Generator<Finding, Rotation[]> {
  const proven: Rotation[] = []
  let before = -1
  for (const rotation of rotations) {
    const { index } = rotation
    const inPlace = Number.isInteger(index) && index > before && index < tree.size
    const fault = inPlace ? faultOf(rotation, leaves[index], tree, origin) : 'it is not in its place'
    if (fault === null) proven.push(rotation)
    else yield bad('Key', `The change of the log's key that is named as entry ${index}: ${fault}.`)
    before = index
  }
  return proven
}

/** Why a change is not proven; null where it is. */
function faultOf(
  { index, entry, checkpoint }: Rotation,
  leaf: string | undefined,
  tree: Tree,
  origin: string,
): string | null {
  if (toHex(leafHash(canonicalBytes(entry))) !== leaf) return 'what the bundle says of it is not that entry'
  if (!isKeyChange(entry)) return 'that entry changes no key'
  const signers = (entry.lost ? [entry.new] : [entry.old, entry.new])
    .map(text => parseVerifierKey(text))
    .flatMap(key => (key.ok ? [key.value] : []))
  const head = openCheckpoint(checkpoint, origin, signers)
  const note = parseNote(checkpoint)
  if (!head.ok || !note.ok) return `its checkpoint does not hold: ${head.ok ? 'it is none' : head.message}`
  const signed = head.value.signedBy.map(key => key.text).join(' ')
  // As with the newest checkpoint, no line of a note may go unread.
  if (
    signed !== (entry.lost ? entry.new : `${entry.old} ${entry.new}`) ||
    note.value.signatures.length !== signers.length
  )
    return `its checkpoint is not signed by ${entry.lost ? 'the new key alone' : 'the old key and the new one'}`
  return head.value.size === index + 1 && toHex(head.value.root) === toHex(tree.root(index + 1))
    ? null
    : `its checkpoint is not of the first ${index + 1} entries`
}

const isKeyChange = (entry: KeyChange): boolean =>
  entry.type === 'nines.key/1' &&
  typeof entry.at === 'string' &&
  parseInstant(entry.at) !== null &&
  typeof entry.old === 'string' &&
  typeof entry.new === 'string' &&
  typeof entry.lost === 'boolean'

/** Whether the key that the reader knows signed the checkpoint, or one that follows from it by these changes. */
export function trusted(
  keys: readonly VerifierKey[],
  given: string | undefined,
  changes: readonly Rotation[],
): Finding {
  const what = 'Signature'
  if (given === undefined)
    return told(
      what,
      `The checkpoint is signed by ${keys.map(k => k.text).join(' and ')}, which the bundle names itself. Compare it with the key that was published, or give it with --key.`,
    )
  const signs = (text: string): boolean => keys.some(key => key.text === text)
  let current = given.trim()
  if (signs(current)) return good(what, 'The checkpoint is signed by the key that you gave.')
  const dates: string[] = []
  for (const { index, entry } of changes) {
    if (entry.old !== current) continue
    if (entry.lost)
      return bad(
        what,
        `${dates.length === 0 ? 'The key that you gave' : `${current}, which follows from the key that you gave,`} was lost before ${entry.at} (entry ${index} of the log), so it could not sign in its successor: whoever got hold of the server could have made that one. Ask the operator for the new key in a way that does not lead over the server, such as the contract, and give that one. What was signed before is still proven by a checkpoint that you kept.`,
      )
    dates.push(entry.at)
    current = entry.new
    if (signs(current)) return good(what, followed(dates))
  }
  return bad(
    what,
    'The checkpoint is not signed by the key that you gave, and the bundle does not show that the key which signed it follows from that one. Where a key was replaced, an entry of the log (nines.key/1) says so; where yours is newer than the bundle, download the bundle again.',
  )
}

const followed = ([first = '', ...others]: readonly string[]): string =>
  `The key that you gave signed in its successor on ${first}${others.map(date => `, that one the next on ${date}`).join('')}, which signed this checkpoint.`

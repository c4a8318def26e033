import { canonicalBytes } from '../log/canonical.ts'
import { openNote, parseCheckpoint, parseNote, parseVerifierKey, toHex } from '../log/note.ts'
import { growTree, leafHash } from '../log/tree.ts'
import type { Bundle } from './bundle.ts'
import { bad, type Finding, good, told } from './finding.ts'
import { notHeld } from './later.ts'
import { keyChanges, trusted } from './succession.ts'

/** What the reader knows from elsewhere. */
export interface Trust {
  /** The key; without it the bundle's own is taken, and said so. */
  readonly key?: string
  /** A checkpoint of the same log that was kept earlier. */
  readonly checkpoint?: string
  /** The id of the service that the bundle has to be of. */
  readonly service?: string
  /** The month that it has to be of, `YYYY-MM`. */
  readonly month?: string
  /** What was found in the entries of the log itself, where they were read (see `later.ts`). */
  readonly later?: readonly Finding[]
}

const hexOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** The record and the later corrections stand in the log that the checkpoint signs. */
export function* sealed(bundle: Bundle, trust: Trust): Generator<Finding> {
  const { log, record, corrections } = bundle
  const keys = log.keys.map(key => parseVerifierKey(key)).flatMap(k => (k.ok ? [k.value] : []))
  if (keys.length !== log.keys.length || new Set(log.keys).size !== keys.length) {
    yield bad('Signature', 'A verifier key in the bundle is none.')
    return
  }
  const note = parseNote(log.checkpoint)
  const opened = openNote(log.checkpoint, keys)
  const head = opened.ok ? parseCheckpoint(opened.value.text) : opened
  if (!note.ok || !opened.ok || !head.ok) {
    yield bad(
      'Signature',
      `The checkpoint is not signed by the bundle's key: ${head.ok ? '' : head.message}.`,
    )
    return
  }
  // Every line and key is accounted for, so that none can be changed unseen.
  if (opened.value.signedBy.length !== keys.length || note.value.signatures.length !== keys.length)
    yield bad(
      'Signature',
      'The checkpoint carries a signature, or the bundle a key, that belongs to nothing.',
    )
  else if (opened.value.signedBy.some((key, i) => key.text !== log.keys[i]))
    yield bad('Signature', "The bundle's keys stand in another order than the signatures of the checkpoint.")
  const leaves = log.leaves.map(leaf => (/^[0-9a-f]{64}$/.test(leaf) ? hexOf(leaf) : null))
  const tree = growTree(leaves.filter(leaf => leaf !== null))
  const changes = yield* keyChanges(log, tree, head.value.origin)
  yield trusted(keys, trust.key, changes)
  if (tree.size !== leaves.length || tree.size !== head.value.size || !same(tree.root(), head.value.root)) {
    yield bad('Log', 'The entries of the log do not make the root that was signed.')
    return
  }
  yield good(
    'Log',
    `The ${tree.size} entries make the root that was signed by ${keys.map(k => k.name).join(' and ')}.`,
  )
  const isEntry = (index: number, entry: object): boolean =>
    Number.isInteger(index) && log.leaves[index] === toHex(leafHash(canonicalBytes(entry)))
  yield isEntry(log.index, record)
    ? good('Record', `The record is entry ${log.index} of the log, as it was sealed on ${record.closedAt}.`)
    : bad('Record', `The record is not entry ${log.index} of the log: it was changed after it was sealed.`)
  let before = log.index
  for (const { index, correction } of corrections) {
    if (!isEntry(index, correction))
      yield bad('Correction', `The correction ${correction.id} is not entry ${index} of the log.`)
    else if (index <= before)
      yield bad(
        'Correction',
        `The correction ${correction.id}, entry ${index} of the log, does not come after entry ${before}: each stands once, in the log's order.`,
      )
    else before = index
  }
  const later = notHeld(bundle)
  if (trust.later) yield* trust.later
  else if (later > 0)
    yield told(
      'Later entries',
      `The log holds ${later === 1 ? '1 entry' : `${later} entries`} after this record that the bundle does not hold, and nobody looked at ${later === 1 ? 'it: it' : 'them: any of them'} may be a correction of this month that was left out. To see, download /api/v1/log/entries.ndjson?from=${log.index + 1} and give the file with --log.`,
    )
  if (trust.checkpoint !== undefined) yield older(trust.checkpoint, tree, head.value.origin)
}

/** A checkpoint that was kept earlier must be a beginning of this log. */
function older(text: string, tree: ReturnType<typeof growTree>, origin: string): Finding {
  // The reader trusts what they kept, whoever signed it: a key may have been lost since.
  const note = parseNote(text)
  const head = note.ok ? parseCheckpoint(note.value.text) : note
  if (!head.ok) return bad('Earlier checkpoint', `It cannot be read: ${head.message}.`)
  const { size, root } = head.value
  if (head.value.origin !== origin) return bad('Earlier checkpoint', 'It is of another log.')
  if (size > tree.size)
    return told(
      'Earlier checkpoint',
      `It is newer than the bundle: it covers ${size} entries, and this one ${tree.size}.`,
    )
  return same(growTree(Array.from({ length: size }, (_, i) => tree.leaf(i))).root(), root)
    ? good('Earlier checkpoint', `The first ${size} entries are those of the checkpoint that you kept.`)
    : bad(
        'Earlier checkpoint',
        'The log was forked: its beginning is not that of the checkpoint that you kept.',
      )
}

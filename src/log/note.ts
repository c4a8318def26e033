import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Hash } from './tree.ts'

// C2SP signed-note and tlog-checkpoint, with Ed25519 keys alone (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint).

const ED25519 = 1
/** No note of ours comes near; a longer one is not looked at. In UTF-16 units. */
const LONGEST_NOTE = 65_536
const MOST_SIGNATURES = 64
const LONGEST_NAME = 255

/** The public half of a key that signs notes. `text` is how it is published: `name+id+base64(0x01 || public key)`. */
export interface VerifierKey {
  readonly name: string
  /** The key id: eight hex digits. */
  readonly id: string
  readonly publicKey: Uint8Array
  readonly text: string
}

export interface Signer {
  readonly key: VerifierKey
  readonly sign: (message: Uint8Array) => Uint8Array
}

export interface Signature {
  readonly name: string
  readonly id: string
  /** What follows the key id. */
  readonly bytes: Uint8Array
}

export interface Note {
  /** What is signed; ends in a newline. */
  readonly text: string
  readonly signatures: readonly Signature[]
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

const good = <T>(value: T): Checked<T> => ({ ok: true, value })
const bad = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message })

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** Standard base64 with padding (RFC 4648, 4). */
export const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** Null where the text is not the one way to write its bytes. */
export function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : null
}

/** Whether a key may have this name: some text without spaces, control characters and plus signs. */
export const isKeyName = (name: string): boolean =>
  name.length > 0 && name.length <= LONGEST_NAME && !/[\s\p{Z}\p{Cc}\p{Cs}+]/u.test(name)

/** The key with this name and Ed25519 public key. Throws a RangeError where it cannot be one. */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`no name for a key: ${JSON.stringify(name)}`)
  if (publicKey.length !== 32)
    throw new RangeError(`an Ed25519 public key has 32 bytes, not ${publicKey.length}`)
  const typed = Uint8Array.of(ED25519, ...publicKey)
  const id = toHex(sha256(Uint8Array.of(...utf8(`${name}\n`), ...typed)).subarray(0, 4))
  return { name, id, publicKey: typed.subarray(1), text: `${name}+${id}+${toBase64(typed)}` }
}

/** Reads `name+id+base64(0x01 || public key)`. */
export function parseVerifierKey(text: string): Checked<VerifierKey> {
  const m = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)
  const [, name = '', id = '', encoded = ''] = m ?? []
  const typed = fromBase64(encoded)
  if (!m || !isKeyName(name) || !typed)
    return bad(
      'a verifier key is written name+eight hex digits+base64, such as log.example.com+c74f20a3+ARpc…',
    )
  if (typed.length !== 33 || typed[0] !== ED25519)
    return bad('the verifier key is none of the kind Ed25519 (0x01 and 32 bytes)')
  const key = verifierKey(name, typed.subarray(1))
  return key.id === id ? good(key) : bad(`the verifier key's id should be ${key.id}, and is ${id}`)
}

/** Signs as `name` with an Ed25519 secret key (a seed of 32 bytes, RFC 8032). */
export const signerOf = (name: string, seed: Uint8Array): Signer => ({
  key: verifierKey(name, ed25519.getPublicKey(seed)),
  sign: message => ed25519.sign(message, seed),
})

const isText = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not hold
  text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f]|\p{Cs}/u.test(text)

/** The text with the signatures of all signers beneath. Throws a RangeError where it cannot be a note's text. */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!isText(text)) throw new RangeError('a note is text without control characters that ends in a newline')
  const lines = signers.map(({ key, sign }) => {
    const id = Uint8Array.from(key.id.match(/../g) ?? [], byte => Number.parseInt(byte, 16))
    return `— ${key.name} ${toBase64(Uint8Array.of(...id, ...sign(utf8(text))))}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Takes a note apart without looking whether its signatures are good. */
export function parseNote(note: string): Checked<Note> {
  if (note.length > LONGEST_NOTE) return bad(`a note has at most ${LONGEST_NOTE} characters`)
  if (!isText(note)) return bad('a note is text without control characters that ends in a newline')
  const gap = note.lastIndexOf('\n\n')
  if (gap < 0) return bad('a note has an empty line between its text and its signatures')
  const lines = note.slice(gap + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) return bad(`a note has at most ${MOST_SIGNATURES} signatures`)
  const signatures: Signature[] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (!isKeyName(name) || !bytes || bytes.length < 5)
      return bad('a signature is written as a dash, a name and base64, such as "— log.example.com x08go/ZJ…"')
    signatures.push({ name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) })
  }
  return good({ text: note.slice(0, gap + 1), signatures })
}

export interface OpenedNote {
  readonly text: string
  /** The trusted keys whose signatures are good, each once: at least one. */
  readonly signedBy: readonly VerifierKey[]
}

/** The text of a note that a trusted key signed. Unknown keys are passed over; one false signature of a trusted key refuses it. */
export function openNote(note: string, trusted: readonly VerifierKey[]): Checked<OpenedNote> {
  const parsed = parseNote(note)
  if (!parsed.ok) return parsed
  const { text, signatures } = parsed.value
  const signedBy: VerifierKey[] = []
  for (const { name, id, bytes } of signatures) {
    const key = trusted.find(known => known.name === name && known.id === id)
    if (!key || signedBy.includes(key)) continue
    if (!isSignature(bytes, utf8(text), key.publicKey))
      return bad(`the signature of ${name} (${id}) is false: the text is not what that key signed`)
    signedBy.push(key)
  }
  return signedBy.length > 0 ? good({ text, signedBy }) : bad('no key that is trusted has signed this note')
}

function isSignature(bytes: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (bytes.length !== 64) return false
  try {
    // By RFC 8032 and not the wider ZIP 215, so that no two verifiers disagree.
    return ed25519.verify(bytes, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

/** The state of a log: how many entries it has, and the root over them. */
export interface TreeHead {
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

/** The text of a checkpoint, which is to be signed. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

/** Reads a checkpoint's text. Lines after the third are extensions, which are passed over. */
export function parseCheckpoint(text: string): Checked<TreeHead> {
  if (!isText(text)) return bad('a checkpoint is text without control characters that ends in a newline')
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', digits = '', encoded = ''] = lines
  if (lines.length < 3 || lines.some(line => line === ''))
    return bad("a checkpoint has at least three lines: the log's name, its size and its root")
  const size = Number(digits)
  if (!/^(0|[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(size))
    return bad('the size of a checkpoint is a whole number without leading zeros')
  const root = fromBase64(encoded)
  if (root?.length !== 32) return bad('the root of a checkpoint is 32 bytes in base64')
  return good({ origin, size, root })
}

/** The state that a checkpoint of the log `origin` speaks of, where a trusted key with the log's name signed it. */
export function openCheckpoint(
  note: string,
  origin: string,
  trusted: readonly VerifierKey[],
): Checked<TreeHead & { readonly signedBy: readonly VerifierKey[] }> {
  const opened = openNote(
    note,
    trusted.filter(key => key.name === origin),
  )
  if (!opened.ok) return opened
  const head = parseCheckpoint(opened.value.text)
  if (!head.ok) return head
  if (head.value.origin !== origin)
    return bad(`the checkpoint is of the log ${head.value.origin}, not of ${origin}`)
  return good({ ...head.value, signedBy: opened.value.signedBy })
}

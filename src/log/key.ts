import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import {
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Signer, type VerifierKey, verifierKey } from './note.ts'

// Each private key lies in a file of its own, PKCS #8 in PEM, which is named for its key id and never changes.

export type ReadKey =
  | { readonly ok: true; readonly signer: Signer }
  | {
      readonly ok: false
      /** `missing`: there is no such file. `exposed`: others may read it. `foreign`: it holds something else. */
      readonly fault: 'missing' | 'exposed' | 'foreign'
      readonly message: string
    }

export const keyDirectory = (data: string): string => join(data, 'log-keys')
export const keyFile = (data: string, key: VerifierKey): string => join(keyDirectory(data), `${key.id}.pem`)

/** A PEM with one Ed25519 key has 119 bytes. */
const LONGEST = 4_096
const GROUP_AND_OTHERS = 0o077

/** Makes a key that signs as `name`, and stores it for this user alone. It is there whole, or not at all. */
export function makeKey(data: string, name: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = signerWith(name, privateKey)
  writeOnce(data, keyFile(data, signer.key), String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  return signer
}

/** Removes a key that has signed nothing. */
export const forgetKey = (data: string, key: VerifierKey): void => rmSync(keyFile(data, key), { force: true })

function writeOnce(data: string, file: string, text: string): void {
  const directory = keyDirectory(data)
  const owner = ownerOf(data)
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (made && owner) chownSync(directory, owner.uid, owner.gid)
  const draft = join(directory, `.${randomUUID()}`)
  try {
    const open = openSync(draft, 'wx', 0o600)
    try {
      fchmodSync(open, 0o600)
      if (owner) fchownSync(open, owner.uid, owner.gid)
      writeSync(open, text)
      fsyncSync(open)
    } finally {
      closeSync(open)
    }
    // Unlike a rename, this never replaces a key.
    linkSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
  syncDirectory(directory)
}

/** Whom the data belongs to, where root does a command for a server that runs as somebody else; null for everybody else. */
export const ownerOf = (data: string): { readonly uid: number; readonly gid: number } | null =>
  process.getuid?.() === 0 ? statSync(data) : null

export function syncDirectory(directory: string): void {
  const open = openSync(directory, 'r')
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}

/** Reads the private half of a key of the log. `exposed` lets pass what others may read: for a key that is being replaced. */
export function readKey(data: string, key: VerifierKey, allow?: 'exposed'): ReadKey {
  const file = keyFile(data, key)
  const refused = (fault: 'missing' | 'exposed' | 'foreign', message: string): ReadKey => ({
    ok: false,
    fault,
    message: `the log's signing key ${file} ${message}`,
  })
  let open: number
  try {
    open = openSync(file, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? refused(
          'missing',
          'is missing. Put it back from your copy; if there is none: nines key rotate --lost',
        )
      : refused('foreign', `cannot be read (${code}). It must belong to the user that nines runs as`)
  }
  try {
    if (allow !== 'exposed' && (fstatSync(open).mode & GROUP_AND_OTHERS) !== 0)
      return refused(
        'exposed',
        `can be read by other users. Do: chmod 600 ${file}; and if one may have read it: nines key rotate`,
      )
    const bytes = Buffer.alloc(LONGEST)
    const pem = bytes.toString('latin1', 0, readSync(open, bytes, 0, LONGEST, 0))
    const signer = signerWith(key.name, createPrivateKey(pem))
    if (signer.key.text === key.text) return { ok: true, signer }
    return refused('foreign', `does not belong to this log: it holds ${signer.key.text}, not ${key.text}`)
  } catch {
    return refused('foreign', 'holds no Ed25519 private key (PKCS #8, PEM). Put it back from your copy')
  } finally {
    closeSync(open)
  }
}

/** Throws where the key is none of the kind Ed25519. */
function signerWith(name: string, privateKey: KeyObject): Signer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (privateKey.asymmetricKeyType !== 'ed25519' || x === undefined) throw new TypeError('not an Ed25519 key')
  return {
    key: verifierKey(name, Buffer.from(x, 'base64url')),
    sign: message => sign(null, message, privateKey),
  }
}

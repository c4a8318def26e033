import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Secrets {
  /** Signs the sessions' cookies and encrypts the second factors. */
  readonly auth: string
  /** Signs the links by which a customer follows a case. */
  readonly follow: string
}

export const secretsFile = (directory: string): string => join(directory, 'secrets.json')

/**
 * The server's own secrets (32 random bytes each, base64url), made on first use in `directory`, readable by its owner
 * alone. Two processes that begin at once get the same. Throws where the file cannot be made, or is not one of ours.
 */
export function loadSecrets(directory: string): Secrets {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = secretsFile(directory)
  return read(file) ?? make(directory, file)
}

function make(directory: string, file: string): Secrets {
  const secrets: Secrets = { auth: fresh(), follow: fresh() }
  const draft = join(directory, `.secrets-${randomBytes(6).toString('hex')}`)
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      writeSync(handle, `${JSON.stringify(secrets, null, 2)}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    // A link, unlike a rename, refuses to take the place of a file that another process has just made.
    linkSync(draft, file)
    return secrets
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : null
    if (other) return other
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

const fresh = (): string => randomBytes(32).toString('base64url')

function read(file: string): Secrets | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const value = parsed(text)
  if (!isSecret(value?.auth) || !isSecret(value?.follow))
    throw new Error(
      `${file} must hold the secrets "auth" and "follow". Restore it from a backup, or remove it: a new one is made, everyone signs in again, and second factors are lost (nines people reset-link EMAIL --second-factor).`,
    )
  return { auth: value.auth, follow: value.follow }
}

function parsed(text: string): { readonly auth?: unknown; readonly follow?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

const isSecret = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{43}$/.test(value)

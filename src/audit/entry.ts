import type { Instant } from '../time/instant.ts'

/** Who acted: a person with the name and role of that moment, or one of the others that change things. */
export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly role: string }
  | { readonly kind: 'nines.yaml' | 'customer' | 'system' }

export interface AuditEntry {
  readonly at: Instant
  readonly actor: Actor
  /** The IP address that the request came from, where there was one. */
  readonly address: string | null
  /** What was done, such as `person.invited` or `claim.decided`. */
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: string }
  /** What it was, and what it became. What is under a key that names a secret is left out. */
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | null
}

const SECRET = /password|passphrase|secret|token|cookie|backupcodes/i
/** Longer values are cut, with a note of it. */
const LONGEST = 16_384

/** As JSON, without secrets, of a bounded length; null for nothing. */
export function auditJson(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = JSON.stringify(value, (key, inner: unknown) => (SECRET.test(key) ? undefined : inner))
  if (text === undefined) return null
  return text.length <= LONGEST
    ? text
    : JSON.stringify({ cut: text.slice(0, LONGEST / 2), length: text.length })
}

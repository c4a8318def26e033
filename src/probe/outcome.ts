import type { DownReason, Outcome, UnknownReason } from './check.ts'

const LONGEST = 300

/** Control, format (bidirectional overrides among them), surrogate and line-separating characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** One printable line of at most `longest` characters, whatever a target sent. */
export function clean(text: string, longest: number = LONGEST): string {
  // Cut before replacing: a hostile megabyte is not worth a regular expression.
  const line = text
    .slice(0, longest * 4)
    .replace(UNPRINTABLE, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

export function up(observed: string): Outcome {
  return { state: 'up', observed: clean(observed) }
}

export function down(reason: DownReason, observed: string): Outcome {
  return { state: 'down', reason, observed: clean(observed) }
}

export function unknown(reason: UnknownReason, observed: string): Outcome {
  return { state: 'unknown', reason, observed: clean(observed) }
}

/** A URL for people: its origin alone, since user, password, path, query and fragment may each hold a secret. */
export function describeUrl(url: URL): string {
  return clean(url.origin, 120)
}

/** The `code` of a Node error (`ECONNREFUSED`), or its name where it has none. */
export function codeOf(error: unknown): string {
  if (error instanceof Error) {
    const code: unknown = 'code' in error ? error.code : undefined
    return typeof code === 'string' && code !== '' ? code : error.name
  }
  return 'unknown error'
}

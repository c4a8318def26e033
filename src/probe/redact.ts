import { base64 } from './secrets.ts'

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]'

/** How a text is gone through. */
export interface RedactOptions {
  /** The text is the beginning of a longer one: a secret may begin at its end. */
  readonly cut?: boolean
  /** The text is known to be an identifier that is no secret: what merely looks like a key stays. */
  readonly identifier?: boolean
}

/** Replaces secrets in a text of any origin. Linear in its length. */
export type Redact = (text: string, options?: RedactOptions) => string

/** The shortest beginning of a known secret that is taken out where a text is cut. */
const LEAST_PREFIX = 3
/** Longer texts are no lines of ours. */
const LONGEST_LINE = 600

/**
 * PURE. A redactor that knows these secrets, in every form in which an answer may quote them, and what secrets look
 * like: credentials, tokens, keys, cookies. What to take out is found in the text as it came and joined, so that two
 * secrets that overlap leave nothing of each other.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.flatMap(formsOf))].map(lower)
  return (text, options = {}) => {
    const ranges = [
      ...knownIn(text, forms, options.cut === true),
      ...lookalikes(text, options.identifier === true),
    ]
    return replaced(text, ranges)
  }
}

type Range = readonly [from: number, to: number]

/** As written; percent-encoded in both ways; escaped for JSON and HTML; in base64, whose last characters depend on what follows. */
function formsOf(secret: string): string[] {
  const encoded = percentEncoded(secret)
  const inBase64 = base64(secret).replace(/=+$/, '')
  return [
    secret,
    encoded,
    encoded.replaceAll('%20', '+'),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    html(secret),
    secret.length >= 6 ? inBase64.slice(0, -1) : secret,
    secret.length >= 6 ? inBase64.slice(0, -1).replaceAll('+', '-').replaceAll('/', '_') : secret,
  ].filter(form => form.length >= 4)
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\uFFFD'))
}

const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Of ASCII alone, so that every character keeps its place. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, upper => upper.toLowerCase())

function knownIn(text: string, forms: readonly string[], cut: boolean): Range[] {
  const found: Range[] = []
  const searched = lower(text)
  // Our own lines are cut with an ellipsis.
  const ends = text.length > LONGEST_LINE ? [] : [...searched.matchAll(/…/g)].map(match => match.index)
  if (cut) ends.push(searched.length)
  for (const form of forms) {
    for (let at = searched.indexOf(form); at >= 0; at = searched.indexOf(form, at + 1))
      found.push([at, at + form.length])
    for (const end of ends) {
      const from = beginsBefore(searched, end, form)
      if (from !== null) found.push([from, end])
    }
  }
  return found
}

/** Where the longest beginning of a secret starts that ends at `end`. */
function beginsBefore(text: string, end: number, secret: string): number | null {
  for (let length = Math.min(secret.length - 1, end); length >= LEAST_PREFIX; length--)
    if (
      text.charCodeAt(end - length) === secret.charCodeAt(0) &&
      secret.startsWith(text.slice(end - length, end))
    )
      return end - length
  return null
}

const NAMED =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|session(?:[_-]?id)?|signature|otp'

/** Each with the part to take out in a group `s`. Bounded repetitions keep them linear. */
const PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?<s>(?:(?!-----END).)*)/dgs,
  // JSON web tokens, also cut short.
  /\b(?<s>eyJ[\w-]{6,}(?:\.[\w-]*){0,4})/dg,
  /\b(?:proxy-)?authorization["'\\]{0,2}[ \t]*[:=][ \t]*(?<s>[^\r\n]+)/dgi,
  /\b(?:set-)?cookie2?["'\\]{0,2}[ \t]*[:=][ \t]*(?<s>[^\r\n]+)/dgi,
  // A word after the name of a scheme, unless it is a plain one: "Basic authentication".
  /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Dd]igest|DIGEST|[Nn]egotiate|[Aa]pi[Kk]ey)[ \t]+(?<s>(?![a-z]+[.,;:]?(?![\w+/=-]))[\w.~+/=:-]{6,})/dg,
  new RegExp(`(?:${NAMED})[\\w-]{0,30}["'\\\\]{0,3}\\s{0,3}[:=]\\s{0,3}\\\\?"(?<s>[^"]+)`, 'dgi'),
  new RegExp(`(?:${NAMED})[\\w-]{0,30}["'\\\\]{0,3}\\s{0,3}[:=]\\s{0,3}\\\\?'(?<s>[^']+)`, 'dgi'),
  new RegExp(`(?:${NAMED})[\\w-]{0,30}["'\\\\]{0,3}\\s{0,3}[:=]\\s{0,3}(?<s>[^\\s"'<>&,;}]+)`, 'dgi'),
  new RegExp(`(?:${NAMED})[\\w-]{0,30}["']\\s{1,3}(?:value|content)=["'](?<s>[^"']+)`, 'dgi'),
  // The user and the password of a URL.
  /:\/\/(?<s>[^\s/@"'<>]{1,200})@/dg,
  // Keys that tell whose they are.
  /\b(?<s>(?:AKIA|ASIA)[A-Z0-9]{12,}|gh[opsru]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|[rsp]k[_-](?:live|test|proj)[_-][\w-]{8,}|AIza[\w-]{20,}|SG\.[\w-]{8,}\.[\w-]{8,})/dg,
]

/** Long runs that look like keys. */
const LONG = /[A-Za-z0-9+/_-]{24,}={0,2}/g

function lookalikes(text: string, identifier: boolean): Range[] {
  const found: Range[] = []
  for (const pattern of PATTERNS)
    for (const match of text.matchAll(pattern)) {
      const range = match.indices?.groups?.['s']
      if (range) found.push(range)
    }
  if (!identifier)
    for (const match of text.matchAll(LONG))
      if (looksLikeKey(match[0])) found.push([match.index, match.index + match[0].length])
  return found
}

/** Hexadecimal of 32 characters and more, or a mix that no path and no name of a file has. */
function looksLikeKey(run: string): boolean {
  if (/[0-9a-f]{32}/i.test(run)) return true
  const mixed = /[0-9]/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run)
  return mixed && !run.split(/[/_-]/).some(part => /^[A-Z]?[a-z]{3,}$/.test(part))
}

function replaced(text: string, ranges: readonly Range[]): string {
  const parts: string[] = []
  let done = 0
  let end = -1
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > end) {
      parts.push(text.slice(done, from), REDACTED)
    }
    end = Math.max(end, to)
    done = end
  }
  parts.push(text.slice(done))
  return parts.join('')
}

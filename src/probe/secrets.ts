import type { HttpTarget } from '../catalog/model.ts'

/** Headers whose configured values are no secrets, and whose words would be missed in an answer. */
const HARMLESS = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-type',
  'host',
  'pragma',
])

/** Names of schemes, which stand beside a secret and are none. */
const SCHEMES = new Set(['apikey', 'basic', 'bearer', 'digest', 'negotiate', 'token'])

/** The shortest part of a header or a body that is taken for a secret, and of a password or a query's value. */
const LEAST = 6
const LEAST_NAMED = 4

/**
 * PURE. Every text that a target's configuration holds and that nobody else should read: the tokens of its headers and
 * its body, the values of its URL's query and its user and password; Basic credentials also decoded.
 */
export function secretsOf(target: Pick<HttpTarget, 'url' | 'headers' | 'body'>): string[] {
  const found = new Set<string>()
  const named = (text: string): void => {
    if (text.length >= LEAST_NAMED) found.add(text)
  }
  for (const [name, value] of Object.entries(target.headers))
    if (!HARMLESS.has(name.toLowerCase())) addTokens(value, found)
  for (const value of bodyValues(target.body)) addTokens(value, found)
  if (URL.canParse(target.url)) {
    const url = new URL(target.url)
    for (const part of [url.username, url.password]) {
      named(part)
      named(decoded(part))
    }
    if (url.username !== '' || url.password !== '')
      found.add(base64(`${decoded(url.username)}:${decoded(url.password)}`))
    for (const [, value] of url.searchParams) named(value)
    for (const pair of url.search.slice(1).split('&')) named(pair.slice(pair.indexOf('=') + 1))
  }
  return [...found]
}

function addTokens(text: string, found: Set<string>): void {
  const add = (part: string): void => {
    if (part.length >= LEAST && !SCHEMES.has(part.toLowerCase())) found.add(part)
  }
  add(text.trim())
  for (const word of text.split(/\s+/)) add(word)
  for (const part of text.split(/[\s,;:=&?"'<>(){}[\]\\]+/)) add(part)
  for (const [, credentials = ''] of text.matchAll(/\bBasic\s+([\w+/=-]+)/gi)) {
    const plain = fromBase64(credentials)
    if (plain === null) continue
    add(plain)
    const colon = plain.indexOf(':')
    for (const part of [plain.slice(0, Math.max(0, colon)), plain.slice(colon + 1)])
      if (part.length >= LEAST_NAMED) found.add(part)
  }
}

/** What a body says: of JSON and of a form the values, as their names are words that answers use too. */
function bodyValues(body: string): string[] {
  if (body === '') return []
  const document = parsed(body)
  if (document !== undefined && typeof document !== 'string') return valuesIn(document)
  if (/^[\w.%+[\]-]+=[^\s]*$/.test(body))
    return [...new URLSearchParams(body)].map(([, value]) => value).concat(pairs(body))
  return [body]
}

const pairs = (body: string): string[] => body.split('&').map(pair => pair.slice(pair.indexOf('=') + 1))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function valuesIn(document: unknown): string[] {
  const out: string[] = []
  const waiting = [document]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string' || typeof value === 'number') out.push(String(value))
    else if (typeof value === 'object' && value !== null) waiting.push(...Object.values(value))
  }
  return out
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function fromBase64(text: string): string | null {
  try {
    return latin1ToUtf8(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return null
  }
}

const latin1ToUtf8 = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(text, char => char.charCodeAt(0)))

/** PURE. Text as UTF-8 in base64. */
export const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''))

import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** The longest body that an expectation reads, and the longest that is only counted, in decompressed bytes. */
export interface BodyLimits {
  readonly kept: number
  readonly counted: number
}

/**
 * A body that an expectation reads is kept, and may be 1 MiB. One that nobody reads is dropped as it comes, so that a
 * large page is no reason to call a site down; but it must end, and 16 MiB is where it is no longer waited for.
 */
export const LIMITS: BodyLimits = { kept: 1_048_576, counted: 16_777_216 }

/**
 * How much of every body's beginning can be looked at afterwards, in decompressed bytes. Twice of what is shown, so that
 * a secret that lies across the end of that is seen whole, and taken out whole.
 */
export const BEGINNING = 8_192

/** What is done with a body: read for an expectation, counted to its end, or read for its beginning alone. */
export type Reading = 'keep' | 'count' | 'begin'

export type BodyEnd =
  | { readonly kind: 'whole'; readonly bytes: Buffer; readonly size: number }
  /** More than the beginning that was asked for. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'malformed'; readonly observed: string }

export interface BodyReader {
  /** Takes what came from the wire. */
  write(chunk: Buffer): void
  /** The wire has no more. */
  end(): void
  /** The first bytes of what was read, at most `BEGINNING`, and how much was read. */
  beginning(): { readonly bytes: Buffer; readonly size: number }
  destroy(): void
}

/**
 * Reads a body through its `content-encoding`, keeping it (`bytes`) or only counting it, and calls `onEnd` once: after
 * `end`, or as soon as the body is found too large or malformed, or long enough where only its beginning is asked for.
 * Never throws.
 *
 * What a decoder has not taken yet waits in memory, but never more than the limit: undici fails an assertion, outside
 * of any promise, when a paused connection is closed, so that holding the sender back is not safe.
 */
export function bodyReader(
  encoding: string,
  reading: Reading,
  limits: BodyLimits,
  onEnd: (end: BodyEnd) => void,
): BodyReader {
  const keep = reading === 'keep'
  const limit = keep ? limits.kept : limits.counted
  const store = keep ? growing() : null
  /** Held, not copied: most bodies are of good checks, and nobody looks at them again. */
  const first: Buffer[] = []
  let received = 0
  let size = 0
  let over = false

  const finish = (end: BodyEnd): void => {
    if (over) return
    over = true
    onEnd(end)
  }
  const take = (chunk: Buffer): void => {
    if (over) return
    if (store === null && size < BEGINNING) first.push(chunk)
    size += chunk.length
    if (reading === 'begin' && size >= BEGINNING) finish({ kind: 'begun' })
    else if (size > limit) finish({ kind: 'too-large', limit })
    else store?.append(chunk)
  }
  const beginning = () => ({
    bytes: (store?.bytes() ?? Buffer.concat(first)).subarray(0, BEGINNING),
    size,
  })
  const whole = (): void => finish({ kind: 'whole', bytes: store?.bytes() ?? Buffer.alloc(0), size })
  const malformed = (observed: string): void => finish({ kind: 'malformed', observed })

  const decoders = decodersFor(encoding)
  const [opening, ...rest] = decoders ?? []
  if (opening === undefined) {
    // Only a reader of the body is hurt by an encoding that we did not ask for.
    const unreadable = decoders === null && keep
    const end = unreadable ? () => malformed('the content-encoding of the body is unknown') : whole
    return { write: take, end, beginning, destroy: () => {} }
  }

  const all = [opening, ...rest]
  for (const one of all) one.on('error', () => malformed(`the ${encoding} body is malformed`))
  let last: Transform = opening
  for (const one of rest) last = last.pipe(one)
  last.on('data', take)
  last.on('end', whole)
  return {
    write: chunk => {
      received += chunk.length
      if (received > limit) finish({ kind: 'too-large', limit })
      if (!over) opening.write(chunk)
    },
    // An empty body is empty in any encoding: a decoder would call it cut short.
    end: () => (received > 0 ? opening.end() : whole()),
    beginning,
    destroy: () => {
      for (const one of all) one.destroy()
    },
  }
}

/** The decoders in the order in which they are applied; null where one is not known or there are too many. */
function decodersFor(encoding: string): Transform[] | null {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
  if (names.length > 2) return null
  const makers = names.reverse().map(name => DECODERS[name])
  return makers.every(make => make !== undefined) ? makers.map(make => make()) : null
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
}

/** One buffer that doubles: a body that drips in by single bytes must not cost an object for each. */
function growing(): { append(chunk: Buffer): void; bytes(): Buffer } {
  let buffer = Buffer.alloc(0)
  let length = 0
  return {
    append: chunk => {
      if (length + chunk.length > buffer.length) {
        const larger = Buffer.alloc(Math.max(4_096, buffer.length * 2, length + chunk.length))
        buffer.copy(larger, 0, 0, length)
        buffer = larger
      }
      chunk.copy(buffer, length)
      length += chunk.length
    },
    bytes: () => buffer.subarray(0, length),
  }
}

/** PURE. Text in the charset of a `content-type`, UTF-8 without a known one; a byte order mark is dropped. */
export function decode(bytes: Buffer, contentType: string): string {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder('utf-8').decode(bytes)
  }
}

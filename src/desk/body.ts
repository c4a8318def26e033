import { type Place, SMALL_BODY } from './places.ts'

export interface BodyLimits {
  /** Bytes of a form without files. */
  readonly texts: number
  /** Bytes of a form with files; null where none are taken. */
  readonly files: number | null
}

export type SentEntries = readonly (readonly [name: string, value: string | File])[]

export type ReadBody =
  | { readonly kind: 'entries'; readonly entries: SentEntries }
  | {
      readonly kind: 'refused'
      readonly status: 400 | 408 | 413 | 415 | 503
      readonly words: string
    }

const MOST_FIELDS = 50
/** How long a body may take to come, in ms: while it is small, and once it is large. */
const PATIENCE = { small: 20_000, large: 90_000 } as const

const refused = (status: 400 | 408 | 413 | 415 | 503, words: string): ReadBody => ({
  kind: 'refused',
  status,
  words,
})

/** Reads a request's body as the fields of a form, at most 50 of them, in bounded time and memory. */
export async function readBody(request: Request, limits: BodyLimits, place: Place): Promise<ReadBody> {
  const type = request.headers.get('content-type') ?? ''
  const boundary = limits.files === null ? null : boundaryOf(type)
  if (boundary === null && !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    return refused(415, 'Only the forms of these pages are understood here.')
  const multipart = boundary !== null
  const limit = multipart ? (limits.files ?? 0) : limits.texts
  const body = await bounded(request, limit, size => place.grows(size, multipart))
  switch (body) {
    case 'broken':
      return refused(400, 'What was sent did not come whole. Nothing was stored. Please send it again.')
    case 'slow':
      return refused(408, 'What was sent took too long to come. Nothing was stored. Please send it again.')
    case 'busy':
      return refused(
        503,
        'Too many forms are being sent at the moment. Nothing was stored. Go back and send it again in a few seconds.',
      )
    case 'longer':
      return refused(
        413,
        multipart
          ? 'The files are too large together: at most three of 5 MiB each are taken. Nothing was stored. Go back and choose smaller ones.'
          : `What was sent is too long: at most ${limit / 1_024} kB are taken. Please shorten it.`,
      )
  }
  if (holdsMore(body, multipart ? `--${boundary}` : '&'))
    return refused(413, 'What was sent has too many fields for a form of these pages.')
  if (!multipart) return { kind: 'entries', entries: [...new URLSearchParams(body.toString('utf8'))] }
  try {
    // By the boundary that was counted: what else the header says could name another to the parser.
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
    const entries = [...(await new Response(body, { headers }).formData())]
    const typed = entries.reduce((sum, [, value]) => sum + (typeof value === 'string' ? value.length : 0), 0)
    // Room for files is no room for texts.
    if (typed > limits.texts) return refused(413, 'What was typed is too long. Please shorten it.')
    return { kind: 'entries', entries }
  } catch {
    return refused(400, 'What was sent is no form.')
  }
}

/** The boundary that parts a body (RFC 2046, 5.1.1); null where the type is no `multipart/form-data` with one. */
function boundaryOf(type: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(type)) return null
  const found = /(?:^|;)\s*boundary=(?:"([^"]*)"|([^\s";]+))/i.exec(type)
  const boundary = found?.[1] ?? found?.[2] ?? ''
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : null
}

/** Whether `part` stands in a body more often than there are fields in a form. */
function holdsMore(body: Buffer, part: string): boolean {
  const bytes = Buffer.from(part, 'latin1')
  let n = 0
  for (let at = body.indexOf(bytes); at >= 0 && n <= MOST_FIELDS; at = body.indexOf(bytes, at + bytes.length))
    n++
  return n > MOST_FIELDS
}

async function bounded(
  request: Request,
  limit: number,
  grows: (size: number) => boolean,
): Promise<Buffer<ArrayBuffer> | 'longer' | 'broken' | 'slow' | 'busy'> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return 'longer'
  if (request.body === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  let late = (): void => undefined
  const slow = new Promise<'slow'>(resolve => {
    late = () => resolve('slow')
  })
  const small = setTimeout(late, PATIENCE.small)
  const large = setTimeout(late, PATIENCE.large)
  const reader = request.body.getReader()
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), slow])
      if (next === 'slow') return 'slow'
      if (next.done) return Buffer.concat(chunks)
      size += next.value.byteLength
      if (size > limit) return 'longer'
      if (!grows(size)) return 'busy'
      if (size > SMALL_BODY) clearTimeout(small)
      chunks.push(next.value)
    }
  } catch {
    // The other side went away.
    return 'broken'
  } finally {
    clearTimeout(small)
    clearTimeout(large)
    // What still comes is read by nobody.
    reader.cancel().catch(() => undefined)
  }
}

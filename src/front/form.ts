import type { Upload } from '../support/attachments.ts'

/** The fields of a form that was sent. */
export interface SentForm {
  /** The first value of a field, without characters that nobody types, or the empty string. */
  readonly text: (name: string) => string
  /** The files that were chosen; one more than is taken at most, so that too many can be told. */
  readonly files: readonly Upload[]
}

export type ReadForm =
  | { readonly kind: 'form'; readonly form: SentForm }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly words: string }

const TEXTS = 256 * 1_024
/** Three files of 5 MiB, and the texts. */
const FILES = 17 * 1_024 * 1_024
const MOST_FIELDS = 50
const MOST_FILES = 4

const refused = (status: 400 | 413 | 415, words: string): ReadForm => ({ kind: 'refused', status, words })

/** Reads a request's body as a form, up to 17 MiB and 50 fields. */
export async function readForm(request: Request): Promise<ReadForm> {
  const type = request.headers.get('content-type') ?? ''
  const boundary = /^multipart\/form-data\s*;.*?\bboundary="?([^\s";]{1,70})/i.exec(type)?.[1] ?? null
  if (boundary === null && !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    return refused(415, 'Only the forms of these pages are understood here.')
  const limit = boundary === null ? TEXTS : FILES
  const body = await bounded(request, limit)
  if (body === 'broken')
    return refused(400, 'What was sent did not come whole. Nothing was stored. Please send it again.')
  if (body === 'longer')
    return refused(
      413,
      boundary === null
        ? 'What was sent is too long. Please shorten it.'
        : 'The files are too large together: at most three of 5 MiB each are taken. Nothing was stored. Go back and choose smaller ones.',
    )
  const many = 'What was sent has too many fields for a form of these pages.'
  if (boundary === null) {
    const text = body.toString('utf8')
    return count(text, '&') > MOST_FIELDS ? refused(413, many) : formOf([...new URLSearchParams(text)])
  }
  if (count(body.toString('latin1'), `--${boundary}`) > MOST_FIELDS) return refused(413, many)
  try {
    return formOf([...(await new Response(body, { headers: { 'content-type': type } }).formData())])
  } catch {
    return refused(400, 'What was sent is no form.')
  }
}

async function formOf(entries: readonly (readonly [string, string | File])[]): Promise<ReadForm> {
  const texts = new Map<string, string>()
  const files: Upload[] = []
  for (const [name, value] of entries) {
    if (typeof value === 'string') {
      if (!texts.has(name)) texts.set(name, typed(value))
    } else if ((value.size > 0 || value.name !== '') && files.length < MOST_FILES)
      files.push({ name: value.name, content: new Uint8Array(await value.arrayBuffer()) })
  }
  return { kind: 'form', form: { text: name => texts.get(name) ?? '', files } }
}

/** Without NUL and its like, and lone surrogates. */
const typed = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')

function count(text: string, part: string): number {
  let n = 0
  for (let at = text.indexOf(part); at >= 0 && n <= MOST_FIELDS; at = text.indexOf(part, at + part.length))
    n++
  return n
}

async function bounded(request: Request, limit: number): Promise<Buffer<ArrayBuffer> | 'longer' | 'broken'> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return 'longer'
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > limit) return 'longer'
      chunks.push(chunk)
    }
  } catch {
    // The other side went away.
    return 'broken'
  }
  return Buffer.concat(chunks)
}

import { readBody, type SentEntries } from '../desk/body.ts'
import type { Place } from '../desk/places.ts'
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
  | { readonly kind: 'refused'; readonly status: 400 | 408 | 413 | 415 | 503; readonly words: string }

/** Three files of 5 MiB, and the texts. */
const LIMITS = { texts: 256 * 1_024, files: 17 * 1_024 * 1_024 }
const MOST_FILES = 4

/** Reads a request's body as a form, up to 17 MiB and 50 fields. */
export async function readForm(request: Request, place: Place): Promise<ReadForm> {
  const read = await readBody(request, LIMITS, place)
  return read.kind === 'refused' ? read : formOf(read.entries)
}

async function formOf(entries: SentEntries): Promise<ReadForm> {
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

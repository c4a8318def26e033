import { HTTPException } from 'hono/http-exception'
import { readBody, type SentEntries } from './body.ts'
import type { Place } from './places.ts'

/** The fields of a form that was sent. */
export interface DeskForm {
  /** The value of a field, or the empty string. */
  readonly text: (name: string) => string
  readonly all: (name: string) => readonly string[]
  /** A file that was chosen; null where none was. */
  readonly file: (name: string) => File | null
}

const FORM = 64 * 1_024
const UPLOAD = 17 * 1_024 * 1_024

/**
 * Reads the body as a form of at most 50 fields, up to 64 KiB (17 MiB with files, where `upload`). Throws an
 * HTTPException: 400, 408, 413, 415 or 503.
 */
export async function readForm(request: Request, upload: boolean, place: Place): Promise<DeskForm> {
  try {
    const read = await readBody(request, { texts: FORM, files: upload ? UPLOAD : null }, place)
    if (read.kind === 'refused') throw new HTTPException(read.status, { message: read.words })
    return formOf(read.entries)
  } finally {
    place.leave()
  }
}

function formOf(entries: SentEntries): DeskForm {
  const all = (name: string): string[] =>
    entries.flatMap(([key, value]) => (key === name && typeof value === 'string' ? [value] : []))
  return {
    text: name => all(name)[0] ?? '',
    all,
    file: name => {
      const found = entries.flatMap(([key, value]) =>
        key === name && typeof value !== 'string' ? [value] : [],
      )[0]
      return found && found.size > 0 ? found : null
    },
  }
}

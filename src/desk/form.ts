import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'

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

/** Reads the body as a form, up to 64 KiB (17 MiB with files, where `upload`). Throws an HTTPException: 413, 415 or 400. */
export async function readForm(c: Context, upload: boolean): Promise<DeskForm> {
  const type = c.req.header('content-type') ?? ''
  const multipart = /^multipart\/form-data\s*;/i.test(type)
  if (!(multipart && upload) && !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    throw new HTTPException(415, { message: 'Only the forms of these pages are understood here.' })
  const body = await bounded(c.req.raw, multipart ? UPLOAD : FORM)
  return multipart ? files(body, type) : fields(new URLSearchParams(body.toString('utf8')))
}

const fields = (sent: URLSearchParams): DeskForm => ({
  text: name => sent.get(name) ?? '',
  all: name => sent.getAll(name),
  file: () => null,
})

async function files(body: Buffer<ArrayBuffer>, type: string): Promise<DeskForm> {
  let sent: FormData
  try {
    sent = await new Response(body, { headers: { 'content-type': type } }).formData()
  } catch {
    throw new HTTPException(400, { message: 'What was sent is no form.' })
  }
  const texts = (name: string) => sent.getAll(name).filter(value => typeof value === 'string')
  return {
    text: name => texts(name)[0] ?? '',
    all: texts,
    file: name => {
      const found = sent.getAll(name).find(value => typeof value !== 'string')
      return found && found.size > 0 ? found : null
    },
  }
}

async function bounded(request: Request, limit: number): Promise<Buffer<ArrayBuffer>> {
  const tooLarge = () =>
    new HTTPException(413, {
      message: `What was sent is too large: at most ${limit >= 1_048_576 ? `${limit / 1_048_576} MB` : `${limit / 1_024} kB`} are taken.`,
    })
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

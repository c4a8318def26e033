import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/utils/compress'
import { toBase64, toHex } from '../log/note.ts'
import type { LogEntry, LogStore } from '../log/store.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { entryLines } from './entry-lines.ts'
import { problem } from './problem.ts'

export interface LogApiOptions {
  readonly log: LogStore
  readonly now: () => Instant
}

const PAGE = 100
const NDJSON = 'application/x-ndjson'
/** What can never change may be kept for ever. */
const FOREVER = 'public, max-age=31536000, immutable'
const SOON = 'public, max-age=10'

const HOW = [
  'A checkpoint is a signed note (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint): the name of this log, how many entries it has, and the root of a Merkle tree over them (RFC 6962, SHA-256).',
  'The leaf of an entry is SHA-256 over the byte 0x00 and the exact bytes at /api/v1/log/entries/INDEX, which are also the lines of /api/v1/log/entries.ndjson; a node is SHA-256 over the byte 0x01 and its two children.',
  'A proof of inclusion ties an entry to a checkpoint (RFC 9162, 2.1.3.2). A proof of consistency shows that a checkpoint only added to an earlier one (RFC 9162, 2.1.4.2): keep one, and nothing before it can be changed unnoticed.',
  'A key that was replaced signed, together with its successor, the checkpoint that brought that one in; the entry of the type nines.key/1 says so, and whether the old key was lost.',
  'A timestamp (RFC 3161) is over the whole note of a checkpoint: openssl ts -verify -token_in -in TOKEN -data NOTE -CAfile AUTHORITY.',
]

/** The log of sealed months, for anyone to check: public, and readable from every web page. */
export function logApi({ log, now }: LogApiOptions): Hono {
  const app = new Hono()
  const base = '/api/v1/log'

  app.use(`${base}/*`, async (c, next) => {
    await next()
    c.header('access-control-allow-origin', '*')
    c.header('x-content-type-options', 'nosniff')
  })

  app.use(
    `${base}/*`,
    compress({
      contentTypeFilter: type => type === NDJSON || COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type),
    }),
  )

  const text = (c: Context, note: string, cache: string): Response =>
    c.body(note, 200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': cache })
  const wrong = (c: Context, name: string, least: number, example: string): Response =>
    problem(c, 400, `the parameter "${name}" must be a whole number from ${least} on, such as ${example}`)
  const missing = (c: Context, size: number): Response =>
    problem(c, 404, `The log has ${size} entries${size === 0 ? ' yet' : `: indices 0 to ${size - 1}`}.`)

  app.get(`${base}/checkpoint`, async c => {
    const checkpoint = await log.checkpoint()
    return checkpoint ? text(c, checkpoint.note, SOON) : problem(c, 404, 'Nothing is signed yet.')
  })

  app.get(`${base}/checkpoint/:size`, async c => {
    const size = whole(c.req.param('size'))
    if (size === null) return wrong(c, 'size', 1, '12')
    const checkpoint = await log.checkpointOf(size)
    return checkpoint ? text(c, checkpoint.note, FOREVER) : problem(c, 404, await unsigned(log, size))
  })

  app.get(`${base}/keys`, async c => {
    const keys = await log.keys()
    return c.json(
      {
        origin: keys.at(-1)?.key.name ?? null,
        now: rfc3339(now()),
        keys: keys.map(({ key, from, until, entry }) => ({
          verifier: key.text,
          id: key.id,
          from: rfc3339(from),
          until: until === null ? null : rfc3339(until),
          entry,
        })),
        how: HOW,
      },
      200,
      { 'cache-control': SOON },
    )
  })

  const asked = (c: Context): { readonly from: number; readonly to: number } | Response => {
    const from = whole(c.req.query('from') ?? '0')
    if (from === null) return wrong(c, 'from', 0, '0')
    const to = whole(c.req.query('to') ?? `${Number.MAX_SAFE_INTEGER}`)
    if (to === null || to < from)
      return problem(
        c,
        400,
        'the parameter "to" must be a whole number, not smaller than "from"; it is left out itself',
      )
    return { from, to }
  }

  app.get(`${base}/entries`, async c => {
    const what = asked(c)
    if (what instanceof Response) return what
    const { from, to } = what
    const size = await log.size()
    const end = Math.min(to, size, from + PAGE)
    const entries = await log.entries(from, end)
    const more = end < Math.min(to, size) && end >= from
    return c.json(
      {
        size,
        entries: entries.map(entryJson),
        next: more ? `${base}/entries?from=${end}${to < size ? `&to=${to}` : ''}` : null,
      },
      200,
      { 'cache-control': SOON },
    )
  })

  app.get(`${base}/entries.ndjson`, async c => {
    const what = asked(c)
    if (what instanceof Response) return what
    const end = Math.min(what.to, await log.size())
    return c.body(entryLines(log, what.from, end), 200, { 'content-type': NDJSON, 'cache-control': SOON })
  })

  app.get(`${base}/entries/:index`, async c => {
    const index = whole(c.req.param('index'))
    if (index === null) return wrong(c, 'index', 0, '0')
    const entry = await log.entry(index)
    if (!entry) return missing(c, await log.size())
    return c.body(new Uint8Array(entry.data), 200, {
      'content-type': 'application/json',
      'cache-control': FOREVER,
    })
  })

  app.get(`${base}/proofs/inclusion`, async c => {
    const [index, size] = [whole(c.req.query('index')), whole(c.req.query('size'))]
    if (index === null) return wrong(c, 'index', 0, '0')
    if (size === null || size <= index)
      return problem(c, 400, 'the parameter "size" must be a whole number that is larger than "index"')
    const proof = await log.inclusion(index, size)
    const entry = proof && (await log.entry(index))
    if (!proof || !entry) return missing(c, await log.size())
    return c.json({ index, size, leafHash: toHex(entry.leafHash), proof: proof.map(toBase64) }, 200, {
      'cache-control': FOREVER,
    })
  })

  app.get(`${base}/proofs/consistency`, async c => {
    const [from, to] = [whole(c.req.query('from')), whole(c.req.query('to'))]
    if (from === null) return wrong(c, 'from', 0, '1')
    if (to === null || to < from)
      return problem(c, 400, 'the parameter "to" must be a whole number, not smaller than "from"')
    const proof = await log.consistency(from, to)
    if (!proof) return missing(c, await log.size())
    return c.json({ from, to, proof: proof.map(toBase64) }, 200, { 'cache-control': FOREVER })
  })

  app.get(`${base}/timestamps/:size`, async c => {
    const size = whole(c.req.param('size'))
    if (size === null) return wrong(c, 'size', 1, '12')
    const checkpoint = await log.checkpointOf(size)
    if (!checkpoint) return problem(c, 404, await unsigned(log, size))
    if (!checkpoint.timestamp)
      return problem(c, 404, 'This checkpoint has no timestamp; a later one, which covers it, may have one.')
    return c.body(new Uint8Array(checkpoint.timestamp), 200, {
      'content-type': 'application/vnd.etsi.timestamp-token',
      'content-disposition': `attachment; filename="checkpoint-${size}.tst"`,
      'cache-control': FOREVER,
    })
  })
  return app
}

const unsigned = async (log: LogStore, size: number): Promise<string> => {
  const newest = await log.checkpoint()
  return newest
    ? `No checkpoint of ${size} entries was signed; the newest is of ${newest.size}.`
    : 'Nothing is signed yet.'
}

const entryJson = ({ index, at, kind, data, leafHash }: LogEntry) => ({
  index,
  at: rfc3339(at),
  kind,
  leafHash: toHex(leafHash),
  entry: JSON.parse(new TextDecoder().decode(data)) as unknown,
})

/** A number as it is written without sign, fraction and leading zeros; null for everything else. */
function whole(text: string | undefined): number | null {
  const value = text !== undefined && /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

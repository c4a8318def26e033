import { type Context, Hono } from 'hono'
import type { ServiceId } from '../catalog/model.ts'
import type { Months } from '../month/months.ts'
import type { MonthRecord } from '../month/record.ts'
import { statementCsv } from '../statement/csv.ts'
import type { Issue } from '../statement/issue.ts'
import { statementJson } from '../statement/json.ts'
import { parseMonth } from '../time/month.ts'
import { prefixOf, withoutPrefix } from './address.ts'
import { issueOf } from './issue.ts'
import { SECURITY_HEADERS } from './security.ts'

export interface StatementsOptions {
  readonly months: Months
  readonly settings: () => { readonly title: string; readonly url: string | null }
}

interface File {
  readonly type: string
  readonly body: Buffer
}

const MOST_KEPT = 50
/** PDFs that may wait to be made. Each takes the thread on which everything else runs. */
const MOST_WAITING = 20

/** The statements of closed months as files: PDF, CSV and JSON. Other addresses are answered by `next`. */
export function statementFiles({ months, settings }: StatementsOptions): Hono {
  const app = new Hono({
    getPath: request => withoutPrefix(new URL(request.url).pathname, prefixOf(settings().url)),
  })
  const kept = new Map<string, Promise<File>>()
  const inTurn = oneByOne()

  app.get('/services/:id/:month/:file{statement\\.(?:pdf|csv|json)}', async (c: Context, next) => {
    const month = parseMonth(c.req.param('month') ?? '')
    const sealed = month && (await months.sealed((c.req.param('id') ?? '') as ServiceId, month))
    const issue = sealed && issueOf(sealed, settings())
    // The page that says that there is none.
    if (!sealed || !issue) return next()
    const { record } = sealed
    const kind = (c.req.param('file') ?? '').split('.')[1] as 'pdf' | 'csv' | 'json'
    // A corrected month has a new entry, and every entry makes the log longer.
    const key = `${record.service.id} ${record.month} ${kind} ${issue.size} ${issue.title} ${issue.links.page}`
    const made = kept.get(key) ?? make()
    if (made === null) return busy()
    function make(): Promise<File> | null {
      const work = () =>
        fileOf(kind, sealed as NonNullable<typeof sealed>, issue as NonNullable<typeof issue>)
      const making = kind === 'pdf' ? inTurn(work) : work()
      if (making === null) return null
      kept.set(key, making)
      making.catch(() => kept.delete(key))
      const [oldest] = kept.keys()
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
      return making
    }
    const { type, body } = await made
    const name = `${record.service.id.replaceAll(/[^\w-]/g, '')}-${record.month}.${kind}`
    return c.body(new Uint8Array(body), 200, {
      ...SECURITY_HEADERS,
      'content-type': type,
      'content-disposition': `${kind === 'pdf' ? 'inline' : 'attachment'}; filename="${name}"`,
      'cache-control': 'public, max-age=60',
    })
  })
  return app
}

/** Does one thing after the other, and other requests between them; null where too much waits already. */
function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> | null {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    if (waiting > MOST_WAITING) return null
    waiting++
    const done = last.then(breathe).then(work)
    last = done.catch(() => undefined).finally(() => waiting--)
    return done
  }
}

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** RFC 9457. */
const busy = (): Response =>
  Response.json(
    {
      type: 'about:blank',
      title: 'Not available now',
      status: 503,
      detail: 'Too many statements are being made at the moment. Please try again.',
    },
    {
      status: 503,
      headers: {
        ...SECURITY_HEADERS,
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'retry-after': '5',
      },
    },
  )

async function fileOf(
  kind: 'pdf' | 'csv' | 'json',
  { record }: { readonly record: MonthRecord },
  issue: Issue,
): Promise<File> {
  switch (kind) {
    case 'pdf': {
      // A large library, which a server that is never asked for it does not load.
      const { statementPdf } = await import('../statement/pdf.ts')
      return { type: 'application/pdf', body: await statementPdf(record, issue) }
    }
    case 'csv':
      return { type: 'text/csv; charset=utf-8', body: Buffer.from(statementCsv(record, issue)) }
    case 'json':
      return {
        type: 'application/json; charset=utf-8',
        body: Buffer.from(JSON.stringify(statementJson(record, issue), null, 2)),
      }
  }
}

import { gunzipSync } from 'node:zlib'
import { type Context, Hono } from 'hono'
import type { ServiceId } from '../catalog/model.ts'
import type { Months } from '../month/months.ts'
import { type Month, parseMonth } from '../time/month.ts'
import { problem } from './problem.ts'

/** Closed months and their bundles, open to anyone. */
export function monthsApi(months: Months): Hono {
  const app = new Hono()
  const asked = (c: Context): { service: ServiceId; month: Month } | Response => {
    const month = parseMonth(c.req.param('month') ?? '')
    if (!month) return problem(c, 400, 'The month must be written as YYYY-MM, such as 2026-10.')
    return { service: c.req.param('id') as ServiceId, month }
  }
  const notClosed = (c: Context) =>
    problem(c, 404, 'This month of this service is not closed: it still runs or settles, or was not watched.')

  app.get('/api/v1/services/:id/months/:month', async c => {
    const what = asked(c)
    if (what instanceof Response) return what
    const found = await months.sealed(what.service, what.month)
    if (!found) return notClosed(c)
    const { record, index, corrections, checkpoint } = found
    return c.json({ entry: index, record, corrections, checkpoint: checkpoint?.note ?? null })
  })

  app.get('/api/v1/services/:id/months/:month/bundle', async c => {
    const what = asked(c)
    if (what instanceof Response) return what
    const made = await months.bundle(what.service, what.month)
    if (made === 'busy' || made === 'not-signed') {
      c.header('retry-after', '30')
      return problem(c, 503, 'This bundle cannot be made at the moment. Please try again.')
    }
    if (made === 'not-closed') return notClosed(c)
    const tag = `"${made.tag.replaceAll(/[^\w-]/g, '')}"`
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${what.service.replaceAll(/[^\w-]/g, '')}-${what.month}.nines.json"`,
      'cache-control': 'public, max-age=60',
      vary: 'Accept-Encoding',
      etag: tag,
    }
    if (c.req.header('if-none-match')?.includes(tag)) return c.body(null, 304, headers)
    return /\bgzip\b/i.test(c.req.header('accept-encoding') ?? '')
      ? c.body(new Uint8Array(made.gzip), 200, { ...headers, 'content-encoding': 'gzip' })
      : c.body(new Uint8Array(gunzipSync(made.gzip)), 200, headers)
  })
  return app
}

import { Hono } from 'hono'
import { compress } from 'hono/compress'
import type { ServiceId } from '../catalog/model.ts'
import type { ServiceRecord, Source } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, instant, parseInstant } from '../time/instant.ts'
import { monthOf } from '../time/month.ts'
import { parseAsked } from './asked.ts'
import { availabilityJson, outageJson, outagesOf, type Setting, serviceJson } from './json.ts'
import { problem } from './problem.ts'

export interface ApiOptions {
  readonly source: Source
  readonly settings: () => { readonly url: string | null; readonly contract: Contract }
  readonly now: () => Instant
  /** What `/readyz` says: the troubles that go on; the server is ready where none of them is grave. */
  readonly health: () => Health
}

export interface Health {
  readonly ready: boolean
  readonly troubles: readonly { readonly what: string; readonly details: readonly string[] }[]
}

const PAGE = 100
const query = (option: string) => `the parameter "${option}"`

/** The JSON that others rely on. */
export function api(options: ApiOptions): Hono {
  const app = new Hono()
  const setting = (): Setting => ({ ...options.settings(), now: options.now() })
  const known = async (id: string, now: Instant): Promise<ServiceRecord | undefined> =>
    (await options.source.services(now)).find(record => record.id === id)

  for (const path of ['/api/*', '/livez', '/readyz', '/healthz']) {
    app.use(path, async (c, next) => {
      await next()
      c.header('x-content-type-options', 'nosniff')
      if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-cache')
      c.header('access-control-allow-origin', '*')
    })
  }
  app.use('/api/*', compress())

  app.get('/livez', c => c.json({ status: 'ok' }))
  app.get('/healthz', c => c.json({ status: 'ok' }))
  app.get('/readyz', c => {
    const { ready, troubles } = options.health()
    const status = !ready ? 'unavailable' : troubles.length > 0 ? 'degraded' : 'ready'
    return c.json({ status, troubles }, ready ? 200 : 503, { 'cache-control': 'no-store' })
  })

  app.get('/api/v1/services', async c => {
    const at = setting()
    const records = await options.source.services(at.now)
    const month = monthOf(at.now, at.contract.timeZone)
    return c.json({
      services: records.filter(record => !record.removed).map(record => serviceJson(record, month, at)),
    })
  })

  app.get('/api/v1/services/:id/availability', async c => {
    const at = setting()
    const asked = parseAsked(c.req.query('month'), c.req.query('from'), c.req.query('to'), query)
    if (!asked.ok) return problem(c, 400, asked.message)
    const record = await known(c.req.param('id'), at.now)
    if (!record) return problem(c, 404, 'There is no service with this id.')
    return c.json(availabilityJson(record, asked.value, at))
  })

  app.get('/api/v1/outages', async c => {
    const at = setting()
    const { service, from, to, cursor } = c.req.query()
    for (const [name, text] of Object.entries({ from, to })) {
      if (text !== undefined && parseInstant(text) === null)
        return problem(
          c,
          400,
          `${query(name)} must be an RFC 3339 time with its zone, such as 2026-10-01T00:00:00Z`,
        )
    }
    const limit = Number(c.req.query('limit') ?? PAGE)
    if (!Number.isInteger(limit) || limit < 1 || limit > PAGE)
      return problem(c, 400, `${query('limit')} must be a whole number from 1 to ${PAGE}`)
    const window = {
      from: (from === undefined ? null : parseInstant(from)) ?? instant(0),
      to: (to === undefined ? null : parseInstant(to)) ?? at.now,
    }
    if (window.from >= window.to)
      return problem(c, 400, `${query('from')} must be earlier than ${query('to')}`)
    const records = await options.source.services(at.now)
    if (service !== undefined && !records.some(record => record.id === (service as ServiceId)))
      return problem(c, 404, 'There is no service with this id.')
    const all = records
      .filter(record => service === undefined || record.id === service)
      .flatMap(record =>
        outagesOf(record, window, at.now).map(outage => ({
          service: record.id,
          ...outageJson(record, outage, at),
        })),
      )
      .sort((a, b) => compare(b.from, a.from) || compare(a.id, b.id))
    const start = cursor === undefined ? 0 : all.findIndex(outage => outage.id === cursor)
    if (start < 0) return problem(c, 400, `${query('cursor')} must come from the "next" of the page before`)
    const next = all[start + limit]
    return c.json({
      outages: all.slice(start, start + limit),
      next: next ? prefix(at.url) + nextPage(c.req.url, next.id) : null,
    })
  })

  app.get('/api/v1/outages/:id', async c => {
    const at = setting()
    const found = await options.source.findOutage(c.req.param('id'))
    const record = found && (await known(found.service, at.now))
    if (!found || !record) return problem(c, 404, 'There is no outage with this id.')
    const [outage] = outagesOf(record, { from: found.from, to: instant(found.from + 1) }, at.now)
    if (!outage) return problem(c, 404, 'There is no outage with this id.')
    return c.json({ service: record.id, ...outageJson(record, outage, at) })
  })

  app.all('/api/*', c =>
    c.req.method === 'GET' || c.req.method === 'HEAD'
      ? problem(c, 404, 'There is nothing at this address. See /api/v1/services.')
      : problem(c, 405, 'Only GET is understood here.'),
  )
  return app
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The path that a public address begins with, which a reverse proxy takes off: `/status` of `https://example.com/status`. */
const prefix = (url: string | null): string => (url === null ? '' : new URL(url).pathname.replace(/\/$/, ''))

/** The same question from `cursor` on. */
function nextPage(url: string, cursor: string): string {
  const next = new URL(url)
  next.searchParams.set('cursor', cursor)
  return next.pathname + next.search
}

import { join } from 'node:path'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Casework } from '../casework/casework.ts'
import { isPassing } from '../db/open.ts'
import { clientAddress, peerOf } from '../desk/address.ts'
import { formPlaces } from '../desk/places.ts'
import { absolute, feedPath, prefixOf, withoutPrefix } from '../page/address.ts'
import { loadAssets } from '../page/assets.ts'
import { sharedReading } from '../page/records.ts'
import { underPrefix } from '../page/render.ts'
import { templates } from '../page/templates.ts'
import { network } from '../people/network.ts'
import type { Source } from '../record/source.ts'
import type { SupportStore } from '../support/store.ts'
import type { Instant } from '../time/instant.ts'
import { caseRoutes } from './case-pages.ts'
import { claimRoutes } from './claim-pages.ts'
import type { FrontContext, FrontRoute, FrontSettings, Limited } from './context.ts'
import { readForm } from './form.ts'
import { limits, waitInWords } from './limits.ts'
import { isForeign } from './origin.ts'
import { requestRoutes } from './request-pages.ts'
import { CASE_HEADERS, FORM_HEADERS } from './security.ts'

export interface FrontOptions {
  readonly casework: Casework
  readonly support: Pick<SupportStore, 'findBySecret'>
  readonly source: Source
  readonly settings: () => FrontSettings
  readonly now: () => Instant
  /** Holds the templates, and `assets/`. */
  readonly viewsDirectory: string
  readonly onError?: (error: unknown, path: string) => void
}

export interface Front {
  readonly app: Hono
  /** Answers the forms and the cases, and hands on what is neither: to be used by the app before its other routes. */
  readonly door: MiddlewareHandler
}

const OURS = /^\/(?:(?:claim|request)$|cases(?:\/|$))/

/** The pages by which customers claim, ask and follow: for anyone, without an account. */
export function front(options: FrontOptions): Front {
  const { settings } = options
  const render = templates(options.viewsDirectory)
  const assets = loadAssets(join(options.viewsDirectory, 'assets'))
  const assetPath = (name: string) => assets.get(name)?.path ?? ''
  const prefix = () => prefixOf(settings().url)
  const pathOf = (request: Request) => withoutPrefix(new URL(request.url).pathname, prefix())
  const held = limits()
  const shared = sharedReading(options.source, options.now)
  const source: Source = { ...options.source, services: async () => (await shared.read()).records }
  const places = formPlaces()

  function page(template: string, view: object, about: Parameters<FrontContext['page']>[2]): Response {
    const { title, contract } = settings()
    const html = render(`/front/${template}`, {
      view,
      site: {
        title,
        timeZone: contract.timeZone,
        css: assetPath('page.css'),
        icon: assetPath('favicon.svg'),
        feed: feedPath(null),
      },
      head: { title: `${about.title} · ${title}`, name: about.title },
    })
    return new Response(underFront(html, prefix()), {
      status: about.status,
      headers: { ...FORM_HEADERS, 'content-type': 'text/html; charset=utf-8', ...about.headers },
    })
  }

  const message: FrontContext['message'] = (status, heading, words, headers = {}) =>
    page('message', { heading, words }, { title: heading, status, headers })

  function contextOf(c: Context): FrontContext {
    const { url, trustedProxies } = settings()
    const now = options.now()
    const address = clientAddress(peerOf(c), c.req.header('x-forwarded-for'), trustedProxies)
    const who = address === null ? 'unknown' : network(address)
    return {
      ...options,
      source,
      now,
      by: { id: null, address },
      path: pathOf(c.req.raw),
      query: name => (c.req.query(name) ?? '').slice(0, 1_000),
      param: name => (c.req.param(name) ?? '').slice(0, 100),
      page,
      message,
      redirect: (path, headers = CASE_HEADERS) =>
        new Response(null, { status: 303, headers: { ...headers, location: prefix() + path } }),
      link: path => (url === null ? new URL(path, c.req.url).href : absolute(url, path)),
      take: (what: Limited) => {
        const wait = held[what].take(who, now)
        if (wait === 0) return null
        return message(
          429,
          'Too much at once',
          `This came too often from your network in an hour. Nothing was stored. Try again in ${waitInWords(wait)}, or write to us by e-mail.`,
          { 'retry-after': String(Math.ceil(wait / 1_000)) },
        )
      },
      giveBack: what => held[what].giveBack(who),
    }
  }

  async function answer(c: Context, route: FrontRoute): Promise<Response> {
    const context = contextOf(c)
    if (route.method === 'GET') return route.handle(context)
    if (isForeign(c.req.raw.headers, settings().url))
      return message(
        403,
        'Not from here',
        'This form was sent by another site. Nothing was stored. Open the form here and send it again.',
      )
    const limited = context.take('posts')
    if (limited) return limited
    const { address } = context.by
    const place = places(address === null ? 'unknown' : network(address))
    try {
      const read = await readForm(c.req.raw, place)
      if (read.kind === 'form') return await route.handle(context, read.form)
      return read.status === 503
        ? message(503, 'One moment', read.words, { 'retry-after': '5' })
        : message(read.status, 'This cannot be taken', read.words)
    } finally {
      place.leave()
    }
  }

  const app = new Hono({ getPath: pathOf })
  app.onError((error, c) => {
    options.onError?.(error, c.req.path.replace(/^(\/cases\/[^/]*).*/, '$1'))
    return isPassing(error)
      ? message(
          503,
          'One moment',
          'This cannot be stored at the moment. Go back and send it again; what you typed is still there.',
          { 'retry-after': '5' },
        )
      : message(
          500,
          'Something went wrong',
          'It went wrong here, not with you, and has been written down. Nothing was stored. Try again, or write to us by e-mail.',
        )
  })
  for (const route of [...claimRoutes, ...requestRoutes, ...caseRoutes])
    app.on(route.method, route.path, c => answer(c, route))
  for (const path of ['/claim', '/request', '/cases/:reference/:secret'])
    app.all(path, () =>
      message(405, 'Not so', 'This address can be read, and its form sent, and nothing else.', {
        allow: 'GET, HEAD, POST',
      }),
    )
  app.notFound(() => message(404, 'Nothing here', 'There is no page at this address.', CASE_HEADERS))

  return {
    app,
    door: async (c, next) => {
      if (!OURS.test(pathOf(c.req.raw))) return next()
      return app.fetch(c.req.raw, c.env)
    },
  }
}

/** Forms go to the prefix as links do. */
const underFront = (html: string, prefix: string): string =>
  underPrefix(html, prefix).replaceAll(/ action="\//g, () => ` action="${prefix}/`)

import { join } from 'node:path'
import { Hono } from 'hono'
import type { PictureBytes, PictureSource } from '../evidence/picture.ts'
import type { Months } from '../month/months.ts'
import type { Source } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { prefixOf, withoutPrefix } from './address.ts'
import { type Asset, loadAssets } from './assets.ts'
import { type AskedPicture, askedPicture, findPicture, pictureHeaders } from './pictures.ts'
import { sharedReading } from './records.ts'
import { type Other, type PageSettings, renderer, underPrefix } from './render.ts'
import { keyOf, routeOf } from './route.ts'
import { SECURITY_HEADERS } from './security.ts'
import { type Answer, answer, type Snapshot, snapshot } from './snapshot.ts'
import { SnapshotCache } from './snapshot-cache.ts'
import { templates } from './templates.ts'

export interface PagesOptions {
  readonly source: Source
  /** Closed months; none where not given. */
  readonly months?: Months
  /** The pictures of outages; none where not given. */
  readonly pictures?: PictureSource
  readonly settings: () => PageSettings
  readonly now: () => Instant
  /** Holds the templates, and `assets/`. */
  readonly viewsDirectory: string
  /** Milliseconds on a clock that never goes back; the process's by default. */
  readonly clock?: () => number
  /** Told of renderings that fail; readers go on getting the previous page. */
  readonly onError?: (error: unknown, page: string) => void
}

export interface Pages {
  readonly app: Hono
  /** Says that the record or the configuration changed. */
  readonly invalidate: () => void
  /** The answer for a path where one is at hand without waiting; null sends the request to `app`. For GET and HEAD. */
  readonly lookup: (
    target: string,
    acceptEncoding: string | undefined,
    ifNoneMatch: string | undefined,
  ) => Answer | null
}

const FOR_EVER = 'public, max-age=31536000, immutable'

/** The public pages, rendered from a source and served from memory. */
export async function pages(options: PagesOptions): Promise<Pages> {
  const assets = loadAssets(join(options.viewsDirectory, 'assets'))
  const fixed = await fixedAnswers(assets)
  const template = templates(options.viewsDirectory)
  const reading = sharedReading(options.source, options.now)
  const addresses = {
    css: pathOf(assets, 'page.css'),
    js: pathOf(assets, 'page.js'),
    icon: pathOf(assets, 'favicon.svg'),
    statement: pathOf(assets, 'statement.css'),
    // Made by the build: where it did not run, there is no page to check a figure on.
    verify: assets.get('verify.js')?.path ?? null,
    verifyWorker: assets.get('verify-worker.js')?.path ?? null,
  }
  const render = renderer({
    source: options.source,
    months: options.months,
    pictures: options.pictures,
    settings: options.settings,
    read: reading.read,
    template,
    assets: addresses,
  })
  const cache = new SnapshotCache<Other>({
    render: key => render(routeOf(key)),
    clock: options.clock ?? (() => performance.now()),
    ...(options.onError ? { onError: options.onError } : {}),
  })

  let based: { readonly url: string | null; readonly prefix: string } | null = null
  const prefix = () => {
    const { url } = options.settings()
    if (based?.url !== url) based = { url, prefix: prefixOf(url) }
    return based?.prefix ?? ''
  }

  const app = new Hono()
  app.get('*', async c => {
    const accept = c.req.header('accept-encoding')
    const ifNoneMatch = c.req.header('if-none-match')
    const path = withoutPrefix(c.req.path, prefix())
    const asset = fixed.get(path)
    if (asset) return response(answer(asset, accept, ifNoneMatch))
    if (path.length > 1 && path.endsWith('/')) return moved(prefix() + (path.replace(/\/+$/, '') || '/'))
    try {
      const asked = askedPicture(path)
      const picture =
        asked &&
        options.pictures &&
        (await findPicture(asked, options.source, options.pictures, reading.read))
      if (picture) return pictured(asked, picture, ifNoneMatch)
      const found = await cache.get(keyOf(routeOf(path)))
      if (!('other' in found)) {
        const status = statusOf(path)
        return response(answer(found, accept, status === 200 ? ifNoneMatch : undefined), status)
      }
      if (found.other.kind === 'moved') return moved(prefix() + found.other.to)
      const missing = await cache.get('missing')
      if ('other' in missing) throw new Error('the page of missing pages is missing')
      return response(answer(missing, accept, undefined), 404)
    } catch {
      const { title, contract } = options.settings()
      const html = underPrefix(template('/trouble', trouble(title, contract.timeZone, addresses)), prefix())
      return new Response(html, {
        status: 503,
        headers: {
          ...SECURITY_HEADERS,
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'retry-after': '5',
        },
      })
    }
  })

  return {
    app,
    invalidate() {
      reading.forget()
      cache.invalidate()
    },
    lookup(target, accept, ifNoneMatch) {
      const end = target.indexOf('?')
      const path = withoutPrefix(end < 0 ? target : target.slice(0, end), prefix())
      if (!path.startsWith('/')) return null
      const found = fixed.get(path) ?? cache.peek(path)
      return found ? answer(found, accept, ifNoneMatch) : null
    },
  }
}

/** To a path of ours: the Host header, which anyone may send, has no say in it. */
const moved = (to: string): Response =>
  new Response(null, {
    status: 308,
    // Encoded again: a backslash or a tab would let a browser take what follows for another host.
    headers: { ...SECURITY_HEADERS, location: encodeURI(wellFormed(to)).replace(/^\/+/, '/') },
  })

/** Without halves of surrogate pairs, which no address can hold. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

function pictured(asked: AskedPicture, picture: PictureBytes, ifNoneMatch: string | undefined): Response {
  const headers = pictureHeaders(asked, picture)
  if (ifNoneMatch?.includes(asked.sha256)) return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(picture.bytes), { headers })
}

const response = ({ status, headers, body }: Answer, shown = status): Response =>
  new Response(body, { status: status === 304 ? 304 : shown, headers })

const statusOf = (path: string): number => (routeOf(path).page === 'missing' ? 404 : 200)

async function fixedAnswers(assets: ReadonlyMap<string, Asset>): Promise<ReadonlyMap<string, Snapshot>> {
  const out = new Map<string, Snapshot>()
  for (const [name, { path, type, body }] of assets) {
    out.set(path, await snapshot({ type, body, cacheControl: FOR_EVER }))
    if (name === 'favicon.svg')
      for (const alias of ['/favicon.svg', '/favicon.ico'])
        out.set(alias, await snapshot({ type, body, cacheControl: 'public, max-age=86400' }))
  }
  return out
}

function pathOf(assets: ReadonlyMap<string, Asset>, name: string): string {
  const asset = assets.get(name)
  if (!asset) throw new Error(`the asset ${name} is missing`)
  return asset.path
}

const trouble = (title: string, timeZone: string, assets: object) => ({
  view: {},
  site: { title, timeZone, rules: '', ...assets },
  head: { title, description: title, feed: '/feed.xml', canonical: null, trail: null, data: null },
})

import { join } from 'node:path'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type Database, isPassing } from '../db/open.ts'
import { LogRewound } from '../log/store.ts'
import { absolute, prefixOf, withoutPrefix } from '../page/address.ts'
import { loadAssets } from '../page/assets.ts'
import { underPrefix } from '../page/render.ts'
import { templates } from '../page/templates.ts'
import { network } from '../people/network.ts'
import type { People } from '../people/people.ts'
import { mayAs, type Person, ROLE_WORDS } from '../people/person.ts'
import type { Visit } from '../people/room.ts'
import { type SignedIn, sessionOf } from '../people/sessions.ts'
import type { Instant } from '../time/instant.ts'
import { accountRoutes } from './account-pages.ts'
import { clientAddress, peerOf } from './address.ts'
import { auditRoutes } from './audit-pages.ts'
import { flashCookie, flashOf } from './flash.ts'
import { readForm } from './form.ts'
import { linkRoutes } from './link-pages.ts'
import { navigation } from './navigation.ts'
import { isOwnOrigin } from './origin.ts'
import { peopleRoutes } from './people-pages.ts'
import { formPlaces } from './places.ts'
import type { DeskContext, DeskRoute, GuardedRoute, PageAbout } from './route.ts'
import { DESK_HEADERS } from './security.ts'
import { signInRoutes } from './sign-in-pages.ts'

export interface DeskSettings {
  readonly title: string
  readonly url: string | null
  readonly trustedProxies: readonly string[]
}

export interface DeskOptions {
  readonly db: Database
  readonly people: People
  readonly settings: () => DeskSettings
  readonly now: () => Instant
  /** Holds the templates, and `assets/`. */
  readonly viewsDirectory: string
  /** The pages of the other rooms. */
  readonly routes?: readonly DeskRoute[]
  readonly onError?: (error: unknown, path: string) => void
}

export interface Desk {
  readonly app: Hono
  /** Every route, with who may use it. */
  readonly routes: readonly DeskRoute[]
  /** Answers what is below `/desk` and hands on what is not: to be used by the app before its other routes. */
  readonly door: MiddlewareHandler
}

/** The signed-in pages. Every request passes here, where `roles` decides; a page cannot be had around it. */
export function desk(options: DeskOptions): Desk {
  const { db, people, settings, now } = options
  const render = templates(options.viewsDirectory)
  const assets = loadAssets(join(options.viewsDirectory, 'assets'))
  const css = ['page.css', 'desk.css'].map(name => assets.get(name)?.path ?? '')
  const icon = assets.get('favicon.svg')?.path ?? ''
  const js = assets.get('page.js')?.path ?? ''
  const prefix = () => prefixOf(settings().url)
  const places = formPlaces()
  const pathOf = (request: Request) => withoutPrefix(new URL(request.url).pathname, prefix())

  const routes: readonly DeskRoute[] = [
    ...signInRoutes(people),
    ...linkRoutes(people),
    ...accountRoutes(people),
    ...peopleRoutes(people),
    ...auditRoutes(db),
    ...(options.routes ?? []),
  ]

  function page(
    c: Context,
    person: Person | null,
    template: string,
    view: object,
    about: PageAbout,
  ): Response {
    const { title } = settings()
    const path = pathOf(c.req.raw)
    const nav = person ? navigation(routes, person.role, path) : []
    const html = render(`/desk/${template}`, {
      view,
      desk: {
        title: `${about.title} · ${title}`,
        site: title,
        css,
        icon,
        js,
        nav,
        flash: flashOf(c.req.header('cookie')),
        person: person && { name: person.name, role: ROLE_WORDS[person.role] },
      },
    })
    const response = new Response(underDesk(html, prefix()), {
      status: about.status ?? 200,
      headers: { ...DESK_HEADERS, 'content-type': 'text/html; charset=utf-8', ...about.headers },
    })
    if (flashOf(c.req.header('cookie')) !== null) response.headers.append('set-cookie', flashCookie(null))
    return response
  }

  const refuse = (c: Context, person: Person | null, status: number, heading: string, words: string) =>
    page(c, person, 'message', { heading, words, home: person !== null }, { title: heading, status })

  function redirect(path: string, flash?: string): Response {
    const headers = new Headers({ ...DESK_HEADERS, location: prefix() + path })
    if (flash !== undefined) headers.append('set-cookie', flashCookie(flash))
    return new Response(null, { status: 303, headers })
  }

  const visitOf = (c: Context): Visit => ({
    cookie: c.req.header('cookie'),
    address: clientAddress(peerOf(c), c.req.header('x-forwarded-for'), settings().trustedProxies),
    agent: c.req.header('user-agent') ?? null,
  })

  async function answer(c: Context, route: DeskRoute): Promise<Response> {
    if (route.method === 'POST' && !isOwnOrigin(c.req.raw.headers, settings().url))
      return refuse(
        c,
        null,
        403,
        'Not from here',
        'This form was sent by another site. Open the page here and send it again.',
      )
    const visit = visitOf(c)
    const found = await sessionOf(people.room, visit)
    const cookies: string[] = [...(found?.cookies ?? [])]
    const about = (person: Person | null) => ({
      visit,
      address: visit.address,
      now: now(),
      db,
      form: () =>
        readForm(
          c.req.raw,
          route.upload === true,
          places(visit.address === null ? 'unknown' : network(visit.address)),
        ),
      page: (template: string, view: object, shown: PageAbout) => page(c, person, template, view, shown),
      redirect,
      link: (path: string) => {
        const { url } = settings()
        return url === null ? new URL(path, c.req.url).href : absolute(url, path)
      },
      send: (more: readonly string[]) => void cookies.push(...more),
    })
    const response = await guarded(c, route, found, about)
    for (const cookie of cookies) response.headers.append('set-cookie', cookie)
    return response
  }

  async function guarded(
    c: Context,
    route: DeskRoute,
    found: SignedIn | null,
    about: (person: Person | null) => Omit<DeskContext, 'person' | 'session'>,
  ): Promise<Response> {
    const person = found?.person ?? null
    if (route.roles === 'public')
      return route.handle(c, { ...about(person), person, session: found?.session ?? null })
    if (!found || !person) {
      if (route.method === 'POST')
        return refuse(
          c,
          null,
          401,
          'Signed out',
          'You are not signed in any more, so nothing was changed. Sign in, then send it again.',
        )
      const here = pathOf(c.req.raw) + new URL(c.req.url).search
      return redirect(`/desk/sign-in?next=${encodeURIComponent(here)}`)
    }
    if (!mayAs(person.role, route.roles))
      return refuse(
        c,
        person,
        403,
        'Not for you',
        `This page is for others: you are signed in as ${ROLE_WORDS[person.role]}. An administrator can change that.`,
      )
    return route.handle(c, { ...about(person), person, session: found.session })
  }

  const app = new Hono({ getPath: pathOf })
  app.onError(async (error, c) => {
    if (error instanceof HTTPException && (error.status < 500 || error.status === 503))
      return refuse(c, null, error.status, 'This cannot be taken', error.message)
    options.onError?.(error, c.req.path)
    if (error instanceof LogRewound)
      return refuse(c, null, 503, 'The log cannot grow', `Nothing was changed: ${error.message}.`)
    const [status, words] =
      isPassing(error) || isPassing(error.cause)
        ? [503, 'The database cannot be reached at the moment. Nothing was changed; try again.']
        : [
            500,
            'Something went wrong here, and has been written down. Try again; tell an administrator if it stays.',
          ]
    return refuse(c, null, Number(status), 'This cannot be answered', String(words))
  })
  app.get('/desk', c => answer(c, home))
  app.get('/desk/', () => redirect('/desk'))
  for (const route of routes) app.on(route.method, route.path, c => answer(c, route))
  app.notFound(async c => {
    const found = await sessionOf(people.room, visitOf(c))
    return refuse(c, found?.person ?? null, 404, 'Nothing here', 'There is no page at this address.')
  })

  /** The first page that the role has. */
  const home: GuardedRoute = {
    method: 'GET',
    path: '/desk',
    roles: ['support', 'engineer', 'admin'],
    handle: (_, { person, redirect: to }) =>
      to(navigation(routes, person.role, '')[0]?.path ?? '/desk/account'),
  }

  return {
    app,
    routes: [home, ...routes],
    door: async (c, next) => {
      if (!/^\/desk(?:\/|$)/.test(pathOf(c.req.raw))) return next()
      return app.fetch(c.req.raw, c.env)
    },
  }
}

/** Forms go to the prefix as links do. */
const underDesk = (html: string, prefix: string): string =>
  underPrefix(html, prefix).replaceAll(
    / (formaction|action)="\//g,
    (_, name: string) => ` ${name}="${prefix}/`,
  )

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeskRoute, GuardedRoute } from '../../src/desk/route.ts'
import { mayAs, ROLES, type Role } from '../../src/people/person.ts'
import { openRoom } from './request-scene.ts'
import { type Client, idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from './scene.ts'

/** Pages as other rooms add them: one for each role. */
const OTHERS: readonly GuardedRoute[] = ROLES.flatMap((role): GuardedRoute[] => [
  {
    method: 'GET',
    path: `/desk/of-${role}`,
    roles: [role],
    nav: `Of ${role}`,
    handle: (_, { page }) => page('message', { heading: 'Yours', words: '', home: true }, { title: 'Yours' }),
  },
  {
    method: 'POST',
    path: `/desk/of-${role}/:id`,
    roles: [role],
    handle: async (_, { form, redirect }) => {
      await form()
      return redirect(`/desk/of-${role}`, 'Done.')
    },
  },
])

type Who = Role | 'nobody' | 'deactivated' | 'after a change of password' | 'after a change of role'
const EVERYBODY: readonly Who[] = [
  'nobody',
  'deactivated',
  'after a change of password',
  'after a change of role',
  ...ROLES,
]

/** The same for the shell with a page for each role, and for the desk with all of its rooms. */
describe.each([
  { desk: 'the shell', least: 25, open: async () => ({ scene: openDesk(OTHERS) }) },
  {
    desk: 'the whole desk',
    least: 45,
    open: async () => {
      const room = await openRoom()
      return { scene: room, admin: room.admin, end: room.end }
    },
  },
] as readonly {
  readonly desk: string
  readonly least: number
  readonly open: () => Promise<{ readonly scene: Scene; readonly admin?: Client; readonly end?: () => void }>
}[])('$desk', ({ desk, least, open }) => {
  let scene: Scene
  let close: () => void
  const clients = new Map<Who, Client>()
  beforeAll(async () => {
    const opened = await open()
    scene = opened.scene
    close = opened.end ?? scene.close
    const admin = opened.admin ?? (await withAdmin(scene))
    clients.set('admin', admin)
    clients.set('nobody', scene.client())
    for (const role of ['engineer', 'support'] as const)
      clients.set(role, await withMember(scene, admin, role, role))
    for (const [who, name] of [
      ['deactivated', 'Dora'],
      ['after a change of role', 'Rolf'],
      ['after a change of password', 'Paul'],
    ] as const)
      clients.set(who, await withMember(scene, admin, name, 'admin'))
    await admin.post(`/desk/people/${idOf(scene, 'dora@example.com')}/active`, { active: 'no' })
    await admin.post(`/desk/people/${idOf(scene, 'rolf@example.com')}/role`, { role: 'support' })
    const elsewhere = scene.client()
    await elsewhere.signIn('paul@example.com')
    const changed = await elsewhere.post('/desk/account/password', {
      current: PASSWORD,
      next: 'another lamp, another river',
    })
    expect(changed.status).toBe(303)
    expect((await elsewhere.get('/desk/account')).status).toBe(200)
  })
  afterAll(() => {
    expect(scene.errors).toEqual([])
    close()
  })

  const routes = () =>
    // Signing out last: it ends the session that the others need.
    [...scene.desk.routes].sort(
      (a, b) => Number(a.path.endsWith('sign-out')) - Number(b.path.endsWith('sign-out')),
    )
  const place = (route: DeskRoute) => route.path.replaceAll(/:\w+/g, 'nobody')
  const ask = (client: Client, route: DeskRoute, headers = {}) =>
    route.method === 'GET' ? client.get(place(route), headers) : client.post(place(route), {}, headers)
  /** How it ended, as far as being let in goes. */
  const verdict = (response: Response): string => {
    if (response.status === 401) return 'signed out'
    if (response.status === 403) return 'not for you'
    return response.headers.get('location')?.startsWith('/desk/sign-in?next=') ? 'sign in first' : 'let in'
  }

  describe('every route of the desk', () => {
    it('is known to this test', () => {
      expect(scene.desk.routes.length).toBeGreaterThan(least)
      expect(scene.desk.routes.filter(route => route.roles !== 'public' && route.roles.length === 0)).toEqual(
        [],
      )
      const open = scene.desk.routes.filter(route => route.roles === 'public').map(route => route.path)
      expect(new Set(open)).toEqual(
        new Set([
          '/desk/sign-in',
          '/desk/sign-in/second-factor',
          '/desk/sign-in/with-issuer',
          '/desk/sign-in/issuer',
          '/desk/setup',
          '/desk/invitation',
          '/desk/reset',
        ]),
      )
    })

    it('refuses a form that another site sent, whoever is signed in', async () => {
      for (const route of routes().filter(({ method }) => method === 'POST'))
        for (const who of EVERYBODY)
          for (const headers of [
            { origin: 'https://evil.example' },
            { origin: 'null' },
            { origin: 'http://localhost.evil.example' },
            { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
            { 'sec-fetch-site': 'same-site' },
            { 'sec-fetch-site': 'none' },
          ]) {
            const response = await ask(clients.get(who)!, route, headers)
            expect([route.path, who, headers, response.status]).toEqual([route.path, who, headers, 403])
          }
    })

    it.each(EVERYBODY)('lets %s in where its roles say so, and nowhere else', async who => {
      for (const route of routes()) {
        const response = await ask(clients.get(who)!, route)
        const role = ROLES.find(known => known === who)
        const expected =
          route.roles === 'public'
            ? 'let in'
            : role === undefined
              ? route.method === 'GET'
                ? 'sign in first'
                : 'signed out'
              : mayAs(role, route.roles)
                ? 'let in'
                : 'not for you'
        // A sign-in with nothing in it is answered by its form.
        const ended =
          route.path.startsWith('/desk/sign-in') && response.status === 401 ? 'let in' : verdict(response)
        expect([route.method, route.path, who, ended]).toEqual([route.method, route.path, who, expected])
        expect(response.headers.get('cache-control')).toBe('no-store')
        expect(response.headers.get('content-security-policy')).toContain("form-action 'self'")
        expect(response.status).toBeLessThan(500)
      }
    })
  })

  describe('the navigation', () => {
    it.runIf(desk === 'the shell')(
      'has the entries that a role may see, in the order of the house',
      async () => {
        for (const [name, role, entries] of [
          ['Nora', 'support', ['Of support', 'Account']],
          ['Eric', 'engineer', ['Of engineer', 'Account']],
          ['Anna', 'admin', ['Of admin', 'Of engineer', 'Of support', 'Audit', 'People', 'Account']],
        ] as const) {
          const admin = scene.client()
          await admin.signIn('ada@example.com')
          const client = await withMember(scene, admin, name, role)
          const text = await (await client.get('/desk/account')).text()
          const nav = /<nav class="rooms".*?<\/nav>/.exec(text)?.[0] ?? ''
          expect([...nav.matchAll(/>([^<]+)<\/a>/g)].map(match => match[1])).toEqual(entries)
          expect(nav).toContain('href="/desk/account" aria-current="page"')
          const home = await client.get('/desk')
          expect(home.headers.get('location')).toBe(`/desk/of-${role === 'admin' ? 'admin' : role}`)
        }
      },
    )
  })
})

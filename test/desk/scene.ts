import { join } from 'node:path'
import { Hono } from 'hono'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { type Desk, desk } from '../../src/desk/desk.ts'
import type { DeskRoute } from '../../src/desk/route.ts'
import { loadAssets } from '../../src/page/assets.ts'
import { setupLink } from '../../src/people/link-store.ts'
import { type People, type PeopleSettings, people } from '../../src/people/people.ts'
import type { Role } from '../../src/people/person.ts'
import { loadSecrets } from '../../src/people/secrets.ts'
import { findByEmail } from '../../src/people/store.ts'
import { type Instant, instant } from '../../src/time/instant.ts'
import { scratch } from '../record/scene.ts'

export const PASSWORD = 'a lamp beside the river'
export const VIEWS = join(import.meta.dirname, '../../views')

export interface Scene {
  readonly db: Database
  readonly people: People
  readonly desk: Desk
  readonly app: Hono
  readonly settings: {
    url: string | null
    oidc?: NonNullable<PeopleSettings['oidc']>
    trustedProxies: string[]
  }
  readonly errors: unknown[]
  readonly troubles: string[]
  /** Moves the clock of our own code on. Better-auth keeps to the real one. */
  readonly later: (ms: number) => void
  readonly now: () => Instant
  readonly client: (address?: string) => Client
  readonly close: () => void
}

export function openDesk(routes: readonly DeskRoute[] = []): Scene {
  const { directory, remove } = scratch()
  const db = openDatabase(directory, 0)
  let ahead = 0
  const now = () => instant(Date.now() + ahead)
  const settings: Scene['settings'] = { url: null, trustedProxies: [] }
  const troubles: string[] = []
  const errors: unknown[] = []
  const room = people({
    db,
    secrets: loadSecrets(directory),
    settings: () => settings,
    now,
    onTrouble: message => troubles.push(message),
  })
  const made = desk({
    db,
    people: room,
    settings: () => ({ title: 'Example status', ...settings }),
    now,
    viewsDirectory: VIEWS,
    routes,
    onError: error => errors.push(error),
  })
  const app = new Hono()
  app.use('*', made.door)
  const assets = [...loadAssets(join(VIEWS, 'assets')).values()]
  app.get('/assets/*', c => {
    const asset = assets.find(({ path }) => path === c.req.path)
    return asset ? c.body(new Uint8Array(asset.body), 200, { 'content-type': asset.type }) : c.notFound()
  })
  app.get('*', c => c.text('the public page'))
  return {
    db,
    people: room,
    desk: made,
    app,
    settings,
    errors,
    troubles,
    later: ms => {
      ahead += ms
    },
    now,
    client: (address = '192.0.2.1') => new Client(app, address),
    close() {
      room.close()
      db.close()
      remove()
    },
  }
}

/** A browser as far as the desk can tell: it keeps cookies, and says where its forms are from. */
export class Client {
  readonly cookies = new Map<string, string>()
  readonly #app: Hono
  readonly #address: string

  constructor(app: Hono, address: string) {
    this.#app = app
    this.#address = address
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('host', 'localhost')
    if (this.cookies.size > 0)
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await this.#app.request(
      path,
      { ...init, headers },
      { incoming: { socket: { remoteAddress: this.#address } } },
    )
    for (const text of response.headers.getSetCookie()) {
      const [pair = ''] = text.split(';')
      const at = pair.indexOf('=')
      const value = pair.slice(at + 1)
      if (value === '' || /max-age=0/i.test(text)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), value)
    }
    return response
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers })
  }

  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...('origin' in headers || 'sec-fetch-site' in headers ? {} : { 'sec-fetch-site': 'same-origin' }),
        ...headers,
      },
    })
  }

  signIn(email: string, password = PASSWORD): Promise<Response> {
    return this.post('/desk/sign-in', { email, password })
  }
}

/** The first administrator, signed in. */
export async function withAdmin(scene: Scene): Promise<Client> {
  const client = scene.client()
  const token = setupLink(scene.db, scene.now())
  if (token === null) throw new Error('there is an administrator already')
  const done = await client.post('/desk/setup', {
    token,
    name: 'Ada',
    email: 'ada@example.com',
    password: PASSWORD,
  })
  if (done.status !== 303) throw new Error(await done.text())
  return client
}

/** Somebody whom the administrator invited, signed in; their address is `NAME@example.com`. */
export async function withMember(scene: Scene, admin: Client, name: string, role: Role): Promise<Client> {
  const email = `${name.toLowerCase()}@example.com`
  const invited = await admin.post('/desk/people', { name, email, role })
  const token = /token=([\w-]+)/.exec(await invited.text())?.[1] ?? ''
  const client = scene.client()
  const done = await client.post('/desk/invitation', { token, password: PASSWORD })
  if (done.status !== 303) throw new Error(await done.text())
  return client
}

export const idOf = (scene: Scene, email: string): string => findByEmail(scene.db, email)?.id ?? ''

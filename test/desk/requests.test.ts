import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownPath } from '../../src/desk/origin.ts'
import type { GuardedRoute } from '../../src/desk/route.ts'
import { listPeople } from '../../src/people/store.ts'
import { type Client, openDesk, PASSWORD, type Scene, withAdmin, withMember } from './scene.ts'

const ECHO: readonly GuardedRoute[] = [false, true].map(upload => ({
  method: 'POST',
  path: upload ? '/desk/upload' : '/desk/plain',
  roles: ['support'],
  upload,
  handle: async (_, { form }) => {
    const fields = await form()
    const file = fields.file('file')
    return Response.json({ text: fields.text('text').length, file: file && [file.name, file.size] })
  },
}))

let scene: Scene
let admin: Client
beforeEach(async () => {
  scene = openDesk(ECHO)
  admin = await withAdmin(scene)
})
afterEach(() => {
  scene.close()
})

describe('what is sent', () => {
  it('is read up to 64 KiB, and up to 17 MiB where files are taken', async () => {
    expect(await (await admin.post('/desk/plain', { text: 'x'.repeat(60_000) })).json()).toEqual({
      text: 60_000,
      file: null,
    })
    const large = await admin.post('/desk/plain', { text: 'x'.repeat(70_000) })
    expect(large.status).toBe(413)
    expect(await large.text()).toContain('at most 64 kB')
    const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const upload = async (path: string, size: number) => {
      const body = new FormData()
      body.set('text', 'a claim')
      body.set('file', new File([new Uint8Array(size)], 'photo.png'))
      return scene.app.request(path, {
        method: 'POST',
        body,
        headers: { cookie, 'sec-fetch-site': 'same-origin' },
      })
    }
    expect(await (await upload('/desk/upload', 3_000_000)).json()).toEqual({
      text: 7,
      file: ['photo.png', 3_000_000],
    })
    expect((await upload('/desk/upload', 18 * 1_048_576)).status).toBe(413)
    expect((await upload('/desk/plain', 10)).status).toBe(415)
  })

  it('is refused as what it is where it is no form', async () => {
    for (const [type, body, status] of [
      ['application/json', '{"text":1}', 415],
      ['text/plain', 'text=1', 415],
      ['multipart/form-data; boundary=x', 'no part at all', 400],
      ['multipart/form-data', 'x', 415],
      ['application/x-www-form-urlencoded', '%%%=%zz&&&=', 200],
    ] as const) {
      const response = await admin.post('/desk/upload', {}, { 'content-type': type })
      expect(response.status, type).toBeLessThan(500)
      const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const sent = await scene.app.request('/desk/upload', {
        method: 'POST',
        body,
        headers: { 'content-type': type, cookie, 'sec-fetch-site': 'same-origin' },
      })
      expect([type, sent.status]).toEqual([type, status])
    }
    expect(scene.errors).toEqual([])
  })
})

describe('where a sign-in leads', () => {
  it('is a path of the desk, whatever the link says', async () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example/desk',
      '/desk//evil.example\r\nset-cookie: a=b',
      '/desk\\@evil.example',
      '/desk/../../evil',
      '/deskevil',
      '/services/iam',
      'javascript:alert(1)',
      '/desk/sign-in?next=/desk/sign-in',
      '/desk/%0d%0ax: y',
      `/desk/${'x'.repeat(2_000)}`,
    ]) {
      const response = await scene
        .client()
        .post('/desk/sign-in', { email: 'ada@example.com', password: PASSWORD, next })
      const location = response.headers.get('location') ?? ''
      expect([next, response.status]).toEqual([next, 303])
      expect(location, next).toMatch(/^\/desk(?:\/%0d%0ax:%20y|\/%0d%0ax:|$)/)
    }
    expect(ownPath('/desk/claims/7?page=2')).toBe('/desk/claims/7?page=2')
    expect(ownPath('/desk')).toBe('/desk')
    expect(ownPath('/desk/./../etc')).toBe(null)
  })
})

describe('names', () => {
  it('are one line, and shown as the text they are', async () => {
    const name = '<script>alert("1")</script>\r\nSet-Cookie: a=b\u202e'
    await withMember(scene, admin, 'Eve', 'support')
    const invited = await admin.post('/desk/people', { name, email: 'mallory@example.com', role: 'support' })
    expect(invited.headers.get('set-cookie')).toBe(null)
    const text = await (await admin.get('/desk/people')).text()
    expect(text).not.toContain('<script>')
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; Set-Cookie: a=b')
    expect(listPeople(scene.db).map(person => person.name)).toContain(
      '<script>alert("1")</script> Set-Cookie: a=b',
    )
    const audit = await (await admin.get('/desk/audit')).text()
    expect(audit).not.toContain('<script>')
    for (const bad of ['', ' \n ', 'x'.repeat(101)]) {
      const response = await admin.post('/desk/people', {
        name: bad,
        email: 'x@example.com',
        role: 'support',
      })
      expect(response.status).toBe(422)
      expect(await response.text()).toContain('aria-invalid="true"')
    }
  })

  it('reach the next page in a sentence that cannot break a header', async () => {
    await admin.post('/desk/people', { name: 'Zoë “Z” 中', email: 'zoe@example.com', role: 'support' })
    const id = listPeople(scene.db).find(person => person.email === 'zoe@example.com')?.id
    const done = await admin.post(`/desk/people/${id}/role`, { role: 'engineer' })
    expect(done.status).toBe(303)
    expect(await (await admin.get(`/desk/people/${id}`)).text()).toContain('Zoë “Z” 中 is an engineer now.')
    expect(await (await admin.get(`/desk/people/${id}`)).text()).not.toContain('is an engineer now.')
  })
})

describe('under a public address with a path', () => {
  it('links, forms and redirects lead there, and cookies are secure where it is HTTPS', async () => {
    scene.settings.url = 'https://example.com/status'
    const client = scene.client()
    const form = await client.get('/status/desk/sign-in')
    expect(form.status).toBe(200)
    const text = await form.text()
    expect(text).toContain('action="/status/desk/sign-in"')
    expect(text).not.toMatch(/(?:href|src|action)="\/(?!status\/)/)
    const done = await client.signIn('ada@example.com')
    expect(done.headers.get('location')).toBe('/status/desk')
    const cookies = done.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly.*SameSite=Lax/i)
    expect(cookies.find(cookie => cookie.includes('session_token'))).toMatch(/; Secure/i)
    expect((await client.get('/status/desk/account')).status).toBe(200)
    expect((await client.post('/desk/sign-out', {}, { origin: 'https://example.com' })).status).toBe(303)
    expect((await client.signIn('ada@example.com')).status).toBe(303)
    expect((await client.post('/desk/sign-out', {}, { origin: 'http://example.com' })).status).toBe(403)
  })
})

describe('trouble', () => {
  it('is a page with a sentence, and the public pages go on', async () => {
    scene.db.connection.exec('ALTER TABLE people_sessions RENAME TO gone')
    const response = await admin.get('/desk/people')
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('Something went wrong here')
    expect(scene.errors.length).toBe(1)
    expect(await (await admin.get('/')).text()).toBe('the public page')
    const text = [...scene.troubles, ...scene.errors.map(String)].join('\n')
    for (const value of admin.cookies.values()) expect(text).not.toContain(value.slice(0, 20))
  })

  it('says so where the database is locked, and is over with the lock', async () => {
    const { default: Sqlite } = await import('better-sqlite3')
    const other = new Sqlite(scene.db.connection.name)
    other.exec('BEGIN EXCLUSIVE')
    const response = await admin.post('/desk/people', {
      name: 'Sam',
      email: 'sam@example.com',
      role: 'support',
    })
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('The database cannot be reached at the moment')
    other.exec('ROLLBACK')
    other.close()
    const again = await admin.post('/desk/people', { name: 'Sam', email: 'sam@example.com', role: 'support' })
    expect(again.status).toBe(200)
  })

  it('has a page for what is not there', async () => {
    for (const path of ['/desk/none', '/desk/people/none/none', '/desk/%ff', '/desk/sign-in/']) {
      const response = await admin.get(path)
      expect([path, response.status]).toEqual([path, 404])
    }
    expect((await admin.get('/desktop')).status).toBe(200)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import type { PersonId } from '../../src/people/person.ts'
import { findByEmail, listSessions } from '../../src/people/store.ts'
import { type Client, idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from '../desk/scene.ts'

let scene: Scene
let admin: Client
beforeEach(async () => {
  scene = openDesk()
  admin = await withAdmin(scene)
})
afterEach(() => {
  expect(scene.errors).toEqual([])
  scene.close()
})

const tokenIn = async (response: Response) => /token=([\w-]+)/.exec(await response.text())?.[1] ?? ''
const actions = async () => (await new AuditStore(scene.db).list({})).entries.map(entry => entry.action)
const NEXT = 'another lamp, another river'

describe('an invitation', () => {
  it('works once, for 7 days, and for nobody who was deactivated meanwhile', async () => {
    const invited = await admin.post('/desk/people', {
      name: 'Sam',
      email: 'sam@example.com',
      role: 'support',
    })
    expect(invited.headers.get('cache-control')).toBe('no-store')
    const token = await tokenIn(invited)
    expect((await scene.client().get(`/desk/invitation?token=${token}`)).status).toBe(200)
    expect((await scene.client().get(`/desk/reset?token=${token}`)).status).toBe(404)
    const weak = await scene.client().post('/desk/invitation', { token, password: 'sam@example.com' })
    expect(weak.status).toBe(422)
    const both = await Promise.all(
      [PASSWORD, NEXT].map(password => scene.client().post('/desk/invitation', { token, password })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([303, 404])
    const id = idOf(scene, 'sam@example.com')
    const second = await tokenIn(await admin.post(`/desk/people/${id}/link`, {}))
    await admin.post(`/desk/people/${id}/active`, { active: 'no' })
    expect((await scene.client().get(`/desk/reset?token=${second}`)).status).toBe(404)
    await admin.post(`/desk/people/${id}/active`, { active: 'yes' })
    expect((await scene.client().get(`/desk/reset?token=${second}`)).status).toBe(404)
    const third = await tokenIn(
      await admin.post('/desk/people', { name: 'Late', email: 'late@example.com', role: 'support' }),
    )
    scene.later(7 * 24 * 3_600_000)
    expect((await scene.client().get(`/desk/invitation?token=${third}`)).status).toBe(404)
  })

  it('is not made twice for one address', async () => {
    const again = await admin.post('/desk/people', { name: 'Eve', email: 'ADA@example.com', role: 'admin' })
    expect(again.status).toBe(422)
    expect(await again.text()).toContain('is here already')
    const odd = await admin.post('/desk/people', { name: 'Eve', email: 'eve@example.com', role: 'owner' })
    expect(odd.status).toBe(422)
  })
})

describe('a change of name', () => {
  it('is one’s own to make, and noted', async () => {
    const done = await admin.post('/desk/account/name', { name: '  Ada  Lovelace ' })
    expect(done.headers.get('location')).toBe('/desk/account')
    expect(await (await admin.get('/desk/account')).text()).toContain('value="Ada Lovelace"')
    expect(await (await admin.get('/desk/audit?action=person.name-changed')).text()).toContain('Ada Lovelace')
    const before = (await actions()).filter(action => action === 'person.name-changed').length
    await admin.post('/desk/account/name', { name: 'Ada Lovelace' })
    expect((await actions()).filter(action => action === 'person.name-changed')).toHaveLength(before)
  })

  it.each(['', ' ', 'x'.repeat(101), '\u202e'])('is refused for %j, and what was typed stays', async name => {
    const refused = await admin.post('/desk/account/name', { name })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Give a name of 1 to 100 characters.')
  })
})

describe('a change of password', () => {
  it('ends every session, and begins the one that it was made in anew', async () => {
    const elsewhere = scene.client()
    await elsewhere.signIn('ada@example.com')
    const before = admin.cookies.get('nines.session_token') ?? ''
    const done = await admin.post('/desk/account/password', { current: PASSWORD, next: NEXT })
    expect(done.headers.get('location')).toBe('/desk/account')
    expect(admin.cookies.get('nines.session_token')).not.toBe(before)
    expect((await admin.get('/desk/account')).status).toBe(200)
    expect((await elsewhere.get('/desk/account')).status).toBe(303)
    const stolen = scene.client()
    stolen.cookies.set('nines.session_token', before)
    expect((await stolen.get('/desk/account')).status).toBe(303)
    expect((await scene.client().signIn('ada@example.com')).status).toBe(401)
    expect((await scene.client().signIn('ada@example.com', NEXT)).status).toBe(303)
    expect(await actions()).toContain('person.password-changed')
  })

  it('needs the current password, and a good new one', async () => {
    const wrong = await admin.post('/desk/account/password', { current: 'wrong', next: NEXT })
    expect(await wrong.text()).toContain('id="current-fault"')
    const weak = await admin.post('/desk/account/password', { current: PASSWORD, next: 'short' })
    expect(await weak.text()).toContain('id="next-fault"')
    expect((await scene.client().signIn('ada@example.com')).status).toBe(303)
    for (let i = 0; i < 12; i++)
      await admin.post('/desk/account/password', { current: `wrong ${i}`, next: NEXT })
    const stopped = await admin.post('/desk/account/password', { current: PASSWORD, next: NEXT })
    expect(await stopped.text()).toContain('Too many wrong passwords')
  })
})

describe('a link for a new password', () => {
  it('ends every session and every other such link', async () => {
    const sam = await withMember(scene, admin, 'Sam', 'support')
    const id = idOf(scene, 'sam@example.com')
    const old = await tokenIn(await admin.post(`/desk/people/${id}/link`, {}))
    const token = await tokenIn(await admin.post(`/desk/people/${id}/link`, {}))
    expect((await scene.client().get(`/desk/reset?token=${old}`)).status).toBe(404)
    const client = scene.client()
    expect((await client.post('/desk/reset', { token, password: NEXT })).status).toBe(303)
    expect((await client.get('/desk/account')).status).toBe(200)
    expect((await sam.get('/desk/account')).status).toBe(303)
    expect(await actions()).toEqual(
      expect.arrayContaining(['person.reset-link-made', 'person.password-reset']),
    )
  })
})

describe('the last administrator', () => {
  it('can neither be deactivated nor given another role', async () => {
    const id = idOf(scene, 'ada@example.com')
    await admin.post('/desk/people', { name: 'Never', email: 'never@example.com', role: 'admin' })
    for (const [path, fields] of [
      ['role', { role: 'support' }],
      ['active', { active: 'no' }],
    ] as const) {
      const response = await admin.post(`/desk/people/${id}/${path}`, fields)
      expect(response.status).toBe(409)
      expect(await response.text()).toContain('last administrator')
    }
    expect((await admin.get('/desk/people')).status).toBe(200)
    await withMember(scene, admin, 'Bob', 'admin')
    expect((await admin.post(`/desk/people/${id}/role`, { role: 'support' })).status).toBe(303)
    expect((await admin.get('/desk/people')).status).toBe(403)
    expect(findByEmail(scene.db, 'ada@example.com')?.role).toBe('support')
  })
})

describe('a session', () => {
  it('can be ended by its owner, and by nobody else', async () => {
    const sam = await withMember(scene, admin, 'Sam', 'support')
    const other = scene.client()
    await other.signIn('sam@example.com')
    const samId = idOf(scene, 'sam@example.com') as PersonId
    const [first] = listSessions(scene.db, samId)
    await admin.post('/desk/account/sessions/end', { session: first?.id ?? '' })
    expect(listSessions(scene.db, samId).length).toBe(2)
    const page = await (await sam.get('/desk/account')).text()
    const ids = [...page.matchAll(/name="session" value="([^"]+)"/g)].map(match => match[1] ?? '')
    expect(ids.length).toBe(1)
    await sam.post('/desk/account/sessions/end', { session: ids[0] ?? '' })
    expect((await sam.get('/desk/account')).status).toBe(200)
    expect((await other.get('/desk/account')).status).toBe(303)
  })
})

describe('what was done', () => {
  it('is noted, and shown to administrators, without anything secret', async () => {
    await withMember(scene, admin, 'Sam', 'support')
    await admin.post(`/desk/people/${idOf(scene, 'sam@example.com')}/role`, { role: 'engineer' })
    await admin.post('/desk/sign-out', {})
    await admin.signIn('ada@example.com')
    expect(await actions()).toEqual([
      'person.signed-in',
      'person.signed-out',
      'person.role-changed',
      'person.joined',
      'person.invited',
      'setup.done',
    ])
    const text = await (await admin.get('/desk/audit?action=person.role-changed')).text()
    expect(text).toMatch(/<dt>role<\/dt><dd><del>support<\/del> <ins>engineer<\/ins>/)
    const stored = JSON.stringify(scene.db.connection.prepare('SELECT * FROM audit').all())
    expect(stored).not.toContain(PASSWORD)
    expect((await admin.get('/desk/audit?from=2026-13-40')).status).toBe(422)
    expect((await admin.get('/desk/audit?before=nan&actor=%27%22%3Cscript&to=2026-01-01')).status).toBe(200)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import { judgeProfile } from '../../src/people/issuer.ts'
import { findByEmail, listPeople } from '../../src/people/store.ts'
import { type Client, idOf, openDesk, type Scene, withAdmin, withMember } from '../desk/scene.ts'
import { type TestIssuer, testIssuer } from './issuer.ts'

const CONFIG = {
  name: 'Example account',
  clientId: 'nines',
  clientSecret: 'a secret of the client',
  claim: 'groups',
  admin: ['status-admins'],
  engineer: ['sre'],
  support: ['helpdesk', 'callcentre'],
}

let scene: Scene
let admin: Client
let issuer: TestIssuer
beforeEach(async () => {
  issuer = await testIssuer({ id: CONFIG.clientId, secret: CONFIG.clientSecret })
  scene = openDesk()
  scene.settings.url = 'http://localhost'
  scene.settings.oidc = { ...CONFIG, issuer: issuer.url }
  admin = await withAdmin(scene)
})
afterEach(async () => {
  expect(scene.errors).toEqual([])
  scene.close()
  await issuer.close()
})

const claims = (name: string, groups: unknown, more: object = {}) => ({
  sub: `sub-${name}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  email_verified: true,
  groups,
  ...more,
})

/** The way of a browser: to the issuer, and back. */
async function enter(
  client: Client,
  next = '/desk/account',
  change = (back: URL) => back,
): Promise<Response> {
  const begun = await client.get(`/desk/sign-in/with-issuer?next=${encodeURIComponent(next)}`)
  expect(begun.status).toBe(303)
  const away = begun.headers.get('location') ?? ''
  expect(new URL(away).origin).toBe(issuer.url)
  const there = await fetch(away, { redirect: 'manual' })
  const back = change(new URL(there.headers.get('location') ?? ''))
  return client.get(back.pathname + back.search)
}

describe('sign-in with the issuer', () => {
  it('is offered where one is configured, and asks with PKCE, a state and a nonce', async () => {
    const client = scene.client()
    expect(await (await client.get('/desk/sign-in')).text()).toContain('Sign in with Example account')
    issuer.claims = claims('Sam', ['helpdesk'])
    const done = await enter(client)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/desk/account'])
    const asked = issuer.asked.find(({ path }) => path === '/authorize')?.body
    expect(asked?.get('code_challenge_method')).toBe('S256')
    expect(asked?.get('nonce')?.length).toBeGreaterThan(20)
    expect(asked?.get('redirect_uri')).toBe('http://localhost/desk/sign-in/issuer')
    expect(asked?.get('scope')?.split(' ')).toContain('openid')
    expect((await client.get('/desk/account')).status).toBe(200)
    expect(findByEmail(scene.db, 'sam@example.com')).toMatchObject({
      name: 'Sam',
      role: 'support',
      proof: { password: false, issuer: true },
    })
    const stored = JSON.stringify(scene.db.connection.prepare('SELECT * FROM people_accounts').all())
    expect(stored).not.toContain('opaque-access-token')
    expect(stored).not.toContain('eyJ')
  })

  it('refuses, with a sentence, whom no group gives a role, and leaves nothing behind', async () => {
    for (const groups of [[], ['others'], undefined, 'status-admin', { admin: true }, [['status-admins']]]) {
      issuer.claims = claims('Eve', groups)
      const client = scene.client()
      const done = await enter(client)
      expect([groups, done.status]).toEqual([groups, 403])
      expect(await done.text()).toContain('says nothing in &quot;groups&quot; that gives you a role here')
      expect((await client.get('/desk/account')).status).toBe(303)
    }
    expect(findByEmail(scene.db, 'eve@example.com')).toBe(null)
  })

  it('follows the claim at every sign-in, and ends the sessions of the role before', async () => {
    issuer.claims = claims('Sam', ['sre', 'helpdesk'])
    const client = scene.client()
    await enter(client)
    expect(findByEmail(scene.db, 'sam@example.com')?.role).toBe('engineer')
    issuer.claims = claims('Sam', 'helpdesk')
    const again = scene.client()
    await enter(again)
    expect(findByEmail(scene.db, 'sam@example.com')?.role).toBe('support')
    expect((await client.get('/desk/account')).status).toBe(303)
    expect((await again.get('/desk/account')).status).toBe(200)
    issuer.claims = claims('Sam', [])
    expect((await enter(scene.client())).status).toBe(403)
    const { entries } = await new AuditStore(scene.db).list({ filters: { action: 'person.role-changed' } })
    expect(entries[0]).toMatchObject({ before: '{"role":"engineer"}', after: '{"role":"support"}' })
    expect(listPeople(scene.db).filter(({ email }) => email === 'sam@example.com').length).toBe(1)
  })

  it('is linked to somebody who is here by an address that the issuer verified, and no other', async () => {
    await withMember(scene, admin, 'Sam', 'support')
    for (const verified of [false, undefined, 'no', 1]) {
      issuer.claims = { ...claims('Sam', ['status-admins']), email_verified: verified }
      const done = await enter(scene.client())
      expect([verified, done.status]).toEqual([verified, 403])
      expect(await done.text()).toMatch(/has not verified that it is yours/)
    }
    expect(findByEmail(scene.db, 'sam@example.com')).toMatchObject({
      role: 'support',
      proof: { issuer: false },
    })
    issuer.claims = claims('Sam', ['sre'], { email: 'SAM@example.com' })
    expect((await enter(scene.client())).status).toBe(303)
    expect(findByEmail(scene.db, 'sam@example.com')).toMatchObject({
      role: 'engineer',
      proof: { password: true, issuer: true },
    })
  })

  it('reads what the ID token leaves out from userinfo', async () => {
    for (const kept of [
      ['groups'],
      ['email', 'email_verified'],
      ['groups', 'email', 'email_verified', 'name'],
    ]) {
      issuer.claims = claims('Sam', ['sre'])
      issuer.kept = kept
      expect([kept, (await enter(scene.client())).status]).toEqual([kept, 303])
    }
    // Whether an address is verified is never taken from the other place than the address.
    issuer.claims = claims('Eve', ['sre'])
    issuer.kept = ['email_verified', 'groups']
    expect((await enter(scene.client())).status).toBe(403)
    expect(findByEmail(scene.db, 'sam@example.com')?.role).toBe('engineer')
  })

  it('does not let in whom an administrator deactivated', async () => {
    issuer.claims = claims('Sam', ['helpdesk'])
    await enter(scene.client())
    await admin.post(`/desk/people/${idOf(scene, 'sam@example.com')}/active`, { active: 'no' })
    const client = scene.client()
    const done = await enter(client)
    expect(done.status).toBe(403)
    expect(await done.text()).toContain('has been deactivated')
    expect((await client.get('/desk/account')).status).toBe(303)
  })

  it.each(['key', 'audience', 'issuer', 'nonce'] as const)('refuses a token with a wrong %s', async lie => {
    issuer.claims = claims('Sam', ['helpdesk'])
    issuer.lie = lie
    const client = scene.client()
    expect((await enter(client)).status).toBe(403)
    expect((await client.get('/desk/account')).status).toBe(303)
    expect(findByEmail(scene.db, 'sam@example.com')).toBe(null)
  })

  it('takes back only the browser that it sent away, once', async () => {
    issuer.claims = claims('Sam', ['helpdesk'])
    const victim = scene.client()
    let carried = ''
    const mine = scene.client()
    const done = await enter(mine, '/desk', back => {
      carried = back.pathname + back.search
      return back
    })
    expect(done.status).toBe(303)
    expect((await victim.get(carried)).status).toBe(403)
    expect((await victim.get('/desk/account')).status).toBe(303)
    expect((await scene.client().get(carried)).status).toBe(403)
    for (const query of ['', '?error=access_denied', '?code=x', '?code=x&state=y', '?state=%00&code[]=1'])
      expect([query, (await scene.client().get(`/desk/sign-in/issuer${query}`)).status]).toEqual([query, 403])
  })

  it('leads on to paths of the desk alone', async () => {
    issuer.claims = claims('Sam', ['helpdesk'])
    const done = await enter(scene.client(), 'https://evil.example/desk')
    expect(done.headers.get('location')).toBe('/desk')
  })

  it('takes nothing from the sign-in by password where the issuer does not answer', async () => {
    scene.settings.oidc = { ...CONFIG, issuer: 'http://127.0.0.1:9' }
    const done = await scene.client().get('/desk/sign-in/with-issuer')
    expect(done.status).toBe(503)
    expect(await done.text()).toContain('could not be asked who you are')
    expect((await scene.client().signIn('ada@example.com')).status).toBe(303)
    expect(scene.troubles.join()).not.toContain(CONFIG.clientSecret)
  })
})

describe('the claims', () => {
  it('give the role that may most', () => {
    const verified = { email: 'a@example.com', email_verified: true }
    expect(judgeProfile({ ...verified, groups: ['helpdesk', 'status-admins'] }, CONFIG)).toEqual({
      ok: true,
      role: 'admin',
    })
    expect(judgeProfile({ ...verified, groups: 'sre' }, CONFIG)).toEqual({ ok: true, role: 'engineer' })
    expect(judgeProfile({ groups: 'sre' }, CONFIG)).toEqual({ ok: false, fault: 'unverified' })
  })
})

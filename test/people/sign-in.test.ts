import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import { network } from '../../src/people/network.ts'
import { idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from '../desk/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = openDesk()
})
afterEach(() => {
  expect(scene.errors).toEqual([])
  scene.close()
})

const audit = async (action: string) => (await new AuditStore(scene.db).list({ filters: { action } })).entries
const session = (client: { cookies: Map<string, string> }) => client.cookies.get('nines.session_token')

describe('a sign-in', () => {
  it('begins a session of its own, whatever the browser brings along', async () => {
    await withAdmin(scene)
    const client = scene.client()
    client.cookies.set('nines.session_token', 'planted.planted')
    await client.signIn('ada@example.com')
    const first = session(client)
    expect(first).not.toContain('planted')
    await client.signIn('ada@example.com')
    expect(session(client)).not.toBe(first)
    const stale = scene.client()
    stale.cookies.set('nines.session_token', first ?? '')
    expect((await stale.get('/desk/account')).status).toBe(303)
  })

  it('is refused alike for nobody, a wrong password, and somebody deactivated', async () => {
    const admin = await withAdmin(scene)
    await withMember(scene, admin, 'Gone', 'support')
    await withMember(scene, admin, 'Here', 'support')
    await admin.post('/desk/people', { name: 'New', email: 'new@example.com', role: 'support' })
    await admin.post(`/desk/people/${idOf(scene, 'gone@example.com')}/active`, { active: 'no' })
    const seen = new Set<string>()
    for (const [email, password] of [
      ['nobody@example.com', PASSWORD],
      ['here@example.com', 'wrong'],
      ['gone@example.com', PASSWORD],
      ['gone@example.com', 'wrong'],
      ['new@example.com', 'wrong'],
      ['no address', 'wrong'],
    ] as const) {
      const client = scene.client()
      const response = await client.signIn(email, password)
      const headers = [...response.headers].filter(([name]) => name !== 'content-length')
      seen.add(JSON.stringify([response.status, headers, (await response.text()).replaceAll(email, 'EMAIL')]))
      expect(client.cookies.size).toBe(0)
    }
    expect(seen.size).toBe(1)
    expect([...seen][0]).toContain('The e-mail address or the password is wrong.')
  })

  it('does not take a session that was forged, or signed for another', async () => {
    const admin = await withAdmin(scene)
    const value = decodeURIComponent(session(admin) ?? '')
    const [token = '', signature = ''] = value.split('.')
    for (const forged of [
      `${token}.`,
      token,
      `${token}.${signature.replace(/^./, 'A')}x`,
      `x${token}.${signature}`,
    ]) {
      const client = scene.client()
      client.cookies.set('nines.session_token', encodeURIComponent(forged))
      expect([forged, (await client.get('/desk/account')).status]).toEqual([forged, 303])
    }
  })

  it('lasts for 12 hours of rest and 7 days in all', async () => {
    const admin = await withAdmin(scene)
    scene.later(12 * 3_600_000 - 60_000)
    expect((await admin.get('/desk/account')).status).toBe(200)
    scene.later(120_000)
    expect((await admin.get('/desk/account')).status).toBe(303)
    const client = scene.client()
    await client.signIn('ada@example.com')
    const sessions = scene.db.connection.prepare('UPDATE people_sessions SET updated_at = ?, created_at = ?')
    const now = scene.now()
    sessions.run(now, now - 7 * 24 * 3_600_000 + 60_000)
    expect((await client.get('/desk/account')).status).toBe(200)
    sessions.run(now, now - 7 * 24 * 3_600_000)
    expect((await client.get('/desk/account')).status).toBe(303)
  })
})

describe('guessing', () => {
  it('is stopped long before a thousand wrong passwords, from one address', async () => {
    await withAdmin(scene)
    const statuses: number[] = []
    for (let i = 0; i < 1_000; i++) {
      const response = await scene.client('198.51.100.7').signIn('ada@example.com', `wrong password ${i}`)
      statuses.push(response.status)
      if (i === 999) {
        expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(await response.text()).toContain('Too many attempts. Try again in')
      }
    }
    expect(statuses.filter(status => status === 401).length).toBe(10)
    expect(statuses.filter(status => status === 429).length).toBe(990)
  })

  it('is stopped for an account from many addresses at once, and for an address with many accounts', async () => {
    await withAdmin(scene)
    const many = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        scene.client(`198.51.100.${i}`).signIn('ada@example.com', 'wrong'),
      ),
    )
    expect(many.filter(({ status }) => status === 401).length).toBe(10)
    const spread: number[] = []
    for (let i = 0; i < 40; i++)
      spread.push((await scene.client('2001:db8::1').signIn(`person${i}@example.com`, 'wrong')).status)
    expect(spread.filter(status => status === 401).length).toBe(30)
    expect((await scene.client('2001:db8:0:0:ffff::2').signIn('other@example.com', 'wrong')).status).toBe(429)
    expect((await scene.client('2001:db8:0:1::2').signIn('other@example.com', 'wrong')).status).toBe(401)
  })

  it('does not keep the owner out: not from a browser they know, and not for ever from another', async () => {
    const admin = await withAdmin(scene)
    await admin.post('/desk/sign-out', {})
    for (let i = 0; i < 12; i++) await scene.client(`198.51.100.${i}`).signIn('ada@example.com', 'wrong')
    const stranger = scene.client('203.0.113.5')
    expect((await stranger.signIn('ada@example.com')).status).toBe(429)
    expect((await admin.signIn('ada@example.com')).status).toBe(303)
    scene.later(15 * 60_000)
    expect((await stranger.signIn('ada@example.com')).status).toBe(303)
  })

  it('has no more tries with a stolen or forged device, and none for another account', async () => {
    const admin = await withAdmin(scene)
    await withMember(scene, admin, 'Sam', 'support')
    const device = admin.cookies.get('nines.device') ?? ''
    for (let i = 0; i < 10; i++) await scene.client(`198.51.100.${i}`).signIn('sam@example.com', 'wrong')
    for (const [cookie, email] of [
      [device, 'sam@example.com'],
      [`${device}x`, 'sam@example.com'],
      ['x.y', 'sam@example.com'],
    ] as const) {
      const client = scene.client('203.0.113.5')
      client.cookies.set('nines.device', cookie)
      expect((await client.signIn(email, 'wrong')).status).toBe(429)
    }
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      const client = scene.client(`203.0.113.${i}`)
      client.cookies.set('nines.device', device)
      statuses.push((await client.signIn('ada@example.com', 'wrong')).status)
    }
    expect(statuses.filter(status => status === 401).length).toBe(10)
  })

  it('is written down once a minute, however much there is of it', async () => {
    await withAdmin(scene)
    for (let i = 0; i < 25; i++) await scene.client('198.51.100.7').signIn('ada@example.com', `wrong ${i}`)
    expect(await audit('sign-in.failed')).toEqual([])
    scene.later(60_000)
    await scene.client('198.51.100.8').signIn('nobody@example.com', 'wrong')
    const [entry, ...more] = await audit('sign-in.failed')
    expect(more.length).toBeLessThan(2)
    const counted = [entry, ...more].map(
      row => JSON.parse(row?.after ?? '{}') as { count: number; people: string[] },
    )
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(25)
    expect(counted[0]).toMatchObject({
      people: [idOf(scene, 'ada@example.com')],
      addresses: ['198.51.100.7'],
    })
    expect(JSON.stringify(entry)).not.toContain('wrong')
  })

  it('counts the addresses of a household as one', () => {
    expect(network('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(network('2001:db8:0:0:ffff::2')).toBe('2001:db8:0:0::/64')
    expect(network('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(network('2001:0db8:0001:2:3:4:5:7')).toBe('2001:db8:1:2::/64')
    expect(network('::1')).toBe('0:0:0:0::/64')
    expect(network('192.0.2.1')).toBe('192.0.2.1')
  })
})

import { symmetricEncrypt } from 'better-auth/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import { resetLink } from '../../src/people/link-store.ts'
import { type Client, idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from '../desk/scene.ts'
import { totp } from './totp.ts'

const NEW = 'another lamp, another river'

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

/** Sets an app up; gives its secret and the backup codes. */
async function turnOn(client: Client, password = PASSWORD): Promise<{ secret: string; codes: string[] }> {
  const text = await (await client.post('/desk/account/second-factor', { password })).text()
  expect(text).toContain('<svg class="qr"')
  const secret = /<code class="secret">([^<]+)</.exec(text)?.[1] ?? ''
  const uri = /name="uri" value="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const wrong = await client.post('/desk/account/second-factor/confirm', { uri, code: '000000' })
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain(secret)
  const done = await (
    await client.post('/desk/account/second-factor/confirm', { uri, code: totp(secret) })
  ).text()
  return { secret, codes: [...done.matchAll(/<li><code>([^<]+)</g)].map(match => match[1] ?? '') }
}

describe('a second factor', () => {
  it('is asked for after the password, and lets nobody in without it', async () => {
    const { secret, codes } = await turnOn(admin)
    expect(codes.length).toBe(10)
    expect((await admin.get('/desk/account')).status).toBe(200)
    const client = scene.client()
    const first = await client.post('/desk/sign-in', {
      email: 'ada@example.com',
      password: PASSWORD,
      next: '/desk/people',
    })
    expect(first.headers.get('location')).toBe('/desk/sign-in/second-factor?next=%2Fdesk%2Fpeople')
    expect((await client.get('/desk/people')).headers.get('location')).toContain('/desk/sign-in')
    const page = await (await client.get('/desk/sign-in/second-factor?next=%2Fdesk%2Fpeople')).text()
    expect(page).toContain('autocomplete="one-time-code"')
    expect((await client.post('/desk/sign-in/second-factor', { code: '000000' })).status).toBe(401)
    const done = await client.post('/desk/sign-in/second-factor', {
      code: ` ${totp(secret).slice(0, 3)} ${totp(secret).slice(3)} `,
      next: '/desk/people',
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/desk/people'])
    expect((await client.get('/desk/people')).status).toBe(200)
  })

  it('can be stood in for by each backup code, once', async () => {
    const { codes } = await turnOn(admin)
    for (const [code, status] of [
      [codes[0], 303],
      [codes[0], 401],
      [codes[1], 303],
    ] as const) {
      const client = scene.client()
      await client.signIn('ada@example.com')
      expect((await client.post('/desk/sign-in/second-factor', { code: code ?? '' })).status).toBe(status)
    }
    const stored = JSON.stringify(scene.db.connection.prepare('SELECT * FROM people_second_factors').all())
    for (const code of codes) expect(stored).not.toContain(code)
  })

  it('takes each code of the app once', async () => {
    const { secret } = await turnOn(admin)
    const code = totp(secret)
    for (const status of [303, 401]) {
      const client = scene.client()
      await client.signIn('ada@example.com')
      expect((await client.post('/desk/sign-in/second-factor', { code })).status).toBe(status)
      expect((await client.get('/desk/account')).status).toBe(status === 303 ? 200 : 303)
    }
  })

  it('cannot be guessed: five wrong codes and the sign-in begins again', async () => {
    const { secret } = await turnOn(admin)
    const client = scene.client()
    await client.signIn('ada@example.com')
    for (let i = 0; i < 5; i++) await client.post('/desk/sign-in/second-factor', { code: `00000${i}` })
    const late = await client.post('/desk/sign-in/second-factor', { code: totp(secret) })
    expect(late.status).toBe(401)
    expect(await late.text()).toContain('Begin again')
  })

  it('cannot be set up, or turned off, without the password', async () => {
    const wrong = await admin.post('/desk/account/second-factor', { password: 'wrong' })
    expect(wrong.status).toBe(422)
    await turnOn(admin)
    expect((await admin.post('/desk/account/second-factor/end', { password: 'wrong' })).status).toBe(422)
    const client = scene.client()
    const fresh = await (await admin.post('/desk/account/second-factor/codes', { password: PASSWORD })).text()
    expect(fresh.match(/<li><code>/g)?.length).toBe(10)
    expect((await admin.post('/desk/account/second-factor/end', { password: PASSWORD })).status).toBe(303)
    expect((await client.signIn('ada@example.com')).headers.get('location')).toBe('/desk')
  })

  it('stays on when the password is reset, and an administrator can take it away', async () => {
    const sam = await withMember(scene, admin, 'Sam', 'support')
    await turnOn(sam)
    const id = idOf(scene, 'sam@example.com')
    const page = await (await admin.post(`/desk/people/${id}/link`, {})).text()
    const token = /token=([\w-]+)/.exec(page)?.[1] ?? ''
    const client = scene.client()
    const reset = await client.post('/desk/reset', { token, password: 'another lamp, another river' })
    expect(reset.headers.get('location')).toBe('/desk/sign-in')
    expect((await client.get('/desk/account')).status).toBe(303)
    expect((await admin.post(`/desk/people/${id}/second-factor`, {})).status).toBe(303)
    const done = await client.signIn('sam@example.com', 'another lamp, another river')
    expect(done.headers.get('location')).toBe('/desk')
  })

  it('does not help with a sign-in that began before the password changed', async () => {
    const { secret } = await turnOn(admin)
    const thief = scene.client()
    await thief.signIn('ada@example.com')
    await admin.post('/desk/account/password', { current: PASSWORD, next: 'another lamp, another river' })
    const late = await thief.post('/desk/sign-in/second-factor', { code: totp(secret) })
    expect(late.status).toBe(401)
  })

  it('is taken away with the password by whoever runs Nines, and that is noted', async () => {
    await turnOn(admin)
    const kept = resetLink(scene.db, 'ada@example.com', scene.now()) ?? ''
    expect(
      (await scene.client().post('/desk/reset', { token: kept, password: NEW })).headers.get('location'),
    ).toBe('/desk/sign-in')
    const token = resetLink(scene.db, 'Ada@example.com', scene.now(), true) ?? ''
    expect((await admin.get('/desk/account')).status).toBe(303)
    const client = scene.client()
    const reset = await client.post('/desk/reset', { token, password: PASSWORD })
    expect(reset.headers.get('location')).toBe('/desk')
    expect((await client.get('/desk/people')).status).toBe(200)
    const { entries } = await new AuditStore(scene.db).list({
      filters: { action: 'person.second-factor-removed' },
    })
    expect(entries).toMatchObject([
      {
        actor: { kind: 'system' },
        subject: { kind: 'person', id: idOf(scene, 'ada@example.com') },
        reason: 'Asked for on the command line.',
      },
    ])
    await turnOn(client)
  })

  it('that can no longer be decrypted is said to be lost, with the way back in', async () => {
    await turnOn(admin)
    // As it is once secrets.json was replaced.
    const key = 'another secret than the one that there is now'
    const data = await symmetricEncrypt({ key, data: 'JBSWY3DPEHPK3PXP' })
    scene.db.connection
      .prepare('UPDATE people_second_factors SET secret = ?, backup_codes = ?')
      .run(data, data)
    const client = scene.client()
    const told = await client.signIn('ada@example.com')
    expect([told.status, told.headers.getSetCookie()]).toEqual([403, []])
    expect(await told.text()).toContain('nines people reset-link EMAIL --second-factor')
    expect((await client.signIn('ada@example.com', 'wrong')).status).toBe(401)
    const token = resetLink(scene.db, 'ada@example.com', scene.now(), true) ?? ''
    await client.post('/desk/reset', { token, password: NEW })
    expect((await client.get('/desk/people')).status).toBe(200)
    await turnOn(client, NEW)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import { setupLink } from '../../src/people/link-store.ts'
import { listPeople } from '../../src/people/store.ts'
import { idOf, openDesk, PASSWORD, type Scene, withAdmin } from '../desk/scene.ts'

let scene: Scene
beforeEach(() => {
  scene = openDesk()
})
afterEach(() => {
  expect(scene.errors).toEqual([])
  scene.close()
})

const link = () => setupLink(scene.db, scene.now()) ?? ''
const given = (token: string, name = 'Ada') => ({
  token,
  name,
  email: `${name.toLowerCase()}@example.com`,
  password: PASSWORD,
})

describe('setting up', () => {
  it('makes one administrator, however many race for it', async () => {
    const token = link()
    const names = ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay']
    const ended = await Promise.all(names.map(name => scene.client().post('/desk/setup', given(token, name))))
    expect(ended.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404, 404, 404])
    expect(listPeople(scene.db).length).toBe(1)
    expect(listPeople(scene.db)[0]).toMatchObject({ role: 'admin', active: true, proof: { password: true } })
  })

  it('makes one administrator where two hold different links', async () => {
    const [first, second] = [link(), link()]
    const ended = await Promise.all([
      scene.client().post('/desk/setup', given(first, 'Ada')),
      scene.client().post('/desk/setup', given(second, 'Bob')),
    ])
    expect(ended.map(({ status }) => status)).toEqual([404, 303])
  })

  it('is over with any administrator, and with the use of its link', async () => {
    const token = link()
    await scene.client().post('/desk/setup', given(token))
    const active = scene.db.connection.prepare('UPDATE people SET active = ?')
    active.run(0)
    expect((await scene.client().post('/desk/setup', given(token, 'Bob'))).status).toBe(404)
    const another = link()
    active.run(1)
    expect((await scene.client().get(`/desk/setup?token=${another}`)).status).toBe(404)
    expect((await scene.client().post('/desk/setup', given(another, 'Bob'))).status).toBe(404)
    expect(listPeople(scene.db).length).toBe(1)
  })

  it('keeps only the hash of a token', () => {
    const token = link()
    const rows = JSON.stringify(scene.db.connection.prepare('SELECT * FROM people_links').all())
    expect(rows).not.toContain(token)
  })

  it('says how to get a new link where one is wrong, old, replaced or used', async () => {
    const client = scene.client()
    const replaced = link()
    const token = link()
    for (const wrong of ['', 'x', replaced, `${token}x`]) {
      const page = await client.get(`/desk/setup?token=${wrong}`)
      expect([wrong, page.status]).toEqual([wrong, 404])
      expect(await page.text()).toContain('nines people setup-link')
      expect((await client.post('/desk/setup', given(wrong))).status).toBe(404)
    }
    expect((await client.get(`/desk/setup?token=${token}`)).status).toBe(200)
    scene.later(24 * 3_600_000)
    expect((await client.get(`/desk/setup?token=${token}`)).status).toBe(404)
    const fresh = link()
    expect((await client.post('/desk/setup', given(fresh))).status).toBe(303)
    expect((await client.post('/desk/setup', given(fresh, 'Bob'))).status).toBe(404)
    expect(setupLink(scene.db, scene.now())).toBe(null)
  })

  it('says what is wrong beside each field, and keeps the link good', async () => {
    const token = link()
    const response = await scene
      .client()
      .post('/desk/setup', { token, name: ' ', email: 'ada', password: 'short' })
    expect(response.status).toBe(422)
    const text = await response.text()
    expect(text).toContain('3 things are not right')
    for (const field of ['name', 'email', 'password']) expect(text).toContain(`id="${field}-fault"`)
    expect(text).not.toContain('value="short"')
    expect((await scene.client().post('/desk/setup', given(token))).status).toBe(303)
  })

  it('can be done again when the last administrator is gone, and not before', async () => {
    await withAdmin(scene)
    expect(setupLink(scene.db, scene.now())).toBe(null)
    scene.db.connection
      .prepare('UPDATE people SET active = 0 WHERE id = ?')
      .run(idOf(scene, 'ada@example.com'))
    const token = link()
    const taken = await scene.client().post('/desk/setup', given(token, 'Ada'))
    expect(taken.status).toBe(422)
    expect((await scene.client().post('/desk/setup', given(token, 'Bob'))).status).toBe(303)
  })

  it('is noted, without the password', async () => {
    await withAdmin(scene)
    const { entries } = await new AuditStore(scene.db).list({})
    expect(entries[0]).toMatchObject({
      action: 'setup.done',
      actor: { kind: 'person', name: 'Ada' },
      role: 'admin',
      address: '192.0.2.1',
    })
    expect(JSON.stringify(entries)).not.toContain(PASSWORD)
  })
})

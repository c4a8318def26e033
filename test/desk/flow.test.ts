import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDesk, PASSWORD, type Scene, withAdmin, withMember } from './scene.ts'

let scene: Scene
beforeEach(() => {
  scene = openDesk()
})
afterEach(() => {
  expect(scene.errors).toEqual([])
  expect(scene.troubles).toEqual([])
  scene.close()
})

describe('the whole way', () => {
  it('leads from the link to set up to a page of the desk, and out again', async () => {
    const admin = await withAdmin(scene)
    const home = await admin.get('/desk')
    expect([home.status, home.headers.get('location')]).toEqual([303, '/desk/audit'])
    const page = await admin.get('/desk/people')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('ada@example.com')
    const out = await admin.post('/desk/sign-out', {})
    expect(out.status).toBe(303)
    const after = await admin.get('/desk/people')
    expect([after.status, after.headers.get('location')]).toEqual([
      303,
      '/desk/sign-in?next=%2Fdesk%2Fpeople',
    ])
    const again = await admin.post('/desk/sign-in', {
      email: ' Ada@Example.com',
      password: PASSWORD,
      next: '/desk/people',
    })
    expect([again.status, again.headers.get('location')]).toEqual([303, '/desk/people'])
    expect((await admin.get('/desk/people')).status).toBe(200)
  })

  it('lets an administrator invite somebody, who sees what their role may', async () => {
    const admin = await withAdmin(scene)
    const member = await withMember(scene, admin, 'Sam', 'support')
    expect((await member.get('/desk/account')).status).toBe(200)
    expect((await member.get('/desk/people')).status).toBe(403)
  })
})

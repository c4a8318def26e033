import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setupLink } from '../../src/people/link-store.ts'
import { launchBrowser } from '../browser.ts'
import { faultsOf, inspect, listening, SCREENS } from '../inspection.ts'
import { totp } from '../people/totp.ts'
import { type Client, idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from './scene.ts'

/** A folder to put pictures into, for whoever wants to look. */
const PICTURES = process.env['DESK_PICTURES']
const look = (page: Page, name: string) => inspect(page, name, { pictures: PICTURES, small: '' })

let scene: Scene
let admin: Client
let url = ''
let browser: Browser
let close = () => {}
beforeAll(async () => {
  scene = openDesk()
  ;({ url, close } = await listening(scene.app.fetch))
  browser = await launchBrowser()
  await fill()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  close()
  scene.close()
})

const fresh: Record<string, string> = {}
/** Some people, and something to read in the audit. */
async function fill(): Promise<void> {
  fresh['setup'] = setupLink(scene.db, scene.now()) ?? ''
  admin = await withAdmin(scene)
  scene.settings.oidc = {
    name: 'Example account',
    issuer: 'http://127.0.0.1:9',
    clientId: 'nines',
    clientSecret: 'x',
    claim: 'groups',
    admin: [],
    engineer: [],
    support: [],
  }
  await withMember(scene, admin, 'Samantha', 'support')
  await withMember(scene, admin, 'Eric', 'engineer')
  await admin.post('/desk/people', {
    name: 'Maximiliane-Theodora von und zu Hohenlohe-Waldenburg-Schillingsfürst',
    email: 'maximiliane-theodora.von-und-zu-hohenlohe@customer-care.example.com',
    role: 'support',
  })
  const gone = idOf(scene, 'eric@example.com')
  await admin.post(`/desk/people/${gone}/role`, { role: 'support' })
  await admin.post(`/desk/people/${gone}/active`, { active: 'no' })
  const link = await (await admin.post(`/desk/people/${idOf(scene, 'samantha@example.com')}/link`, {})).text()
  fresh['reset'] = /token=([\w-]+)/.exec(link)?.[1] ?? ''
}

async function open(options: BrowserContextOptions = {}, client: Client | null = null) {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  if (client) await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url })))
  const page = await context.newPage()
  const faults = faultsOf(page, url)
  return { page, faults }
}

const AND_BETWEEN = [...SCREENS, { width: 760, height: 900, colorScheme: 'light' } as const]

describe.each(AND_BETWEEN)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  const named = (name: string) => `${name}-${width}-${colorScheme}`
  const screen = { viewport: { width, height }, colorScheme, javaScriptEnabled: true }

  it('every page is accessible, fits, and asks nobody else', async () => {
    const person = `/desk/people/${idOf(scene, 'samantha@example.com')}`
    for (const [name, path, client] of [
      ['sign-in', '/desk/sign-in', null],
      ['code', '/desk/sign-in/second-factor', null],
      ['dead-link', '/desk/setup?token=x', null],
      ['reset', `/desk/reset?token=${fresh['reset']}`, null],
      ['account', '/desk/account', admin],
      ['people', '/desk/people', admin],
      ['person', person, admin],
      ['audit', '/desk/audit', admin],
      ['none', '/desk/none', admin],
    ] as const) {
      const { page, faults } = await open(screen, client)
      await page.goto(url + path, { waitUntil: 'load' })
      await look(page, named(name))
      expect(faults).toEqual([])
      await page.context().close()
    }
  })

  it('what is wrong is said beside its field, and in a summary that has the focus', async () => {
    const { page } = await open(screen, admin)
    await page.goto(`${url}/desk/people`, { waitUntil: 'load' })
    await page.evaluate(`document.querySelectorAll('form').forEach(form => { form.noValidate = true })`)
    await page.fill('#email', 'not an address')
    await page.click('main form button')
    await page.waitForSelector('.faults')
    expect(await page.evaluate('document.activeElement.className')).toBe('faults')
    await look(page, named('faults'))
    await page.click('.faults a >> nth=0')
    expect(await page.evaluate('document.activeElement.id')).toBe('name')
    await page.context().close()
  })
})

describe('without JavaScript', () => {
  it('somebody signs in, sets an app up, signs out, and comes in with its code', async () => {
    const { page } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
    await page.goto(`${url}/desk/account`)
    await page.fill('#email', 'samantha@example.com')
    await page.fill('#password', PASSWORD)
    await page.click('main form button')
    expect(page.url()).toBe(`${url}/desk/account`)
    expect(await page.textContent('main table')).toContain('127.0.0.1')
    await page.fill('#factor', PASSWORD)
    await page.click('text=Set an app up')
    const secret = (await page.textContent('.secret')) ?? ''
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/qr.png`, fullPage: true })
    await page.fill('#code', totp(secret))
    await page.click('text=Turn it on')
    expect(await page.locator('.codes code').count()).toBe(10)
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/codes.png`, fullPage: true })
    await page.click('text=I have kept them')
    await page.click('text=Sign out')
    expect(await page.textContent('.flash')).toBe('You are signed out.')
    await page.fill('#email', 'samantha@example.com')
    await page.fill('#password', PASSWORD)
    await page.click('main form button')
    await page.fill('#code', totp(secret))
    await page.click('main form button')
    expect(page.url()).toBe(`${url}/desk/account`)
    await page.context().close()
  })
})

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setupLink } from '../../src/people/link-store.ts'
import { launchBrowser } from '../browser.ts'
import { totp } from '../people/totp.ts'
import { type Client, idOf, openDesk, PASSWORD, type Scene, withAdmin, withMember } from './scene.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Runs in the page, where axe is put by hand: the policy lets no script in. */
const AXE_RUN = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))`
/** A folder to put pictures into, for whoever wants to look. */
const PICTURES = process.env['DESK_PICTURES']

let scene: Scene
let admin: Client
let url = ''
let browser: Browser
let close = () => {}
beforeAll(async () => {
  scene = openDesk()
  const server = createServer(getRequestListener(scene.app.fetch))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
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
  const faults: string[] = []
  page.on('console', message => {
    // A refused sign-in is told of by its status too.
    const { type, text } = { type: message.type(), text: message.text() }
    if ((type === 'error' || type === 'warning') && !/status of (?:4\d\d)/.test(text)) faults.push(text)
  })
  page.on('request', request => {
    if (!request.url().startsWith(url)) faults.push(`asked ${request.url()}`)
  })
  return { page, faults }
}

async function inspect(page: Page, name: string): Promise<void> {
  // With its style sheet: a form's answer is shown before that is there.
  await page.waitForLoadState('load')
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  const wide: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect([name, wide]).toEqual([name, 0])
  await page.evaluate(AXE)
  expect([name, await page.evaluate(AXE_RUN)]).toEqual([name, []])
  const small = await page.evaluate(`[...document.querySelectorAll('a, button, input, select')]
    .filter(e => !e.matches('.skip, [hidden], [type=hidden]'))
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, r]) => r.height > 0 && r.height < 23.5).map(([text]) => text)`)
  expect([name, small]).toEqual([name, []])
}

const SCREENS = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 760, height: 900, colorScheme: 'light' },
] as const

describe.each(SCREENS)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
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
      await inspect(page, named(name))
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
    await inspect(page, named('faults'))
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

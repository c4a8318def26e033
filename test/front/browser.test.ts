import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Month } from '../../src/time/month.ts'
import { launchBrowser } from '../browser.ts'
import { AGENT, PNG } from '../casework/scene.ts'
import { type FrontScene, frontScene } from './scene.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Runs in the page, where axe is put by hand: the policy lets no script in. */
const AXE_RUN = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))`
/** A folder to put pictures into, for whoever wants to look. */
const PICTURES = process.env['FRONT_PICTURES']

let scene: FrontScene
let url = ''
let browser: Browser
let close = () => {}
beforeAll(async () => {
  scene = await frontScene()
  const server = createServer(getRequestListener(scene.app.fetch))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  browser = await launchBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  close()
  scene.close()
})

async function inspect(page: Page, name: string): Promise<void> {
  // With its style sheet: a form's answer is shown before that is there.
  await page.waitForLoadState('load')
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  const wide: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect([name, wide]).toEqual([name, 0])
  await page.evaluate(AXE)
  expect([name, await page.evaluate(AXE_RUN)]).toEqual([name, []])
  const small = await page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea')]
    .filter(e => !e.matches('.skip, [hidden], [type=hidden], .trap *, p a, dd a'))
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, r]) => r.height > 0 && r.height < 23.5).map(([text]) => text)`)
  expect([name, small]).toEqual([name, []])
}

const SCREENS = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
] as const

describe.each(SCREENS)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  const named = (name: string) => `${name}-${width}-${colorScheme}`

  it('a customer claims, mends what was wrong, sends and follows, without a script', async () => {
    // Axe is put into the page by hand, which needs scripts; the pages themselves have none.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text())
    })
    page.on('request', request => {
      if (!request.url().startsWith(url)) faults.push(`asked ${request.url()}`)
    })
    await page.goto(`${url}/claim?service=iam`, { waitUntil: 'load' })
    expect(await page.evaluate('document.scripts.length')).toBe(0)
    await inspect(page, named('1-claim'))

    await page.fill('#times', 'sometime last autumn')
    await page.fill('#seen', '<b>502</b> {{it}} <%= it %>')
    await page.fill('#account', 'ACME-1')
    await page.fill('#email', 'jo at example')
    await page.click('.buttons button')
    await page.waitForSelector('.faults')
    expect(await page.evaluate(`document.activeElement.className`)).toBe('faults')
    expect(await page.inputValue('#seen')).toBe('<b>502</b> {{it}} <%= it %>')
    expect(await page.inputValue('#account')).toBe('ACME-1')
    await inspect(page, named('2-faults'))
    await page.click('.faults a[href="#times"]')
    expect(await page.evaluate('document.activeElement.id')).toBe('times')

    await page.fill('#times', '20/10/2026 3:05pm - 5pm\n04/11/2026 09:00 to 09:30')
    await page.fill('#name', 'Jo Doe')
    await page.fill('#email', 'jo@example.com')
    await page.click('.buttons button')
    await page.waitForSelector('.readings')
    expect(await page.textContent('.readings')).toContain('20 October 2026, 15:05 to 17:00')
    await inspect(page, named('3-check'))

    await page.setInputFiles('#evidence', {
      name: 'shot.png',
      mimeType: 'image/png',
      buffer: Buffer.from(PNG),
    })
    await page.click('button[value="send"]')
    await page.waitForSelector('.thanks')
    await inspect(page, named('4-thanks'))

    const address = page.url().replace('?sent=1', '')
    const reference = /N-\w{4}-\w{4}/.exec(address)?.[0] ?? ''
    const file = await scene.cases.caseOf(reference)
    const month = file?.claims[0]?.months[0]
    // Each screen has an account of its own in October, since one account has one credit.
    const wish =
      month?.assessment?.recommend === 'credit'
        ? ({ accept: true } as const)
        : ({ outcome: 'declined', ground: 'duplicate', reason: 'had it' } as const)
    await scene.cases.decide(reference, '2026-10' as Month, wish, AGENT, month?.version ?? 0)
    await page.goto(address, { waitUntil: 'load' })
    await inspect(page, named('5-case'))

    await page.fill('#body', 'One more thing:\n\nit was slow before, too.')
    await page.click('.buttons button')
    await page.waitForSelector('.flash')
    expect(await page.textContent('.thread')).toContain('it was slow before, too.')
    expect(faults).toEqual([])
    expect(scene.trouble).toEqual([])
    await context.close()
  })

  it('the form for other requests is accessible and fits', async () => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(`${url}/request`, { waitUntil: 'load' })
    await inspect(page, named('6-request'))
    await page.click('.buttons button')
    await page.waitForSelector('.faults')
    await inspect(page, named('7-request-faults'))
    await page.goto(`${url}/cases/N-2222-2222/aaaaaaaaaaaaaaaaaaaaaaaaaaa`, { waitUntil: 'load' })
    await inspect(page, named('8-none'))
    await context.close()
  })
})

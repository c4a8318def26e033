import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Month } from '../../src/time/month.ts'
import { launchBrowser } from '../browser.ts'
import { AGENT, PNG } from '../casework/scene.ts'
import { faultsOf, inspect, listening, SCREENS } from '../inspection.ts'
import { type FrontScene, frontScene } from './scene.ts'

/** A folder to put pictures into, for whoever wants to look. */
const look = (page: Page, name: string) =>
  inspect(page, name, { pictures: process.env['FRONT_PICTURES'], small: ', .trap *, p a, dd a' })

let scene: FrontScene
let url = ''
let browser: Browser
let close = () => {}
beforeAll(async () => {
  scene = await frontScene()
  ;({ url, close } = await listening(scene.app.fetch))
  browser = await launchBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  close()
  scene.close()
})

describe.each(SCREENS)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  const named = (name: string) => `${name}-${width}-${colorScheme}`

  it('a customer claims, mends what was wrong, sends and follows, without a script', async () => {
    // Axe is put into the page by hand, which needs scripts; the pages themselves have none.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' })
    const page = await context.newPage()
    const faults = faultsOf(page, url)
    await page.goto(`${url}/claim?service=iam`, { waitUntil: 'load' })
    expect(await page.evaluate('document.scripts.length')).toBe(0)
    await look(page, named('1-claim'))

    await page.fill('#times', 'sometime last autumn')
    await page.fill('#seen', '<b>502</b> {{it}} <%= it %>')
    await page.fill('#account', 'ACME-1')
    await page.fill('#email', 'jo at example')
    await page.click('.buttons button')
    await page.waitForSelector('.faults')
    expect(await page.evaluate(`document.activeElement.className`)).toBe('faults')
    expect(await page.inputValue('#seen')).toBe('<b>502</b> {{it}} <%= it %>')
    expect(await page.inputValue('#account')).toBe('ACME-1')
    await look(page, named('2-faults'))
    await page.click('.faults a[href="#times"]')
    expect(await page.evaluate('document.activeElement.id')).toBe('times')

    await page.fill('#times', '20/10/2026 3:05pm - 5pm\n04/11/2026 09:00 to 09:30')
    await page.fill('#name', 'Jo Doe')
    await page.fill('#email', 'jo@example.com')
    await page.click('.buttons button')
    await page.waitForSelector('.readings')
    expect(await page.textContent('.readings')).toContain('20 October 2026, 15:05 to 17:00')
    await look(page, named('3-check'))

    await page.setInputFiles('#evidence', {
      name: 'shot.png',
      mimeType: 'image/png',
      buffer: Buffer.from(PNG),
    })
    await page.click('button[value="send"]')
    await page.waitForSelector('.thanks')
    await look(page, named('4-thanks'))

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
    await look(page, named('5-case'))

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
    await look(page, named('6-request'))
    await page.click('.buttons button')
    await page.waitForSelector('.faults')
    await look(page, named('7-request-faults'))
    await page.goto(`${url}/cases/N-2222-2222/aaaaaaaaaaaaaaaaaaaaaaaaaaa`, { waitUntil: 'load' })
    await look(page, named('8-none'))
    await context.close()
  })
})

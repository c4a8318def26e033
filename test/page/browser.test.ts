import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pages } from '../../src/page/pages.ts'
import type { ServiceRecord } from '../../src/record/source.ts'
import type { Instant } from '../../src/time/instant.ts'
import { launchBrowser } from '../browser.ts'
import { excessWidth, faultsOf, listening, SCREENS, violations } from '../inspection.ts'
import { CONTRACT, NOW, plus, source } from './fixture.ts'
import { calmScene, manyServices, plainScene, scene } from './scene.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Site {
  readonly url: string
  readonly later: (ms: number) => void
  readonly close: () => void
}

async function serve(
  records: (now: Instant) => readonly ServiceRecord[],
  title = 'Example status',
): Promise<Site> {
  let now = NOW
  let clock = 0
  const { app, invalidate } = await pages({
    source: source(records, () => now),
    settings: () => ({ title, url: null, contract: CONTRACT }),
    now: () => now,
    clock: () => clock,
    viewsDirectory: join(ROOT, 'views'),
  })
  const { url, close } = await listening(app.fetch)
  return {
    url,
    later: ms => {
      now = plus(now, ms)
      clock += Math.max(ms, 60_000)
      invalidate()
    },
    close,
  }
}

let browser: Browser
let site: Site
let calm: Site
let plain: Site
beforeAll(async () => {
  ;[browser, site, calm, plain] = await Promise.all([
    launchBrowser(),
    serve(scene),
    serve(calmScene),
    serve(plainScene),
  ])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  for (const one of [site, calm, plain]) one?.close()
})

/** Opens a page with the clock at the fixture's now; collects what must not happen. */
async function open(
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-GB', ...options })
  const page = await context.newPage()
  const faults = faultsOf(page, new URL(url).origin)
  await page.clock.install({ time: NOW })
  await page.goto(url, { waitUntil: 'load' })
  return { page, faults }
}

const outage = (id: string): string => {
  const ids = scene().find(s => s.id === id)?.outageIds ?? new Map<Instant, string>()
  return `/outages/${[...ids.values()][id === 'iam' ? 1 : 0]}`
}
const PAGES = [
  '/',
  '/services/iam',
  '/services/hostile',
  '/services/iam/2026-10',
  '/services/storage',
  '/services/reports/2026-10',
  outage('iam'),
  outage('portal'),
  '/none',
]
describe.each(SCREENS)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  it.each(PAGES)('%s is accessible, fits, and is quiet', async path => {
    const { page, faults } = await open(site.url + path, { viewport: { width, height }, colorScheme })
    expect(await excessWidth(page)).toBeLessThanOrEqual(0)
    expect(await violations(page, () => page.clock.runFor(2_000))).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })
})

describe('every width', () => {
  it.each([320, 700, 1024, 2560])('%i px holds eighty-character names and fifty services', async width => {
    const many = await serve(now => manyServices(50, now))
    const { page } = await open(many.url, { viewport: { width, height: 800 } })
    expect(await excessWidth(page)).toBeLessThanOrEqual(0)
    await page.context().close()
    many.close()
  })
})

describe('without scripts', () => {
  it('says everything', async () => {
    const { page, faults } = await open(`${site.url}/`, { javaScriptEnabled: false })
    expect(await page.locator('h1').textContent()).toContain('Customer portal has been')
    expect(await page.locator('.checked').textContent()).toContain('09:23:30')
    expect(await page.locator('svg.strip').first().locator('a').count()).toBe(90)
    expect(await page.locator('svg.strip a[tabindex]').count()).toBe(0)
    expect(await page.locator('.when .local').first().isVisible()).toBe(false)
    await page.goto(site.url + outage('iam'))
    expect(await page.locator('.copy').isVisible()).toBe(false)
    expect(await page.locator('.facts .local').first().isVisible()).toBe(false)
    expect(faults).toEqual([])
    await page.context().close()
  })
})

describe('with scripts', () => {
  it('moves through a strip with the arrow keys, one stop in it', async () => {
    const { page } = await open(`${site.url}/`)
    const strip = page.locator('svg.strip').first()
    const label = () =>
      page.evaluate('document.activeElement.querySelector("title").textContent') as Promise<string>
    await strip.locator('a').last().focus()
    expect(await label()).toContain('Thu 12 Nov')
    await page.keyboard.press('ArrowLeft')
    expect(await label()).toContain('Wed 11 Nov')
    await page.keyboard.press('Home')
    expect(await label()).toContain('Sat 15 Aug')
    expect(await strip.locator('a:not([tabindex="-1"])').count()).toBe(1)
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/services/iam/2026-11#d2026-11-12')
    await page.context().close()
  })

  it('tells how old the last check is, and the reader’s own time', async () => {
    const { page } = await open(`${site.url}/`)
    expect(await page.locator('.checked time').textContent()).toBe('11 s ago')
    await page.clock.runFor(5_000)
    expect(await page.locator('.checked time').textContent()).toBe('16 s ago')
    await page.goto(site.url + outage('iam'))
    expect(await page.locator('.facts .local').first().textContent()).toContain('09:02:03')
    await page.context().close()
  })

  it('shows the reader’s own time where it differs from UTC, and says whose it is', async () => {
    const { page } = await open(`${site.url}/`)
    const local = page.locator('.outages .local').first()
    expect(await local.textContent()).toBe('12 Nov, 04:00 GMT-5')
    expect(await local.isVisible()).toBe(true)
    expect(await page.locator('.affected .local').first().textContent()).toBe('12 Nov, 04:00 GMT-5')
    expect(await page.locator('footer').textContent()).toContain('America/New_York')
    await page.context().close()
    const { page: near } = await open(`${site.url}/`, { timezoneId: 'UTC' })
    expect(await near.locator('.outages .local').first().isVisible()).toBe(false)
    await near.context().close()
  })

  it('finds a service among many, also after news', async () => {
    const many = await serve(now => manyServices(200, now))
    const { page, faults } = await open(many.url)
    await page.getByLabel('Find a service').fill('service 17')
    const shown = () => page.locator('.service:visible').count()
    expect(await shown()).toBe(10)
    many.later(60_000)
    const answered = page.waitForResponse(r => new URL(r.url()).pathname === '/')
    await page.clock.runFor(21_000)
    await answered
    await expect.poll(() => page.locator('.checked time').textContent()).toContain('ago')
    expect(await shown()).toBe(10)
    expect(faults).toEqual([])
    await page.context().close()
    many.close()
  })

  it('prints a document: its address and date, UTC alone, and every table whole', async () => {
    const { page } = await open(site.url + outage('iam'))
    await page.emulateMedia({ media: 'print' })
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    expect(await page.locator('#printed').textContent()).toBe(
      `This page: ${site.url}${outage('iam')}, printed on 2026-11-12 at 09:23 UTC.`,
    )
    expect(await page.locator('.facts .local').first().isVisible()).toBe(false)
    expect(await page.locator('.copy').isVisible()).toBe(false)
    expect(await page.locator('.permanent').textContent()).toBe(site.url + outage('iam'))
    expect(await page.locator('#claim-text').textContent()).toContain(`Record: ${site.url}/outages/`)
    for (const path of ['/', '/services/iam', '/services/iam/2026-10']) {
      await page.setViewportSize({ width: 673, height: 950 })
      await page.goto(site.url + path)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(1)
      expect(await page.locator('thead').first().isVisible()).toBe(true)
    }
    await page.context().close()
  })

  it('takes news without losing focus, scroll or what is open', async () => {
    const live = await serve(() => scene())
    const { page, faults } = await open(`${live.url}/services/portal`)
    await page.locator('summary').click()
    await page.locator('.endpoints, h2#endpoints').first().scrollIntoViewIfNeeded()
    const link = page.locator('svg.strip a').nth(40)
    await link.focus()
    const before = await page.evaluate('scrollY')
    live.later(120_000)
    const answered = page.waitForResponse(r => r.url().endsWith('/services/portal'))
    await page.clock.runFor(21_000)
    await answered
    await expect.poll(() => page.locator('h1').textContent()).toContain('25')
    expect(
      await page.evaluate('document.activeElement === document.querySelectorAll("svg.strip a")[40]'),
    ).toBe(true)
    expect(await page.evaluate('scrollY')).toBe(before)
    expect(await page.evaluate('document.querySelector("details").open')).toBe(true)
    expect(faults).toEqual([])
    await page.context().close()
    await live.close()
  })

  it('asks again with the tag it holds, and not at all while it is hidden', async () => {
    const { page } = await open(`${site.url}/`)
    const statuses: number[] = []
    page.on('response', r => statuses.push(r.status()))
    for (let i = 0; i < 2; i++) {
      const answered = page.waitForResponse(r => r.url() === `${site.url}/`)
      await page.clock.runFor(21_000)
      await answered
    }
    expect(statuses.at(-1)).toBe(304)
    await page.evaluate('Object.defineProperty(document, "hidden", { value: true })')
    const asked = statuses.length
    await page.clock.runFor(61_000)
    expect(statuses.length).toBe(asked)
    await page.context().close()
  })

  it('copies the text of a claim', async () => {
    const { page } = await open(site.url + outage('iam'), {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByRole('button', { name: 'Copy this text' }).click()
    await expect.poll(() => page.locator('.copy').textContent()).toMatch(/Copied|Selected/)
    await page.context().close()
  })

  it('renders text: the figure has its own width in tabular digits', async () => {
    const { page } = await open(`${site.url}/services/iam/2026-10`)
    const width = await page.evaluate('document.querySelector("h1 span").getBoundingClientRect().width')
    expect(width).toBeGreaterThan(300)
    await page.context().close()
  })
})

describe.runIf(process.env['UPDATE_SCREENSHOTS'] === '1')('screenshots', () => {
  const shots = [
    ['front-light', '/', 1280, 1500, 'light', true],
    ['front-dark', '/', 1280, 1100, 'dark', false],
    ['month', '/services/iam/2026-10', 1280, 1700, 'light', false],
    ['outage', outage('iam'), 1280, 1600, 'light', false],
    ['phone', '/', 390, 1500, 'light', false],
  ] as const
  it.each(shots)('%s', async (name, path, width, height, colorScheme, isCalm) => {
    mkdirSync(join(ROOT, 'docs'), { recursive: true })
    const shown = isCalm ? calm : plain
    const { page } = await open(shown.url + path, {
      viewport: { width, height },
      colorScheme,
    })
    await page.screenshot({ path: join(ROOT, 'docs', `${name}.png`) })
    await page.context().close()
  })
})

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasItDownPath } from '../../src/desk/was-it-down-pages.ts'
import { launchBrowser } from '../browser.ts'
import { faultsOf, inspect, listening, SCREENS } from '../inspection.ts'
import { claimed, openRoom, type Room } from './request-scene.ts'
import type { Client } from './scene.ts'

const look = (page: Page, name: string) => inspect(page, name, { pictures: process.env['DESK_PICTURES'] })

let room: Room
let browser: Browser
let url = ''
let close = () => {}
const found: Record<string, string> = {}
beforeAll(async () => {
  room = await openRoom()
  ;({ url, close } = await listening(room.app.fetch))
  browser = await launchBrowser()
  await fill()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  close()
  expect([room.errors, room.faults]).toEqual([[], []])
  room.end()
})

async function fill(): Promise<void> {
  found['credit'] = await claimed(room)
  found['look'] = await claimed(room, 'Initech', '3 October 2026, 10:00 to 10:30 UTC')
  found['held'] = await claimed(room, 'Umbrella', '2 November 2026, 10:00 to 10:20 UTC')
  found['done'] = await claimed(room, 'Globex')
  const file = await room.cases.caseOf(found['done'])
  const version = file?.claims[0]?.months[0]?.version ?? 0
  await room.cases.decide(
    found['done'],
    '2026-10' as never,
    { accept: true },
    { id: 'x', name: 'Samantha', role: 'support', address: null },
    version,
  )
  for (const [tier, subject] of [
    ['urgent', 'Nobody of us can sign in since ten'],
    ['high', 'Tokens expire at once after the change of our certificates in the northern region'],
    ['low', 'Dark mode'],
  ] as const)
    await room.cases.fileRequest(
      {
        kind: tier === 'low' ? 'feature' : 'incident',
        subject,
        body: 'It began this morning.\n\nSee the pictures.',
        name: 'Maximiliane-Theodora von und zu Hohenlohe',
        email: 'maximiliane-theodora.von-und-zu-hohenlohe@customer-care.example.com',
        account: 'ACME-000000000000000000000000000000012345',
        service: 'iam',
        tier,
        once: null,
      },
      [],
      'form',
      { id: null, address: null },
    )
  const listed = await room.support.list({ kinds: ['incident'] }, room.clock.at)
  found['request'] = listed.requests[0]?.reference ?? ''
  room.clock.at = (room.clock.at + 2 * 3_600_000) as never
  await room.cases.note(found['request'], 'Asked the network team.', {
    id: 'x',
    name: 'Samantha',
    role: 'support',
    address: null,
  })
}

async function open(options: BrowserContextOptions, client: Client) {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url })))
  const page = await context.newPage()
  const faults = faultsOf(page, url)
  return { page, faults }
}

describe.each(SCREENS)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  const screen = { viewport: { width, height }, colorScheme }

  it('every page of support is accessible, fits, and asks nobody else', async () => {
    const claim = (name: string) => `/desk/claims/${found[name]}`
    const { page, faults } = await open(screen, room.admin)
    const wrong: unknown[] = []
    for (const [name, path] of [
      ['was-empty', '/desk/was-it-down'],
      ['was-down', wasItDownPath('iam', '14 October 2026 13:50 to 14:30 UTC', 'Europe/London')],
      ['was-two', wasItDownPath('iam', '03/04/2026 14:00, and 15 October 2026, 10:00', 'America/New_York')],
      ['requests', '/desk/requests'],
      ['requests-none', '/desk/requests?view=mine'],
      ['request', `/desk/requests/${found['request']}`],
      ['request-new', '/desk/requests/new'],
      ['request-new-claim', '/desk/requests/new?kind=claim'],
      ['claims', '/desk/claims'],
      ['claims-held', '/desk/claims?state=held'],
      ['claim-credit', claim('credit')],
      ['claim-look', claim('look')],
      ['claim-held', claim('held')],
      ['claim-done', claim('done')],
      ['corrections', '/desk/corrections'],
      ['correction-new', '/desk/corrections/new?kind=bounds'],
      ['months', '/desk/months'],
      ['attainment', '/desk/attainment'],
      ['disagreements', '/desk/disagreements'],
    ] as const) {
      const response = await page.goto(url + path, { waitUntil: 'load' })
      if (response?.status() !== 200) wrong.push([name, response?.status()])
      await look(page, `${name}-${width}-${colorScheme}`).catch(error => wrong.push([name, error.message]))
    }
    expect([wrong, faults]).toEqual([[], []])
    await page.context().close()
  }, 120_000)

  it('everything that is folded away is accessible too', async () => {
    const { page } = await open(screen, room.admin)
    await page.goto(`${url}/desk/claims/${found['credit']}`)
    await page.evaluate(`document.querySelectorAll('details').forEach(d => { d.open = true })`)
    await look(page, `claim-open-${width}-${colorScheme}`)
    await page.goto(url + wasItDownPath('iam', '14 October 2026 14:10 UTC', 'UTC'))
    await page.evaluate(`document.querySelectorAll('details').forEach(d => { d.open = true })`)
    await look(page, `was-open-${width}-${colorScheme}`)
    await page.context().close()
  }, 60_000)
})

describe('an answer', () => {
  it('is copied whole with one press, and its form stays as it was sent', async () => {
    const { page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] }, room.agent)
    await page.goto(url + wasItDownPath('iam', '14 October 2026 14:10 UTC', 'Europe/Berlin'))
    const text = await page.inputValue('.send textarea')
    expect(text).toMatch(/^Yes/)
    await page.click('.send button')
    await page.waitForSelector('.send button:has-text("Copied")')
    expect((await page.evaluate<string>('navigator.clipboard.readText()')).trim()).toBe(text.trim())
    expect(await page.inputValue('#zone')).toBe('Europe/Berlin')
    await page.context().close()
  }, 60_000)
})

describe('without JavaScript', () => {
  it('a claim is opened and decided in three clicks', async () => {
    const { page } = await open(
      { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } },
      room.agent,
    )
    await page.goto(`${url}/desk/claims?state=decide`)
    await page.click(`text=${found['credit']}`)
    await page.click('summary:has-text("Credit 7 days")')
    await page.click('button:has-text("Yes: credit 7 days")')
    expect(await page.textContent('.flash')).toContain(
      '7 days are credited for October 2026, sealed as entry',
    )
    expect(await page.textContent('.sealed')).toContain('Checked now')
    await page.context().close()
  }, 60_000)

  it('a correction is written, seen, and changed before it is made; what is wrong has the focus', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 900 } }, room.engineer)
    await page.goto(`${url}/desk/corrections`)
    await page.click('text=Other times >> nth=0')
    await page.fill('#to', 'later')
    await page.fill('#reason', 'Our logs say so.')
    await page.click('text=See what it does')
    await page.waitForSelector('.faults:focus')
    await page.fill('#to', '2026-10-14T14:40:00Z')
    await page.click('text=See what it does')
    await look(page, 'correction-preview')
    expect(await page.textContent('main')).toContain('The credit shrinks from 7 to 0 days.')
    await page.click('text=Change it')
    expect(await page.inputValue('#to')).toBe('2026-10-14T14:40:00Z')
    await page.context().close()
  }, 60_000)
})

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildBrowserIfStale } from '../../scripts/browser.mjs'
import { rotateKey } from '../../src/log/rotate.ts'
import { correct } from '../../src/month/correct.ts'
import { months, type SealedMonth } from '../../src/month/months.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import { checkView } from '../../src/page/check-view.ts'
import type { Month } from '../../src/time/month.ts'
import { examine, type Shown } from '../../src/verify/examine.ts'
import { readLog } from '../../src/verify/later.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { launchBrowser } from '../browser.ts'
import { excessWidth, violations } from '../inspection.ts'
import { API, checksOf, IAM, LOGIN, scene, utc } from '../month/scene.ts'
import { type CheckSite, opened, resign, serveCheck, stranger, text } from './page.ts'

const OCTOBER = '2026-10' as Month

let s: Awaited<ReturnType<typeof scene>>
let browser: Browser
let site: CheckSite
let record: SealedMonth
let sealed: string
let key: string
/** The log's checkpoint before the later correction. */
let kept: string
/** The same month when the log had gone on, honestly and with a correction that bundles leave out. */
let [longer, hiding] = ['', '']
/** After its key was replaced, and what that was replaced by. */
let [rotated, successor] = ['', '']
const entriesFrom = async (from: number, to: number): Promise<string> =>
  (await s.log.entries(from, to)).map(({ data }) => `${new TextDecoder().decode(data)}\n`).join('')

beforeAll(async () => {
  await buildBrowserIfStale()
  browser = await launchBrowser()
  s = await scene({ endpoints: ['login', 'api'], rule: { kind: 'any' } })
  const every = { every: 900_000, hold: 1_810_000 }
  await s.store.import(
    new Map([
      [
        LOGIN,
        checksOf('2026-09-29T00:00:00Z', '2026-11-01T04:00:00Z', {
          ...every,
          down: [
            ['2026-10-14T14:00:00Z', '2026-10-14T14:45:00Z'],
            ['2026-10-20T04:00:00Z', '2026-10-20T06:00:00Z'],
          ],
          unknown: [['2026-10-05T10:00:00Z', '2026-10-05T12:00:00Z']],
        }),
      ],
      [API, checksOf('2026-10-02T00:10:00Z', '2026-11-01T04:00:00Z', every)],
    ]),
  )
  await s.close(utc('2026-11-01T04:00:00Z'))
  kept = (await s.log.checkpoint())?.note ?? ''
  const outage = readMonthRecord(s.store.db, IAM, OCTOBER)?.record.outages[1]
  const corrected = await correct(
    s.store,
    {
      service: IAM,
      author: 'Ada',
      reason: 'The prober’s own network was at fault.',
      change: { kind: 'exclude', outage: outage?.id ?? '' },
    },
    'c1',
    utc('2026-11-02T00:00:00Z'),
  )
  expect(corrected).toMatchObject({ ok: true })
  await s.log.sign(utc('2026-11-02T01:00:00Z'))
  sealed = await s.bundle('2026-10')
  key = (await s.log.keys()).at(-1)?.key.text ?? ''
  const found = await months(s.store, s.log).sealed(IAM, OCTOBER)
  if (!found) throw new Error('October is not closed')
  record = found
  site = await serveCheck(record, sealed)
  for (const hash of ['aa', 'bb'])
    await s.log.append('nines.decision/1', { type: 'nines.decision/1', hash }, utc('2026-11-03T00:00:00Z'))
  await s.log.sign(utc('2026-11-03T00:00:00Z'))
  longer = await s.bundle('2026-10')
  const { correction } = record.corrections[0]!
  await s.log.append(correction.type, { ...correction, id: 'c2' }, utc('2026-11-04T00:00:00Z'))
  await s.log.sign(utc('2026-11-04T00:00:00Z'))
  hiding = await s.bundle('2026-10')
  const changed = rotateKey(s.store.db, s.directory, false, utc('2026-11-05T00:00:00Z'))
  if (!changed.ok) throw new Error(changed.message)
  successor = changed.new.text
  await s.log.append(
    'nines.decision/1',
    { type: 'nines.decision/1', hash: 'cc' },
    utc('2026-11-06T00:00:00Z'),
  )
  await s.log.sign(utc('2026-11-06T00:00:00Z'))
  rotated = await s.bundle('2026-10')
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await site?.close()
  s?.end()
})
beforeEach(() => {
  site.send(sealed)
  site.log(r => void r.writeHead(500).end())
  site.show(view => view)
})

interface Opened {
  readonly page: Page
  readonly context: BrowserContext
  readonly faults: string[]
}

async function open(options: BrowserContextOptions = {}, context?: BrowserContext): Promise<Opened> {
  const within = context ?? (await browser.newContext({ locale: 'en-GB', ...options }))
  const page = await within.newPage()
  const faults: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'blob:' && origin !== site.url) faults.push(`asked ${request.url()}`)
  })
  await page.goto(`${site.url}/services/iam/2026-10/check`, { waitUntil: 'load' })
  return { page, context: within, faults }
}

const BUTTON = /Download (the checks|again) and recompute/
const press = (page: Page) => page.getByRole('button', { name: BUTTON }).click()
const recompute = async (page: Page) => {
  await press(page)
  await page.locator('#check-outcome').waitFor()
}
const steps = (page: Page, tone: string): Promise<string[]> =>
  page.locator(`#check-steps li.k-${tone} b`).allTextContents()
const title = (page: Page) => page.locator('#check-title').textContent()
const sentence = (page: Page) => page.locator('#check-sentence').textContent()

describe('a true bundle', () => {
  test('agrees with the page, and each step says that it holds', async () => {
    const { page, context, faults } = await open()
    const published = await page.locator('#published').textContent()
    await recompute(page)
    expect(await steps(page, 'failed')).toEqual([])
    expect(await steps(page, 'met')).toEqual(['Log', 'Record', 'Month', 'Checks', 'Figures', 'Correction'])
    expect(await steps(page, 'unknown')).toEqual(['Signature'])
    expect(await title(page)).toBe('They agree.')
    const checks = record.record.endpoints.flatMap(e => e.days).reduce((n, day) => n + day.checks, 0)
    expect(await sentence(page)).toBe(
      `Published ${published}. Recomputed here, from ${checks.toLocaleString('en')} checks: ${published}.`,
    )
    expect(await page.locator('#check-arithmetic').textContent()).toContain('cut to three decimals')
    expect(await page.locator('#check-rows .unlike').count()).toBe(0)
    expect(await page.locator('#check-days .read').count()).toBe(31)
    expect(await page.locator('#check-days .failed').allTextContents()).toEqual(['14', '20'])
    expect(await page.getByRole('button', { name: BUTTON }).isEnabled()).toBe(true)
    expect(faults).toEqual([])
    await context.close()
  })

  test('is recognised by a key and a checkpoint that the reader kept, and a mistyped one is refused at its field', async () => {
    const { page, context } = await open()
    await page.getByText('I have a key or a checkpoint of my own').click()
    await page.getByLabel('Verifier key').fill(` ${key}\n`)
    await page.getByLabel('Checkpoint that you kept').fill(kept.replaceAll('\n', '\r\n'))
    await recompute(page)
    expect(await steps(page, 'failed')).toEqual([])
    expect(await steps(page, 'met')).toEqual(expect.arrayContaining(['Signature', 'Earlier checkpoint']))
    await page.getByLabel('Verifier key').fill(key.slice(0, -3))
    await press(page)
    await page.locator('#check-key[aria-invalid="true"]').waitFor()
    expect(await page.locator('#check-key-error').textContent()).toContain('This is not a verifier key')
    expect(await page.evaluate('document.activeElement.id')).toBe('check-key')
    await page.getByLabel('Verifier key').fill(key)
    await page.getByLabel('Checkpoint that you kept').fill('nonsense')
    await press(page)
    await page.locator('#check-kept[aria-invalid="true"]').waitFor()
    await context.close()
  })

  test('is recognised by a key that was replaced since', async () => {
    site.send(rotated)
    site.show(view => ({ ...view, key: successor }))
    const { page, context } = await open()
    await page.getByText('I have a key or a checkpoint of my own').click()
    await page.getByLabel('Verifier key').fill(key)
    await recompute(page)
    expect(await steps(page, 'failed')).toEqual([])
    expect(await page.locator('#check-steps').textContent()).toContain(
      'The key that you gave signed in its successor on 2026-11-05T00:00:00.000Z, which signed this checkpoint.',
    )
    await context.close()
  })

  test('gives its checkpoint to be kept, byte for byte, and is compared with it on the next visit', async () => {
    const { page, context } = await open()
    await recompute(page)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Keep the checkpoint' }).click(),
    ])
    expect(readFileSync((await download.path()) ?? '', 'utf8')).toBe(opened(sealed).log.checkpoint)
    const { page: again } = await open({}, context)
    await recompute(again)
    expect(await steps(again, 'met')).toContain('Earlier visit')
    expect(await title(again)).toBe('They agree.')
    await context.close()
  })

  test('whose checks have aged out says that the figure was not recomputed', async () => {
    const bundle = opened(sealed)
    bundle.checks = null
    site.send(text(bundle))
    const { page, context } = await open()
    await recompute(page)
    expect(await title(page)).toBe('The record agrees; it was not recomputed.')
    expect(await steps(page, 'failed')).toEqual([])
    await context.close()
  })
})

describe('what is wrong is told', () => {
  const told = async (options: { key?: string } = {}) => {
    const { page, context } = await open()
    if (options.key) {
      await page.getByText('I have a key or a checkpoint of my own').click()
      await page.getByLabel('Verifier key').fill(options.key)
    }
    await recompute(page)
    const found = {
      wrong: await steps(page, 'failed'),
      title: await title(page),
      sentence: await sentence(page),
      unlike: await page.locator('#check-rows .unlike').count(),
      other: await page.locator('#check-days .other').allTextContents(),
      keepable: await page.locator('#check-keep').isVisible(),
      evidence: await page.locator('#check-evidence').isVisible(),
    }
    await context.close()
    return found
  }

  test('a changed byte', async () => {
    site.send(sealed.replace('"timeout"', '"tineout"').replace('{"checks"', '{ "checks"'))
    const found = await told()
    expect(found).toMatchObject({ wrong: ['Bundle'], title: 'This could not be recomputed.' })
    expect(found.keepable).toBe(false)
    expect(found.evidence).toBe(true)
  })

  test('a check whose result was changed, with the figure that comes of it beside the published one', async () => {
    const bundle = opened(sealed)
    const login = bundle.checks?.['login']
    if (login) login.days[13] = (login.days[13] ?? '').replaceAll('"d","timeout",null', '"u",null,12000')
    site.send(text(bundle))
    const found = await told({ key })
    expect(found.wrong).toEqual(expect.arrayContaining(['Checks', 'Figures']))
    expect(found.title).toBe('They do not agree.')
    expect(found.sentence).toMatch(/Published 99\.\d+\u00a0%\. Recomputed here, from [\d,]+ checks: 100/)
    expect(found.unlike).toBeGreaterThan(1)
    expect(found.sentence).toContain('it is no evidence for any figure')
    expect(found.other).toEqual(['14'])
  })

  test('a removed check', async () => {
    const bundle = opened(sealed)
    const api = bundle.checks?.['api']
    if (api) api.days[4] = (api.days[4] ?? '').split('\n').slice(1).join('\n')
    site.send(text(bundle))
    const found = await told({ key })
    expect(found.wrong).toContain('Checks')
    expect(found.title).not.toBe('They agree.')
    expect(found.other).toEqual(['5'])
  })

  test('a forged signature: by the key that the page names, and by the one that the reader gives', async () => {
    const forger = stranger()
    const bundle = opened(sealed)
    site.send(text(resign(bundle, forger)))
    expect(await told()).toMatchObject({ wrong: ['This page'], title: 'This does not hold.' })
    site.show(view => ({ ...view, key: forger.key.text }))
    expect(await told({ key })).toMatchObject({ wrong: ['Signature'], title: 'This does not hold.' })
    const broken = opened(sealed)
    const note = broken.log.checkpoint
    broken.log.checkpoint = `${note.slice(0, -30)}${note.at(-30) === 'A' ? 'B' : 'A'}${note.slice(-29)}`
    site.send(text(broken))
    site.show(view => view)
    expect((await told()).wrong).toContain('Signature')
  })

  test('a record that lies though its own key signed it', async () => {
    const forger = stranger()
    const bundle = opened(sealed)
    bundle.corrections = []
    bundle.record.availability = { percent: '100.000', best: '100.000', worst: '100.000' }
    bundle.record.counted = 0
    site.send(text(resign(bundle, forger)))
    site.show(view => ({
      ...view,
      figure: '100.000\u00a0%',
      key: forger.key.text,
      data: { ...view.data, percent: '100.000', counted: 0 },
    }))
    const found = await told({ key: forger.key.text })
    expect(found.wrong).toContain('Figures')
    expect(found.title).toBe('They do not agree.')
    expect(found.sentence).toMatch(/Published 100\.000\u00a0%\. Recomputed here, .* 99\.\d+/)
  })

  test('a page whose figure lies, be it by one millisecond', async () => {
    site.show(view => ({ ...view, data: { ...view.data, counted: view.data.counted - 1 } }))
    const found = await told({ key })
    expect(found).toMatchObject({ wrong: [], title: 'They do not agree.', unlike: 1 })
    expect(found.sentence).toContain('What this page shows is not what the checks give.')
    site.show(view => ({ ...view, data: { ...view.data, percent: '99.999' } }))
    expect((await told({ key })).sentence).toContain('Published 99.999\u00a0%.')
  })

  test('the bundle of another month', async () => {
    site.show(view => ({ ...view, month: '2026-09' }))
    expect((await told({ key })).wrong).toEqual(['This page'])
  })

  test('a log that was forked since the last visit, which is not forgotten by it', async () => {
    const { page, context } = await open()
    await recompute(page)
    const fork = opened(sealed)
    fork.log.leaves[0] = 'ab'.repeat(32)
    const forger = stranger()
    site.send(text(resign(fork, forger)))
    site.show(view => ({ ...view, key: forger.key.text }))
    for (const _ of [1, 2]) {
      const { page: next } = await open({}, context)
      await recompute(next)
      expect(await steps(next, 'failed')).toContain('Earlier visit')
      expect(await next.locator('#check-steps').textContent()).toContain('The log was forked')
      expect(await title(next)).toBe('This does not hold.')
      expect(await next.locator('#check-keep').isVisible()).toBe(false)
    }
    await context.close()
  })

  test('nonsense, and markup in what a bundle says, which stays text', async () => {
    site.send('<html>')
    expect(await told()).toMatchObject({ wrong: ['Bundle'] })
    const bundle = opened(sealed)
    bundle.corrections[0]!.correction.id = '<img src=x onerror=alert(1)>'
    site.send(text(bundle))
    const { page, context, faults } = await open()
    await recompute(page)
    expect(await page.locator('#check-steps').textContent()).toContain('<img src=x')
    expect(await page.locator('#check img').count()).toBe(0)
    expect(faults).toEqual([])
    await context.close()
  })
})

describe('the later entries of the log', () => {
  const said = (page: Page) =>
    page.locator('#check-steps li', { hasText: 'Later entries' }).locator('.said').textContent()

  test('are read from the same server, and show that no correction was left out', async () => {
    site.send(longer)
    site.log(await entriesFrom(2, 5))
    const { page, context, faults } = await open()
    expect(site.asked()).toBeNull()
    await recompute(page)
    expect(site.asked()).toBe('from=2&to=5')
    expect(await steps(page, 'failed')).toEqual([])
    expect(await steps(page, 'met')).toContain('Later entries')
    expect(await said(page)).toBe(
      'No later entry of the log corrects this month but the one that the bundle holds: all 3 were read.',
    )
    expect(await title(page)).toBe('They agree.')
    expect(faults).toEqual([])
    site.send(sealed)
    site.log('')
    await recompute(page)
    expect(site.asked()).toBeNull()
    await context.close()
  })

  test('betray a correction that the bundle leaves out, and a log that is not the one that was signed', async () => {
    site.send(hiding)
    for (const [log, words] of [
      [await entriesFrom(2, 6), 'Entry 5 of the log corrects this month, and the bundle leaves it out'],
      [await entriesFrom(2, 5), 'ends before entry 5 of the log'],
      [await entriesFrom(3, 6), 'begins with entry 3 of the log'],
      ['<html>\n', 'does not begin with an entry of this log'],
      ['', 'No entry was read'],
    ] as const) {
      site.log(log)
      const { page, context } = await open()
      await recompute(page)
      expect(await steps(page, 'failed')).toEqual(['Later entries'])
      expect(await said(page)).toContain(words)
      expect(await title(page)).toBe('This does not hold.')
      expect(await page.locator('#check-evidence').isVisible()).toBe(true)
      await context.close()
    }
  })

  test('that cannot be had are a note, and the rest is looked at all the same', async () => {
    site.send(longer)
    for (const [send, words] of [
      [r => void r.writeHead(503).end(), 'the server answered with status 503'],
      [r => void r.destroy(), 'the download broke off'],
      [
        r => {
          r.write('{"a":1}')
          setTimeout(() => r.destroy(), 50)
        },
        'the download broke off',
      ],
    ] as const satisfies [Parameters<CheckSite['log']>[0], string][]) {
      site.log(send)
      const { page, context } = await open()
      await recompute(page)
      expect(await steps(page, 'failed')).toEqual([])
      expect(await steps(page, 'unknown')).toEqual(['Signature', 'Later entries'])
      expect(await said(page)).toContain(`could not be downloaded: ${words}`)
      expect(await title(page)).toBe('They agree.')
      await context.close()
    }
  })

  test('are downloaded in view, and may be stopped', async () => {
    const entries = await entriesFrom(2, 5)
    let go = () => {}
    site.send(longer)
    site.log(response => {
      response.write(entries.slice(0, 400))
      go = () => response.end(entries.slice(400))
    })
    const { page, context } = await open()
    await press(page)
    const doing = page.locator('#check-doing')
    await expect.poll(() => doing.textContent()).toBe('Downloading the 3 later entries of the log.')
    expect(await page.locator('#check-received').textContent()).toBe('0.0 MB received, 0 of 3 entries')
    await page.getByRole('button', { name: 'Stop' }).click()
    expect(await page.locator('#check-run').isVisible()).toBe(false)
    await press(page)
    await expect.poll(() => doing.textContent()).toContain('later entries')
    go()
    await page.locator('#check-outcome').waitFor()
    expect(await title(page)).toBe('They agree.')
    await context.close()
  })
})

describe('a download', () => {
  test('shows how far it is, is stopped by its button, and starts anew', async () => {
    const bytes = Buffer.from(sealed)
    let go = () => {}
    site.send(response => {
      response.setHeader('content-type', 'application/json')
      response.write(bytes.subarray(0, 200_000))
      go = () => response.end(bytes.subarray(200_000))
    })
    const { page, context } = await open()
    await press(page)
    const words = page.locator('#check-received')
    await expect.poll(() => words.textContent()).toMatch(/^0\.\d MB received, [\d,]+ of [\d,]+ checks$/)
    expect(await page.locator('[role="status"]').textContent()).toBe('Downloading the bundle.')
    const share = await page.evaluate('document.querySelector("progress").position')
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(1)
    await page.getByRole('button', { name: 'Stop' }).click()
    expect(await page.locator('#check-run').isVisible()).toBe(false)
    await press(page)
    await expect.poll(() => words.textContent()).toContain('received')
    go()
    await page.locator('#check-outcome').waitFor()
    expect(await page.locator('[role="status"]').textContent()).toBe('Done. They agree.')
    expect(await page.locator('#check-steps').getAttribute('aria-live')).toBe('polite')
    await context.close()
  })

  test('that fails says why in plain words, and can be tried again', async () => {
    const { page, context } = await open()
    const doing = page.locator('#check-doing')
    const attempt = async (send: Parameters<CheckSite['send']>[0]) => {
      site.send(send)
      await press(page)
      await page.locator('#check-doing.k-failed').waitFor()
      return doing.textContent()
    }
    expect(await attempt(r => void r.writeHead(503, { 'retry-after': '30' }).end())).toBe(
      'The server is busy and cannot make this bundle at the moment. Please try again in 30 seconds.',
    )
    expect(await attempt(r => void r.writeHead(404).end())).toContain('has no bundle of this month')
    expect(await attempt(r => void r.writeHead(500).end())).toContain('status 500')
    expect(await attempt(r => void r.destroy())).toContain('cannot be reached')
    expect(
      await attempt(r => {
        r.write('{')
        setTimeout(() => r.destroy(), 50)
      }),
    ).toContain('broke off')
    expect(await attempt(r => void r.end(Buffer.of(0xff, 0xfe)))).toContain('not UTF-8')
    expect(
      await attempt(r => {
        r.setHeader('content-encoding', 'gzip')
        r.end(gzipSync(Buffer.alloc(97 * 1024 * 1024, 0x20), { level: 1 }))
      }),
    ).toContain('too large')
    await context.setOffline(true)
    expect(await attempt(sealed)).toContain('you are offline')
    await context.setOffline(false)
    await recompute(page)
    expect(await title(page)).toBe('They agree.')
    await context.close()
  })

  test('asks nothing before the button is pressed, and a worker that is gone is told', async () => {
    const { page, context } = await open()
    await page.route('**/verify-worker-*', route => route.fulfill({ status: 404 }))
    await press(page)
    await page.locator('#check-doing.k-failed').waitFor()
    expect(await page.locator('#check-doing').textContent()).toContain('Load the page anew')
    await context.close()
  })
})

test('without scripts, and in a browser that lacks what is needed, the commands are there', async () => {
  const { page, context } = await open({ javaScriptEnabled: false })
  expect(await page.locator('#check-go').isVisible()).toBe(false)
  expect(await page.locator('noscript p').isVisible()).toBe(true)
  const commands = await page.locator('#check-commands').textContent()
  expect(commands).toContain(
    `curl --fail --compressed -o 'iam-2026-10.nines.json' 'https://SERVER/api/v1/services/iam/months/2026-10/bundle'`,
  )
  expect(commands).toContain(
    `curl --fail --compressed -o 'log.ndjson' 'https://SERVER/api/v1/log/entries.ndjson?from=${record.index}'`,
  )
  expect(commands).toContain(`nines verify 'iam-2026-10.nines.json' --key '${key}' --log log.ndjson`)
  await context.close()
  const old = await browser.newContext()
  await old.addInitScript('delete globalThis.Worker')
  const { page: lacking } = await open({}, old)
  expect(await lacking.locator('#check-go').isVisible()).toBe(false)
  expect(await lacking.locator('#check-doing').textContent()).toContain('too old')
  expect(await lacking.locator('#check-commands').textContent()).toContain(`'${site.url}/api/v1/`)
  await old.close()
})

describe.each([
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
] as const)('at $width px, $colorScheme', ({ width, height, colorScheme }) => {
  test.each(['before', 'loading', 'true', 'wrong', 'failed'])('%s: accessible, and fits', async state => {
    if (state === 'wrong') {
      const bundle = opened(sealed)
      const login = bundle.checks?.['login']
      if (login) login.days[13] = (login.days[13] ?? '').replaceAll('"d","timeout",null', '"u",null,12000')
      site.send(text(bundle))
    }
    if (state === 'failed') site.send(r => void r.writeHead(503).end())
    if (state === 'loading') site.send(r => void r.write(sealed.slice(0, 200_000)))
    const { page, context } = await open({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
    })
    if (state === 'true' || state === 'wrong') await recompute(page)
    if (state === 'loading') {
      await press(page)
      await expect.poll(() => page.locator('#check-received').textContent()).toContain('received')
    }
    if (state === 'failed') {
      await page.getByText('I have a key or a checkpoint of my own').click()
      await press(page)
      await page.locator('#check-doing.k-failed').waitFor()
    }
    expect(await excessWidth(page)).toBeLessThanOrEqual(0)
    expect(await violations(page)).toEqual([])
    await context.close()
  })
})

test('what was found stays when the page has news', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(`${site.url}/services/iam/2026-10/check`)
  await recompute(page)
  site.show(view => ({ ...view, figure: 'news' }))
  await page.clock.runFor(45_000)
  await page.waitForLoadState('networkidle')
  expect(await title(page)).toBe('They agree.')
  expect(await page.locator('#check-outcome').isVisible()).toBe(true)
  await context.close()
})

test('names from a configuration cannot leave their quotes in the commands', () => {
  const sealedAs = (id: string): SealedMonth => ({
    ...record,
    record: { ...record.record, service: { ...record.record.service, id } },
    verifierKey: "log'$(x)+1+2",
  })
  expect(checkView(sealedAs("o'x`y`"), 'https://status.example.com/a/').commands).toBe(
    `curl --fail --compressed -o 'oxy-2026-10.nines.json' 'https://status.example.com/a/api/v1/services/o'\\''x%60y%60/months/2026-10/bundle'
curl --fail --compressed -o 'log.ndjson' 'https://status.example.com/a/api/v1/log/entries.ndjson?from=${record.index}'
nines verify 'oxy-2026-10.nines.json' --key 'log'\\''$(x)+1+2' --log log.ndjson`,
  )
})

test('moves nothing for readers who want no motion', async () => {
  const { page, context } = await open({ reducedMotion: 'reduce' })
  await recompute(page)
  expect(
    await page.evaluate('getComputedStyle(document.querySelector("#check-outcome")).animationName'),
  ).toBe('none')
  expect(
    await page.evaluate('getComputedStyle(document.querySelector("#check-days span")).transitionDuration'),
  ).toBe('0s')
  await context.close()
})

test('the browser finds just what Node finds', async () => {
  const damaged = opened(sealed)
  const login = damaged.checks?.['login']
  if (login) login.days[13] = (login.days[13] ?? '').replaceAll('"d","timeout",null', '"u",null,12000')
  for (const bundle of [sealed, text(damaged), longer, hiding]) {
    site.send(bundle)
    const size = opened(bundle).log.leaves.length
    const entries = await entriesFrom(2, size)
    site.log(entries)
    const { page, context } = await open()
    await page.getByText('I have a key or a checkpoint of my own').click()
    await page.getByLabel('Verifier key').fill(key)
    await page.getByLabel('Checkpoint that you kept').fill(kept)
    await recompute(page)
    const shownThere = await page
      .locator('#check-steps li')
      .evaluateAll(items =>
        items.map(item => [
          item.querySelector('b')?.textContent,
          item.querySelector('.word')?.textContent,
          item.querySelector('.said')?.textContent,
        ]),
      )
    const words = { true: 'holds', false: 'wrong', null: 'note' }
    const reading = readLog(opened(bundle))
    reading.take(Buffer.from(entries))
    const later = size === 3 ? {} : { later: reading.done() }
    const found = [...verify(bundle, { key, checkpoint: kept, ...later })]
    expect(shownThere).toEqual(found.map(f => [f.what, words[`${f.ok}`], f.words]))
    const shown: Shown = {
      service: 'iam',
      month: '2026-10',
      percent: null,
      counted: 0,
      base: 0,
      creditDays: 0,
      key,
    }
    const last = [...examine(bundle, shown, { key, kept, seen: null }, later.later)].at(-1)
    expect(last).toMatchObject({ kind: 'outcome', outcome: { holds: holds(found), agrees: false } })
    await context.close()
  }
})

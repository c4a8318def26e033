import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Download } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../browser.ts'
import { checksOf } from '../month/scene.ts'
import { type Office, office, PASSWORD } from './office.ts'
import { invite, said, setUp, signIn, type Visitor, visitor } from './office-browser.ts'

const JO = { account: 'ACME-4711 Ltd', name: 'Johanna Quist', email: 'johanna@customer.example' }
const SAM = { name: 'Sam Support', email: 'sam@status.example', role: 'support' }
const MONTH = '/services/iam/2025-10'

let nines: Office
let browser: Browser
let customer: Visitor
let admin: Visitor
let agent: Visitor
/** A picture that the customer's own browser takes. */
let picture: Buffer
let reference = ''
/** Where the customer follows the claim. */
let followed = ''

beforeAll(async () => {
  ;[browser, nines] = await Promise.all([launchBrowser(), office('2025-11-03T09:00:00Z')])
  await nines.feed(
    checksOf('2025-09-30T22:00:00Z', '2025-11-03T08:58:00Z', {
      every: 120_000,
      hold: 250_000,
      down: [['2025-10-14T13:02:00Z', '2025-10-14T14:46:00Z']],
    }),
  )
  await nines.start()
  ;[customer, admin, agent] = await Promise.all([
    visitor(browser, nines, 'customer'),
    visitor(browser, nines, 'staff'),
    visitor(browser, nines, 'staff'),
  ])
}, 120_000)
afterAll(async () => {
  const faults = [customer, admin, agent].flatMap(who => who?.faults ?? [])
  await browser?.close()
  const errors = [...(nines?.errors ?? [])]
  await nines?.close()
  expect([faults, errors]).toEqual([[], []])
})

const contentOf = async (download: Promise<Download>): Promise<Buffer> =>
  readFileSync(await (await download).path())

const get = async (path: string) => {
  const response = await fetch(nines.url + path)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Sends the form for a claim as a program would, with whatever is in its fields. */
const send = (fields: Record<string, string>, files: readonly (readonly [string, Buffer])[] = []) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of files) form.append('evidence', new File([new Uint8Array(content)], name))
  return fetch(`${nines.url}/claim`, { method: 'POST', body: form, redirect: 'manual' })
}

const GIVEN = {
  ...JO,
  service: 'iam',
  times: '14 October 2025, 14:02 to 15:46',
  zone: 'Europe/London',
  seen: 'Error 502.',
  step: 'send',
}

describe('a claim, from the outage to the credit', () => {
  it('begins at the sealed month, whose page says that the guarantee was missed', async () => {
    const { page } = customer
    await expect.poll(async () => (await get('/api/v1/log/checkpoint')).status, { timeout: 15_000 }).toBe(200)
    await page.goto(`${nines.url}/`)
    await customer.inspect('front')
    await expect
      .poll(async () => (await page.goto(nines.url + MONTH)) && said(page, '#sealed ~ p'))
      .toContain('as entry')
    expect(await said(page, 'h1')).toContain('October 2025: 99.767')
    expect(await said(page, '.marks')).toContain('missed')
    await customer.inspect('month')
    picture = await page.screenshot()
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    await page.getByRole('link', { name: 'Claim it' }).click()
    await page.waitForURL('**/claim?**')
  })

  it('is filed by the form, after a look at how it was read', async () => {
    const { page } = customer
    expect(await page.inputValue('#service')).toBe('iam')
    expect(await page.inputValue('#times')).toBe('14 October 2025, 13:02:00.000 to 14:46:00.000 UTC')
    await customer.inspect('claim form')
    await page.fill('#seen', 'Sign-in answered with an error 502.')
    await page.fill('#account', JO.account)
    await page.fill('#name', JO.name)
    await page.fill('#email', 'johanna at customer')
    await page.getByRole('button', { name: 'Check and continue' }).click()
    await page.waitForSelector('.faults')
    await customer.inspect('claim form with a mistake')
    await page.fill('#email', JO.email)
    await page.getByRole('button', { name: 'Check and continue' }).click()
    await page.waitForSelector('.readings')
    expect(await said(page, '.readings')).toContain('Our record has an outage at that time.')
    expect(await said(page, 'main')).toContain('October 2025 is closed: 99.767')
    await customer.inspect('claim preview')
    expect(nines.rows('requests')).toBe(0)
    await page.setInputFiles('#evidence', { name: 'error 502.png', mimeType: 'image/png', buffer: picture })
    await page.locator('button[value="send"]').click()
    await page.waitForSelector('.thanks')
    reference = await said(page, '.thanks .reference')
    expect(reference).toMatch(/^N-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    followed = await said(page, '.thanks .keep')
    expect(followed).toMatch(new RegExp(`^${nines.url}/cases/${reference}/[\\w-]{27}$`))
    await customer.inspect('thanks')
  })

  it('is acknowledged by e-mail', async () => {
    const letter = await nines.letter(JO.email, 'we have your claim')
    expect(letter.subject).toContain(reference)
    expect(letter.text).toContain(followed)
    expect(letter.text).not.toContain('we still need')
    expect(letter.head).toMatch(/^Auto-Submitted: auto-replied$/m)
    expect(letter.head).toContain(`To: ${JO.name} <${JO.email}>`)
    expect(nines.peer.mails.filter(m => m.to.includes(JO.email))).toHaveLength(1)
  })

  it('is seen by an agent whom the first administrator invited', async () => {
    await setUp(admin, nines)
    await invite(admin, agent, nines, SAM)
    const { page } = agent
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.goto(`${nines.url}/desk/claims`)
    await page.waitForURL('**/desk/sign-in?**')
    await agent.inspect('sign-in')
    await signIn(agent, SAM.email)
    await page.waitForURL('**/desk/claims')
    const row = page.locator('tbody tr', { hasText: reference })
    expect(await row.textContent()).toContain('7 days')
    expect(await row.textContent()).toContain(JO.account)
    await agent.inspect('claims')
    await row.getByRole('link', { name: reference }).click()
    await page.waitForURL(`**/desk/claims/${reference}`)
  })

  it('is recommended for 7 days, rule by rule', async () => {
    const { page } = agent
    expect(await said(page, '.big-verdict')).toContain('7 days')
    const rules = await page.locator('.checks-list li').allTextContents()
    expect(rules).toHaveLength(12)
    expect(rules.filter(rule => !rule.includes('Holds:'))).toEqual([])
    const all = rules.join('\n')
    for (const words of [
      'names the account “ACME-4711 Ltd”',
      'has no credit for',
      'October 2025 was over at',
      'October 2025 was closed at',
      'The figure is a share of',
      'before the deadline',
      'all agree with every threshold',
      'One contract was in force all month',
      'Reported times: 1 in an outage',
      'That was missed: 7 days of credit',
      'Pieces of evidence: 1',
      'no other open claim',
    ])
      expect.soft(all).toContain(words)
    await agent.inspect('claim')
    await page.evaluate(`document.querySelectorAll('details').forEach(d => { d.open = true })`)
    await agent.inspect('claim, all of it open')
  })

  it('has its picture, to be saved and never shown', async () => {
    const { page } = agent
    await page.reload()
    const link = page.locator('.files a').first()
    expect(await link.textContent()).toBe('error 502.png')
    const coming = page.waitForEvent('download')
    await link.click()
    const download = await coming
    expect(download.suggestedFilename()).toBe('error 502.png')
    expect((await contentOf(Promise.resolve(download))).equals(picture)).toBe(true)
    const answer = await page.request.get(download.url())
    expect(answer.headers()).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': expect.stringMatching(/^attachment; filename="error 502\.png"/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    })
    const stranger = await fetch(download.url(), { redirect: 'manual' })
    expect(stranger.status).toBe(303)
    expect(stranger.headers.get('location')).toContain('/desk/sign-in')
  })

  it('cannot be decided by the page of another site, with the agent’s own cookies', async () => {
    const { page } = agent
    const version = await page.locator('input[name="version"]').first().inputValue()
    const elsewhere = await foreignSite({
      'as the agent': [
        `/desk/claims/${reference}/decide`,
        { service: 'iam', month: '2025-10', version, accept: 'yes', confirm: 'yes' },
      ],
      'as a customer': ['/claim', { ...GIVEN, name: 'Mallory' }],
      'to the case': [new URL(followed).pathname, { body: 'I take it back.' }],
    })
    try {
      const evil = await page.context().newPage()
      for (const button of ['as the agent', 'as a customer', 'to the case']) {
        await evil.goto(elsewhere.url)
        const [answer] = await Promise.all([
          evil.waitForResponse(response => response.request().method() === 'POST'),
          evil.getByRole('button', { name: button }).click(),
        ])
        expect([button, answer.status()]).toEqual([button, 403])
        await evil.waitForSelector('h1')
        expect(await said(evil, 'main')).toContain('sent by another site')
      }
      await evil.close()
    } finally {
      await elsewhere.close()
    }
    expect(nines.rows('requests')).toBe(1)
    await page.reload()
    expect(await page.locator('.sealed').count()).toBe(0)
  })

  it('is granted with two clicks', async () => {
    nines.at('2025-11-03T09:30:00Z')
    const { page } = agent
    await page.getByText('Credit 7 days', { exact: true }).click()
    expect(await said(page, 'details.act[open]')).toContain('granted')
    await page.getByRole('button', { name: 'Yes: credit 7 days' }).click()
    expect(await said(page, '.flash')).toContain('7 days are credited for October 2025')
    expect(await said(page, '.sealed')).toContain('Checked now')
    await agent.inspect('claim, decided')
  })

  it('is answered by e-mail, in the same thread', async () => {
    const letter = await nines.letter(JO.email, 'is granted: 7 days of service credit')
    const first = await nines.letter(JO.email, 'we have your claim')
    expect(letter.subject).toContain(reference)
    expect(letter.text).toContain('99.767')
    expect(letter.text).toContain(`${nines.url}${MONTH}/statement`)
    expect(letter.text).toContain(followed)
    expect.soft(letter.inReplyTo).toBe(first.messageId)
    expect.soft([letter.references ?? []].flat()).toContain(first.messageId)
    expect(nines.peer.mails.filter(m => m.to.includes(JO.email))).toHaveLength(2)
  })

  it('is shown as granted where it is followed', async () => {
    const { page } = customer
    await page.goto(followed)
    expect(await said(page, 'h1')).toContain('Granted: 7 days of credit')
    expect(await said(page, '.claimed')).toContain('of our public log')
    expect(await said(page, '.thread')).toContain('error 502.png')
    await customer.inspect('followed, granted')
  })

  it('is sealed in the log, which names nobody', async () => {
    const { text } = await get('/api/v1/log/entries')
    const { entries } = JSON.parse(text) as { entries: { kind: string; index: number; entry: object }[] }
    const decided = entries.filter(entry => entry.kind === 'nines.decision/1')
    expect(decided).toHaveLength(1)
    expect(decided[0]?.entry).toEqual({
      type: 'nines.decision/1',
      at: '2025-11-03T09:30:00.000Z',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const raw = await Promise.all(entries.map(({ index }) => get(`/api/v1/log/entries/${index}`)))
    const published = [text, ...raw.map(entry => entry.text)].join('\n').toLowerCase()
    for (const secret of ['acme', '4711', 'johanna', 'quist', 'customer.example', reference.toLowerCase()])
      expect.soft(published).not.toContain(secret)
    const { status } = await get('/api/v1/log/checkpoint/2')
    expect(status).toBe(200)
  })
})

describe('the figure behind it', () => {
  it('is recomputed in the browser, and agrees', async () => {
    const { page } = customer
    await page.goto(nines.url + MONTH)
    await page.getByRole('link', { name: 'Check this figure yourself' }).click()
    await page.waitForSelector('#check-go')
    await customer.inspect('check')
    await page.locator('#check-go').click()
    await page.waitForSelector('#check-outcome:not([hidden])', { timeout: 20_000 })
    expect(await said(page, '#check-title')).toBe('They agree.')
    expect(await said(page, '#check-sentence')).toContain('Recomputed here')
    expect(await page.locator('#check-steps .k-failed').count()).toBe(0)
    expect(await page.locator('#check-rows .unlike').count()).toBe(0)
    await customer.inspect('check, done')
  })

  it('is recomputed by "nines verify" from the bundle, with the published key', async () => {
    const { page } = customer
    await page.goto(nines.url + MONTH)
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Bundle for nines verify' }).click()
    const file = await (await coming).path()
    const { keys } = JSON.parse((await get('/api/v1/log/keys')).text) as { keys: { verifier: string }[] }
    const done = await nines.cli(['verify', file, '--key', keys[0]?.verifier ?? ''])
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toContain('Everything holds.')
    expect(done.stdout).not.toContain('WRONG')
  })

  it('is stated as PDF, CSV and JSON', async () => {
    const { page } = customer
    await page.goto(nines.url + MONTH)
    await page.getByRole('link', { name: 'Statement', exact: true }).click()
    await page.waitForURL('**/statement')
    await customer.inspect('statement')
    await page.goto(nines.url + MONTH)
    const files = new Map<string, Buffer>()
    for (const name of ['CSV', 'JSON'] as const) {
      const coming = page.waitForEvent('download')
      await page.locator('#sealed ~ ul').getByRole('link', { name, exact: true }).click()
      expect((await coming).suggestedFilename()).toBe(`iam-2025-10.${name.toLowerCase()}`)
      files.set(name, await contentOf(coming))
    }
    expect(files.get('CSV')?.toString()).toContain('99.767')
    expect(JSON.stringify(JSON.parse(files.get('JSON')?.toString() ?? ''))).toContain('99.767')
    const pdf = await fetch(`${nines.url}${MONTH}/statement.pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toContain('iam-2025-10.pdf')
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })
})

describe('who did what', () => {
  it('stands in the audit, for the administrator alone', async () => {
    await admin.page.goto(`${nines.url}/desk/audit`)
    await admin.inspect('audit')
    const rows = await admin.page.locator('.trail tbody tr').allTextContents()
    const row = (action: string, ...words: string[]) =>
      expect
        .soft(rows.filter(text => text.includes(action) && words.every(word => text.includes(word))))
        .toHaveLength(1)
    row('claim.filed', reference, 'form')
    row('claim.decided', reference, 'Sam Support', 'credited')
    row('person.invited', 'Ada Admin')
    await agent.page.goto(`${nines.url}/desk/audit`)
    expect(await said(agent.page, 'h1')).toBe('Not for you')
    await agent.inspect('audit, refused')
  })
})

describe('what must not be', () => {
  it('nobody learns from an address whether a case exists', async () => {
    const wrong = `${followed.slice(0, -27)}${'A'.repeat(27)}`
    const none = `${nines.url}/cases/N-2222-2222/${'A'.repeat(27)}`
    const [known, unknown] = await Promise.all([wrong, none].map(url => fetch(url)))
    const told = async (answer: Response | undefined) => ({
      status: answer?.status,
      headers: [...(answer?.headers ?? [])].filter(([name]) => name !== 'date'),
      text: await answer?.text(),
    })
    const shown = await told(known)
    expect(shown).toEqual(await told(unknown))
    expect(shown.status).toBe(404)
    await customer.page.goto(wrong)
    await customer.inspect('no such case')
  })

  it('a file that is not what its name says is kept', async () => {
    const { page } = customer
    const before = [nines.rows('requests'), nines.rows('attachments'), attachments()]
    const html = Buffer.from('<!doctype html><script>alert(1)</script>')
    const zip = Buffer.concat([picture, Buffer.from('PK\x03\x04'), Buffer.alloc(40)])
    for (const [buffer, words] of [
      [html, 'screenshot.png: Only PNG and JPEG pictures and PDF files are taken.'],
      [zip, 'screenshot.png: Something was added behind the end of the PNG picture.'],
    ] as const) {
      await page.goto(`${nines.url}/claim?service=iam&month=2025-10`)
      await page.fill('#account', 'Other account')
      await page.fill('#name', JO.name)
      await page.fill('#email', JO.email)
      await page.getByRole('button', { name: 'Check and continue' }).click()
      await page.waitForSelector('.readings')
      await page.setInputFiles('#evidence', { name: 'screenshot.png', mimeType: 'image/png', buffer })
      await page.locator('button[value="send"]').click()
      await page.waitForSelector('.faults')
      expect(await said(page, '.faults')).toContain(words)
      await customer.inspect('a file refused')
    }
    expect([nines.rows('requests'), nines.rows('attachments'), attachments()]).toEqual(before)
  })

  it('what is typed is ever more than text: not on the desk, not in a letter', async () => {
    const marks = (field: string) =>
      `${field} <b id="${field}">x</b>{{7919*7919}}<%= 7919*7919 %>\${7919*7919}`
    const lines = (field: string) => `${marks(field)}\r\nBcc: ${field}@evil.example\r\n\r\nbody`
    const hostile = {
      ...GIVEN,
      times: `14 October 2025, 14:02 to 15:46\r\n${lines('times')}`,
      seen: lines('seen'),
      account: lines('account'),
      name: lines('name'),
      email: 'victim@customer.example',
    }
    const before = nines.rows('requests')
    for (const field of ['service', 'zone', 'email'])
      expect([field, (await send({ ...hostile, [field]: lines(field) })).status]).toEqual([field, 422])
    const refused = await send({ ...hostile, email: 'victim@customer.example\r\nBcc: x@evil.example' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).not.toContain('<b id=')
    expect(nines.rows('requests')).toBe(before)

    const filed = await send(hostile, [[`../${marks('file').replaceAll('/', '')}\r\n.png`, picture]])
    expect(filed.status).toBe(303)
    const theirs = filed.headers.get('location') ?? ''
    const its = /N-\w{4}-\w{4}/.exec(theirs)?.[0] ?? ''
    const letter = await nines.letter('victim@customer.example', its)
    expect(headers(letter.head)).toEqual(HEADERS)
    expect([letter.to].flat().flatMap(to => to?.value ?? [])).toHaveLength(1)
    const asked = await fetch(`${nines.url}/request`, {
      method: 'POST',
      body: new URLSearchParams({
        kind: 'question',
        subject: lines('subject'),
        body: lines('question'),
        tier: 'low',
        service: '',
        account: lines('account'),
        name: lines('name'),
        email: 'asker@customer.example',
      }),
      redirect: 'manual',
    })
    expect(asked.status).toBe(303)
    const answer = await nines.letter('asker@customer.example', 'we have your request')
    expect(headers(answer.head)).toEqual(HEADERS)
    expect(answer.subject).toContain(marks('subject'))
    const envelopes = nines.peer.mails.flatMap(m => m.to).filter(to => to.includes('evil'))
    expect(envelopes).toEqual([])

    const { page } = agent
    for (const path of [
      `/desk/claims/${its}`,
      `/desk/requests/${its}`,
      '/desk/claims?q=account',
      '/desk/requests',
    ]) {
      await page.goto(nines.url + path)
      await page.waitForSelector('h1')
      const html = await page.content()
      expect.soft(await page.locator('b[id]').count(), path).toBe(0)
      expect.soft(html, path).not.toContain('62710561')
      if (path.endsWith(its)) {
        const text = await said(page, 'main')
        for (const field of ['account', 'name']) expect.soft(text).toContain(marks(field))
        await agent.inspect(`hostile ${path.split('/')[2]}`)
      }
    }
    await customer.page.goto(nines.url + theirs)
    expect(await customer.page.locator('b[id]').count()).toBe(0)
    expect(await said(customer.page, 'main')).toContain(marks('seen'))
    await customer.inspect('hostile case')
  })

  it('a session outlives a change of the password', async () => {
    const other = await visitor(browser, nines, 'staff')
    await other.page.goto(`${nines.url}/desk/claims`)
    await signIn(other, SAM.email)
    const { page } = agent
    await page.goto(`${nines.url}/desk/account`)
    await agent.inspect('account')
    await page.getByLabel('Current password').first().fill(PASSWORD)
    await page.getByLabel('New password').fill('another lamp beside the river')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.waitForSelector('.flash')
    expect(await said(page, '.flash')).toContain('Your password is changed.')
    await other.page.goto(`${nines.url}/desk/claims`)
    await other.page.waitForURL('**/desk/sign-in?**')
    await page.goto(`${nines.url}/desk/claims`)
    expect(await said(page, 'h1')).toBe('Claims')
    await other.close()
  })
})

/** What a letter that acknowledges something has above its text, and no more. */
const HEADERS = [
  'auto-submitted',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
]

/** The names of a letter's headers. */
const headers = (head: string): string[] =>
  head
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map(line => line.split(':')[0]?.toLowerCase() ?? '')
    .sort()

/** The kept files, by name and content. */
const attachments = (): string[] => {
  const directory = join(nines.data, 'attachments')
  return readdirSync(directory)
    .sort()
    .map(
      name =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(directory, name)))
          .digest('hex')}`,
    )
}

/** A page of another origin, with a button for each form that it sends to us. */
async function foreignSite(
  forms: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>,
) {
  const html = Object.entries(forms).map(
    ([button, [path, fields]]) =>
      `<form method="post" action="${nines.url}${path}">${Object.entries(fields)
        .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
        .join('')}<button>${button}</button></form>`,
  )
  const server: Server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html.join('\n'))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>(done => server.close(() => done()))
    },
  }
}

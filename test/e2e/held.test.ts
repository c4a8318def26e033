import { createTransport } from 'nodemailer'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../browser.ts'
import { checksOf } from '../month/scene.ts'
import { type Office, office, SUPPORT } from './office.ts'
import { invite, said, setUp, type Visitor, visitor } from './office-browser.ts'

const KIM = 'kim@customer.example'
const MAIL_ID = '<our-claim@customer.example>'
const MONTH = '/services/iam/2025-10'
const PAST = { every: 120_000, hold: 250_000 }

let nines: Office
let browser: Browser
let customer: Visitor
let agent: Visitor
let picture: Buffer
let reference = ''
let followed = ''

beforeAll(async () => {
  ;[browser, nines] = await Promise.all([launchBrowser(), office('2025-10-01T09:00:00Z')])
  await nines.feed(
    checksOf('2025-09-28T00:00:00Z', '2025-10-01T08:58:00Z', {
      ...PAST,
      down: [['2025-10-01T04:00:00Z', '2025-10-01T06:00:00Z']],
    }),
  )
  await nines.start()
  ;[customer, agent] = await Promise.all([
    visitor(browser, nines, 'customer'),
    visitor(browser, nines, 'staff'),
  ])
}, 120_000)
afterAll(async () => {
  const faults = [customer, agent].flatMap(who => who?.faults ?? [])
  await browser?.close()
  const errors = [...(nines?.errors ?? [])]
  await nines?.close()
  expect([faults, errors]).toEqual([[], []])
})

const get = async (path: string) => (await fetch(nines.url + path)).status
const toKim = () => nines.peer.mails.filter(m => m.to.includes(KIM)).length

describe('a claim for a month that still runs', () => {
  it('comes by e-mail, with a picture, and is acknowledged in its thread', async () => {
    await customer.page.goto(nines.url + MONTH)
    picture = await customer.page.screenshot()
    const transport = createTransport({ host: '127.0.0.1', port: nines.door, secure: false, ignoreTLS: true })
    const sent = await transport.sendMail({
      from: { name: 'Kim Lee', address: KIM },
      to: SUPPORT,
      messageId: MAIL_ID,
      subject: 'SLA credit for IAM Services',
      text: 'Hello,\n\nAccount: Globex-7\n\nIAM Services was down on 1 October 2025 from 05:00 to 07:00 BST.\nWe claim the credit.\n\nKim',
      attachments: [{ filename: 'failed sign-in.png', content: picture }],
    })
    transport.close()
    expect(sent.response).toMatch(/^250/)
    const letter = await nines.letter(KIM, 'we have your claim for service credit')
    reference = /N-\w{4}-\w{4}/.exec(letter.subject ?? '')?.[0] ?? ''
    expect(letter.inReplyTo).toBe(MAIL_ID)
    expect([letter.references].flat()).toContain(MAIL_ID)
    expect(letter.text).not.toContain('we still need')
    followed = new RegExp(`${nines.url}/cases/${reference}/[\\w-]{27}`).exec(letter.text ?? '')?.[0] ?? ''
    expect(followed).not.toBe('')
  })

  it('waits for the end of the month, and says until when', async () => {
    const letter = await nines.letter(KIM, `your claim ${reference} for IAM Services, October 2025.`)
    expect(letter.text).toContain('That month ends on Saturday 1 November 2025, 00:00')
    expect(letter.text).toContain('We write to you again by Monday 3 November 2025.')
    expect(letter.inReplyTo).toBe(MAIL_ID)
    expect(toKim()).toBe(2)
    const { page } = customer
    await page.goto(followed)
    expect(await said(page, 'h1')).toBe('Waiting for the end of October 2025')
    expect(await said(page, '.headline')).toContain('We come back to you by Monday 3 November 2025')
    expect(await said(page, '.headline')).toContain('Nothing lapses')
    expect(await said(page, '.thread')).toContain('failed sign-in.png')
    await customer.inspect('followed, held')
  })

  it('is on hold at the desk, where it cannot be accepted yet', async () => {
    await setUp(agent, nines)
    const { page } = agent
    await page.goto(`${nines.url}/desk/claims?state=held`)
    const row = page.locator('tbody tr', { hasText: reference })
    expect(await row.locator('time').first().getAttribute('datetime')).toBe('2025-11-01T02:00:00.000Z')
    await agent.inspect('claims, held')
    await page.goto(`${nines.url}/desk/claims/${reference}`)
    expect(await page.getByText('Credit 7 days', { exact: true }).count()).toBe(0)
    expect.soft(await said(page, '.about')).toContain('Globex-7')
    await agent.inspect('claim, held')
  })

  it('does not lapse, though the month is closed more than 30 days after the downtime', async () => {
    nines.at('2025-11-04T09:00:00Z')
    await nines.feed(checksOf('2025-10-01T08:58:00Z', '2025-11-04T08:58:00Z', PAST))
    // Beside the server that runs.
    const closed = await nines.cli(['close', '--now'])
    expect([closed.code, closed.stderr]).toEqual([0, ''])
    // Unless the server's own job, which comes every ten minutes, was first.
    expect(closed.stdout).toMatch(/iam 2025-10: closed, entry|every month that is over is closed/)
    expect(await get(`/api/v1/services/iam/months/2025-10/bundle`)).toBe(200)
    // The server looks at claims every ten minutes, and when it starts.
    await nines.stop()
    await nines.start()
    const letter = await nines.letter(KIM, 'October 2025 is over, and its figures are closed')
    expect(letter.text).toContain('99.731')
    expect(letter.inReplyTo).toBe(MAIL_ID)
    expect(toKim()).toBe(3)
    await customer.page.goto(followed)
    expect(await said(customer.page, 'h1')).toBe('With us, to be decided')
    // What the letter has just promised, and not what was so before it waited.
    const promised = /You will have our decision by (.+?)\.(?:\s|$)/.exec(
      letter.text?.replaceAll(/\s+/g, ' ') ?? '',
    )?.[1]
    const headline = await said(customer.page, '.headline')
    expect.soft(headline).toContain(promised ?? 'no promise')
    expect.soft(headline).not.toContain('It is late')
    await customer.inspect('followed, to be decided')
  })

  it('is then recommended, and granted', async () => {
    const newcomer = await visitor(browser, nines, 'staff')
    const sam = { name: 'Sam Support', email: 'sam@status.example', role: 'support' }
    await invite(agent, newcomer, nines, sam)
    const { page } = newcomer
    await page.goto(`${nines.url}/desk/claims?state=decide`)
    await page.getByRole('link', { name: reference }).click()
    await page.waitForURL(`**/desk/claims/${reference}`)
    expect(await said(page, '.big-verdict')).toContain('7 days')
    const rules = await page.locator('.checks-list li').allTextContents()
    expect(rules.filter(rule => !rule.includes('Holds:'))).toEqual([])
    expect(rules.join('\n')).toContain('before the deadline')
    await newcomer.inspect('claim, after its month')
    await page.getByText('Credit 7 days', { exact: true }).click()
    await page.getByRole('button', { name: 'Yes: credit 7 days' }).click()
    expect(await said(page, '.flash')).toContain('7 days are credited for October 2025')
    const letter = await nines.letter(KIM, 'is granted: 7 days of service credit')
    expect(letter.inReplyTo).toBe(MAIL_ID)
    expect(letter.subject).toContain(reference)
    expect(toKim()).toBe(4)
    await customer.page.goto(followed)
    expect(await said(customer.page, 'h1')).toBe('Granted: 7 days of credit')
    await customer.inspect('followed, granted after a hold')
    expect(newcomer.faults).toEqual([])
    await newcomer.close()
  })
})

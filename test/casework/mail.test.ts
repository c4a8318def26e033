import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimOfMail } from '../../src/casework/mail-claim.ts'
import type { ServiceId } from '../../src/catalog/model.ts'
import { caseView as deskView } from '../../src/desk/request-view.ts'
import { caseView } from '../../src/front/case-view.ts'
import { type CaseScene, caseScene, NOVEMBER, OCTOBER, PNG } from './scene.ts'

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
})
afterEach(() => scene.close())

let n = 0
const mail = (more: object = {}) => ({
  messageId: `<m${n++}@customer.example>`,
  from: { name: 'Jo Doe', address: 'jo@example.com' },
  subject: 'SLA credit for IAM Services',
  text: 'Account: ACME-1\n\nThe service was down on 20 October 2026 from 15:05 to 17:00 BST.\n\nOn 1 Nov 2026 at 10:00, Sam wrote:\n> it was down on 2 October 2026',
  at: scene.now(),
  inReplyTo: [] as string[],
  attachments: [{ name: 'a.png', content: PNG }],
  automatic: false,
  ...more,
})

describe('a mail to the door', () => {
  it('that names a service, a time and a credit is a claim, acknowledged and assessed', async () => {
    const first = mail({ subject: 'High: SLA credit for IAM Services' })
    const received = await scene.cases.mailArrived(first)
    if (received.kind !== 'filed') throw new Error(JSON.stringify(received))
    const file = await scene.cases.caseOf(received.request.reference)
    expect(file?.request).toMatchObject({ kind: 'claim', tier: 'high', via: 'mail' })
    expect(file?.claims[0]?.claim).toMatchObject({ service: 'iam', account: 'ACME-1' })
    expect(file?.claims[0]?.readings.map(r => r.text)).toHaveLength(1)
    expect(file?.claims[0]?.months.map(m => [m.month, m.assessment?.recommend])).toEqual([
      ['2026-10', 'credit'],
    ])
    const [letter] = scene.letters()
    expect(letter?.kind).toBe('claim-received')
    expect(letter?.text).not.toContain('we still need')
    const open = await scene.cases.publicCase(received.request.reference)
    expect(open).toMatchObject({ account: 'ACME-1', missing: [] })
    // The same mail again changes nothing.
    expect((await scene.cases.mailArrived(first)).kind).toBe('known')
    expect(scene.letters()).toHaveLength(1)
    expect(scene.errors).toEqual([])
  })

  it('is told what its claim still needs', async () => {
    const text = 'IAM Services was down on 20 October 2026 at 15:05. We want credit.'
    const received = await scene.cases.mailArrived(mail({ text, attachments: [] }))
    if (received.kind !== 'filed') throw new Error(JSON.stringify(received))
    expect(scene.letters()[0]?.text).toContain('the name or number of your account')
    expect(scene.letters()[0]?.text).toContain('a file that shows the failure')
    const open = await scene.cases.publicCase(received.request.reference)
    expect(open?.missing).toHaveLength(2)
    expect(open?.service?.name).toBe('IAM Services')
  })

  it('that answers a letter is a message, and its files are evidence', async () => {
    const received = await scene.cases.mailArrived(mail({ attachments: [] }))
    if (received.kind !== 'filed') throw new Error('not filed')
    const { reference } = received.request
    const months = async () => (await scene.cases.caseOf(reference))?.claims[0]?.months[0]?.assessment
    expect(await months()).toMatchObject({ recommend: 'look', reasons: ['evidence-missing'] })
    const sent = scene.store.db.connection.prepare('select message_id as id from letters').get()
    const { id } = sent as { id: string }
    const answered = await scene.cases.mailArrived(mail({ inReplyTo: [id], text: 'Here it is.' }))
    expect(answered.kind).toBe('message')
    expect(await months()).toMatchObject({ recommend: 'credit' })
    expect(scene.letters()).toHaveLength(1)
  })

  it('of somebody else that answers a letter is not shown as the customer’s', async () => {
    const received = await scene.cases.mailArrived(mail({ attachments: [] }))
    if (received.kind !== 'filed') throw new Error('not filed')
    const sent = scene.store.db.connection.prepare('select message_id as id from letters').get()
    const inReplyTo = [(sent as { id: string }).id]
    const evil = { name: 'Jo Doe', address: 'eve@evil.org' }
    await scene.cases.mailArrived(mail({ inReplyTo, from: evil, text: 'Pay me.' }))
    await scene.cases.mailArrived(mail({ inReplyTo, from: { name: '', address: 'JO@example.com' } }))
    const open = await scene.cases.publicCase(received.request.reference)
    expect(open?.messages.map(({ from, address }) => [from, address])).toEqual([
      ['support', null],
      ['other', 'e…@evil.org'],
      ['customer', null],
    ])
    if (!open) throw new Error('no case')
    const shown = { ...scene.settings, trustedProxies: [], tolerance: scene.settings.support.tolerance }
    const view = caseView(
      open,
      { ...shown, evidence: 'required', tiers: scene.settings.support.tiers },
      scene.now(),
    )
    expect(view.thread.map(({ from, own }) => [from, own])).toEqual([
      ['You', true],
      ['Support', false],
      ['Somebody else, e…@evil.org', false],
      ['You', true],
    ])
    const file = await scene.cases.caseOf(received.request.reference)
    if (!file) throw new Error('no case')
    expect(
      deskView(file, scene.now())
        .messages.map(({ what, author }) => [what, author])
        .slice(1),
    ).toEqual([
      ['Somebody else', 'eve@evil.org'],
      ['Customer', 'JO@example.com'],
    ])
  })

  it('of any other kind is a request; a program is never answered', async () => {
    const received = await scene.cases.mailArrived(mail({ subject: 'Hello', text: 'How do I sign in?' }))
    expect(received).toMatchObject({ kind: 'filed', request: { kind: 'question' } })
    expect(scene.letters().map(l => l.kind)).toEqual(['received'])
    expect(await scene.cases.mailArrived(mail({ automatic: true }))).toMatchObject({ kind: 'ignored' })
    expect(scene.letters()).toHaveLength(1)
    expect(scene.rows('claims')).toBe(0)
  })

  it('leaves nothing behind where it fails inside, so that it may come again', async () => {
    const first = mail()
    scene.fail(new Error('killed here'))
    await expect(scene.cases.mailArrived(first)).rejects.toThrow('killed here')
    expect([scene.rows('requests'), scene.rows('claims'), scene.rows('attachments')]).toEqual([0, 0, 0])
    scene.fail(null)
    expect((await scene.cases.mailArrived(first)).kind).toBe('filed')
  })
})

describe('reading a claim out of a mail', () => {
  const services = [
    { id: 'iam' as ServiceId, name: 'IAM Services' },
    { id: 'iam-eu' as ServiceId, name: 'IAM Services EU' },
  ]
  const now = Date.UTC(2026, 10, 5) as never
  const read = (text: string, subject = 'x') => claimOfMail({ subject, text }, services, 'Europe/London', now)

  it('takes the one service that is meant', () => {
    const when = 'down 20 October 2026 15:00 to 16:00, we claim credit'
    expect(read(`IAM Services ${when}`)?.service).toBe('iam')
    expect(read(`IAM Services EU ${when}`)?.service).toBe('iam-eu')
    expect(read(`the miami office was ${when}`)).toBeNull()
  })

  it('takes none without a time, a service or a claim, or with times to come', () => {
    expect(read('We claim credit for IAM Services')).toBeNull()
    expect(read('IAM Services was down on 20 October 2026 at 15:00')).toBeNull()
    expect(read('We claim credit for 20 October 2026 at 15:00')).toBeNull()
    expect(read('We claim credit for IAM Services on 20 October 2029 at 15:00')).toBeNull()
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import type { Month } from '../../src/time/month.ts'
import { AGENT, type CaseScene, CUSTOMER, caseScene, claimInput, NOVEMBER, OCTOBER, PNG } from './scene.ts'

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
})
afterEach(() => scene.close())

const entries = async (action: string) =>
  (await new AuditStore(scene.store.db).list({ filters: { action } })).entries.map(entry => ({
    actor: entry.actor.name,
    subject: entry.subject.id,
    reason: entry.reason,
    before: JSON.parse(entry.before ?? 'null'),
    after: JSON.parse(entry.after ?? 'null'),
  }))
async function filed(): Promise<string> {
  const files = [{ name: 'a.png', content: PNG }]
  const sent = await scene.cases.fileClaim(claimInput(), files, 'form', CUSTOMER)
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  return sent.reference
}
const mail = (more: object) => ({
  messageId: '<one@example.com>',
  from: { name: 'Jo Doe', address: 'jo@example.com' },
  subject: 'SLA credit',
  text: 'IAM Services was down on 20 October 2026, 15:05 to 15:40 (London time). We claim our credit.',
  at: scene.now(),
  inReplyTo: [],
  attachments: [],
  automatic: false,
  ...more,
})

describe('the audit trail', () => {
  it('tells what a claim said before it was corrected', async () => {
    const reference = await filed()
    const { version = 0 } = (await scene.cases.caseOf(reference))?.request ?? {}
    const report = { service: 'iam', account: 'ACME-2', times: '3 November 2026, 09:00', zone: 'UTC' }
    await scene.cases.turnIntoClaim(reference, report, AGENT, version)
    expect(await entries('claim.corrected')).toEqual([
      {
        actor: 'Robin Agent',
        subject: reference,
        reason: null,
        before: {
          service: 'iam',
          account: 'ACME-1',
          months: ['2026-10'],
          readings: [
            { from: '2026-10-20T14:05:00.000Z', to: '2026-10-20T16:01:00.000Z', zone: 'Europe/London' },
          ],
          times: '20 October 2026, 15:05 to 17:00',
        },
        after: {
          service: 'iam',
          account: 'ACME-2',
          months: ['2026-11'],
          readings: [{ from: '2026-11-03T09:00:00.000Z', to: '2026-11-03T09:01:00.000Z', zone: 'UTC' }],
          times: '3 November 2026, 09:00',
        },
      },
    ])
  })

  it('tells that a decision closed a case, and that its customer opened it again', async () => {
    const reference = await filed()
    const version = (await scene.cases.caseOf(reference))?.claims[0]?.months[0]?.version ?? 0
    await scene.cases.decide(reference, '2026-10' as Month, { accept: true }, AGENT, version)
    const closed = { before: { status: 'waiting' }, after: { status: 'closed' } }
    expect(await entries('request.closed')).toEqual([
      { actor: 'Robin Agent', subject: reference, reason: 'all of it is decided', ...closed },
    ])
    const opened = {
      actor: 'customer',
      subject: reference,
      reason: 'the customer wrote',
      before: { status: 'closed' },
      after: { status: 'open' },
    }
    const request = (await scene.cases.caseOf(reference))?.request
    if (!request) throw new Error('no request')
    await scene.cases.customerWrites(request, 'One more thing.', [], CUSTOMER)
    await scene.cases.customerWrites(request, 'And another.', [], CUSTOMER)
    expect(await entries('request.reopened')).toEqual([opened])
    const now = (await scene.cases.caseOf(reference))?.request
    await scene.cases.close(reference, null, AGENT, now?.version ?? 0)
    await scene.cases.mailArrived(mail({ subject: `Re: ${reference}`, text: 'By mail.' }))
    expect(await entries('request.reopened')).toEqual([opened, opened])
  })

  it('tells that a mail was read as a claim, and that a person made one of it', async () => {
    const received = await scene.cases.mailArrived(mail({}))
    if (received.kind !== 'filed') throw new Error(received.kind)
    expect(await entries('request.kind')).toEqual([
      {
        actor: 'system',
        subject: received.request.reference,
        reason: 'the mail names a service and when it was down',
        before: { kind: 'question', tier: 'medium' },
        after: { kind: 'claim', tier: 'medium' },
      },
    ])
    const other = await scene.cases.mailArrived(mail({ messageId: '<two@example.com>', text: 'Money back!' }))
    if (other.kind !== 'filed') throw new Error(other.kind)
    const report = { service: 'iam', account: 'ACME-1', times: '20 October 2026, 15:05', zone: 'UTC' }
    const { reference } = other.request
    const { version = 0 } = (await scene.cases.caseOf(reference))?.request ?? {}
    await scene.cases.turnIntoClaim(reference, report, AGENT, version)
    expect(await entries('claim.made')).toMatchObject([
      { before: { kind: 'question', tier: 'medium' }, after: { kind: 'claim', months: ['2026-10'] } },
    ])
  })
})

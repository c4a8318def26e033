import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { raisedAt } from '../../src/claim/raised.ts'
import { recommendation } from '../../src/desk/claim-words.ts'
import { answerTo, asking } from '../../src/desk/was-it-down-facts.ts'
import { correct } from '../../src/month/correct.ts'
import { calendarMonth } from '../../src/page/calendar.ts'
import { claimOf } from '../../src/page/claim.ts'
import { outageAt, outageView } from '../../src/page/outage-view.ts'
import { monthReport, report } from '../../src/page/report.ts'
import { reader } from '../../src/record/reader.ts'
import { rfc3339 } from '../../src/time/instant.ts'
import { interval } from '../../src/time/interval.ts'
import type { Month } from '../../src/time/month.ts'
import { utc } from '../month/scene.ts'
import { service } from '../record/scene.ts'
import { AGENT, type CaseScene, CUSTOMER, caseScene, claimInput, IAM, OCTOBER, PNG } from './scene.ts'

const OCT = '2026-10' as Month
const FILES = [{ name: 'a.png', content: PNG }]

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed(OCTOBER)
  await scene.closeMonths()
})
afterEach(() => scene.close())

/** A second outage of ten hours in October, which lowers it below 99 %: 14 days instead of 7. */
async function raise(at: string, from = '2026-10-22T06:00:00Z', to = '2026-10-22T16:00:00Z'): Promise<void> {
  scene.at(at)
  const change = { kind: 'add', span: interval(utc(from), utc(to)), reportedBy: 'a customer' } as const
  const wish = { service: IAM, author: 'Operations', reason: 'The prober was blind.', change }
  const made = await correct(scene.store, wish, `c-${from}`, scene.now())
  if (!made.ok) throw new Error(made.message)
  expect(raisedAt([made.correction], OCT)).toBe(scene.now())
}
async function file(at: string, more: object = {}): Promise<string> {
  scene.at(at)
  const sent = await scene.cases.fileClaim(claimInput(more), FILES, 'form', CUSTOMER)
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  return sent.reference
}
const month = async (reference: string) =>
  (await scene.cases.caseOf(reference))?.claims[0]?.months.find(m => m.month === OCT)
const assessed = async (at: string, more: object = {}) => (await month(await file(at, more)))?.assessment

async function seen() {
  const source = reader(scene.store, () => ({ services: [service('iam', ['login'])], maintenance: [] }))
  const [record] = await source.services(scene.now())
  if (!record) throw new Error('no record')
  return report(record, scene.now())
}

describe('a correction after the deadline that raises the credit', () => {
  it('opens the claim window of the month again', async () => {
    expect(await assessed('2026-11-20T00:00:00Z', { account: 'A' })).toMatchObject({ reason: 'late' })
    await raise('2026-12-10T12:00:00Z')
    expect(
      await assessed('2027-01-09T23:59:59Z', { account: 'B', times: '22 October 2026, 09:00' }),
    ).toMatchObject({ recommend: 'credit', days: 14, deadline: utc('2027-01-10T00:00:00Z') })
    expect(
      await assessed('2027-01-10T00:00:00Z', { account: 'C', times: '22 October 2026, 09:00' }),
    ).toMatchObject({ recommend: 'decline', reason: 'late' })
  })

  it('is told by every page: the month, the outage, and the desk’s answers', async () => {
    await raise('2026-12-10T12:00:00Z')
    const of = await seen()
    const { contract } = scene.settings
    const claim = claimOf(
      monthReport(of, calendarMonth(OCT, contract.timeZone), contract, scene.now()),
      scene.now(),
    )
    expect(claim).toEqual({ creditDays: 14, until: '2027-01-09', open: true })
    const outage = outageAt(of, utc('2026-10-20T14:00:00Z'), scene.now())
    if (!outage) throw new Error('no outage')
    const evidence = { strips: [], course: null, observations: [] }
    const input = { of, outage, id: 'o1', baseUrl: null, ...evidence }
    const view = outageView(input, contract, scene.now())
    expect(view.claimHref).toContain('/claim')
    const rules = { contract, url: null, tolerance: scene.settings.support.tolerance }
    const asked = { from: utc('2026-10-20T14:10:00Z'), to: utc('2026-10-20T14:20:00Z') }
    expect(answerTo(asked, asking(of, rules, 'UTC', scene.now())).months).toMatchObject([
      { open: true, deadline: utc('2027-01-10T00:00:00Z') },
    ])
  })

  it('keeps the raw checks of the month for as long', async () => {
    const since = (at: string) => rfc3339(scene.cases.checksNeededSince(utc(at)))
    expect(since('2026-12-20T12:00:00Z')).toBe('2026-10-31T00:00:00.000Z')
    await raise('2026-12-10T12:00:00Z')
    expect(since('2026-12-20T12:00:00Z')).toBe('2026-09-29T23:00:00.000Z')
    expect(since('2027-01-09T23:59:59Z')).toBe('2026-09-29T23:00:00.000Z')
    expect(since('2027-01-10T00:00:00Z')).toBe('2026-11-30T00:00:00.000Z')
  })

  it('asks a person to grant the difference to an account that had its credit', async () => {
    const first = await file('2026-11-05T11:00:00Z')
    const { version = 0 } = (await month(first)) ?? {}
    expect((await scene.cases.decide(first, OCT, { accept: true }, AGENT, version)).kind).toBe('decided')
    expect(await assessed('2026-11-06T10:00:00Z', { email: 'sam@example.com' })).toMatchObject({
      recommend: 'decline',
      reason: 'duplicate',
    })
    await raise('2026-12-10T12:00:00Z')
    const second = await file('2026-12-11T10:00:00Z')
    const stored = await month(second)
    expect(stored?.assessment).toMatchObject({
      recommend: 'look',
      reasons: ['credit-raised'],
      days: 7,
      reference: first,
    })
    expect(recommendation(stored?.assessment ?? null, scene.now()).words).toBe(
      `Needs a look: a correction raised the month’s credit after the account had its own. 7 days are due beyond the credit of ${first}: grant them by hand, outside of this claim, and decline it as a duplicate.`,
    )
    // There is one credit for an account, service and month.
    const wish = { outcome: 'credited', days: 7, reason: 'the rest' } as const
    expect(await scene.cases.decide(second, OCT, wish, AGENT, stored?.version ?? 0)).toEqual({
      kind: 'duplicate',
      reference: first,
    })
    const decline = { outcome: 'declined', ground: 'duplicate', reason: '7 days granted by hand' } as const
    expect((await scene.cases.decide(second, OCT, decline, AGENT, stored?.version ?? 0)).kind).toBe('decided')
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Month } from '../../src/time/month.ts'
import { type CaseScene, CUSTOMER, caseScene, claimInput, NOVEMBER, OCTOBER, PNG } from './scene.ts'

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
})
afterEach(() => scene.close())

const TABLES = ['requests', 'claims', 'claim_months', 'claim_readings', 'letters', 'audit', 'attachments']
const counts = () => Object.fromEntries(TABLES.map(table => [table, scene.rows(table)]))

describe('a claim that is filed', () => {
  it('is stored with its months, its acknowledgement and its trace, and assessed', async () => {
    const audited = scene.rows('audit')
    const sent = await scene.cases.fileClaim(
      claimInput(),
      [{ name: 'a.png', content: PNG }],
      'form',
      CUSTOMER,
    )
    if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
    const file = await scene.cases.caseOf(sent.reference)
    expect(file?.request).toMatchObject({
      kind: 'claim',
      tier: 'medium',
      via: 'form',
      subject: 'Claim: IAM Services, October 2026',
    })
    expect(file?.claims[0]?.months.map(m => [m.month, m.state, m.assessment?.recommend])).toEqual([
      ['2026-10', 'assessed', 'credit'],
    ])
    expect(scene.letters().map(l => [l.kind, l.toAddress, l.about])).toEqual([
      ['claim-received', 'jo@example.com', sent.reference],
    ])
    expect(scene.letters()[0]?.text).toContain(`https://status.example.com${sent.path}`)
    expect(file?.messages.map(m => m.body).join()).not.toContain('/cases/')
    expect(counts()).toMatchObject({ audit: audited + 1, attachments: 1, claim_readings: 1 })
    expect(scene.errors).toEqual([])
    expect(file?.request.firstAnswerAt).toBeNull()
    const open = await scene.cases.publicCase(sent.reference)
    expect(open?.claims[0]?.months[0]).toMatchObject({
      month: '2026-10' as Month,
      state: 'assessed',
      closed: true,
    })
  })

  it('leaves nothing behind where its letter cannot be written', async () => {
    const before = counts()
    scene.fail(new Error('killed here'))
    await expect(
      scene.cases.fileClaim(claimInput(), [{ name: 'a.png', content: PNG }], 'form', CUSTOMER),
    ).rejects.toThrow('killed here')
    expect(counts()).toEqual(before)
  })
})

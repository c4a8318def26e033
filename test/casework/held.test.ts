import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rfc3339 } from '../../src/time/instant.ts'
import type { Month } from '../../src/time/month.ts'
import { checksOf } from '../month/scene.ts'
import {
  AGENT,
  type CaseScene,
  CUSTOMER,
  caseScene,
  claimInput,
  IAM,
  NOVEMBER,
  OCTOBER,
  PNG,
} from './scene.ts'

const NOV = '2026-11' as Month
const REST = checksOf('2026-11-05T10:00:00Z', '2026-12-01T03:00:00Z', {
  every: 300_000,
  hold: null,
  down: [['2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z']],
})

let scene: CaseScene
let reference = ''
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
  const input = claimInput({ times: '3 November 2026, 09:00 to 09:10' })
  const sent = await scene.cases.fileClaim(input, [{ name: 'a.png', content: PNG }], 'form', CUSTOMER)
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  reference = sent.reference
})
afterEach(() => scene.close())

const kinds = () => scene.letters().map(l => l.kind)
const month = async () => (await scene.cases.caseOf(reference))?.claims[0]?.months[0]
async function over(): Promise<void> {
  scene.at('2026-12-01T02:30:00Z')
  await scene.feed(REST.filter(check => check.at < scene.now()))
}

describe('a claim for a month that runs', () => {
  it('is held, and its customer told so once', async () => {
    expect(await month()).toMatchObject({ state: 'held', assessment: { reason: 'month-runs' } })
    expect(kinds()).toEqual(['claim-received', 'claim-held'])
    expect(scene.letters()[1]?.text).toContain('Tuesday 1 December 2026')
    await scene.cases.assessClaim(reference)
    await scene.cases.catchUp(scene.now())
    expect(kinds()).toHaveLength(2)
    const open = await scene.cases.publicCase(reference)
    const back = open?.claims[0]?.months[0]?.back
    // Eight hours of support after two in the night.
    expect(back && rfc3339(back)).toBe('2026-12-01T16:00:00.000Z')
  })

  it('is assessed once the month is closed, and the customer told once, however often that is asked', async () => {
    await over()
    await scene.closeMonths()
    expect(await scene.cases.monthClosed(IAM, NOV)).toBe(1)
    expect(await month()).toMatchObject({ state: 'assessed', assessment: { recommend: 'credit', days: 7 } })
    expect(kinds()).toEqual(['claim-received', 'claim-held', 'answer'])
    expect(scene.letters()[2]?.text).toContain('November 2026 is over, and its figures are closed')
    const { version } = (await month()) ?? {}
    await scene.cases.monthClosed(IAM, NOV)
    await scene.cases.catchUp(scene.now())
    expect(kinds()).toHaveLength(3)
    expect((await month())?.version).toBe(version)
    // What is told by itself answers nothing: the clock still runs.
    expect((await scene.cases.caseOf(reference))?.request.firstAnswerAt).toBeNull()
  })

  it('is caught up after a kill in between', async () => {
    await over()
    await scene.closeMonths()
    scene.fail(new Error('killed here'))
    await expect(scene.cases.monthClosed(IAM, NOV)).rejects.toThrow('killed here')
    expect(await month()).toMatchObject({ state: 'held' })
    scene.fail(null)
    await scene.cases.catchUp(scene.now())
    expect(await month()).toMatchObject({ state: 'assessed' })
    expect(kinds()).toEqual(['claim-received', 'claim-held', 'answer'])
  })

  it('stays held where the month is over and not closed yet', async () => {
    await over()
    await scene.cases.catchUp(scene.now())
    expect(await month()).toMatchObject({ state: 'held', assessment: { reason: 'month-not-closed' } })
    expect(kinds()).toHaveLength(2)
    await scene.closeMonths()
    await scene.cases.monthClosed(IAM, NOV)
    expect(await month()).toMatchObject({ state: 'assessed' })
    expect(kinds()).toHaveLength(3)
  })
})

describe('a claim whose assessment was never made', () => {
  it('is assessed at the next start', async () => {
    scene.store.db.connection.exec(
      `update claim_months set state = 'new', assessment = null, held_until = null`,
    )
    expect(await scene.cases.catchUp(scene.now())).toBe(1)
    expect(await month()).toMatchObject({ state: 'held' })
    expect(kinds()).toHaveLength(2)
  })
})

describe('raw checks', () => {
  it('are needed from the first month with an open claim, and from those that may still be claimed', async () => {
    const since = (at: string) => {
      scene.at(at)
      return rfc3339(scene.cases.checksNeededSince(scene.now()))
    }
    // October ends on 1 November in London, and may be claimed for 30 days; a day before it is kept with it.
    expect(since('2026-11-05T10:00:00Z')).toBe('2026-09-29T23:00:00.000Z')
    // November's claim is open for as long as nobody decides it.
    expect(since('2027-06-01T00:00:00Z')).toBe('2026-10-31T00:00:00.000Z')
    const version = (await month())?.version ?? 0
    const decline = { outcome: 'declined', ground: 'met', reason: 'as it stands' } as const
    expect((await scene.cases.decide(reference, NOV, decline, AGENT, version)).kind).toBe('decided')
    expect(since('2027-06-15T00:00:00Z')).toBe('2027-04-29T23:00:00.000Z')
  })
})

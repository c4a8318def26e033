import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Month } from '../../src/time/month.ts'
import {
  AGENT,
  type CaseScene,
  CUSTOMER,
  caseScene,
  claimInput,
  NOVEMBER,
  OCTOBER,
  PNG,
  SECOND,
} from './scene.ts'

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
})
afterEach(() => scene.close())

const question = async (more: object = {}): Promise<string> => {
  const sent = await scene.cases.fileRequest(
    {
      kind: 'question',
      subject: 'How do I sign in?',
      body: 'I wonder.',
      name: 'Jo Doe',
      email: 'jo@example.com',
      account: '',
      service: '',
      tier: 'high',
      once: null,
      ...more,
    },
    [],
    'form',
    CUSTOMER,
  )
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  return sent.reference
}
const requestOf = async (reference: string) => {
  const file = await scene.cases.caseOf(reference)
  if (!file) throw new Error('no such case')
  return file.request
}
const REPORT = { service: 'iam', account: 'ACME-1', times: '20 October 2026, 15:05', zone: 'Europe/London' }

describe('an answer', () => {
  it('is a letter, and the first one stops the clock', async () => {
    const reference = await question()
    const { version } = await requestOf(reference)
    scene.at('2026-11-05T11:00:00Z')
    const acted = await scene.cases.answer(reference, 'With your e-mail.', AGENT, version)
    expect(acted).toMatchObject({ kind: 'done', request: { firstAnswerAt: scene.now(), status: 'waiting' } })
    expect(scene.letters().map(l => l.kind)).toEqual(['received', 'answer'])
    expect(scene.letters()[1]?.text).toContain('With your e-mail.')
    const messages = (await scene.cases.caseOf(reference))?.messages ?? []
    expect(messages.at(-1)).toMatchObject({ body: 'With your e-mail.', author: 'Robin Agent' })
  })

  it('from a stale page is a value, and sends nothing', async () => {
    const reference = await question()
    const { version } = await requestOf(reference)
    await scene.cases.answer(reference, 'one', AGENT, version)
    expect(await scene.cases.answer(reference, 'two', SECOND, version)).toMatchObject({ kind: 'stale' })
    expect(scene.letters()).toHaveLength(2)
    expect(await scene.cases.answer(reference, '  ', AGENT, version + 1)).toMatchObject({ kind: 'refused' })
    expect(await scene.cases.answer('N-2222-2222', 'x', AGENT, 1)).toEqual({ kind: 'unknown' })
  })
})

describe('what the customer sees', () => {
  it('holds no note, no name or address of the desk, and nobody else', async () => {
    const reference = await question()
    await question({ subject: 'Another', email: 'other@example.net', body: 'Another body' })
    await scene.cases.note(reference, 'He always asks this.', AGENT)
    const { version } = await requestOf(reference)
    await scene.cases.setTier(reference, 'low', 'not pressing', AGENT, version)
    await scene.cases.answer(reference, 'With your e-mail.', AGENT, version + 1)
    const seen = JSON.stringify(await scene.cases.publicCase(reference))
    expect(seen).toContain('With your e-mail.')
    for (const secret of ['He always', 'not pressing', 'Robin', AGENT.id, 'other@example.net', '/cases/'])
      expect(seen).not.toContain(secret)
  })
})

describe('a request', () => {
  it('becomes a claim with what was read in it, counted from when it came', async () => {
    const reference = await question()
    const { version, receivedAt } = await requestOf(reference)
    scene.at('2026-11-06T10:00:00Z')
    expect(await scene.cases.turnIntoClaim(reference, REPORT, AGENT, version)).toMatchObject({ kind: 'done' })
    const file = await scene.cases.caseOf(reference)
    expect(file?.request.kind).toBe('claim')
    expect(file?.claims[0]?.claim.received).toBe(receivedAt)
    expect(file?.claims[0]?.months[0]?.assessment).toMatchObject({ reasons: ['evidence-missing'] })
    // Corrected: other months come, and those that are named no more go.
    const again = { ...REPORT, times: '3 November 2026, 09:00 to 09:10' }
    await scene.cases.turnIntoClaim(reference, again, AGENT, file?.request.version ?? 0)
    const corrected = await scene.cases.caseOf(reference)
    expect(corrected?.claims).toHaveLength(1)
    expect(corrected?.claims[0]?.months.map(m => m.month)).toEqual(['2026-11'])
    expect(corrected?.claims[0]?.readings.map(r => r.text)).toEqual(['3 November 2026, 09:00 to 09:10'])
  })

  it('stays what it is where the facts are not right, or the page is stale', async () => {
    const reference = await question()
    const bad = { ...REPORT, service: 'none', times: 'whenever', zone: 'Nowhere/Land' }
    expect(await scene.cases.turnIntoClaim(reference, bad, AGENT, 1)).toMatchObject({
      kind: 'refused',
      problems: [{ field: 'service' }, { field: 'zone' }],
    })
    expect(await scene.cases.turnIntoClaim(reference, REPORT, AGENT, 99)).toMatchObject({ kind: 'stale' })
    expect((await requestOf(reference)).kind).toBe('question')
    expect(scene.rows('claims')).toBe(0)
  })

  it('is corrected no more once a part of it is decided, and closed only when all is', async () => {
    const input = claimInput({ times: '20 October 2026, 15:05\n3 November 2026, 09:00' })
    const sent = await scene.cases.fileClaim(input, [{ name: 'a.png', content: PNG }], 'desk', AGENT)
    if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
    const { reference } = sent
    const months = (await scene.cases.caseOf(reference))?.claims[0]?.months ?? []
    await scene.cases.decide(reference, '2026-10' as Month, { accept: true }, AGENT, months[0]?.version ?? 0)
    const request = await requestOf(reference)
    expect(request.status).toBe('waiting')
    expect(await scene.cases.turnIntoClaim(reference, REPORT, AGENT, request.version)).toEqual({
      kind: 'decided',
    })
    expect(await scene.cases.close(reference, null, AGENT, request.version)).toMatchObject({
      kind: 'refused',
    })
    const other = await question()
    const { version } = await requestOf(other)
    expect(await scene.cases.close(other, 'done', AGENT, version)).toMatchObject({
      request: { status: 'closed' },
    })
  })

  it('sent twice by its form is one', async () => {
    const once = 'abcdefghijklmnopqrstuv'
    expect(await question({ once })).toBe(await question({ once }))
    expect(scene.letters()).toHaveLength(1)
  })
})

describe('disagreements', () => {
  it('are counted by service and month, with what became of their claims', async () => {
    const file = async (more: object) => {
      const sent = await scene.cases.fileClaim(claimInput(more), [], 'form', CUSTOMER)
      if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
      return sent.reference
    }
    await file({ times: '10 October 2026, 10:00 to 10:30\n11 October 2026, 10:00 to 10:30' })
    const second = await file({ account: 'B', times: '10 October 2026, 10:00 to 10:30' })
    const month = (await scene.cases.caseOf(second))?.claims[0]?.months[0]
    await scene.cases.decide(
      second,
      '2026-10' as Month,
      { outcome: 'declined', ground: 'met', reason: 'not our side' },
      AGENT,
      month?.version ?? 0,
    )
    expect(await scene.cases.disagreements()).toEqual([
      { service: 'iam', month: '2026-10', reports: 3, claims: 2, open: 1, credited: 0, declined: 1 },
    ])
  })
})

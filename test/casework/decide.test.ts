import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyDecision } from '../../src/claim/decision.ts'
import { correct } from '../../src/month/correct.ts'
import type { Month } from '../../src/time/month.ts'
import {
  AGENT,
  type CaseScene,
  CUSTOMER,
  caseScene,
  claimInput,
  IAM,
  NOVEMBER,
  OCTOBER,
  OTHER,
  PNG,
  SECOND,
} from './scene.ts'

const OCT = '2026-10' as Month
const NOV = '2026-11' as Month
const FILES = [{ name: 'a.png', content: PNG }]

let scene: CaseScene
beforeEach(async () => {
  scene = await caseScene()
  await scene.feed([...OCTOBER, ...NOVEMBER])
  await scene.closeMonths()
})
afterEach(() => scene.close())

async function filed(more: object = {}, files = FILES): Promise<string> {
  const sent = await scene.cases.fileClaim(claimInput(more), files, 'form', CUSTOMER)
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  return sent.reference
}
const monthOf = async (reference: string, month = OCT) => {
  const file = await scene.cases.caseOf(reference)
  const found = file?.claims[0]?.months.find(m => m.month === month)
  if (!file || !found) throw new Error('no such month')
  return { file, found }
}
const version = async (reference: string, month = OCT) => (await monthOf(reference, month)).found.version
const TABLES = ['log_entries', 'letters', 'request_messages', 'audit', 'request_changes']
const counts = () => Object.fromEntries(TABLES.map(table => [table, scene.rows(table)]))

describe('a decision', () => {
  it('is sealed, told, and answers the request, in one', async () => {
    const reference = await filed()
    const before = counts()
    scene.at('2026-11-05T11:00:00Z')
    const ruling = await scene.cases.decide(reference, OCT, { accept: true }, AGENT, await version(reference))
    if (ruling.kind !== 'decided') throw new Error(JSON.stringify(ruling))
    expect(ruling.record).toMatchObject({ outcome: 'credited', days: 7, account: 'ACME-1', reason: null })

    const { file, found } = await monthOf(reference)
    const entry = await scene.log.entry(ruling.logIndex)
    const leaf = JSON.parse(Buffer.from(entry?.data ?? []).toString())
    expect(Object.keys(leaf).sort()).toEqual(['at', 'hash', 'type'])
    expect(verifyDecision(ruling.record, found.decision?.salt ?? '', leaf)).toBe(true)
    expect(found.decision?.logIndex).toBe(ruling.logIndex)
    expect((await scene.log.checkpoint())?.size).toBe(ruling.logIndex + 1)

    const letter = scene.letters().at(-1)
    expect(letter?.kind).toBe('claim-credit')
    expect(letter?.text).toContain('7 days of service credit')
    expect(letter?.text).toContain('https://status.example.com/services/iam/2026-10/statement')
    expect(file.request).toMatchObject({ firstAnswerAt: scene.now(), status: 'closed' })
    expect(counts()).toMatchObject({
      log_entries: (before['log_entries'] ?? 0) + 1,
      letters: (before['letters'] ?? 0) + 1,
      // The decision, and that it closed the case.
      audit: (before['audit'] ?? 0) + 2,
    })
  })

  it('leaves nothing half-written where something fails inside', async () => {
    const reference = await filed()
    const at = await version(reference)
    const before = counts()
    scene.fail(new Error('killed here'))
    await expect(scene.cases.decide(reference, OCT, { accept: true }, AGENT, at)).rejects.toThrow('killed')
    scene.fail(null)
    expect(counts()).toEqual(before)
    expect((await monthOf(reference)).found).toMatchObject({ state: 'assessed', decision: null })
    expect((await scene.cases.decide(reference, OCT, { accept: true }, AGENT, at)).kind).toBe('decided')
  })

  it('is one, though two decide at the same time', async () => {
    const reference = await filed()
    const at = await version(reference)
    const both = await Promise.all([
      scene.cases.decide(reference, OCT, { accept: true }, AGENT, at),
      scene.cases.decide(
        reference,
        OCT,
        { outcome: 'declined', ground: 'no-evidence', reason: 'none came' },
        SECOND,
        at,
      ),
    ])
    expect(both.map(ruling => ruling.kind).sort()).toEqual(['decided', 'refused'])
    expect(both.find(ruling => ruling.kind === 'refused')).toMatchObject({ why: 'decided' })
    expect(scene.letters().filter(l => /credit|declined/.test(l.kind))).toHaveLength(1)
  })

  it('is refused from a page that is stale', async () => {
    const reference = await filed()
    expect(await scene.cases.decide(reference, OCT, { accept: true }, AGENT, 1)).toEqual({
      kind: 'refused',
      why: 'stale',
    })
  })

  it('gives an account one credit for a month, whoever asks how often', async () => {
    const first = await filed()
    const second = await filed({ account: ' acme-1 ', email: 'sam@example.com' })
    await scene.cases.decide(first, OCT, { accept: true }, AGENT, await version(first))
    const { found } = await monthOf(second)
    expect(found.assessment).toMatchObject({ recommend: 'decline', reason: 'duplicate', reference: first })
    const credit = { outcome: 'credited', days: 7, reason: 'again' } as const
    expect(await scene.cases.decide(second, OCT, credit, AGENT, found.version)).toEqual({
      kind: 'duplicate',
      reference: first,
    })
    await scene.cases.decide(second, OCT, { accept: true }, AGENT, found.version)
    const letter = scene.letters().at(-1)
    expect(letter?.kind).toBe('claim-declined')
    // What another claim is called is no business of who asks.
    expect(letter?.text).not.toContain(first)
    expect(JSON.stringify(await scene.cases.publicCase(second))).not.toContain(first)
  })

  it('of a month that is held needs a reason', async () => {
    const reference = await filed({ times: '3 November 2026, 09:00 to 09:10' })
    const at = await version(reference, NOV)
    const decide = (wish: Parameters<typeof scene.cases.decide>[2]) =>
      scene.cases.decide(reference, NOV, wish, AGENT, at)
    expect(await decide({ accept: true })).toEqual({ kind: 'refused', why: 'nothing-to-accept' })
    expect(await decide({ outcome: 'credited', days: 7, reason: null })).toEqual({
      kind: 'refused',
      why: 'held',
    })
    expect(await decide({ outcome: 'credited', days: 7, reason: 'goodwill' })).toMatchObject({
      kind: 'decided',
    })
    expect((await monthOf(reference, NOV)).found.decision).toMatchObject({ override: 'goodwill' })
  })

  it('of another kind than recommended needs a reason, which the customer does not read', async () => {
    const reference = await filed()
    const at = await version(reference)
    const wish = {
      outcome: 'declined',
      ground: 'no-evidence',
      told: 'Send us one, and we look again.',
    } as const
    expect(await scene.cases.decide(reference, OCT, { ...wish, reason: null }, AGENT, at)).toMatchObject({
      why: 'needs-reason',
    })
    await scene.cases.decide(reference, OCT, { ...wish, reason: 'an old picture, I think' }, AGENT, at)
    const seen = JSON.stringify([scene.letters().at(-1), await scene.cases.publicCase(reference)])
    expect(seen).toContain('Send us one, and we look again.')
    expect(seen).not.toContain('an old picture')
  })

  it('of what nobody claimed is refused', async () => {
    const reference = await filed()
    const missing = { kind: 'refused', why: 'missing' }
    const decide = (name: string, month: Month) =>
      scene.cases.decide(name, month, { outcome: 'credited', days: 7, reason: 'x' }, AGENT, 1)
    expect(await decide('N-2222-2222', OCT)).toEqual(missing)
    expect(await decide(reference, '2026-09' as Month)).toEqual(missing)
  })

  it('is made for each service by itself', async () => {
    const reference = await filed()
    const { version: seen } = (await monthOf(reference)).file.request
    const report = { service: OTHER, account: 'ACME-1', times: '20 October 2026, 15:05', zone: 'UTC' }
    await scene.cases.turnIntoClaim(reference, report, AGENT, seen)
    const decide = (service: typeof IAM | null) =>
      scene.cases.decide(reference, OCT, { accept: true }, AGENT, 2, service)
    expect(await decide(null)).toMatchObject({ why: 'missing' })
    expect(await decide(IAM)).toMatchObject({ kind: 'decided', record: { service: IAM } })
    // The other is open still.
    expect((await monthOf(reference)).file.request.status).toBe('waiting')
  })

  it('follows a correction of the record, once the claims were assessed anew', async () => {
    const reference = await filed()
    const { id } = scene.store.db.connection.prepare('select id from outages order by from_at').get() as {
      id: string
    }
    const change = { kind: 'exclude', outage: id } as const
    const wish = { service: IAM, author: 'Operations', reason: 'Our prober erred.', change }
    expect(await correct(scene.store, wish, 'c1', scene.now())).toMatchObject({ ok: true })
    const before = await version(reference)
    expect(await scene.cases.monthClosed(IAM, OCT)).toBe(1)
    const { found } = await monthOf(reference)
    expect(found.assessment).toMatchObject({ recommend: 'look', reasons: ['disagreement'] })
    const stale = await scene.cases.decide(reference, OCT, { accept: true }, AGENT, before)
    expect(stale.kind).toBe('refused')
  })

  it('stands where the log cannot be signed then, and says so', async () => {
    const reference = await filed()
    const sign = scene.log.sign.bind(scene.log)
    scene.log.sign = async () => ({ ok: false, message: 'no key' })
    const ruling = await scene.cases.decide(reference, OCT, { accept: true }, AGENT, await version(reference))
    expect(ruling.kind).toBe('decided')
    expect(String(scene.errors)).toContain('no key')
    scene.log.sign = sign
    expect(await scene.log.sign(scene.now())).toMatchObject({ ok: true })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ServiceId } from '../../src/catalog/model.ts'
import { type Assessment, assess } from '../../src/claim/assess.ts'
import { dueMonths, openMonths, putAssessment, readDisagreements } from '../../src/claim/assessment-store.ts'
import { verifyDecision } from '../../src/claim/decision.ts'
import { type DecideMonth, decideMonth, setLogIndex } from '../../src/claim/decision-store.ts'
import {
  addClaim,
  changeReport,
  type NewClaim,
  othersOf,
  readClaim,
  readClaimMonth,
  readClaimMonths,
  readClaimsOf,
} from '../../src/claim/store.ts'
import { type Database, openDatabase, transact } from '../../src/db/open.ts'
import type { Instant } from '../../src/time/instant.ts'
import { add } from '../../src/time/interval.ts'
import type { Month } from '../../src/time/month.ts'
import { scratch } from '../record/scene.ts'
import { claimOf, factsOf, time, utc } from './scene.ts'

let db: Database
let remove: () => void
beforeEach(() => {
  const place = scratch()
  db = openDatabase(place.directory, 0)
  remove = () => {
    db.close()
    place.remove()
  }
})
afterEach(() => remove())

const october = '2026-10' as Month
const september = '2026-09' as Month
const received = utc('2026-11-10T12:00:00Z')
const now = utc('2026-11-10T13:00:00Z')
const inside = time('2026-10-14T14:20:00Z', '2026-10-14T14:21:00Z')
const elsewhere = time('2026-10-20T10:00:00Z', '2026-10-20T10:01:00Z')
const missed = { down: [time('2026-10-14T14:00:00Z', '2026-10-14T14:50:00Z')] }
const salt = 'ab'.repeat(32)

const newClaim = (request: number, changes: Partial<NewClaim> = {}): NewClaim => ({
  request,
  reference: `R-${request}`,
  account: 'ACME',
  service: 'iam' as ServiceId,
  reported: [inside],
  seen: '14 Oct 14:20 UTC',
  received,
  ...changes,
})

const held = (until: Instant): Assessment =>
  assess(
    claimOf({ reported: [inside] }),
    factsOf(missed, '2026-10', { state: { kind: 'runs', closes: until } }),
  )
const credit = assess(claimOf({ reported: [inside] }), factsOf(missed, '2026-10'))

/** A claim whose October is assessed. */
function assessed(request: number, assessment: Assessment = credit, changes: Partial<NewClaim> = {}): number {
  const { id } = addClaim(db, newClaim(request, changes), [october])
  expect(putAssessment(db, readClaim(db, id)!, october, 1, assessment, now)).toEqual({ kind: 'changed' })
  return id
}

const wish = (claim: number, changes: Partial<DecideMonth> = {}): DecideMonth => ({
  claim,
  month: october,
  version: 2,
  choice: { outcome: 'credited', days: 7 },
  reason: null,
  by: 'Ann',
  at: now,
  salt,
  ...changes,
})

describe('a claim', () => {
  it('is stored with its months, and read back', () => {
    const { kind, id } = addClaim(db, newClaim(1), [october, september])
    expect(kind).toBe('added')
    expect(readClaim(db, id)).toEqual({ ...newClaim(1), id })
    expect(readClaimMonths(db, id).map(m => [m.month, m.state, m.version])).toEqual([
      ['2026-09', 'new', 1],
      ['2026-10', 'new', 1],
    ])
    expect(readClaim(db, 99)).toBeNull()
  })

  it('comes once for a request and a service', () => {
    const { id } = addClaim(db, newClaim(1), [october])
    expect(addClaim(db, newClaim(1, { seen: 'other' }), [september])).toEqual({ kind: 'exists', id })
    expect(readClaim(db, id)?.seen).toBe('14 Oct 14:20 UTC')
    addClaim(db, newClaim(1, { service: 'api' as ServiceId }), [october])
    expect(readClaimsOf(db, 1).map(c => c.service)).toEqual(['iam', 'api'])
  })

  it('is read anew by a person: months go and come, and are assessed again', () => {
    const id = assessed(1, assess(claimOf({ reported: [elsewhere] }), factsOf(missed, '2026-10')))
    expect(readDisagreements(db, elsewhere)).toHaveLength(1)
    const change = { account: 'Other', reported: [inside], seen: 'sic' }
    expect(changeReport(db, id, change, [september, october])).toEqual({ kind: 'changed' })
    expect(readClaim(db, id)).toMatchObject({ account: 'Other', reported: [inside], seen: 'sic' })
    expect(readClaimMonths(db, id).map(m => [m.month, m.state, m.assessment, m.version])).toEqual([
      ['2026-09', 'new', null, 1],
      ['2026-10', 'new', null, 3],
    ])
    expect(readDisagreements(db, elsewhere)).toEqual([])
    changeReport(db, id, change, [september])
    expect(readClaimMonths(db, id).map(m => m.month)).toEqual(['2026-09'])
    expect(changeReport(db, 99, change, [])).toEqual({ kind: 'missing' })
  })

  it('is not read anew once a month is decided', () => {
    const id = assessed(1)
    decideMonth(db, wish(id))
    expect(changeReport(db, id, { account: 'x', reported: [], seen: '' }, [])).toEqual({ kind: 'decided' })
  })
})

describe('an assessment', () => {
  it('is stored with the deadline that it told first, and read back whole', () => {
    const id = assessed(1)
    const stored = readClaimMonth(db, id, october)
    expect(stored).toMatchObject({
      state: 'assessed',
      promised: utc('2026-11-14T00:00:00Z'),
      assessedAt: now,
      version: 2,
    })
    expect(stored?.assessment).toEqual(JSON.parse(JSON.stringify(credit)))
    putAssessment(
      db,
      readClaim(db, id)!,
      october,
      2,
      { ...credit, deadline: utc('2026-11-01T00:00:00Z') },
      now,
    )
    expect(readClaimMonth(db, id, october)?.promised).toBe(utc('2026-11-14T00:00:00Z'))
  })

  it('is refused where somebody else changed the month since', () => {
    const id = assessed(1)
    const claim = readClaim(db, id)!
    expect(putAssessment(db, claim, october, 1, credit, now)).toEqual({ kind: 'stale' })
    expect(putAssessment(db, claim, september, 1, credit, now)).toEqual({ kind: 'missing' })
    decideMonth(db, wish(id))
    expect(putAssessment(db, claim, october, 3, credit, now)).toEqual({ kind: 'decided' })
  })

  it('holds the month until it can be closed', () => {
    const until = utc('2026-11-11T00:00:00Z')
    const id = assessed(1, held(until))
    addClaim(db, newClaim(2, { account: 'b' }), [october])
    expect(readClaimMonth(db, id, october)).toMatchObject({ state: 'held', heldUntil: until })
    expect(dueMonths(db, add(until, -1)).map(d => d.claim)).toEqual([2])
    expect(dueMonths(db, until).map(d => d.claim)).toEqual([1, 2])
  })

  it('keeps disagreements for statistics, those of the latest assessment', () => {
    const outside = assess(claimOf({ reported: [elsewhere, inside] }), factsOf(missed, '2026-10'))
    const id = assessed(1, outside)
    expect(readDisagreements(db, { from: elsewhere.from, to: add(elsewhere.from, 1) })).toEqual([
      { claim: id, service: 'iam', ...elsewhere, noted: now },
    ])
    expect(readDisagreements(db, { from: elsewhere.to, to: add(elsewhere.to, 1) })).toEqual([])
    putAssessment(db, readClaim(db, id)!, october, 2, credit, now)
    expect(readDisagreements(db, elsewhere)).toEqual([])
  })
})

describe('other claims', () => {
  it('are those of the same account however written, service and month', () => {
    addClaim(db, newClaim(1, { account: ' acme\u00a0', received: add(received, -5) }), [october])
    addClaim(db, newClaim(2, { account: 'else' }), [october])
    addClaim(db, newClaim(3, { service: 'api' as ServiceId }), [october])
    addClaim(db, newClaim(4), [september])
    const { id } = addClaim(db, newClaim(5), [october, september])
    const claim = readClaim(db, id)!
    expect(othersOf(db, claim, october)).toEqual([
      { reference: 'R-1', received: add(received, -5), state: 'open', credit: null },
    ])
    expect(othersOf(db, claim, september).map(o => o.reference)).toEqual(['R-4'])
    expect(othersOf(db, { ...claim, account: ' ' }, october)).toEqual([])
  })
})

describe('another claim that was credited', () => {
  it('names what it brought, and when', () => {
    decideMonth(db, wish(assessed(1)))
    const { id } = addClaim(db, newClaim(2), [october])
    expect(othersOf(db, readClaim(db, id)!, october)).toMatchObject([
      { reference: 'R-1', state: 'credited', credit: { days: 7, at: now } },
    ])
  })
})

describe('a decision', () => {
  it('is stored with its record, salt and hash, and the log’s index once', () => {
    const id = assessed(1)
    const made = decideMonth(db, wish(id))
    expect(made).toMatchObject({
      kind: 'decided',
      record: { reference: 'R-1', outcome: 'credited', days: 7, reason: null, month: '2026-10' },
    })
    setLogIndex(db, id, october, 17)
    setLogIndex(db, id, october, 18)
    const { decision, state } = readClaimMonth(db, id, october)!
    expect(state).toBe('credited')
    expect(decision).toMatchObject({ by: 'Ann', at: now, override: null, logIndex: 17 })
    if (made.kind !== 'decided') throw new Error('not decided')
    expect(verifyDecision(decision!.record, decision!.salt, made.leaf)).toBe(true)
    expect(decision!.hash).toBe(made.leaf.hash)
  })

  it('keeps why it is not what was recommended', () => {
    const id = assessed(1)
    expect(decideMonth(db, wish(id, { choice: { outcome: 'declined', reason: 'late' } }))).toEqual({
      kind: 'refused',
      why: 'needs-reason',
    })
    decideMonth(
      db,
      wish(id, { choice: { outcome: 'declined', reason: 'late' }, reason: 'By agreement \ud800' }),
    )
    const { decision } = readClaimMonth(db, id, october)!
    expect(decision).toMatchObject({
      override: 'By agreement \ufffd',
      record: { outcome: 'declined', days: 0 },
    })
    expect(decision?.record.reason).toBe('late: By agreement \ufffd')
  })

  it('is made of what the person saw', () => {
    const id = assessed(1)
    putAssessment(db, readClaim(db, id)!, october, 2, credit, now)
    expect(decideMonth(db, wish(id))).toEqual({ kind: 'refused', why: 'stale' })
    expect(decideMonth(db, wish(99))).toEqual({ kind: 'refused', why: 'missing' })
  })

  it('stays', () => {
    const id = assessed(1)
    decideMonth(db, wish(id))
    expect(decideMonth(db, wish(id, { version: 3, reason: 'x' }))).toEqual({
      kind: 'refused',
      why: 'decided',
    })
    const sql = (text: string) => () => db.connection.prepare(text).run()
    expect(sql("UPDATE claim_months SET state = 'declined'")).toThrow('cannot be changed')
    expect(sql("UPDATE claim_months SET decision = '{}'")).toThrow('cannot be changed')
    expect(sql('DELETE FROM claim_months')).toThrow('cannot be removed')
    expect(sql('DELETE FROM claims')).toThrow('cannot be removed')
    setLogIndex(db, id, october, 1)
    expect(sql('UPDATE claim_months SET log_index = 2')).toThrow('cannot be changed')
  })

  it('is not made without its record', () => {
    assessed(1)
    expect(() => db.connection.prepare("UPDATE claim_months SET state = 'credited'").run()).toThrow(
      'with its decision',
    )
  })

  it('credits an account once for a service and a month', () => {
    const first = assessed(1)
    const second = assessed(2, credit, { account: 'Ａcme ' })
    decideMonth(db, wish(first))
    expect(decideMonth(db, wish(second))).toEqual({ kind: 'duplicate', reference: 'R-1' })
    expect(
      decideMonth(db, wish(second, { reason: 'Goodwill', choice: { outcome: 'credited', days: 14 } })),
    ).toEqual({ kind: 'duplicate', reference: 'R-1' })
    expect(othersOf(db, readClaim(db, second)!, october)[0]?.state).toBe('credited')
    expect(
      decideMonth(db, wish(second, { choice: { outcome: 'declined', reason: 'duplicate' }, reason: 'R-1' }))
        .kind,
    ).toBe('decided')
  })

  it('cannot credit twice in the database either', () => {
    const first = assessed(1)
    const second = assessed(2)
    decideMonth(db, wish(first))
    const force = () =>
      db.connection
        .prepare(
          "UPDATE claim_months SET state = 'credited', decision = '{}', salt = 'x', hash = 'x', decided_at = 1, decided_by = 'x' WHERE claim = ?",
        )
        .run(second)
    expect(force).toThrow(/UNIQUE/)
    // Another month, service or account is another credit.
    const other = addClaim(db, newClaim(3, { service: 'api' as ServiceId }), [october]).id
    putAssessment(db, readClaim(db, other)!, october, 1, credit, now)
    expect(decideMonth(db, wish(other)).kind).toBe('decided')
  })

  it('goes with the transaction that it is part of', () => {
    const id = assessed(1)
    const fail = () =>
      transact(db, () => {
        decideMonth(db, wish(id))
        throw new Error('the log is full')
      })
    expect(fail).toThrow('the log is full')
    expect(readClaimMonth(db, id, october)?.state).toBe('assessed')
  })
})

describe('open months', () => {
  it('are those with a claim that is not decided', () => {
    assessed(1)
    const done = assessed(2, credit, { account: 'b' })
    addClaim(db, newClaim(3, { account: 'c' }), [september])
    addClaim(db, newClaim(4, { account: 'd', service: 'api' as ServiceId, received: add(now, 1) }), [october])
    decideMonth(db, wish(done))
    expect(openMonths(db, now)).toEqual([
      { service: 'iam', month: '2026-09' },
      { service: 'iam', month: '2026-10' },
    ])
    decideMonth(db, wish(1))
    expect(openMonths(db, now)).toEqual([{ service: 'iam', month: '2026-09' }])
    expect(openMonths(db, add(now, 1)).map(m => m.service)).toEqual(['api', 'iam'])
  })
})

import { describe, expect, it } from 'vitest'
import { type Assessment, assess } from '../../src/claim/assess.ts'
import type { ClaimFacts, MonthFacts, OtherClaim } from '../../src/claim/facts.ts'
import { type Instant, rfc3339 } from '../../src/time/instant.ts'
import { add } from '../../src/time/interval.ts'
import { claimOf, contract, DAY, factsOf, HOUR, MINUTE, type Past, time, utc } from './scene.ts'

/** 50 minutes in October 2026, which has 745 hours in London: 44.7 minutes are allowed. */
const missed: Past = { down: [time('2026-10-14T14:00:00Z', '2026-10-14T14:50:00Z')] }
const met: Past = { down: [time('2026-10-14T14:00:00Z', '2026-10-14T14:10:00Z')] }
const severe: Past = { down: [time('2026-10-14T14:00:00Z', '2026-10-14T22:00:00Z')] }
const inside = [time('2026-10-14T14:20:00Z', '2026-10-14T14:21:00Z')]
/** The end, in London, of the day 30 days after the last down instant. */
const deadline = utc('2026-11-14T00:00:00Z')

const other = (changes: Partial<OtherClaim>): OtherClaim => ({
  reference: 'R-0',
  received: utc('2026-11-09T12:00:00Z'),
  state: 'open',
  credit: null,
  ...changes,
})
const credited = (days: number) =>
  other({ state: 'credited', credit: { days, at: utc('2026-11-09T13:00:00Z') } })
/** After the credit, and after the deadline that the downtime alone gives. */
const raised: Partial<MonthFacts> = { raisedAt: utc('2026-11-20T12:00:00Z') }

/** The recommendation in one line. */
function said(a: Assessment): string {
  switch (a.recommend) {
    case 'credit':
      return `credit ${a.days}`
    case 'decline':
      return `decline ${a.reason}${a.reference ? ` ${a.reference}` : ''}`
    case 'hold':
      return `hold ${a.reason} ${rfc3339(a.until)}`
    case 'look':
      return `look ${a.reasons.join(' ')}${a.reference ? ` ${a.reference}` : ''} (${a.days})`
  }
}

type Row = readonly [
  rule: string,
  claim: Partial<ClaimFacts>,
  past: Past,
  facts: Partial<MonthFacts>,
  expected: string,
]

const at = (base: Instant, ms: number): Instant => add(base, ms)
const near = (ms: number) => [
  { from: at(utc('2026-10-14T14:50:00Z'), ms), to: at(utc('2026-10-14T14:50:00Z'), ms + MINUTE) },
]
const before = (ms: number) => [
  { from: at(utc('2026-10-14T14:00:00Z'), -ms - MINUTE), to: at(utc('2026-10-14T14:00:00Z'), -ms) },
]
const closes = utc('2026-11-01T02:00:00Z')
const running: Partial<MonthFacts> = { state: { kind: 'runs', closes } }
const over: Partial<MonthFacts> = { state: { kind: 'over', closes } }
const elsewhere = [time('2026-10-20T10:00:00Z', '2026-10-20T10:01:00Z')]

const ROWS: readonly Row[] = [
  // Credit.
  ['99.9 % is missed: 7 days', { reported: inside }, missed, {}, 'credit 7'],
  ['99 % is missed: 14 days instead', { reported: inside }, severe, {}, 'credit 14'],
  // The verdict, to the millisecond: of 745 hours 2,682,000 ms may be down.
  [
    'exactly 99.9 % is met',
    { reported: inside },
    { down: [{ from: utc('2026-10-14T14:00:00Z'), to: at(utc('2026-10-14T14:00:00Z'), 2_682_000) }] },
    {},
    'decline met',
  ],
  [
    'one ms more is missed',
    { reported: inside },
    { down: [{ from: utc('2026-10-14T14:00:00Z'), to: at(utc('2026-10-14T14:00:00Z'), 2_682_001) }] },
    {},
    'credit 7',
  ],
  // The claim window, half-open.
  [
    '1 ms before the deadline is in time',
    { reported: inside, received: at(deadline, -1) },
    missed,
    {},
    'credit 7',
  ],
  ['the deadline itself is late', { reported: inside, received: deadline }, missed, {}, 'decline late'],
  [
    'after the deadline is late, evidence or not',
    { reported: inside, received: at(deadline, DAY), evidence: 0 },
    missed,
    {},
    'decline late',
  ],
  [
    'late for a month that was met: it was met',
    { reported: inside, received: deadline },
    met,
    {},
    'decline met',
  ],
  [
    'received before the deadline that was told: not late',
    { reported: inside, received: deadline, promised: at(deadline, DAY) },
    missed,
    {},
    'look late-but-held (7)',
  ],
  [
    'received at the deadline that was told: late',
    { reported: inside, received: at(deadline, DAY), promised: at(deadline, DAY) },
    missed,
    {},
    'decline late',
  ],
  // The month's state.
  [
    'the month runs: held until it is closed',
    { reported: inside, received: utc('2026-10-15T08:00:00Z') },
    missed,
    running,
    'hold month-runs 2026-11-01T02:00:00.000Z',
  ],
  [
    'it runs and is missed already: held, the credit may grow',
    { reported: inside, received: utc('2026-10-15T08:00:00Z') },
    severe,
    running,
    'hold month-runs 2026-11-01T02:00:00.000Z',
  ],
  [
    'over, but not closed',
    { reported: inside, received: utc('2026-11-01T00:30:00Z') },
    missed,
    over,
    'hold month-not-closed 2026-11-01T02:00:00.000Z',
  ],
  [
    'a claim on the 1st is judged by its receipt, however long it was held',
    {
      reported: [time('2026-10-01T00:10:00Z', '2026-10-01T00:11:00Z')],
      received: utc('2026-10-01T08:00:00Z'),
    },
    { down: [time('2026-10-01T00:00:00Z', '2026-10-01T00:50:00Z')] },
    {},
    'credit 7',
  ],
  // Met.
  ['met, with downtime', { reported: inside }, met, {}, 'decline met'],
  [
    'met, with downtime, no evidence: that makes no difference',
    { reported: inside, evidence: 0 },
    met,
    {},
    'decline met',
  ],
  ['met, no time named, no downtime at all', {}, {}, {}, 'decline no-downtime-and-met'],
  // Disagreement.
  [
    'met, but downtime is reported that we did not see',
    { reported: elsewhere },
    met,
    {},
    'look disagreement (0)',
  ],
  ['missed, but the report names no outage', { reported: elsewhere }, missed, {}, 'look disagreement (7)'],
  ['one time of two names an outage', { reported: [...elsewhere, ...inside] }, missed, {}, 'credit 7'],
  ['exactly the tolerance after an outage matches', { reported: near(30 * MINUTE) }, missed, {}, 'credit 7'],
  ['1 ms beyond it does not', { reported: near(30 * MINUTE + 1) }, missed, {}, 'look disagreement (7)'],
  [
    'exactly the tolerance before an outage matches',
    { reported: before(30 * MINUTE) },
    missed,
    {},
    'credit 7',
  ],
  [
    '1 ms further before does not',
    { reported: before(30 * MINUTE + 1) },
    missed,
    {},
    'look disagreement (7)',
  ],
  [
    'where an outage may have begun unseen, matches',
    { reported: before(45 * MINUTE) },
    { ...missed, slack: 50 * MINUTE },
    {},
    'look uncertain (7)',
  ],
  ['no time is reported', {}, missed, {}, 'look no-time (7)'],
  [
    'reported after the claim came',
    {
      reported: [time('2026-10-14T14:20:00Z', '2026-10-14T14:21:00Z')],
      received: utc('2026-10-14T14:20:00Z'),
    },
    missed,
    {},
    'look disagreement (7)',
  ],
  // Maintenance and unknown time.
  [
    'reported in maintenance, met',
    { reported: elsewhere },
    { maintenance: [time('2026-10-20T09:00:00Z', '2026-10-20T11:00:00Z')] },
    {},
    'decline no-downtime-and-met',
  ],
  [
    'reported in maintenance, missed by another outage',
    { reported: elsewhere },
    { ...missed, maintenance: [time('2026-10-20T09:00:00Z', '2026-10-20T11:00:00Z')] },
    {},
    'look disagreement (7)',
  ],
  [
    'reported where a minute is unknown, met for certain',
    { reported: elsewhere },
    { ...met, unknown: [time('2026-10-20T10:00:00Z', '2026-10-20T10:01:00Z')] },
    {},
    'decline met',
  ],
  // Certainty.
  [
    'unknown time could tip it',
    { reported: inside },
    { ...met, unknown: [time('2026-10-20T09:00:00Z', '2026-10-20T10:00:00Z')] },
    {},
    'look uncertain (0)',
  ],
  [
    'the bounds could tip it',
    { reported: inside },
    { ...missed, slack: 6 * MINUTE },
    {},
    'look uncertain (7)',
  ],
  [
    'no base',
    { reported: elsewhere },
    { maintenance: [time('2026-09-01T00:00:00Z', '2026-12-01T00:00:00Z')] },
    {},
    'look no-base (0)',
  ],
  // The contract.
  [
    'the contract changed within the month',
    { reported: inside },
    missed,
    { contractChanged: true },
    'look contract-changed (7)',
  ],
  [
    'also where the month was met',
    { reported: inside },
    met,
    { contractChanged: true },
    'look contract-changed (0)',
  ],
  // Evidence.
  [
    'evidence is required and absent: it is asked for',
    { reported: inside, evidence: 0 },
    missed,
    {},
    'look evidence-missing (7)',
  ],
  ['evidence is optional', { reported: inside, evidence: 0 }, missed, { evidence: 'optional' }, 'credit 7'],
  // Others.
  [
    'credited before',
    { reported: inside, others: [other({ state: 'credited' })] },
    missed,
    {},
    'decline duplicate R-0',
  ],
  [
    'credited before, while the month runs',
    { reported: inside, others: [other({ state: 'credited' })] },
    missed,
    running,
    'decline duplicate R-0',
  ],
  [
    'credited before a correction that raised the credit: the difference is looked at',
    { reported: inside, received: utc('2026-11-21T12:00:00Z'), others: [credited(7)] },
    severe,
    raised,
    'look credit-raised R-0 (7)',
  ],
  [
    'also where this claim is late, or without evidence: the account has its claim',
    { received: utc('2027-01-21T12:00:00Z'), evidence: 0, others: [credited(3)] },
    severe,
    raised,
    'look credit-raised R-0 (11)',
  ],
  [
    'credited with as much as the month gives since',
    { reported: inside, others: [credited(14)] },
    severe,
    raised,
    'decline duplicate R-0',
  ],
  [
    'credited with less after the correction: so a person decided',
    { reported: inside, others: [credited(7)] },
    severe,
    { raisedAt: utc('2026-11-09T13:00:00Z') },
    'decline duplicate R-0',
  ],
  [
    'credited with less, and nothing corrected: so a person decided',
    { reported: inside, others: [credited(7)] },
    severe,
    {},
    'decline duplicate R-0',
  ],
  [
    'in time after a correction that raised the credit',
    { reported: inside, received: utc('2026-12-20T23:59:59.999Z') },
    missed,
    raised,
    'credit 7',
  ],
  [
    'and late when its own window is over',
    { reported: inside, received: utc('2026-12-21T00:00:00Z') },
    missed,
    raised,
    'decline late',
  ],
  [
    'declined before: judged for itself',
    { reported: inside, others: [other({ state: 'declined' })] },
    missed,
    {},
    'credit 7',
  ],
  [
    'an older claim is open',
    { reported: inside, others: [other({})] },
    missed,
    {},
    'look other-claim R-0 (7)',
  ],
  [
    'a younger claim is open',
    { reported: inside, others: [other({ received: utc('2026-11-10T12:00:00.001Z') })] },
    missed,
    {},
    'credit 7',
  ],
  [
    'of two in the same millisecond the first reference leads',
    { reported: inside, others: [other({ received: utc('2026-11-10T12:00:00Z') })] },
    missed,
    {},
    'look other-claim R-0 (7)',
  ],
  [
    'and the second follows',
    { reported: inside, others: [other({ received: utc('2026-11-10T12:00:00Z'), reference: 'R-2' })] },
    missed,
    {},
    'credit 7',
  ],
  ['no account', { reported: inside, account: ' \u200b ' }, missed, {}, 'look no-account (7)'],
  // Together.
  [
    'several reasons are told at once',
    { reported: elsewhere, evidence: 0, others: [other({})] },
    missed,
    { contractChanged: true },
    'look contract-changed disagreement evidence-missing other-claim R-0 (7)',
  ],
]

describe('the rules of a claim', () => {
  it.each(ROWS)('%s', (_, claim, past, facts, expected) => {
    expect(said(assess(claimOf(claim), factsOf(past, '2026-10', facts)))).toBe(expected)
  })

  it('count a threshold without credit as nothing to give', () => {
    const terms = { ...contract, thresholds: [{ percent: '99.9', creditDays: 0 }] }
    expect(said(assess(claimOf({ reported: inside }), factsOf(missed, '2026-10', {}, terms)))).toBe(
      'decline no-credit-agreed',
    )
  })

  it('show every step with its numbers, in order', () => {
    const { steps } = assess(claimOf({ reported: inside }), factsOf(missed, '2026-10'))
    expect(steps.map(s => s.rule)).toEqual([
      'account',
      'one-credit',
      'month-over',
      'month-closed',
      'base',
      'in-time',
      'certain',
      'one-contract',
      'reported',
      'missed',
      'evidence',
      'first-claim',
    ])
    expect(steps.every(s => s.holds)).toBe(true)
    const words = new Map(steps.map(s => [s.rule, s.words]))
    expect(words.get('account')).toBe(
      'The claim names the account “ACME”. Upper and lower case are one to us.',
    )
    expect(words.get('one-credit')).toBe('The account has no credit for IAM Services in 2026-10 yet.')
    expect(words.get('in-time')).toBe(
      'Received at 2026-11-10T12:00:00.000Z, 3 d 12 h before the deadline 2026-11-14T00:00:00.000Z.',
    )
    expect(words.get('missed')).toBe(
      '50 min count as down; 99.9 % allows 44 min 42 s. That was missed: 7 days of credit.',
    )
    expect(words.get('certain')).toContain('Measured 99.888 %')
    expect(words.get('reported')).toBe('Reported times: 1 in an outage.')
  })

  it('name the difference that a correction made to a credit, and that it is granted by hand', () => {
    const { steps } = assess(
      claimOf({ reported: inside, others: [credited(7)] }),
      factsOf(severe, '2026-10', raised),
    )
    expect(steps.at(-1)).toEqual({
      rule: 'one-credit',
      holds: false,
      words:
        'The account has its credit for IAM Services in 2026-10 already, by R-0. It was of 7 days; a correction at 2026-11-20T12:00:00.000Z raised what the month gives to 14 days. The difference of 7 days is to be granted by hand, outside of this claim: an account has one credit for a service and month.',
    })
  })

  it('say from when the window runs where a correction opened it again', () => {
    const { steps } = assess(claimOf({ reported: inside }), factsOf(missed, '2026-10', raised))
    expect(steps.find(s => s.rule === 'in-time')?.words).toBe(
      "Received at 2026-11-10T12:00:00.000Z, 40 d 12 h before the deadline 2026-12-21T00:00:00.000Z. A correction raised the month's credit at 2026-11-20T12:00:00.000Z, from when the claim window runs too.",
    )
  })

  it('tell what the verdict would be with the downtime that is reported', () => {
    const day = [time('2026-10-20T00:00:00Z', '2026-10-21T00:00:00Z')]
    const words = (reported: typeof day) =>
      assess(claimOf({ reported }), factsOf(met, '2026-10')).steps.find(s => s.rule === 'reported')
    expect(words(elsewhere)).toEqual({
      rule: 'reported',
      holds: false,
      words:
        'Reported times: 1 further than 30 min from every outage. Outside our record: 1 min; counted as down with the rest, it would be 11 min, and 99.9 % allows 44 min 42 s.',
    })
    expect(words(day)?.words).toContain('more than the 44 min 42 s that 99.9 % allows')
  })

  it('keep disagreements whatever is recommended', () => {
    expect(
      assess(claimOf({ reported: [...elsewhere, ...inside] }), factsOf(missed, '2026-10')).disagreements,
    ).toEqual(elsewhere)
    expect(
      assess(claimOf({ reported: elsewhere, received: deadline }), factsOf(missed, '2026-10')).disagreements,
    ).toEqual(elsewhere)
  })

  it('say how each reported time compares, with its distance', () => {
    const { reported } = assess(claimOf({ reported: near(5 * MINUTE) }), factsOf(missed, '2026-10'))
    expect(reported).toMatchObject([{ standing: 'near', distance: 5 * MINUTE, outage: { id: 'outage1' } }])
  })
})

describe('the deadline of a claim', () => {
  const assessed = (down: string, to: string, month: string, received: string, timeZone: string): string => {
    const outage = time(down, to)
    const terms = { ...contract, timeZone }
    return said(
      assess(
        claimOf({ reported: [outage], received: utc(received) }),
        factsOf({ down: [outage] }, month, {}, terms),
      ),
    )
  }

  it('is the end of the day in London, across the change from summer time', () => {
    // Down until 00:30 on 2 October, summer time; 30 days later it is 1 November, winter time, and that day ends at midnight UTC.
    const [from, to] = ['2026-10-01T22:30:00Z', '2026-10-01T23:30:00Z']
    expect(assessed(from, to, '2026-10', '2026-11-01T23:59:59.999Z', 'Europe/London')).toBe('credit 7')
    expect(assessed(from, to, '2026-10', '2026-11-02T00:00:00.000Z', 'Europe/London')).toBe('decline late')
  })

  it('moves a day with the last millisecond of downtime', () => {
    // 3 October begins at 23:00 UTC in London; the day 30 days later is of winter time.
    const claimed = (to: string, received: string) =>
      assessed('2026-10-02T21:00:00Z', to, '2026-10', received, 'Europe/London')
    expect(claimed('2026-10-02T23:00:00.000Z', '2026-11-01T23:59:59.999Z')).toBe('credit 7')
    expect(claimed('2026-10-02T23:00:00.000Z', '2026-11-02T00:00:00.000Z')).toBe('decline late')
    expect(claimed('2026-10-02T23:00:00.001Z', '2026-11-02T23:59:59.999Z')).toBe('credit 7')
    expect(claimed('2026-10-02T23:00:00.001Z', '2026-11-03T00:00:00.000Z')).toBe('decline late')
  })

  it('is the end of the day in New York, across its change', () => {
    // 30 days after 15:00 UTC on 10 October is 9 November, 10:00 in New York on winter time; the day ends at 05:00 UTC.
    const [from, to] = ['2026-10-10T14:00:00Z', '2026-10-10T15:00:00Z']
    expect(assessed(from, to, '2026-10', '2026-11-10T04:59:59.999Z', 'America/New_York')).toBe('credit 7')
    expect(assessed(from, to, '2026-10', '2026-11-10T05:00:00.000Z', 'America/New_York')).toBe('decline late')
  })

  it('comes no earlier than the claim window after the downtime', () => {
    for (let hour = 0; hour < 48; hour++) {
      const end = add(utc('2026-10-24T00:00:00Z'), hour * HOUR)
      const facts = factsOf({ down: [{ from: add(end, -HOUR), to: end }] }, '2026-10')
      expect(facts.deadline! - end).toBeGreaterThanOrEqual(30 * DAY - 1)
      expect(facts.deadline! - end).toBeLessThanOrEqual(31 * DAY + HOUR)
    }
  })
})

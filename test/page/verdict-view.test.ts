import { describe, expect, it } from 'vitest'
import type { RunSpan } from '../../src/availability/history.ts'
import { claimDeadline } from '../../src/claim/deadline.ts'
import { calendarMonth } from '../../src/page/calendar.ts'
import { monthReport, report } from '../../src/page/report.ts'
import { verdictView } from '../../src/page/verdict-view.ts'
import type { Contract } from '../../src/sla/contract.ts'
import type { Instant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import { type Month, parseMonth } from '../../src/time/month.ts'
import { at, CONTRACT, MINUTE, NOW, plus, run, SECOND, service } from './fixture.ts'

const month = (text: string): Month => parseMonth(text) as Month

function verdict(of: {
  readonly month: string
  readonly runs?: readonly RunSpan[]
  readonly unknown?: readonly Interval[]
  readonly since?: Instant
  readonly contract?: Contract
  readonly now?: Instant
}) {
  const { contract = CONTRACT, now = NOW } = of
  const endpoint = {
    id: 'e',
    runs: of.runs ?? [],
    unknown: of.unknown ?? [],
    ...(of.since === undefined ? {} : { since: of.since }),
  }
  const seen = report(service({ id: 's', name: 'S', endpoints: [endpoint] }, now), now)
  return verdictView(monthReport(seen, calendarMonth(month(of.month), contract.timeZone), contract, now), now)
}

/** An outage of an exact length whose bounds leave no doubt. */
const sharp = (from: string, ms: number): RunSpan => {
  const begin = at(from)
  return run({ from: begin, to: plus(begin, ms), startsAfter: begin, lastFailed: plus(begin, ms) })
}

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ') ?? null

describe('a month in words', () => {
  // October 2026 in London has 25 more hours than 30 days: 0.1 % of it is 2,682 s.
  const ALLOWED = 2_682 * SECOND

  it('is met with what is to spare', () => {
    const v = verdict({ month: '2026-10' })
    expect(plain(v.opening)).toBe('October 2026: 100.000 %.')
    expect(plain(v.sentence)).toBe('The 99.9 % and 99 % guarantees were met, with 44 min 42 s to spare.')
    expect([v.grade, v.doubt, v.claim]).toEqual(['met', null, null])
  })

  it('is met at exactly the threshold', () => {
    expect(verdict({ month: '2026-10', runs: [sharp('2026-10-04T13:00:00Z', ALLOWED)] }).grade).toBe('met')
  })

  it('is missed by what goes beyond it, and says until when to claim', () => {
    const v = verdict({ month: '2026-10', runs: [sharp('2026-10-31T13:00:00Z', ALLOWED + 102 * SECOND)] })
    expect(plain(v.opening)).toBe('October 2026: 99.896 %.')
    expect(plain(v.sentence)).toBe(
      'The 99.9 % guarantee was missed by 1 min 42 s; the 99 % guarantee was met.',
    )
    expect(v.claim).toBe('Customers may claim 7 days of service credit until 30 November 2026.')
    expect(v.marks.map(m => plain(m.words))).toEqual(['99.9 % missed', '99 % met'])
    expect(v.grade).toBe('missed')
  })

  it('names both guarantees where both are missed, and a claim that is too late', () => {
    const v = verdict({ month: '2026-06', runs: [sharp('2026-06-11T20:00:00Z', 600 * MINUTE)] })
    expect(plain(v.sentence)).toBe(
      'The 99.9 % guarantee was missed by 9 h 16 min 48 s; the 99 % guarantee was missed by 2 h 48 min.',
    )
    expect(v.claim).toBe('Customers could claim 14 days of service credit until 12 July 2026.')
    expect(v.marks.map(m => m.grade)).toEqual(['missed', 'failed'])
    expect(v.grade).toBe('failed')
  })

  it('is missed by one millisecond', () => {
    const v = verdict({ month: '2026-10', runs: [sharp('2026-10-04T13:00:00Z', ALLOWED + 1)] })
    expect(plain(v.sentence)).toContain('was missed by 0.001 s')
  })

  it('says openly that a verdict is not certain', () => {
    const wide = run({
      from: at('2026-10-04T13:00:00Z'),
      to: plus(at('2026-10-04T13:00:00Z'), ALLOWED - SECOND),
    })
    const v = verdict({ month: '2026-10', runs: [wide] })
    expect(v.grade).toBe('uncertain')
    expect(plain(v.doubt)).toBe(
      'This is not certain: the 99.9 % guarantee is met as measured, but missed in the worst case. The true figure lies between 99.898 % and 99.901 %.',
    )
    const missed = run({
      from: at('2026-10-04T13:00:00Z'),
      to: plus(at('2026-10-04T13:00:00Z'), ALLOWED + SECOND),
    })
    expect(plain(verdict({ month: '2026-10', runs: [missed] }).doubt)).toContain(
      'is missed as measured, but met in the best case',
    )
  })

  it('runs: met so far, or missed already', () => {
    const met = verdict({ month: '2026-11' })
    expect(plain(met.opening)).toBe('November 2026 so far: 100.000 %.')
    expect(plain(met.sentence)).toBe(
      'The 99.9 % and 99 % guarantees are met so far; 43 min 12 s of downtime is left.',
    )
    expect(met.marks.map(m => plain(m.words))).toEqual(['99.9 % met so far', '99 % met so far'])
    const missed = verdict({ month: '2026-11', runs: [sharp('2026-11-03T05:00:00Z', 50 * MINUTE)] })
    expect(plain(missed.sentence)).toBe(
      'The 99.9 % guarantee is missed already by 6 min 48 s; the 99 % guarantee is met so far.',
    )
  })

  it('never turns no data into 0 or 100 %', () => {
    const whole = calendarMonth(month('2026-10'), 'Europe/London')
    const v = verdict({ month: '2026-10', unknown: [{ from: whole.from, to: whole.to }] })
    expect([v.figure, v.grade]).toEqual(['no data', 'no-data'])
    expect(v.sentence).toBe('Nothing is known of this month, so there is no verdict on it.')
  })

  it('follows the contract in what counts as down', () => {
    const unknown = [{ from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T14:00:00Z') }]
    const contract: Contract = { ...CONTRACT, unknown: 'counted-as-down' }
    const v = verdict({ month: '2026-10', unknown, contract })
    expect(v.claim).toContain('until 3 November 2026')
    expect(v.marks[0]?.grade).not.toBe('met')
  })
})

describe('the last day of a claim', () => {
  const deadline = (run: RunSpan, text: string, timeZone = 'Europe/London') => {
    const seen = report(service({ id: 's', name: 'S', endpoints: [{ id: 'e', runs: [run] }] }), NOW)
    return claimDeadline(seen, calendarMonth(month(text), timeZone), { ...CONTRACT, timeZone }, null)
  }

  it.each([
    [
      '30 days after the last down instant',
      sharp('2026-10-04T13:00:00Z', HOURS(1)),
      '2026-10',
      '2026-11-04T00:00:00Z',
    ],
    ['over the end of summer time', sharp('2026-10-10T22:00:00Z', MINUTE), '2026-10', '2026-11-10T00:00:00Z'],
    [
      'cut at the month, where the outage goes on',
      sharp('2026-08-31T20:00:00Z', HOURS(9)),
      '2026-08',
      '2026-09-30T23:00:00Z',
    ],
    [
      'from the next month’s part of it',
      sharp('2026-08-31T20:00:00Z', HOURS(9)),
      '2026-09',
      '2026-10-01T23:00:00Z',
    ],
  ])('lies %s', (_, outage, text, expected) => {
    expect(deadline(outage, text)).toBe(at(expected))
  })

  it('does not exist without downtime', () => {
    expect(deadline(sharp('2026-10-04T13:00:00Z', HOURS(1)), '2026-09')).toBeNull()
  })
})

function HOURS(n: number): number {
  return n * 60 * MINUTE
}

import { describe, expect, it } from 'vitest'
import { claimDeadline, inTime } from '../../src/claim/deadline.ts'
import { raisedAt } from '../../src/claim/raised.ts'
import { duration, rfc3339 } from '../../src/time/instant.ts'
import { add } from '../../src/time/interval.ts'
import { type Month, monthInterval } from '../../src/time/month.ts'
import { contract, DAY, HOUR, time, utc } from './scene.ts'

const october = monthInterval('2026-10' as Month, 'Europe/London')
const outage = time('2026-10-14T14:00:00Z', '2026-10-14T15:00:00Z')

describe('the deadline', () => {
  it('hangs on the last instant of the month that counts as down', () => {
    const early = time('2026-10-02T00:00:00Z', '2026-10-02T01:00:00Z')
    expect(claimDeadline({ down: [early, outage], unknown: [] }, october, contract, null)).toBe(
      utc('2026-11-14T00:00:00Z'),
    )
    expect(claimDeadline({ down: [outage, early], unknown: [] }, october, contract, null)).toBe(
      utc('2026-11-14T00:00:00Z'),
    )
  })

  it('is of the part of an outage within the month', () => {
    const over = time('2026-10-31T23:00:00Z', '2026-11-02T00:00:00Z')
    const november = monthInterval('2026-11' as Month, 'Europe/London')
    expect(rfc3339(claimDeadline({ down: [over], unknown: [] }, october, contract, null)!)).toBe(
      '2026-12-01T00:00:00.000Z',
    )
    expect(rfc3339(claimDeadline({ down: [over], unknown: [] }, november, contract, null)!)).toBe(
      '2026-12-02T00:00:00.000Z',
    )
  })

  it('counts unknown time where the contract counts it as down', () => {
    const unknown = [time('2026-10-20T00:00:00Z', '2026-10-20T01:00:00Z')]
    expect(claimDeadline({ down: [], unknown }, october, contract, null)).toBeNull()
    expect(
      claimDeadline({ down: [outage], unknown }, october, { ...contract, unknown: 'counted-as-down' }, null),
    ).toBe(utc('2026-11-20T00:00:00Z'))
  })

  it('is missing where nothing is down, and then nothing is late', () => {
    expect(claimDeadline({ down: [], unknown: [] }, october, contract, null)).toBeNull()
    expect(inTime(utc('2030-01-01T00:00:00Z'), null)).toBe(true)
  })

  it('is half-open', () => {
    const deadline = utc('2026-11-14T00:00:00Z')
    expect(inTime(add(deadline, -1), deadline)).toBe(true)
    expect(inTime(deadline, deadline)).toBe(false)
  })
})

describe('a claim window of whole days', () => {
  it.each([
    // The last down instant is on 25 October, though the clocks go back an hour and a half later.
    ['Europe/London', '2026-10-24T23:30:00.000Z', '2026-11-25T00:00:00.000Z'],
    ['Europe/London', '2026-10-24T23:00:00.001Z', '2026-11-25T00:00:00.000Z'],
    ['Europe/London', '2026-10-24T23:00:00.000Z', '2026-11-24T00:00:00.000Z'],
    // Of the hour that comes twice.
    ['Europe/London', '2026-10-25T01:30:00.000Z', '2026-11-25T00:00:00.000Z'],
    ['Europe/London', '2026-10-26T00:00:00.000Z', '2026-11-25T00:00:00.000Z'],
    // In spring 30 × 24 h would reach a day too far.
    ['Europe/London', '2026-03-28T23:30:00.000Z', '2026-04-27T23:00:00.000Z'],
    ['Europe/London', '2026-03-29T00:00:00.000Z', '2026-04-27T23:00:00.000Z'],
    ['Europe/London', '2026-03-29T00:00:00.001Z', '2026-04-28T23:00:00.000Z'],
    ['America/New_York', '2026-11-01T04:30:00.000Z', '2026-12-02T05:00:00.000Z'],
    ['America/New_York', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
    ['America/New_York', '2026-03-08T04:30:00.000Z', '2026-04-07T04:00:00.000Z'],
    ['America/New_York', '2026-03-08T05:00:00.001Z', '2026-04-08T04:00:00.000Z'],
  ])('is counted on the calendar of %s: down until %s, claims until %s', (timeZone, to, expected) => {
    const down = [{ from: add(utc(to), -60_000), to: utc(to) }]
    const ever = time('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')
    const deadline = claimDeadline({ down, unknown: [] }, ever, { ...contract, timeZone }, null)
    expect(rfc3339(deadline!)).toBe(expected)
  })

  it('and one that is not, by the hours that elapse', () => {
    const down = [time('2026-10-24T22:30:00Z', '2026-10-24T23:30:00Z')]
    const until = (window: number) =>
      rfc3339(
        claimDeadline({ down, unknown: [] }, october, { ...contract, claimWindow: duration(window) }, null)!,
      )
    expect(until(30 * DAY + HOUR)).toBe('2026-11-25T00:00:00.000Z')
    expect(until(30 * DAY - HOUR)).toBe('2026-11-24T00:00:00.000Z')
    expect(until(12 * HOUR)).toBe('2026-10-26T00:00:00.000Z')
  })
})

describe('a correction that raises the credit', () => {
  const deadline = (raised: string | null) =>
    rfc3339(
      claimDeadline(
        { down: [outage], unknown: [] },
        october,
        contract,
        raised === null ? null : utc(raised),
      )!,
    )

  it('opens the window again, for whole days after it', () => {
    expect(deadline(null)).toBe('2026-11-14T00:00:00.000Z')
    expect(deadline('2026-12-20T09:00:00Z')).toBe('2027-01-20T00:00:00.000Z')
    // The same evening; an earlier deadline never comes of it.
    expect(deadline('2026-10-14T20:00:00Z')).toBe('2026-11-14T00:00:00.000Z')
    expect(deadline('2026-10-01T00:00:00Z')).toBe('2026-11-14T00:00:00.000Z')
    expect(deadline('2026-10-14T23:00:00Z')).toBe('2026-11-15T00:00:00.000Z')
    expect(
      claimDeadline({ down: [], unknown: [] }, october, contract, utc('2026-12-20T09:00:00Z')),
    ).toBeNull()
  })

  it('is the latest of its month that did', () => {
    const made = (at: string, month: string, before: number, after: number) => ({
      at,
      months: [{ month, before: { creditDays: before }, after: { creditDays: after } }],
    })
    const all = [
      made('2026-11-20T00:00:00.000Z', '2026-10', 7, 14),
      made('2026-11-10T00:00:00.000Z', '2026-10', 0, 7),
      made('2026-11-25T00:00:00.000Z', '2026-10', 14, 14),
      made('2026-11-26T00:00:00.000Z', '2026-10', 14, 7),
      made('2026-11-27T00:00:00.000Z', '2026-09', 0, 7),
    ]
    expect(raisedAt(all, '2026-10')).toBe(utc('2026-11-20T00:00:00Z'))
    expect(raisedAt(all.slice(2), '2026-10')).toBeNull()
    expect(raisedAt([], '2026-10')).toBeNull()
  })
})

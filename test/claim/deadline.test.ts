import { describe, expect, it } from 'vitest'
import { claimDeadline, inTime } from '../../src/claim/deadline.ts'
import { rfc3339 } from '../../src/time/instant.ts'
import { add } from '../../src/time/interval.ts'
import { type Month, monthInterval } from '../../src/time/month.ts'
import { contract, time, utc } from './scene.ts'

const october = monthInterval('2026-10' as Month, 'Europe/London')
const outage = time('2026-10-14T14:00:00Z', '2026-10-14T15:00:00Z')

describe('the deadline', () => {
  it('hangs on the last instant of the month that counts as down', () => {
    const early = time('2026-10-02T00:00:00Z', '2026-10-02T01:00:00Z')
    expect(claimDeadline({ down: [early, outage], unknown: [] }, october, contract)).toBe(
      utc('2026-11-14T00:00:00Z'),
    )
    expect(claimDeadline({ down: [outage, early], unknown: [] }, october, contract)).toBe(
      utc('2026-11-14T00:00:00Z'),
    )
  })

  it('is of the part of an outage within the month', () => {
    const over = time('2026-10-31T23:00:00Z', '2026-11-02T00:00:00Z')
    const november = monthInterval('2026-11' as Month, 'Europe/London')
    expect(rfc3339(claimDeadline({ down: [over], unknown: [] }, october, contract)!)).toBe(
      '2026-12-01T00:00:00.000Z',
    )
    expect(rfc3339(claimDeadline({ down: [over], unknown: [] }, november, contract)!)).toBe(
      '2026-12-02T00:00:00.000Z',
    )
  })

  it('counts unknown time where the contract counts it as down', () => {
    const unknown = [time('2026-10-20T00:00:00Z', '2026-10-20T01:00:00Z')]
    expect(claimDeadline({ down: [], unknown }, october, contract)).toBeNull()
    expect(
      claimDeadline({ down: [outage], unknown }, october, { ...contract, unknown: 'counted-as-down' }),
    ).toBe(utc('2026-11-20T00:00:00Z'))
  })

  it('is missing where nothing is down, and then nothing is late', () => {
    expect(claimDeadline({ down: [], unknown: [] }, october, contract)).toBeNull()
    expect(inTime(utc('2030-01-01T00:00:00Z'), null)).toBe(true)
  })

  it('is half-open', () => {
    const deadline = utc('2026-11-14T00:00:00Z')
    expect(inTime(add(deadline, -1), deadline)).toBe(true)
    expect(inTime(deadline, deadline)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { keepSince } from '../../src/claim/retention.ts'
import { duration } from '../../src/time/instant.ts'
import { add } from '../../src/time/interval.ts'
import { type Month, monthInterval } from '../../src/time/month.ts'
import { DAY, utc } from './scene.ts'

const calendar = (month: string) => monthInterval(month as Month, 'UTC')
const margin = duration(DAY)

describe('checks that claims need', () => {
  const deadline = utc('2026-11-14T00:00:00Z')
  const october = { calendar: calendar('2026-10'), deadline, openClaim: false }

  it('are kept while a claim may come, to the millisecond', () => {
    expect(keepSince([october], add(deadline, -1), margin)).toBe(utc('2026-09-30T00:00:00Z'))
    expect(keepSince([october], deadline, margin)).toBeNull()
  })

  it('are kept while a claim is open', () => {
    expect(keepSince([{ ...october, openClaim: true }], add(deadline, 900 * DAY), margin)).toBe(
      utc('2026-09-30T00:00:00Z'),
    )
  })

  it('are kept while the month runs, and from the first month that needs them', () => {
    const september = { calendar: calendar('2026-09'), deadline: null, openClaim: false }
    const now = utc('2026-10-10T00:00:00Z')
    expect(keepSince([september, { ...october, deadline: null }], now, margin)).toBe(
      utc('2026-09-30T00:00:00Z'),
    )
    expect(keepSince([{ ...september, openClaim: true }, october], now, margin)).toBe(
      utc('2026-08-31T00:00:00Z'),
    )
    expect(keepSince([], now, margin)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { months } from '../../src/claim/months.ts'
import { time, utc } from './scene.ts'

describe('the months of a claim', () => {
  it('are cut at the contract’s month, in its zone', () => {
    const reported = [time('2026-10-31T22:00:00Z', '2026-11-01T06:00:00Z')]
    expect(months(reported, 'Europe/London').map(m => [m.month, m.reported])).toEqual([
      ['2026-10', [time('2026-10-31T22:00:00Z', '2026-11-01T00:00:00Z')]],
      ['2026-11', [time('2026-11-01T00:00:00Z', '2026-11-01T06:00:00Z')]],
    ])
    // New York is still on summer time then.
    expect(
      months(reported, 'America/New_York').map(m => [m.month, m.reported.map(r => r.to - r.from)]),
    ).toEqual([
      ['2026-10', [6 * 3_600_000]],
      ['2026-11', [2 * 3_600_000]],
    ])
  })

  it('belong to one month up to its last millisecond', () => {
    const last = { from: utc('2026-10-31T23:59:59.999Z'), to: utc('2026-11-01T00:00:00Z') }
    expect(months([last], 'Europe/London').map(m => m.month)).toEqual(['2026-10'])
  })

  it('come in order, each once, and leave out what is empty', () => {
    const a = time('2026-10-14T00:00:00Z', '2026-10-14T00:01:00Z')
    const b = time('2026-09-14T00:00:00Z', '2026-09-14T00:01:00Z')
    const empty = { from: utc('2026-08-01T00:00:00Z'), to: utc('2026-08-01T00:00:00Z') }
    expect(months([a, b, a, empty], 'UTC').map(m => [m.month, m.reported.length])).toEqual([
      ['2026-09', 1],
      ['2026-10', 2],
    ])
    expect(months([], 'UTC')).toEqual([])
  })

  it('are bounded, whatever is reported', () => {
    expect(months([time('1970-01-01T00:00:00Z', '2026-10-14T00:00:00Z')], 'UTC')).toHaveLength(24)
  })
})

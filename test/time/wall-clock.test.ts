import { describe, expect, it } from 'vitest'
import { instant } from '../../src/time/instant.ts'
import { dayInWords, monthInWords, timeInFigures, timeInWords } from '../../src/time/wall-clock.ts'

const at = (text: string) => instant(Date.parse(text))

describe('a time', () => {
  it('is told in the words of its zone, on both sides of a change of clocks', () => {
    expect(timeInWords(at('2026-10-25T00:30:00Z'), 'Europe/London')).toBe(
      'Sunday 25 October 2026, 01:30 (Europe/London, UTC+01:00)',
    )
    expect(timeInWords(at('2026-10-25T01:30:00Z'), 'Europe/London')).toBe(
      'Sunday 25 October 2026, 01:30 (Europe/London, UTC+00:00)',
    )
    expect(timeInWords(at('2026-12-31T23:59:59.999Z'), 'UTC')).toBe('Thursday 31 December 2026, 23:59 (UTC)')
    expect(dayInWords(at('2026-12-31T23:00:00Z'), 'Asia/Kathmandu')).toBe('Friday 1 January 2027')
  })

  it('is told in figures to the millisecond', () => {
    expect(timeInFigures(at('2026-10-04T01:02:03Z'), 'UTC')).toBe('2026-10-04 01:02:03 UTC')
    expect(timeInFigures(at('2026-10-04T01:02:03.005Z'), 'Europe/London')).toBe(
      '2026-10-04 02:02:03.005 +01:00',
    )
    expect(timeInFigures(at('2026-10-04T20:00:00Z'), 'Asia/Kathmandu')).toBe('2026-10-05 01:45:00 +05:45')
  })

  it('names months', () => {
    expect(monthInWords('2026-01')).toBe('January 2026')
    expect(monthInWords('2026-12')).toBe('December 2026')
  })
})

import { describe, expect, it } from 'vitest'
import { instant } from '../../src/time/instant.ts'
import { dayInWords, monthInWords, stretchInWords, timeInWords } from '../../src/time/wall-clock.ts'

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

  it('is told with the one that it lasts to, cut to the second, in the zone alone', () => {
    const told = (from: string, to: string, zone = 'Europe/London') => stretchInWords(at(from), at(to), zone)
    expect(told('2026-10-12T13:06:09.036Z', '2026-10-12T13:49:33.999Z')).toBe(
      'Monday 12 October 2026, 14:06:09 to 14:49:33 (Europe/London, UTC+01:00)',
    )
    expect(told('2026-10-12T13:06:09.036Z', '2026-10-12T13:49:33Z', 'UTC')).toBe(
      'Monday 12 October 2026, 13:06:09 to 13:49:33 (UTC)',
    )
    expect(told('2026-10-12T18:00:00Z', '2026-10-12T18:30:00Z', 'Asia/Kathmandu')).toBe(
      'Monday 12 October 2026, 23:45:00 to Tuesday 13 October 2026, 00:15:00 (Asia/Kathmandu, UTC+05:45)',
    )
  })

  it('is told with both offsets where clocks were changed in between', () => {
    expect(stretchInWords(at('2026-10-25T00:40:00Z'), at('2026-10-25T01:10:00Z'), 'Europe/London')).toBe(
      'Sunday 25 October 2026, 01:40:00 to 01:10:00 (Europe/London, UTC+01:00 to UTC+00:00)',
    )
  })

  it('names months', () => {
    expect(monthInWords('2026-01')).toBe('January 2026')
    expect(monthInWords('2026-12')).toBe('December 2026')
  })
})

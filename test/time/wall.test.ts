import { describe, expect, it } from 'vitest'
import { instant, rfc3339 } from '../../src/time/instant.ts'
import {
  addDays,
  dateText,
  dayInterval,
  isDate,
  offsetText,
  timeText,
  type WallTime,
  wallInstants,
  wallTime,
  weekdayOf,
} from '../../src/time/wall.ts'

const wall = (text: string): WallTime => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number)
  return { year, month, day, hour, minute, second: 0, ms: 0 }
}
const meant = (text: string, zone: string) => {
  const found = wallInstants(wall(text), zone)
  return found && [found.exists, rfc3339(found.earlier).slice(0, 16), rfc3339(found.later).slice(0, 16)]
}

describe('a time on the wall', () => {
  it('means one instant on most days', () => {
    expect(meant('2026-10-14 14:02', 'Europe/London')).toEqual([
      'once',
      '2026-10-14T13:02',
      '2026-10-14T13:02',
    ])
    expect(meant('2026-10-14 14:02', '+05:30')).toEqual(['once', '2026-10-14T08:32', '2026-10-14T08:32'])
  })

  it('means two where clocks are set back over it', () => {
    expect(meant('2026-10-25 01:00', 'Europe/London')).toEqual([
      'twice',
      '2026-10-25T00:00',
      '2026-10-25T01:00',
    ])
    expect(meant('2026-10-25 01:59', 'Europe/London')).toEqual([
      'twice',
      '2026-10-25T00:59',
      '2026-10-25T01:59',
    ])
    expect(meant('2026-10-25 02:00', 'Europe/London')).toEqual([
      'once',
      '2026-10-25T02:00',
      '2026-10-25T02:00',
    ])
    expect(meant('2026-11-01 01:30', 'America/New_York')).toEqual([
      'twice',
      '2026-11-01T05:30',
      '2026-11-01T06:30',
    ])
  })

  it('means what either offset makes of it where clocks are set forward over it', () => {
    expect(meant('2026-03-29 01:30', 'Europe/London')).toEqual([
      'never',
      '2026-03-29T00:30',
      '2026-03-29T01:30',
    ])
  })

  it('means nothing where no calendar has it', () => {
    expect(meant('2026-02-29 01:30', 'UTC')).toBeNull()
    expect(meant('2026-02-01 24:00', 'UTC')).toBeNull()
    expect(isDate({ year: 2024, month: 2, day: 29 })).toBe(true)
    expect(isDate({ year: 0, month: 1, day: 1 })).toBe(false)
  })

  it('is what a clock shows at an instant', () => {
    const at = instant(Date.UTC(2026, 9, 14, 23, 30, 5, 7))
    expect(wallTime(at, 'Europe/London')).toEqual({
      year: 2026,
      month: 10,
      day: 15,
      hour: 0,
      minute: 30,
      second: 5,
      ms: 7,
    })
    expect(timeText(wallTime(at, 'UTC'))).toBe('23:30:05.007')
    expect(offsetText(at, 'Europe/London')).toBe('+01:00')
  })
})

describe('a date', () => {
  it('is a day of its zone, also of 23 and 25 hours', () => {
    const hours = (text: string, zone: string) => {
      const { from, to } = dayInterval(wall(text), zone)
      return (to - from) / 3_600_000
    }
    expect(hours('2026-10-25', 'Europe/London')).toBe(25)
    expect(hours('2026-03-29', 'Europe/London')).toBe(23)
    expect(hours('2026-03-29', 'UTC')).toBe(24)
  })

  it('moves by days, and has a weekday', () => {
    expect(dateText(addDays({ year: 2026, month: 10, day: 31 }, 1))).toBe('2026-11-01')
    expect(dateText(addDays({ year: 2026, month: 3, day: 1 }, -1))).toBe('2026-02-28')
    expect(weekdayOf({ year: 2026, month: 10, day: 14 })).toBe(3)
  })
})

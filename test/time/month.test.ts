import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, parseInstant, rfc3339 } from '../../src/time/instant.ts'
import {
  addMonths,
  days,
  endOfDay,
  endOfDayAfter,
  isTimeZone,
  monthInterval,
  monthOf,
  parseMonth,
} from '../../src/time/month.ts'
import { runs } from '../oracle/timelines.ts'
import { startOfDay, startOfMonth, transitions, ZONES } from '../oracle/zones.ts'

const HOUR = 3_600_000

const at = (text: string): Instant => parseInstant(text)!

const written = ({ from, to }: { from: Instant; to: Instant }) => [rfc3339(from), rfc3339(to)]

describe('parseMonth', () => {
  test.each(['2026-10', '0001-01', '9999-11', '1999-12'])('%s', text => {
    expect(parseMonth(text)).toBe(text)
  })

  test.each([
    '9999-12',
    '0000-12',
    '2026-00',
    '2026-13',
    '2026-1',
    '26-10',
    '2026-10-01',
    '2026/10',
    '',
    ' 2026-10',
    '2026-10\n',
  ])('%j is refused', text => {
    expect(parseMonth(text)).toBeNull()
  })

  test('every month that is read has an interval', () => {
    for (const text of ['0001-01', '9999-11'])
      for (const zone of ZONES) {
        const { from, to } = monthInterval(parseMonth(text)!, zone)
        expect(from).toBeLessThan(to)
      }
  })

  test('months are counted on', () => {
    expect(addMonths(parseMonth('2026-12')!, 1)).toBe('2027-01')
    expect(addMonths(parseMonth('2026-01')!, -1)).toBe('2025-12')
    expect(addMonths(parseMonth('2024-02')!, 12)).toBe('2025-02')
  })
})

describe('monthInterval', () => {
  test.each([
    ['2026-10', 'Europe/London', '2026-09-30T23:00:00.000Z', '2026-11-01T00:00:00.000Z', 745],
    ['2026-03', 'Europe/London', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z', 743],
    ['2024-03', 'America/New_York', '2024-03-01T05:00:00.000Z', '2024-04-01T04:00:00.000Z', 743],
    ['2024-11', 'America/New_York', '2024-11-01T04:00:00.000Z', '2024-12-01T05:00:00.000Z', 721],
    ['2024-04', 'Australia/Lord_Howe', '2024-03-31T13:00:00.000Z', '2024-04-30T13:30:00.000Z', 720.5],
    ['2024-10', 'Australia/Lord_Howe', '2024-09-30T13:30:00.000Z', '2024-10-31T13:00:00.000Z', 743.5],
    ['2024-02', 'Asia/Kathmandu', '2024-01-31T18:15:00.000Z', '2024-02-29T18:15:00.000Z', 696],
    ['2023-02', 'Asia/Kathmandu', '2023-01-31T18:15:00.000Z', '2023-02-28T18:15:00.000Z', 672],
    ['2011-12', 'Pacific/Apia', '2011-12-01T10:00:00.000Z', '2011-12-31T10:00:00.000Z', 720],
    ['2024-03', 'America/St_Johns', '2024-03-01T03:30:00.000Z', '2024-04-01T02:30:00.000Z', 743],
    ['2024-03', 'Africa/Casablanca', '2024-02-29T23:00:00.000Z', '2024-04-01T00:00:00.000Z', 745],
    ['2024-04', 'Africa/Casablanca', '2024-04-01T00:00:00.000Z', '2024-04-30T23:00:00.000Z', 719],
    ['2024-01', 'Asia/Gaza', '2023-12-31T22:00:00.000Z', '2024-01-31T22:00:00.000Z', 744],
    ['2024-02', 'UTC', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z', 696],
    ['2024-04', 'Pacific/Chatham', '2024-03-31T10:15:00.000Z', '2024-04-30T11:15:00.000Z', 721],
    ['2011-10', 'America/Sao_Paulo', '2011-10-01T03:00:00.000Z', '2011-11-01T02:00:00.000Z', 743],
    ['2024-03', 'Antarctica/Troll', '2024-03-01T00:00:00.000Z', '2024-03-31T22:00:00.000Z', 742],
  ])('%s in %s', (month, zone, from, to, hours) => {
    const found = monthInterval(parseMonth(month)!, zone)
    expect(written(found)).toEqual([from, to])
    expect((found.to - found.from) / HOUR).toBe(hours)
  })

  test('agrees with the wall clock in every zone, and months touch', () => {
    for (const zone of ZONES)
      for (const year of [2009, 2011, 2024])
        for (let month = 1; month <= 12; month++) {
          const { from, to } = monthInterval(parseMonth(`${year}-${String(month).padStart(2, '0')}`)!, zone)
          expect(from).toBe(startOfMonth(zone, year, month))
          expect(to).toBe(
            month === 12 ? startOfMonth(zone, year + 1, 1) : startOfMonth(zone, year, month + 1),
          )
        }
  })

  test('an unknown zone is refused', () => {
    expect(() => monthInterval(parseMonth('2026-10')!, 'Mars/Olympus')).toThrow(RangeError)
  })
})

const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1972, 0, 1), max: Date.UTC(2037, 0, 1) }),
  fc
    .tuple(
      fc.integer({ min: 1990, max: 2030 }),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: -15 * 60, max: 15 * 60 }),
    )
    .map(([year, month, minutes]) => Date.UTC(year, month, 1) + minutes * 60_000),
)

describe('monthOf', () => {
  test('is the month whose interval holds the instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, ms) => {
        const { from, to } = monthInterval(monthOf(ms as Instant, zone), zone)
        expect(from <= ms && ms < to).toBe(true)
      }),
      runs(3000),
    )
  })

  test('at the edges', () => {
    for (const zone of ZONES) {
      const { from, to } = monthInterval(parseMonth('2024-03')!, zone)
      const around = [from - 1, from, to - 1, to].map(ms => monthOf(ms as Instant, zone))
      expect(around).toEqual(['2024-02', '2024-03', '2024-03', '2024-04'])
    }
  })

  test('clocks that were set back over a midnight that had passed do not bring back the month before', () => {
    expect(monthOf(at('2009-11-01T02:30:00Z'), 'America/St_Johns')).toBe('2009-11')
    expect(monthOf(at('2009-11-01T02:31:30Z'), 'America/St_Johns')).toBe('2009-11')
    expect(monthOf(at('2009-11-01T02:29:59Z'), 'America/St_Johns')).toBe('2009-10')
  })
})

describe('days', () => {
  const listed = (from: string, to: string, zone: string) =>
    days({ from: at(from), to: at(to) }, zone).map(day => [day.date, (day.to - day.from) / HOUR])

  test('of 23 and 25 hours', () => {
    expect(listed('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', 'Europe/London')).toEqual([
      ['2026-03-28', 24],
      ['2026-03-29', 23],
      ['2026-03-30', 24],
    ])
    expect(listed('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z', 'Europe/London')).toEqual([
      ['2026-10-24', 24],
      ['2026-10-25', 25],
      ['2026-10-26', 24],
    ])
    expect(listed('2024-04-06T00:00:00Z', '2024-04-07T00:00:00Z', 'Australia/Lord_Howe')).toEqual([
      ['2024-04-06', 24],
      ['2024-04-07', 24.5],
    ])
  })

  test('that a zone skips do not appear', () => {
    expect(listed('2011-12-29T10:00:00Z', '2011-12-31T10:00:00Z', 'Pacific/Apia')).toEqual([
      ['2011-12-29', 24],
      ['2011-12-31', 24],
    ])
    expect(days(monthInterval(parseMonth('2011-12')!, 'Pacific/Apia'), 'Pacific/Apia')).toHaveLength(30)
  })

  test('that begin at one o’clock, where midnight is skipped', () => {
    const [day] = days(
      { from: at('2011-10-16T12:00:00Z'), to: at('2011-10-16T13:00:00Z') },
      'America/Sao_Paulo',
    )
    expect(day).toEqual({
      date: '2011-10-16',
      from: at('2011-10-16T03:00:00Z'),
      to: at('2011-10-17T02:00:00Z'),
    })
  })

  test('are those that overlap the window, whole', () => {
    expect(listed('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z', 'UTC')).toEqual([['2026-01-01', 24]])
    expect(listed('2026-01-01T23:59:59.999Z', '2026-01-02T00:00:00.001Z', 'UTC')).toHaveLength(2)
    expect(listed('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 'UTC')).toHaveLength(1)
    expect(listed('2026-01-01T12:00:00Z', '2026-01-01T12:00:00Z', 'UTC').length).toBeLessThanOrEqual(1)
  })

  test('of a month make the month, in every zone', () => {
    for (const zone of ZONES)
      for (const year of [2009, 2011, 2024])
        for (let month = 1; month <= 12; month++) {
          const window = monthInterval(parseMonth(`${year}-${String(month).padStart(2, '0')}`)!, zone)
          const all = days(window, zone)
          expect([all[0]!.from, all.at(-1)!.to]).toEqual([window.from, window.to])
          for (const [index, day] of all.entries()) {
            if (index > 0) expect(day.from).toBe(all[index - 1]!.to)
            expect(day.from).toBeLessThan(day.to)
          }
        }
  })

  test('begin with the first moment that the wall shows them', () => {
    for (const zone of ZONES)
      for (const change of [2011, 2024].flatMap(year => transitions(zone, year)))
        for (const day of days({ from: change as Instant, to: (change + 1) as Instant }, zone))
          expect(day.from).toBe(startOfDay(zone, Date.parse(`${day.date}T00:00:00Z`)))
  })
})

describe('endOfDay', () => {
  test.each([
    ['2026-10-25T12:00:00Z', 'Europe/London', '2026-10-26T00:00:00.000Z'],
    ['2026-10-24T23:00:00Z', 'Europe/London', '2026-10-26T00:00:00.000Z'],
    ['2026-10-24T22:59:59.999Z', 'Europe/London', '2026-10-24T23:00:00.000Z'],
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2024-02-29T00:00:00Z', 'UTC', '2024-03-01T00:00:00.000Z'],
    ['2009-11-01T02:31:30Z', 'America/St_Johns', '2009-11-02T03:30:00.000Z'],
  ])('of %s in %s', (text, zone, expected) => {
    expect(rfc3339(endOfDay(at(text), zone))).toBe(expected)
  })

  test('is the end of the day that holds the instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, ms) => {
        const [day, ...more] = days({ from: ms as Instant, to: (ms + 1) as Instant }, zone)
        expect(more).toEqual([])
        expect(day!.from <= ms && ms < day!.to).toBe(true)
        expect(endOfDay(ms as Instant, zone)).toBe(day!.to)
      }),
      runs(3000),
    )
  })
})

describe('endOfDayAfter', () => {
  test.each([
    ['2026-10-24T23:30:00Z', 30, 'Europe/London', '2026-11-25T00:00:00.000Z'],
    ['2026-03-29T00:30:00Z', 30, 'Europe/London', '2026-04-28T23:00:00.000Z'],
    ['2026-11-01T05:30:00Z', 1, 'America/New_York', '2026-11-03T05:00:00.000Z'],
    ['2026-03-08T06:30:00Z', 1, 'America/New_York', '2026-03-10T04:00:00.000Z'],
    ['2026-10-25T12:00:00Z', 0, 'Europe/London', '2026-10-26T00:00:00.000Z'],
    ['2027-12-31T23:00:00Z', 60, 'UTC', '2028-03-01T00:00:00.000Z'],
    // 30 December 2011 was left out there.
    ['2011-12-29T20:00:00Z', 2, 'Pacific/Apia', '2011-12-31T10:00:00.000Z'],
  ])('of %s and %d days in %s', (text, n, zone, expected) => {
    expect(rfc3339(endOfDayAfter(at(text), n, zone))).toBe(expected)
  })
})

test.each([
  ['Europe/London', true],
  ['UTC', true],
  ['Antarctica/Troll', true],
  ['Mars/Olympus', false],
  ['', false],
  ['Europe/London ', false],
  ['London', false],
])('%j as a time zone: %s', (text, known) => {
  expect(isTimeZone(text)).toBe(known)
})

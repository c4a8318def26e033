import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { duration, instant, parseInstant, rfc3339 } from '../../src/time/instant.ts'
import { runs } from '../oracle/timelines.ts'

describe('parseInstant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-10-01T00:00:00Z', 1_790_812_800_000],
    ['2026-10-01t00:00:00z', 1_790_812_800_000],
    ['2026-10-01T01:00:00+01:00', 1_790_812_800_000],
    ['2026-09-30T18:00:00-06:00', 1_790_812_800_000],
    ['2026-10-01T05:45:00+05:45', 1_790_812_800_000],
    ['2026-10-01T00:00:00-00:00', 1_790_812_800_000],
    ['2026-10-01T23:59:00+23:59', 1_790_812_800_000],
    ['2026-10-01T00:00:00.5Z', 1_790_812_800_500],
    ['2026-10-01T00:00:00.001Z', 1_790_812_800_001],
    ['2026-10-01T00:00:00.0019999Z', 1_790_812_800_001],
    ['2026-10-01T00:00:00.999999999Z', 1_790_812_800_999],
    ['1969-12-31T23:59:59.9999Z', -1],
    ['2024-02-29T12:00:00Z', 1_709_208_000_000],
    ['2000-02-29T00:00:00Z', 951_782_400_000],
    ['2026-12-31T23:59:59.999Z', 1_798_761_599_999],
    ['2027-01-01T00:59:59.999+01:00', 1_798_761_599_999],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['0099-12-31T00:00:00Z', -59_011_545_600_000],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ])('%s is %d', (text, ms) => {
    expect(parseInstant(text)).toBe(ms)
  })

  test.each([
    ['no zone', '2026-10-01T00:00:00'],
    ['no time', '2026-10-01'],
    ['no seconds', '2026-10-01T00:00Z'],
    ['no T', '2026-10-01 00:00:00Z'],
    ['a day of no such month', '2026-02-29T00:00:00Z'],
    ['no leap year in 1900', '1900-02-29T00:00:00Z'],
    ['April the 31st', '2026-04-31T00:00:00Z'],
    ['day 0', '2026-10-00T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-10-01T24:00:00Z'],
    ['minute 60', '2026-10-01T00:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['a zone by name', '2026-10-01T00:00:00 Europe/London'],
    ['an offset without colon', '2026-10-01T00:00:00+0100'],
    ['an offset of hours alone', '2026-10-01T00:00:00+01'],
    ['an offset of 24 hours', '2026-10-01T00:00:00+24:00'],
    ['an offset of 60 minutes', '2026-10-01T00:00:00+01:60'],
    ['a point without digits', '2026-10-01T00:00:00.Z'],
    ['a comma', '2026-10-01T00:00:00,5Z'],
    ['one digit', '2026-1-1T00:00:00Z'],
    ['a year of five digits', '12026-10-01T00:00:00Z'],
    ['a signed year', '+002026-10-01T00:00:00Z'],
    ['a space before', ' 2026-10-01T00:00:00Z'],
    ['a line end after', '2026-10-01T00:00:00Z\n'],
    ['other digits', '٢٠٢٦-10-01T00:00:00Z'],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => {
    expect(parseInstant(text)).toBeNull()
  })

  test('reads back what is written, in every offset', () => {
    const ms = fc.integer({ min: Date.UTC(1, 0, 3), max: Date.UTC(9999, 11, 30) })
    const pad = (n: number) => String(n).padStart(2, '0')
    fc.assert(
      fc.property(ms, fc.integer({ min: -1439, max: 1439 }), (at, minutes) => {
        expect(parseInstant(rfc3339(instant(at)))).toBe(at)
        const local = rfc3339(instant(at + minutes * 60_000)).slice(0, -1)
        const size = Math.abs(minutes)
        const offset = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
        expect(parseInstant(local + offset)).toBe(at)
      }),
      runs(3000),
    )
  })
})

test('an instant is a whole number of milliseconds that has a name', () => {
  expect(instant(0)).toBe(0)
  expect(instant(-1)).toBe(-1)
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001])
    expect(() => instant(wrong)).toThrow(RangeError)
})

test('a duration is a whole number of milliseconds, not negative', () => {
  expect(duration(0)).toBe(0)
  for (const wrong of [0.5, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => duration(wrong)).toThrow(RangeError)
})

test('is written in UTC with milliseconds', () => {
  expect(rfc3339(instant(1_790_812_800_000))).toBe('2026-10-01T00:00:00.000Z')
})

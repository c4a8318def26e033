import { describe, expect, it } from 'vitest'
import { isCron, nextRun, shortestGap } from '../../src/schedule/cron.ts'
import { type Instant, parseInstant, rfc3339 } from '../../src/time/instant.ts'

const when = (text: string): Instant => parseInstant(text)!

function runs(cron: string, timeZone: string, from: string, to: string): string[] {
  const found: string[] = []
  for (
    let run = nextRun(cron, timeZone, when(from));
    run !== null && run < when(to);
    run = nextRun(cron, timeZone, run)
  ) {
    found.push(rfc3339(run).slice(5, 16))
  }
  return found
}

it.each([
  ['* * * * *', true],
  ['*/5 8-18 * * 1-5', true],
  ['*/10 * * * * *', true],
  ['0 9 * jan,jul mon', true],
  ['0 9 L * *', true],
  ['0 9 * * 1#2', true],
  ['@daily', true],
  ['@reboot', false],
  ['', false],
  ['* * * *', false],
  ['* * * * * * *', false],
  ['60 * * * *', false],
  ['* 24 * * *', false],
  ['a b c d e', false],
])('%j is a cron expression: %j', (text, expected) => {
  expect(isCron(text)).toBe(expected)
})

it('the next run lies strictly after the instant', () => {
  const at = when('2026-10-05T09:00:00Z')
  expect(rfc3339(nextRun('0 9 * * *', 'UTC', at)!)).toBe('2026-10-06T09:00:00.000Z')
  expect(rfc3339(nextRun('0 9 * * *', 'UTC', when('2026-10-05T08:59:59.999Z'))!)).toBe(
    '2026-10-05T09:00:00.000Z',
  )
  expect(rfc3339(nextRun('*/20 * * * * *', 'UTC', when('2026-10-05T09:00:20.001Z'))!)).toBe(
    '2026-10-05T09:00:40.000Z',
  )
})

it('days follow node-cron, with last days, nth weekdays and leap years', () => {
  const first = (cron: string) => rfc3339(nextRun(cron, 'UTC', when('2026-10-05T12:00:00Z'))!).slice(0, 16)
  expect(first('0 9 L * *')).toBe('2026-10-31T09:00')
  expect(first('0 9 * * 1#2')).toBe('2026-10-12T09:00')
  expect(first('0 9 15W * *')).toBe('2026-10-15T09:00')
  expect(first('0 9 29 2 *')).toBe('2028-02-29T09:00')
  expect(first('0 9 29 2 1')).toBe('2044-02-29T09:00')
  expect(first('0 9 * * 1-5')).toBe('2026-10-06T09:00')
  expect(first('@monthly')).toBe('2026-11-01T00:00')
})

describe('when clocks go forward', () => {
  it.each([
    [
      'Europe/London',
      '2026-03-28T00:00:00Z',
      '2026-03-31T00:00:00Z',
      '30 1 * * *',
      ['03-28T01:30', '03-29T01:30', '03-30T00:30'],
    ],
    [
      'America/New_York',
      '2026-03-07T05:00:00Z',
      '2026-03-10T04:00:00Z',
      '30 2 * * *',
      ['03-07T07:30', '03-08T07:30', '03-09T06:30'],
    ],
  ])('in %s a time that is left out runs once, later', (timeZone, from, to, cron, expected) => {
    expect(runs(cron, timeZone, from, to)).toEqual(expected)
  })

  it.each([
    ['Europe/London', '2026-03-29T00:00:00Z', '2026-03-29T03:00:00Z'],
    ['America/New_York', '2026-03-08T06:00:00Z', '2026-03-08T09:00:00Z'],
  ])('in %s a job of every so many minutes goes on evenly', (timeZone, from, to) => {
    const found = runs('*/15 * * * *', timeZone, from, to)
    expect(found).toHaveLength(11)
    expect(new Set(found).size).toBe(11)
  })
})

describe('when clocks go back', () => {
  it.each([
    [
      'Europe/London',
      '2026-10-24T00:00:00Z',
      '2026-10-27T00:00:00Z',
      '30 1 * * *',
      ['10-24T00:30', '10-25T00:30', '10-26T01:30'],
    ],
    [
      'America/New_York',
      '2026-10-31T04:00:00Z',
      '2026-11-03T05:00:00Z',
      '30 1 * * *',
      ['10-31T05:30', '11-01T05:30', '11-02T06:30'],
    ],
  ])('in %s a time that comes twice runs once', (timeZone, from, to, cron, expected) => {
    expect(runs(cron, timeZone, from, to)).toEqual(expected)
  })

  it.each([
    ['Europe/London', '2026-10-24T23:59:00Z', '2026-10-25T03:00:00Z'],
    ['America/New_York', '2026-11-01T04:59:00Z', '2026-11-01T08:00:00Z'],
  ])('in %s a job of every so many minutes goes on evenly through both hours', (timeZone, from, to) => {
    const found = runs('*/15 * * * *', timeZone, from, to)
    const expected = Array.from({ length: 12 }, (_, i) =>
      rfc3339((when(from) + 60_000 + i * 900_000) as Instant).slice(5, 16),
    )
    expect(found).toEqual(expected)
  })

  it('every day of a year has its one daily run, in zones that change and zones that do not', () => {
    for (const timeZone of [
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Santiago',
      'Asia/Kolkata',
    ]) {
      for (const cron of ['30 1 * * *', '0 0 * * *', '15 2 * * *']) {
        const found = runs(cron, timeZone, '2026-01-01T12:00:00Z', '2027-01-01T12:00:00Z')
        expect([timeZone, cron, found.length]).toEqual([timeZone, cron, 365])
      }
    }
  })
})

it('the shortest gap is that of a busy hour, not of the night', () => {
  const from = when('2026-10-05T20:00:00Z')
  expect(shortestGap('*/5 8-18 * * 1-5', 'Europe/London', from)).toBe(300_000)
  expect(shortestGap('0,10 9 * * *', 'UTC', from)).toBe(600_000)
  expect(shortestGap('0 9 * * 1', 'UTC', from)).toBe(7 * 86_400_000)
  expect(shortestGap('0 0 1 1 *', 'UTC', from)).toBeGreaterThanOrEqual(365 * 86_400_000)
})

it('what is no cron expression, or no zone, is an error', () => {
  expect(() => nextRun('nonsense', 'UTC', when('2026-10-05T00:00:00Z'))).toThrow(
    'not a cron expression: nonsense',
  )
  expect(() => nextRun('0 0 * * *', 'Mars/Olympus', when('2026-10-05T00:00:00Z'))).toThrow(RangeError)
})

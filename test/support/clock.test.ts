import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt, type Guarantee, workedBetween } from '../../src/support/clock.ts'
import { type Desk, openHours } from '../../src/support/hours.ts'
import { TIERS } from '../../src/support/priority.ts'
import { instant, parseInstant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import { transitions } from '../oracle/zones.ts'
import { asIntervals, countBetween, countOff, MINUTE, openMinutes } from './minutes.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const at = (text: string) => parseInstant(text)!

const london: Desk = {
  name: 'London',
  timeZone: 'Europe/London',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '22:00',
  holidays: [],
}
const tiers = { urgent: HOUR, high: 4 * HOUR, medium: 8 * HOUR, low: 24 * HOUR }
const guarantee = (...desks: Desk[]): Guarantee => ({ tiers, desks: desks.length > 0 ? desks : [london] })
const due = (tier: (typeof TIERS)[number], received: string, rules = guarantee()) => {
  const found = dueAt(tier, at(received), rules)
  return found === null ? null : new Date(found).toISOString()
}

const ZONES = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata']

/** Twelve days about each clock change of 2026, and about a month's end where there is none. */
const WINDOWS: readonly Interval[] = ZONES.flatMap(zone => {
  const changes = transitions(zone, 2026)
  return (changes.length > 0 ? changes : [Date.UTC(2026, 1, 28)]).map(change => {
    const from = Math.floor(change / HOUR) * HOUR - 4 * DAY
    return { from: instant(from), to: instant(from + 12 * DAY) }
  })
})

const time = fc
  .integer({ min: 0, max: 96 })
  .map(q => `${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`)
const dateIn = (window: Interval) =>
  fc.integer({ min: -1, max: 12 }).map(d => new Date(window.from + d * DAY).toISOString().slice(0, 10))
const desk = (window: Interval): fc.Arbitrary<Desk> =>
  fc.record({
    name: fc.constant('desk'),
    timeZone: fc.constantFrom(...ZONES),
    days: fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), { minLength: 1 }),
    from: time,
    to: time,
    holidays: fc.array(dateIn(window), { maxLength: 3 }),
  })
const scene = fc
  .constantFrom(...WINDOWS)
  .chain(window =>
    fc.record({ window: fc.constant(window), desks: fc.array(desk(window), { minLength: 1, maxLength: 3 }) }),
  )

describe('opening hours', () => {
  it('are what the walls show, minute by minute, over clock changes, holidays and midnight', () => {
    fc.assert(
      fc.property(scene, ({ window, desks }) => {
        expect(openHours(desks, window)).toEqual(asIntervals(openMinutes(desks, window), window))
      }),
      { numRuns: 200 },
    )
  })

  it('are cut at the edges of what is asked for, to the millisecond', () => {
    const window = { from: at('2026-11-23T09:00:00.001Z'), to: at('2026-11-23T21:59:59.999Z') }
    expect(openHours([london], window)).toEqual([window])
    expect(openHours([london], { from: window.from, to: window.from })).toEqual([])
  })

  it('begin when the wall first shows the time, where a clock change leaves it out or shows it twice', () => {
    const night = { ...london, days: ['sun' as const], from: '01:30', to: '03:00' }
    const day = (date: string) => ({ from: at(`${date}T00:00:00Z`), to: at(`${date}T23:00:00Z`) })
    expect(openHours([night], day('2026-03-29'))).toEqual([
      { from: at('2026-03-29T01:00:00Z'), to: at('2026-03-29T02:00:00Z') },
    ])
    expect(openHours([night], day('2026-10-25'))).toEqual([
      { from: at('2026-10-25T00:30:00Z'), to: at('2026-10-25T03:00:00Z') },
    ])
  })

  it('know no day that a zone left out', () => {
    const apia = { ...london, timeZone: 'Pacific/Apia', from: '00:00', to: '24:00' }
    const week = { from: at('2011-12-28T10:00:00Z'), to: at('2012-01-01T10:00:00Z') }
    // Thursday 29 December was followed by Saturday the 31st.
    expect(openHours([apia], week)).toEqual([{ from: week.from, to: at('2011-12-30T10:00:00Z') }])
  })

  it('of a night before a holiday end at midnight, and none begin on it', () => {
    const nights: Desk = {
      ...london,
      days: ['wed', 'thu', 'fri'],
      from: '20:00',
      to: '06:00',
      holidays: ['2026-12-24'],
    }
    const week = { from: at('2026-12-23T00:00:00Z'), to: at('2026-12-27T00:00:00Z') }
    expect(openHours([nights], week)).toEqual([
      { from: at('2026-12-23T20:00:00Z'), to: at('2026-12-24T00:00:00Z') },
      { from: at('2026-12-25T20:00:00Z'), to: at('2026-12-26T06:00:00Z') },
    ])
  })

  it('last all day from 00:00 to 24:00, and from a time to itself', () => {
    const whole = { from: at('2026-11-23T00:00:00Z'), to: at('2026-11-24T00:00:00Z') }
    const monday: Desk = { ...london, days: ['mon'], from: '00:00', to: '24:00' }
    expect(openHours([monday], whole)).toEqual([whole])
    expect(openHours([{ ...monday, to: '00:00' }], whole)).toEqual([whole])
  })
})

describe('the clock of a request', () => {
  it('of urgent runs at all hours', () => {
    expect(due('urgent', '2026-11-21T23:30:00.000Z')).toBe('2026-11-22T00:30:00.000Z')
    expect(due('urgent', '2026-12-25T12:00:00.123Z')).toBe('2026-12-25T13:00:00.123Z')
  })

  it('of the rest runs within support hours alone', () => {
    expect(due('high', '2026-11-20T20:00:00.000Z')).toBe('2026-11-23T10:00:00.000Z')
    expect(due('medium', '2026-11-23T10:00:00.000Z')).toBe('2026-11-23T18:00:00.000Z')
    expect(due('low', '2026-11-23T08:00:00.000Z')).toBe('2026-11-24T18:00:00.000Z')
  })

  it('starts at the next opening where the request came outside the hours', () => {
    expect(due('high', '2026-11-21T12:00:00.000Z')).toBe('2026-11-23T12:00:00.000Z')
    expect(due('high', '2026-11-23T22:00:00.000Z')).toBe('2026-11-24T12:00:00.000Z')
    expect(due('high', '2026-11-23T21:59:59.999Z')).toBe('2026-11-24T11:59:59.999Z')
  })

  it('comes due at the closing hour itself, not at the next opening', () => {
    expect(due('high', '2026-11-23T18:00:00.000Z')).toBe('2026-11-23T22:00:00.000Z')
    expect(due('high', '2026-11-23T18:00:00.001Z')).toBe('2026-11-24T08:00:00.001Z')
  })

  it('passes over a holiday, and a change to summer time', () => {
    const christmas = guarantee({ ...london, holidays: ['2026-12-25', '2026-12-28'] })
    expect(due('high', '2026-12-24T20:00:00.000Z', christmas)).toBe('2026-12-29T10:00:00.000Z')
    expect(due('high', '2026-03-27T20:00:00.000Z')).toBe('2026-03-30T09:00:00.000Z')
  })

  it('runs while any desk is open', () => {
    const boston: Desk = {
      ...london,
      name: 'Boston',
      timeZone: 'America/New_York',
      from: '09:00',
      to: '17:00',
    }
    expect(due('high', '2026-11-23T20:00:00.000Z', guarantee(london, boston))).toBe(
      '2026-11-24T10:00:00.000Z',
    )
    const sydney: Desk = {
      ...london,
      name: 'Sydney',
      timeZone: 'Australia/Sydney',
      from: '08:00',
      to: '18:00',
    }
    // From 22:00 in London (09:00 in Sydney, open since 21:00 UTC) it runs on until 07:00, and again from 08:00.
    expect(due('medium', '2026-11-23T20:00:00.000Z', guarantee(london, sydney))).toBe(
      '2026-11-24T04:00:00.000Z',
    )
  })

  it('gives up where no desk opens within a year', () => {
    const one = (date: string) => ({ ...london, days: ['mon' as const], holidays: allMondaysBut(date) })
    const from = '2026-01-01T00:00:00.000Z'
    expect(due('high', from, guarantee({ ...one('2026-06-01') }))).toBe('2026-06-01T11:00:00.000Z')
    expect(due('low', from, guarantee({ ...one('2026-06-01') }))).toBeNull()
    expect(due('high', from, guarantee({ ...one('never') }))).toBeNull()
    expect(due('high', from, { tiers, desks: [] })).toBeNull()
    // The opening on Monday 4 January 2027, at 08:00, is within 366 days of 3 January 2026, at 08:00, alone.
    const next = guarantee(one('2027-01-04'))
    expect(due('high', '2026-01-03T08:00:00.000Z', next)).toBe('2027-01-04T12:00:00.000Z')
    expect(due('high', '2026-01-03T07:59:59.999Z', next)).toBeNull()
    expect(due('urgent', from, { tiers, desks: [] })).toBe('2026-01-01T01:00:00.000Z')
  })

  it('comes due, and shows, what counting the minutes gives', () => {
    fc.assert(
      fc.property(
        scene,
        fc.integer({ min: 0, max: 8 * DAY }),
        fc.integer({ min: 0, max: 12 * DAY }),
        fc.constantFrom(...TIERS),
        ({ window, desks }, offset, until, tier) => {
          const rules: Guarantee = { tiers, desks }
          const from = instant(window.from + offset)
          const to = instant(window.from + until)
          if (tier === 'urgent') {
            expect(dueAt(tier, from, rules)).toBe(from + HOUR)
            return
          }
          const minutes = openMinutes(desks, window)
          const counted = countOff(minutes, window, from, tiers[tier])
          const found = dueAt(tier, from, rules)
          if (counted !== null) expect(found).toBe(counted)
          else expect(found ?? Number.POSITIVE_INFINITY).toBeGreaterThan(window.to)
          expect(workedBetween(tier, from, to, rules)).toBe(countBetween(minutes, window, from, to))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('has worked its whole time when it comes due, and less a millisecond before', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 3 * 365 * DAY }), ({ window, desks }, offset) => {
        const rules: Guarantee = { tiers, desks }
        const from = instant(window.from + offset)
        for (const tier of TIERS) {
          const found = dueAt(tier, from, rules)
          if (found === null) continue
          expect(workedBetween(tier, from, found, rules)).toBe(tiers[tier])
          expect(workedBetween(tier, from, instant(found - 1), rules)).toBe(tiers[tier] - 1)
        }
      }),
      { numRuns: 100 },
    )
  })
})

/** Mondays from 2025 to 2028, but for one. */
function allMondaysBut(date: string): string[] {
  const out: string[] = []
  for (let day = Date.UTC(2025, 0, 6); day < Date.UTC(2029, 0, 1); day += 7 * DAY)
    out.push(new Date(day).toISOString().slice(0, 10))
  return out.filter(monday => monday !== date)
}

import { describe, expect, test } from 'vitest'
import { figures } from '../../src/availability/figures.ts'
import type { Measure } from '../../src/availability/measure.ts'
import { serviceOutages } from '../../src/availability/outages.ts'
import type { Sample } from '../../src/outage/detect.ts'
import type { State } from '../../src/probe/check.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { judge } from '../../src/sla/verdict.ts'
import { type Instant, parseInstant } from '../../src/time/instant.ts'
import { monthInterval, parseMonth } from '../../src/time/month.ts'
import { asInterval, normalized, recordOf } from '../oracle/fold.ts'
import type { Scene, Stretch } from '../oracle/oracle.ts'
import { contractOf, LASTING } from '../oracle/timelines.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function made(parts: Partial<Measure>): Measure {
  const { up = 0, down = 0, unknown = 0, maintenance = 0 } = parts
  return {
    window: asInterval({ from: 0, to: up + down + unknown + maintenance }),
    total: up + down + unknown + maintenance,
    up,
    down,
    unknown,
    maintenance,
    bestDown: down,
    worstDown: down + unknown,
    ...parts,
  } as Measure
}

const down = (total: number, ms: number, change: Partial<Contract> = {}, toCome = 0) =>
  judge(made({ up: (total - ms) as Measure['up'], down: ms as Measure['down'] }), contractOf(change), toCome)

const verdicts = (judged: ReturnType<typeof judge>) => judged.thresholds.map(t => t.verdict)

describe('a month of 30 days', () => {
  test.each([
    ['nothing', 0, '100.000', ['met', 'met'], 0, 2_592_000],
    ['1 ms less than 43 min 12 s', 2_591_999, '99.900', ['met', 'met'], 0, 1],
    ['43 min 12 s', 2_592_000, '99.900', ['met', 'met'], 0, 0],
    ['1 ms more than 43 min 12 s', 2_592_001, '99.899', ['missed', 'met'], 7, 0],
    ['1 ms less than 7 h 12 min', 25_919_999, '99.000', ['missed', 'met'], 7, 0],
    ['7 h 12 min', 25_920_000, '99.000', ['missed', 'met'], 7, 0],
    ['1 ms more than 7 h 12 min', 25_920_001, '98.999', ['missed', 'missed'], 14, 0],
    ['the whole month', 2_592_000_000, '0.000', ['missed', 'missed'], 14, 0],
  ])('with %s down', (_name, ms, percent, expected, creditDays, remaining) => {
    const judged = down(30 * DAY, ms)
    expect(judged.availability.percent).toBe(percent)
    expect(verdicts(judged)).toEqual(expected)
    expect(judged.creditDays).toBe(creditDays)
    expect(judged.thresholds[0]).toMatchObject({ allowedMs: 2_592_000, remainingMs: remaining })
  })
})

test.each([
  ['28 days', 28 * DAY, '99.9', 2_419_200],
  ['29 days', 29 * DAY, '99.9', 2_505_600],
  ['30 days', 30 * DAY, '99.9', 2_592_000],
  ['31 days', 31 * DAY, '99.9', 2_678_400],
  ['743 hours', 743 * HOUR, '99.9', 2_674_800],
  ['745 hours', 745 * HOUR, '99.9', 2_682_000],
  ['743 hours', 743 * HOUR, '99', 26_748_000],
  ['745 hours', 745 * HOUR, '99', 26_820_000],
  ['720.5 hours', 720.5 * HOUR, '99.9', 2_593_800],
  ['30 days', 30 * DAY, '99.95', 1_296_000],
  ['30 days', 30 * DAY, '99.999', 25_920],
  ['28 days', 28 * DAY, '99.999', 24_192],
  ['30 days', 30 * DAY, '99.9999', 2_592],
  ['30 days', 30 * DAY, '99.99999', 259],
  ['1001 ms', 1001, '99.9', 1],
  ['999 ms', 999, '99.9', 0],
  ['3 ms', 3, '66.666666666', 1],
  ['3 ms', 3, '66.666666667', 0],
])('%s at %s %s allow %d ms and not one more', (_name, total, percent, allowed) => {
  const thresholds = [{ percent, creditDays: 7 }]
  expect(down(total, allowed, { thresholds })).toMatchObject({
    creditDays: 0,
    thresholds: [{ verdict: 'met', allowedMs: allowed, remainingMs: 0 }],
  })
  expect(down(total, allowed + 1, { thresholds })).toMatchObject({
    creditDays: 7,
    thresholds: [{ verdict: 'missed', allowedMs: allowed, remainingMs: 0 }],
  })
})

test.each(['100', '0', '100.000', '0.000', '-1', '99.9%', '1e1', ''])(
  'a threshold of %j is refused',
  percent => {
    expect(() => down(DAY, 0, { thresholds: [{ percent, creditDays: 7 }] })).toThrow(RangeError)
  },
)

test('thresholds come from the highest to the lowest, and credit is that of the lowest missed', () => {
  const thresholds = [
    { percent: '99', creditDays: 14 },
    { percent: '99.99', creditDays: 3 },
    { percent: '95', creditDays: 30 },
    { percent: '99.9', creditDays: 7 },
  ]
  const credit = (ms: number) => down(100_000, ms, { thresholds }).creditDays
  expect(down(100_000, 0, { thresholds }).thresholds.map(t => t.percent)).toEqual([
    '99.99',
    '99.9',
    '99',
    '95',
  ])
  expect([10, 11, 100, 101, 1000, 1001, 5000, 5001].map(credit)).toEqual([0, 3, 3, 7, 7, 14, 14, 30])
})

describe('no base, no verdict', () => {
  const none = { percent: null, best: null, worst: null }

  test('for an empty window', () => {
    const judged = judge(made({}), contractOf(), 0)
    expect(judged).toMatchObject({ base: 0, availability: none, creditDays: 0 })
    expect(verdicts(judged)).toEqual(['no-data', 'no-data'])
    expect(judged.thresholds[0]).toMatchObject({ allowedMs: 0, remainingMs: 0 })
  })

  test('for a window all in maintenance', () => {
    const judged = judge(made({ maintenance: DAY as never }), contractOf(), 0)
    expect(judged).toMatchObject({ availability: none, creditDays: 0 })
    expect(verdicts(judged)).toEqual(['no-data', 'no-data'])
  })

  test('for a window all unknown, which might have been anything', () => {
    const judged = judge(made({ unknown: DAY as never }), contractOf(), 0)
    expect(judged.availability).toEqual({ percent: null, best: '100.000', worst: '0.000' })
    expect(judged.thresholds).toMatchObject([
      { verdict: 'no-data', certain: false },
      { verdict: 'no-data', certain: false },
    ])
    expect(judged.creditDays).toBe(0)
  })

  test('before the month has begun', () => {
    const judged = judge(made({}), contractOf(), 30 * DAY)
    expect(judged.availability.percent).toBeNull()
    expect(verdicts(judged)).toEqual(['no-data', 'no-data'])
  })
})

describe('what the contract counts', () => {
  const m = made({
    up: 989_000 as never,
    down: 1000 as never,
    unknown: 10_000 as never,
    maintenance: 50_000 as never,
  })

  test.each([
    ['excluded', 'excluded', 990_000, 1000, '99.898', 7],
    ['excluded', 'counted-as-down', 1_000_000, 11_000, '98.900', 14],
    ['excluded', 'counted-as-up', 1_000_000, 1000, '99.900', 0],
    ['counted-as-up', 'excluded', 1_040_000, 1000, '99.903', 0],
    ['counted-as-up', 'counted-as-down', 1_050_000, 11_000, '98.952', 14],
    ['counted-as-up', 'counted-as-up', 1_050_000, 1000, '99.904', 0],
  ] as const)('maintenance %s, unknown %s', (maintenance, unknown, base, counted, percent, creditDays) => {
    const judged = judge(m, contractOf({ maintenance, unknown }), 0)
    expect(judged).toMatchObject({ base, counted, creditDays })
    expect(judged.availability.percent).toBe(percent)
  })

  test('unknown time may be up in the best case and down in the worst, whatever the contract says', () => {
    for (const unknown of ['excluded', 'counted-as-down', 'counted-as-up'] as const) {
      const { availability } = judge(m, contractOf({ unknown }), 0)
      expect(availability).toMatchObject({ best: '99.900', worst: '98.900' })
    }
  })
})

describe('a verdict is certain', () => {
  const judged = (best: number, measured: number, worst: number) =>
    judge(
      made({
        up: (1_000_000 - measured) as never,
        down: measured as never,
        bestDown: best as never,
        worstDown: worst as never,
      }),
      contractOf(),
      0,
    ).thresholds[0]

  test.each([
    ['met in every case', 900, 950, 1000, 'met', true],
    ['met, missed by 1 ms in the worst case', 900, 1000, 1001, 'met', false],
    ['missed, met in the best case', 1000, 1001, 1002, 'missed', false],
    ['missed in every case', 1001, 1001, 1001, 'missed', true],
  ])('%s', (_name, best, measured, worst, verdict, certain) => {
    expect(judged(best, measured, worst)).toMatchObject({ verdict, certain })
  })
})

/** Checks of one endpoint, each holding until the next. */
const checks = (list: readonly (readonly [at: number, state: State])[], failures = 2): Sample[] =>
  list
    .toSorted(([a], [b]) => a - b)
    .map(([at, state]) => ({
      at: at as Instant,
      state,
      reason: state === 'up' ? null : state === 'down' ? 'timeout' : 'unknown:offline',
      policy: { hold: null, failures },
    }))

function sceneOf(samples: Sample[], now: number, maintenance: Stretch[] = []): Scene {
  return {
    endpoints: [
      { id: 'iam-login', checks: samples, memberships: [{ from: Number(samples[0]!.at), to: LASTING }] },
    ],
    rule: { kind: 'any' },
    maintenance,
    now,
  }
}

describe('a running month', () => {
  const month = monthInterval(parseMonth('2026-06')!, 'UTC')
  const MAINTENANCE = { from: month.to - 10 * HOUR, to: month.to - 5 * HOUR }
  const at = (now: number, maintenance: Stretch[] = [], change: Partial<Contract> = {}) => {
    const samples = checks([
      [month.from - DAY, 'up'],
      [month.from, 'down'],
      [month.from + MINUTE, 'down'],
    ])
    return figures(recordOf(sceneOf(samples, now, maintenance)), month, contractOf(change), now as Instant)
  }

  test('is missed already 1 ms after the last moment at which a flawless rest would save it', () => {
    const point = at(month.from + 2_592_000)
    expect(point.complete).toBe(false)
    expect(point.thresholds[0]).toMatchObject({ verdict: 'met', allowedMs: 2_592_000, remainingMs: 0 })
    expect(point.availability.percent).toBe('0.000')
    expect(point.creditDays).toBe(0)

    const past = at(month.from + 2_592_001)
    expect(past.thresholds[0]).toMatchObject({ verdict: 'missed', allowedMs: 2_592_000, remainingMs: 0 })
    expect(past.thresholds[1]).toMatchObject({
      verdict: 'met',
      allowedMs: 25_920_000,
      remainingMs: 23_327_999,
    })
    expect(past.creditDays).toBe(7)
  })

  test('announced maintenance still to come lowers what is allowed, unless it counts as up', () => {
    const allowed = (30 * DAY - 5 * HOUR) / 1000
    expect(at(month.from + allowed, [MAINTENANCE]).thresholds[0]).toMatchObject({
      verdict: 'met',
      allowedMs: allowed,
    })
    expect(at(month.from + allowed + 1, [MAINTENANCE]).thresholds[0]).toMatchObject({ verdict: 'missed' })
    const counted = at(month.from + 2_592_000, [MAINTENANCE], { maintenance: 'counted-as-up' })
    expect(counted.thresholds[0]).toMatchObject({ verdict: 'met', allowedMs: 2_592_000 })
  })

  test('is complete at the instant it ends, and not 1 ms before', () => {
    expect(at(month.to - 1).complete).toBe(false)
    expect(at(month.to).complete).toBe(true)
    expect(at(month.to).measure).toMatchObject({ total: 30 * DAY, down: 30 * DAY })
    expect(at(month.to + DAY).measure).toMatchObject({ total: 30 * DAY, down: 30 * DAY })
  })
})

test('an outage over a month’s end is counted in each month for its part alone', () => {
  const october = monthInterval(parseMonth('2026-10')!, 'Europe/London')
  const november = monthInterval(parseMonth('2026-11')!, 'Europe/London')
  const edge = october.to
  const samples = checks([
    [october.from, 'up'],
    [edge - 1000, 'down'],
    [edge + 500, 'down'],
    [edge + 2000, 'up'],
  ])
  const now = november.to
  const record = recordOf(sceneOf(samples, now))
  const measured = [october, november].map(month => figures(record, month, contractOf(), now).measure.down)
  expect(measured).toEqual([1000, 2000])
})

test('the published example comes out to the digit', () => {
  const month = monthInterval(parseMonth('2026-10')!, 'Europe/London')
  const at = (text: string) => Number(parseInstant(text))
  const start = at('2026-10-14T08:00:00Z')
  const quiet = at('2026-10-20T00:00:00Z')
  const blip = at('2026-10-25T00:30:00Z')
  const samples = checks([
    [month.from - DAY, 'up'],
    [start - 5000, 'up'],
    [start, 'down'],
    [start + 10_000, 'down'],
    [start + 45 * MINUTE - 10_000, 'down'],
    [start + 45 * MINUTE, 'up'],
    [quiet, 'unknown'],
    [quiet + 7 * MINUTE, 'up'],
    ...[0, HOUR, 2 * HOUR].flatMap(
      later =>
        [
          [blip + later, 'down'],
          [blip + later + 10_000, 'up'],
        ] as const,
    ),
  ])
  const scene = sceneOf(samples, month.to + DAY, [
    { from: at('2026-10-04T01:00:00Z'), to: at('2026-10-04T02:00:00Z') },
  ])
  const record = recordOf(scene)
  const now = scene.now as Instant
  const { measure, ...rest } = figures(record, month, contractOf(), now)

  expect(measure.window).toEqual({ from: at('2026-09-30T23:00:00Z'), to: at('2026-11-01T00:00:00Z') })
  expect(measure).toMatchObject({
    total: 2_682_000_000,
    up: 2_675_280_000,
    down: 2_700_000,
    unknown: 420_000,
    maintenance: 3_600_000,
  })
  expect(rest).toEqual({
    complete: true,
    base: 2_677_980_000,
    counted: 2_700_000,
    availability: { percent: '99.899', best: '99.899', worst: '99.883' },
    thresholds: [
      {
        percent: '99.9',
        verdict: 'missed',
        certain: true,
        creditDays: 7,
        allowedMs: 2_677_980,
        remainingMs: 0,
      },
      {
        percent: '99',
        verdict: 'met',
        certain: true,
        creditDays: 14,
        allowedMs: 26_779_800,
        remainingMs: 24_079_800,
      },
    ],
    creditDays: 7,
    blips: 3,
  })
  expect(serviceOutages(record.members, record.rule, normalized(scene.maintenance), month, now)).toEqual([
    {
      from: start,
      to: start + 45 * MINUTE,
      ms: 2_700_000,
      unknownMs: 0,
      maintenanceMs: 0,
      startsAfter: start - 5000,
      endsAfter: start + 45 * MINUTE - 10_000,
      reason: 'timeout',
      endpoints: ['iam-login'],
    },
  ])
})

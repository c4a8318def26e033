import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clipWindow, figures } from '../../src/availability/figures.ts'
import { lifetime } from '../../src/availability/measure.ts'
import type { Contract } from '../../src/sla/contract.ts'
import type { Instant } from '../../src/time/instant.ts'
import { FOREVER } from '../../src/time/instant.ts'
import { type Month, monthInterval, monthOf } from '../../src/time/month.ts'
import { asInterval, recordOf } from '../oracle/fold.ts'
import {
  blipsOf,
  judgeOf,
  lifeOf,
  measureOf,
  type OracleMeasure,
  type Scene,
  type Stretch,
  toComeOf,
  windowOf,
} from '../oracle/oracle.ts'
import { contractOf, LASTING, runs, type Timeline, timeline } from '../oracle/timelines.ts'
import { startOfMonth } from '../oracle/zones.ts'

function agrees(scene: Scene, asked: Stretch, contract: Contract): OracleMeasure {
  const record = recordOf(scene)
  const got = figures(record, asInterval(asked), contract, scene.now as Instant)
  const window = windowOf(scene, asked)
  const expected = measureOf(scene, window)

  expect(lifetime(record.members, scene.now as Instant)).toEqual(lifeOf(scene))
  const { window: clipped, ...measured } = got.measure
  if (expected.total > 0) expect(clipped).toEqual(window)
  expect(measured).toEqual(expected)

  const { measure: _, complete, blips, ...judged } = got
  expect(judged).toEqual(judgeOf(expected, contract, toComeOf(scene, asked, contract)))
  expect(complete).toBe(scene.now >= asked.to)
  expect(blips).toBe(blipsOf(scene, window))
  return expected
}

/** The share of a base that is good as a percentage cut to four decimals, and its two neighbours. */
function percentsAround(base: number, counted: number): string[] {
  const millionths = Math.floor(((base - counted) * 1e6) / base)
  return [millionths + 1, millionths, millionths - 1]
    .filter(n => n > 0 && n < 1e6)
    .map(n => `${Math.floor(n / 1e4)}.${String(n % 1e4).padStart(4, '0')}`)
}

/** The calendar months on both sides of a timeline's edge, found without the code under test. */
function monthsBeside({ zone, edge }: Timeline): [Month, Stretch][] {
  return [edge - 1, edge].map(at => {
    const month = monthOf(at as Instant, zone)
    const [year, number] = month.split('-').map(Number) as [number, number]
    const next = number === 12 ? ([year + 1, 1] as const) : ([year, number + 1] as const)
    return [month, { from: startOfMonth(zone, year, number), to: startOfMonth(zone, ...next) }]
  })
}

describe('figures agree with brute force', () => {
  test('over short timelines', () => {
    fc.assert(
      fc.property(timeline(160), ({ asked, contract, ...scene }) => {
        agrees(scene, asked, contract)
      }),
      runs(20_000),
    )
  })

  test('over long timelines with many checks', () => {
    fc.assert(
      fc.property(timeline(3000, 60), ({ asked, contract, ...scene }) => {
        agrees(scene, asked, contract)
      }),
      runs(200),
    )
  })

  test('over whole calendar months', () => {
    fc.assert(
      fc.property(timeline(120), drawn => {
        const { contract, zone, ...scene } = drawn
        for (const [month, stretch] of monthsBeside(drawn)) {
          expect(monthInterval(month, zone)).toEqual(stretch)
          agrees(scene, stretch, contract)
        }
      }),
      runs(1500),
    )
  })

  test('with thresholds right beside the figure', () => {
    fc.assert(
      fc.property(timeline(160), ({ asked, contract, ...scene }) => {
        const m = measureOf(scene, windowOf(scene, asked))
        const { base, counted } = judgeOf(m, contract, 0)
        if (base === 0) return
        for (const whole of [base, base + toComeOf(scene, asked, contract)]) {
          const percents = percentsAround(whole, counted)
          const thresholds = percents.map((percent, index) => ({ percent, creditDays: index + 1 }))
          agrees(scene, asked, { ...contract, thresholds })
        }
      }),
      runs(3000),
    )
  })
})

describe('the window of a service', () => {
  const at = (n: number) => n as Instant
  const member = (from: number, to: number) => ({
    membership: { from: at(from), to: at(to) },
    history: { endpoint: 'login' as never, unknown: [], runs: [] },
  })

  test('a membership that lasts ends after every now', () => {
    expect(FOREVER).toBe(LASTING)
  })

  test('a service without a check has no lifetime, and nothing of any window', () => {
    expect(lifetime([], at(100))).toBeNull()
    const clipped = clipWindow({ from: at(10), to: at(90) }, [], at(100))
    expect(clipped.from).toBe(clipped.to)
  })

  test.each([
    ['before the first check', [0, 50], [50, LASTING], 100, null],
    ['from the first check', [0, 60], [50, LASTING], 100, [50, 60]],
    ['up to now', [60, 200], [50, LASTING], 100, [60, 100]],
    ['up to the end of the last membership', [60, 200], [50, 80], 100, [60, 80]],
    ['wholly to come', [100, 200], [50, LASTING], 100, null],
  ] as const)('%s', (_name, asked, life, now, expected) => {
    const clipped = clipWindow({ from: at(asked[0]), to: at(asked[1]) }, [member(life[0], life[1])], at(now))
    if (expected === null) expect(clipped.from).toBe(clipped.to)
    else expect(clipped).toEqual({ from: expected[0], to: expected[1] })
  })

  test('nobody is a member between two memberships: unknown under every rule', () => {
    for (const rule of [{ kind: 'any' }, { kind: 'all' }, { kind: 'quorum', n: 2 }] as const) {
      const record = { rule, members: [member(0, 40), member(60, LASTING)], maintenance: [] }
      const { measure } = figures(record, { from: at(0), to: at(100) }, contractOf(), at(100))
      expect(measure).toMatchObject({ up: 80, down: 0, unknown: 20, bestDown: 0, worstDown: 20 })
    }
  })
})

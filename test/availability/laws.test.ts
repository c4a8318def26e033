import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clipWindow, figures } from '../../src/availability/figures.ts'
import { type Measure, measure } from '../../src/availability/measure.ts'
import { serviceOutages } from '../../src/availability/outages.ts'
import { detect, type Sample, type Standing } from '../../src/outage/detect.ts'
import { failureShare } from '../../src/sla/percent.ts'
import { judge } from '../../src/sla/verdict.ts'
import type { Instant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import { addMonths, monthInterval, parseMonth } from '../../src/time/month.ts'
import { asInterval, normalized, recordOf } from '../oracle/fold.ts'
import { lifeOf, type Scene } from '../oracle/oracle.ts'
import {
  checks,
  contractOf,
  downRule,
  LASTING,
  REASONS,
  runs,
  type Timeline,
  timeline,
} from '../oracle/timelines.ts'
import { startOfMonth, ZONES } from '../oracle/zones.ts'

const PARTS = ['total', 'up', 'down', 'unknown', 'maintenance', 'bestDown', 'worstDown'] as const

const measured = (scene: Scene, window: Interval): Measure => {
  const { members, rule } = recordOf(scene)
  return measure(members, rule, normalized(scene.maintenance), window, scene.now as Instant)
}

const clipped = ({ asked, ...scene }: Timeline): Interval =>
  clipWindow(asInterval(asked), recordOf(scene).members, scene.now as Instant)

const sums = (all: readonly Measure[]) => PARTS.map(part => all.reduce((sum, m) => sum + m[part], 0))

describe('laws', () => {
  test('up, down, unknown and maintenance are the window, and the cases enclose the measured time', () => {
    fc.assert(
      fc.property(timeline(400, 30), scene => {
        const window = clipped(scene)
        const m = measured(scene, window)
        expect(m.up + m.down + m.unknown + m.maintenance).toBe(window.to - window.from)
        expect(m.total).toBe(window.to - window.from)
        expect(m.bestDown).toBeLessThanOrEqual(m.down)
        expect(m.worstDown).toBeGreaterThanOrEqual(m.down + m.unknown)
      }),
      runs(2000),
    )
  })

  test('the parts of a window that is cut anywhere add up', () => {
    fc.assert(
      fc.property(timeline(400, 30), fc.nat(400), (scene, cut) => {
        const window = clipped(scene)
        const at = Math.min(window.to, window.from + cut) as Instant
        const halves = [
          measured(scene, { from: window.from, to: at }),
          measured(scene, { from: at, to: window.to }),
        ]
        expect(sums(halves)).toEqual(sums([measured(scene, window)]))
      }),
      runs(2000),
    )
  })

  test('the months of a year add up to it in every zone', () => {
    const instants = fc.nat({ max: 400 * 24 * 60 }).map(minutes => minutes * 60_000 + (minutes % 1000))
    const result = fc.tuple(fc.constantFrom('up', 'down', 'unknown'), fc.constantFrom(...REASONS))
    const endpoint = fc.uniqueArray(fc.tuple(instants, result), {
      minLength: 1,
      maxLength: 80,
      selector: ([at]) => at,
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(2011, 2023, 2024),
        fc.array(endpoint, { minLength: 1, maxLength: 3 }),
        downRule,
        fc.array(fc.tuple(instants, fc.nat(40 * 86_400_000)), { maxLength: 5 }),
        (zone, year, drawn, rule, windows) => {
          const months = Array.from({ length: 12 }, (_, n) =>
            monthInterval(addMonths(parseMonth(`${year}-01`)!, n), zone),
          )
          const whole = asInterval({ from: startOfMonth(zone, year, 1), to: startOfMonth(zone, year + 1, 1) })
          expect([months[0]!.from, months[11]!.to]).toEqual([whole.from, whole.to])
          const origin = whole.from - 20 * 86_400_000
          const endpoints = drawn.map((list, index) => {
            const samples = list
              .toSorted(([a], [b]) => a - b)
              .map(
                ([at, [state, reason]]): Sample => ({
                  at: (origin + at) as Instant,
                  state,
                  reason: state === 'up' ? null : reason,
                  policy: { hold: at % 3 === 0 ? null : 10 * 86_400_000, failures: 1 + (at % 2) },
                }),
              )
            return {
              id: `endpoint-${index}`,
              checks: samples,
              memberships: [{ from: Number(samples[0]!.at), to: LASTING }],
            }
          })
          const maintenance = windows.map(([from, ms]) => ({ from: origin + from, to: origin + from + ms }))
          const scene: Scene = { endpoints, rule, maintenance, now: whole.to + 30 * 86_400_000 }
          expect(sums(months.map(month => measured(scene, month)))).toEqual(sums([measured(scene, whole)]))
        },
      ),
      runs(600),
    )
  })

  test('neither the order of the endpoints nor the order in which they report matters', () => {
    fc.assert(
      fc.property(timeline(200), fc.infiniteStream(fc.nat()), (drawn, stream) => {
        const { asked, contract, ...scene } = drawn
        const pick = (n: number) => stream.next().value % n
        const standings = new Map<string, Standing>()
        const closed = new Map(scene.endpoints.map(e => [e.id, [] as ReturnType<typeof detect>[]]))
        const queues = scene.endpoints.map(e => ({ id: e.id, left: [...e.checks] }))
        while (queues.some(q => q.left.length > 0)) {
          const waiting = queues.filter(q => q.left.length > 0)
          const { id, left } = waiting[pick(waiting.length)]!
          const step = detect(standings.get(id) ?? null, left.shift()!)
          standings.set(id, step.standing)
          closed.get(id)!.push(step)
        }
        const straight = recordOf(scene)
        const shuffled = recordOf({
          ...scene,
          endpoints: scene.endpoints.toSorted(() => (pick(2) === 0 ? -1 : 1)),
          maintenance: scene.maintenance.toReversed(),
        })
        const now = scene.now as Instant
        expect(figures(shuffled, asInterval(asked), contract, now)).toEqual(
          figures(straight, asInterval(asked), contract, now),
        )
        const life = lifeOf(scene)
        if (life !== null) {
          const [one, other] = [straight, shuffled].map(({ members, rule }) =>
            serviceOutages(members, rule, normalized(scene.maintenance), asInterval(life), now),
          )
          expect(other).toEqual(one)
        }
        for (const { history } of straight.members) {
          const steps = closed.get(history.endpoint)!
          const ended = steps.flatMap(step => step.ended ?? [])
          expect(history.runs.filter(run => run.to !== null)).toEqual(ended)
        }
      }),
      runs(1500),
    )
  })

  test('no case is better than the best or worse than the worst, in exact fractions and in verdicts', () => {
    const rank = { met: 0, missed: 1 } as const
    fc.assert(
      fc.property(timeline(300), fc.nat(300), (scene, toCome) => {
        const m = measured(scene, clipped(scene))
        const whole = BigInt(m.total - (scene.contract.maintenance === 'excluded' ? m.maintenance : 0))
        const { base, counted, thresholds } = judge(m, scene.contract, toCome)
        if (base === 0) return
        expect(BigInt(m.bestDown) * BigInt(base) <= BigInt(counted) * whole).toBe(true)
        expect(BigInt(counted) * whole <= BigInt(m.worstDown) * BigInt(base)).toBe(true)
        const as = (down: number) =>
          judge({ ...m, up: 0, down, unknown: 0 } as Measure, scene.contract, toCome).thresholds
        const [best, worst] = [as(m.bestDown), as(m.worstDown)]
        for (const [index, { verdict, certain }] of thresholds.entries()) {
          const low = rank[best[index]!.verdict as keyof typeof rank]
          const high = rank[worst[index]!.verdict as keyof typeof rank]
          const here = rank[verdict as keyof typeof rank]
          expect(low <= here && here <= high).toBe(true)
          expect(certain).toBe(low === high)
        }
      }),
      runs(2000),
    )
  })

  test('a percentage that misses a threshold of three decimals never looks as if it met it, nor the reverse', () => {
    const thousandths = fc.integer({ min: 1, max: 99_999 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_700_000_000 }),
        fc.nat(1_000_000),
        thousandths,
        fc.integer({ min: -1, max: 1 }),
        fc.boolean(),
        (base, share, threshold, beside, near) => {
          const percent = `${Math.floor(threshold / 1000)}.${String(threshold % 1000).padStart(3, '0')}`
          const { part, whole } = failureShare(percent)
          const edge = Number((BigInt(base) * part) / whole) + beside
          const down = Math.min(base, Math.max(0, near ? edge : Math.floor((base * share) / 1_000_000)))
          const m = {
            total: base,
            up: base - down,
            down,
            unknown: 0,
            maintenance: 0,
            bestDown: 0,
            worstDown: base,
          }
          const contract = contractOf({ thresholds: [{ percent, creditDays: 7 }] })
          const judged = judge(m as unknown as Measure, contract, 0)
          const shown = Number(judged.availability.percent!.replace('.', ''))
          expect(judged.availability.percent).toMatch(/^\d+\.\d{3}$/)
          expect(judged.thresholds[0]!.verdict).toBe(shown < threshold ? 'missed' : 'met')
        },
      ),
      runs(5000),
    )
  })

  test('what is known of the past changes only by confirmation and by the next good check', () => {
    fc.assert(
      fc.property(checks(200, 20), fc.nat(200), fc.nat(200), (samples, a, b) => {
        const [now, later] = [Math.min(a, b), Math.max(a, b)]
        const scene = (until: number): Scene => ({
          endpoints: [
            {
              id: 'endpoint-1',
              checks: samples.filter(c => c.at <= until),
              memberships: [{ from: Number(samples[0]!.at), to: LASTING }],
            },
          ],
          rule: { kind: 'any' },
          maintenance: [],
          now: until,
        })
        if (now <= samples[0]!.at) return
        const window = asInterval({ from: Number(samples[0]!.at), to: now })
        const [then, since] = [measured(scene(now), window), measured(scene(later), window)]
        expect(since.unknown).toBe(then.unknown)
        expect(since.down).toBeGreaterThanOrEqual(then.down)
        expect(since.worstDown).toBeGreaterThanOrEqual(then.worstDown)
      }),
      runs(2000),
    )
  })
})

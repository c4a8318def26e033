import fc from 'fast-check'
import type { DownRule } from '../../src/catalog/model.ts'
import type { Sample } from '../../src/outage/detect.ts'
import type { State } from '../../src/probe/check.ts'
import type { Contract } from '../../src/sla/contract.ts'
import type { Duration, Instant } from '../../src/time/instant.ts'
import type { OracleEndpoint, Scene, Stretch } from './oracle.ts'
import { EDGES } from './zones.ts'

/** Another run's seed, as printed by a failure: `NINES_SEED=… npx vitest run`. */
const { NINES_SEED } = process.env

export const runs = (numRuns: number) => ({ seed: Number(NINES_SEED ?? 20_261_001), numRuns })

/** A membership that has not ended. */
export const LASTING = 8_640_000_000_000_000

/** A random timeline laid around a calendar edge, and the window asked for. */
export interface Timeline extends Scene {
  readonly zone: string
  readonly edge: number
  readonly asked: Stretch
  readonly contract: Contract
}

export const REASONS = ['timeout', 'status', 'dns', 'tls'] as const

const THRESHOLDS = ['99.999', '99.95', '99.9', '99', '95', '90', '75.5', '66.667', '50', '12.5', '0.001']

export function contractOf(change: Partial<Contract> = {}): Contract {
  return {
    timeZone: 'Europe/London',
    thresholds: [
      { percent: '99.9', creditDays: 7 },
      { percent: '99', creditDays: 14 },
    ],
    claimWindow: (30 * 86_400_000) as Duration,
    maintenance: 'excluded',
    unknown: 'excluded',
    ...change,
  }
}

/** Instants that crowd on a few points and one millisecond beside them, where mistakes live. */
const offset = (length: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.nat(length) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(8), fc.integer({ min: -1, max: 1 }))
        .map(([eighth, beside]) => Math.min(length, Math.max(0, Math.round((eighth * length) / 8) + beside))),
    },
  )

const stretch = (length: number): fc.Arbitrary<Stretch> =>
  fc.tuple(offset(length), offset(length)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))

const state: fc.Arbitrary<State> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('up' as const) },
  { weight: 5, arbitrary: fc.constant('down' as const) },
  { weight: 1, arbitrary: fc.constant('unknown' as const) },
)

const policy = (length: number) =>
  fc.record({
    hold: fc.option(fc.integer({ min: 1, max: Math.ceil(length / 2) }), { nil: null, freq: 3 }),
    failures: fc.oneof(fc.constantFrom(1, 2, 2, 3), fc.integer({ min: 1, max: 5 })),
  })

/** Checks of one endpoint, as offsets; the policy may change once on the way. */
export const checks = (length: number, count = 12): fc.Arbitrary<Sample[]> =>
  fc
    .tuple(
      fc.uniqueArray(offset(length), { maxLength: count, minLength: 1 }),
      fc.array(fc.tuple(state, fc.constantFrom(...REASONS)), { minLength: count, maxLength: count }),
      policy(length),
      fc.option(fc.tuple(policy(length), offset(length)), { nil: null, freq: 2 }),
    )
    .map(([offsets, results, first, change]) =>
      offsets
        .sort((a, b) => a - b)
        .map((at, index) => {
          const [found, reason] = results[index]!
          return {
            at: at as Instant,
            state: found,
            reason: found === 'up' ? null : found === 'down' ? reason : 'unknown:offline',
            policy: change !== null && at >= change[1] ? change[0] : first,
          }
        }),
    )

/** Cut points of memberships: in on the first, out on the second, in again on the third; never before the first check. */
const cuts = (length: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as number[]) },
    { weight: 2, arbitrary: fc.array(offset(length), { minLength: 1, maxLength: 4 }) },
  )

function memberships(samples: readonly Sample[], points: readonly number[], now: number): Stretch[] {
  const first = Number(samples[0]!.at)
  if (points.length === 0) return [{ from: first, to: LASTING }]
  const sorted = points
    .map(point => Math.max(point, first))
    .toSorted((a, b) => a - b)
    .filter(point => point <= now)
  const found: Stretch[] = []
  for (let index = 0; index < sorted.length; index += 2) {
    const from = sorted[index]!
    const to = sorted[index + 1] ?? LASTING
    if (to > from) found.push({ from, to })
  }
  return found
}

export const downRule: fc.Arbitrary<DownRule> = fc.oneof(
  fc.constant<DownRule>({ kind: 'any' }),
  fc.constant<DownRule>({ kind: 'all' }),
  fc.integer({ min: 1, max: 5 }).map<DownRule>(n => ({ kind: 'quorum', n })),
)

export const contract: fc.Arbitrary<Contract> = fc
  .record({
    maintenance: fc.constantFrom('excluded' as const, 'counted-as-up' as const),
    unknown: fc.constantFrom('excluded' as const, 'counted-as-down' as const, 'counted-as-up' as const),
    percents: fc.uniqueArray(fc.constantFrom(...THRESHOLDS), { minLength: 1, maxLength: 4 }),
  })
  .map(({ percents, ...rest }) =>
    contractOf({
      ...rest,
      thresholds: percents.map((percent, index) => ({ percent, creditDays: (index + 1) * 7 })),
    }),
  )

/** A timeline of `length` ms with its middle on a calendar edge. */
export const timeline = (length: number, count = 12): fc.Arbitrary<Timeline> =>
  fc
    .record({
      edge: fc.nat(EDGES.length - 1),
      endpoints: fc.array(fc.tuple(checks(length, count), cuts(length)), { minLength: 1, maxLength: 4 }),
      rule: downRule,
      maintenance: fc.array(stretch(length), { maxLength: 4 }),
      now: fc.oneof(fc.constant(length), fc.constant(length + 1), offset(length)),
      asked: fc.oneof(
        { weight: 3, arbitrary: stretch(length) },
        { weight: 2, arbitrary: fc.constant({ from: 0, to: length / 2 }) },
        { weight: 2, arbitrary: fc.constant({ from: length / 2, to: length }) },
        { weight: 1, arbitrary: fc.constant({ from: -length, to: 2 * length }) },
      ),
      contract,
    })
    .map(drawn => {
      const { zone, at: edge } = EDGES[drawn.edge]!
      const origin = edge - length / 2
      const shift = (s: Stretch): Stretch => ({
        from: s.from + origin,
        to: s.to === LASTING ? LASTING : s.to + origin,
      })
      const endpoints: OracleEndpoint[] = []
      for (const [samples, points] of drawn.endpoints) {
        const past = samples.filter(sample => sample.at <= drawn.now)
        if (past.length === 0) continue
        endpoints.push({
          id: `endpoint-${endpoints.length + 1}`,
          checks: past.map(sample => ({ ...sample, at: (sample.at + origin) as Instant })),
          memberships: memberships(past, points, drawn.now).map(shift),
        })
      }
      return {
        zone,
        edge,
        endpoints,
        rule: drawn.rule,
        maintenance: drawn.maintenance.filter(m => m.from < m.to).map(shift),
        now: drawn.now + origin,
        asked: shift(drawn.asked),
        contract: { ...drawn.contract, timeZone: zone },
      }
    })

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Measure } from '../../src/availability/measure.ts'
import { judge } from '../../src/sla/verdict.ts'
import { judgeOf } from '../oracle/oracle.ts'
import { contract, runs } from '../oracle/timelines.ts'

/** Parts of a month in ms, most of it up. */
const parts = fc
  .record({
    up: fc.oneof(fc.nat(2_678_400_000), fc.nat(1000)),
    down: fc.oneof(fc.nat(30_000_000), fc.nat(3_000_000), fc.nat(10)),
    unknown: fc.oneof(fc.constant(0), fc.nat(10_000_000)),
    maintenance: fc.oneof(fc.constant(0), fc.nat(10_000_000)),
    narrower: fc.nat(100_000),
    wider: fc.nat(100_000),
  })
  .map(({ narrower, wider, ...rest }) => ({
    ...rest,
    total: rest.up + rest.down + rest.unknown + rest.maintenance,
    bestDown: Math.max(0, rest.down - narrower),
    worstDown: Math.min(rest.up + rest.down + rest.unknown, rest.down + rest.unknown + wider),
  }))

test('months of real size are judged as by hand', () => {
  fc.assert(
    fc.property(parts, contract, fc.oneof(fc.constant(0), fc.nat(2_678_400_000)), (m, rules, toCome) => {
      expect(judge(m as unknown as Measure, rules, toCome)).toEqual(judgeOf(m, rules, toCome))
    }),
    runs(10_000),
  )
})

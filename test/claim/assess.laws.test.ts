import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assess } from '../../src/claim/assess.ts'
import { add } from '../../src/time/interval.ts'
import { claimOf, DAY, factsOf, HOUR, MINUTE, utc } from './scene.ts'

const start = utc('2026-10-01T00:00:00Z')
const minutes = fc.integer({ min: 0, max: 31 * 24 * 60 })
const stretch = fc.tuple(minutes, fc.integer({ min: 1, max: 600 })).map(([from, length]) => ({
  from: add(start, from * MINUTE),
  to: add(start, (from + length) * MINUTE),
}))
const past = fc.record({
  down: fc.array(stretch, { maxLength: 2 }),
  slack: fc.constantFrom(0, MINUTE),
  unknown: fc.constant([]),
})
const other = fc.record({
  reference: fc.constantFrom('R-0', 'R-2'),
  received: minutes.map(m => add(start, m * MINUTE)),
  state: fc.constantFrom('open' as const, 'credited' as const, 'declined' as const),
  credit: fc.constant(null),
})
const claim = fc.record({
  received: fc.integer({ min: 0, max: 90 * 24 }).map(h => add(start, h * HOUR)),
  reported: fc.array(stretch, { maxLength: 3 }),
  evidence: fc.integer({ min: 0, max: 2 }),
  others: fc.array(other, { maxLength: 2 }),
})
const apart = (p: { down: readonly { from: number; to: number }[] }) => {
  const [a, b] = p.down
  return !(a && b) || a.to < b.from || b.to < a.from
}

describe('whatever is claimed', () => {
  it('is credited only where every rule speaks for it', () => {
    fc.assert(
      fc.property(claim, past.filter(apart), (given, happened) => {
        const facts = factsOf(happened, '2026-10')
        const assessment = assess(claimOf(given), facts)
        if (assessment.recommend !== 'credit') return
        expect(assessment.steps.filter(s => !s.holds)).toEqual([])
        expect(assessment.days).toBe(facts.judged.creditDays)
        expect(assessment.days).toBeGreaterThan(0)
        expect(given.received).toBeLessThan(facts.deadline!)
        expect(given.others.some(o => o.state === 'credited')).toBe(false)
      }),
    )
  })

  it('loses nothing by waiting for the month’s close', () => {
    fc.assert(
      fc.property(claim, past.filter(apart), fc.integer({ min: 1, max: 400 }), (given, happened, days) => {
        const closed = assess(claimOf(given), factsOf(happened, '2026-10'))
        const late = { kind: 'closed', closed: add(utc('2026-11-01T00:00:00Z'), days * DAY) } as const
        const waited = assess(claimOf(given), factsOf(happened, '2026-10', { state: late }))
        expect({ ...waited, steps: [] }).toEqual({ ...closed, steps: [] })
      }),
    )
  })

  it('gives the same answer in whatever order the times are reported', () => {
    fc.assert(
      fc.property(claim, past.filter(apart), (given, happened) => {
        const facts = factsOf(happened, '2026-10')
        const { recommend } = assess(claimOf(given), facts)
        expect(assess(claimOf({ ...given, reported: given.reported.toReversed() }), facts).recommend).toBe(
          recommend,
        )
      }),
    )
  })
})

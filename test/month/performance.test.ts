import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { performance } from '../../src/month/performance.ts'
import { duration } from '../../src/time/instant.ts'

const target = (percentile: number, below: number) => ({ percentile, below: duration(below) })

describe('informal targets', () => {
  it('take the percentile by nearest rank, whatever the order', () => {
    const latencies = [50_000, 15_000, 40_000, 20_000, 35_000]
    const found = [5, 30, 40, 50, 99].map(p => performance([target(p, 1)], latencies)[0]?.measuredUs)
    expect(found).toEqual([15_000, 20_000, 20_000, 35_000, 50_000])
    expect(latencies[0]).toBe(50_000)
  })

  it('are met at exactly the target, and missed one microsecond above it', () => {
    expect(performance([target(50, 800)], [800_000])[0]?.met).toBe(true)
    expect(performance([target(50, 800)], [800_001])[0]?.met).toBe(false)
  })

  it('are neither met nor missed without checks', () => {
    expect(performance([target(95, 800)], [])).toEqual([
      { percentile: 95, belowMs: 800, measuredUs: null, checks: 0, met: null },
    ])
  })

  it('are none where none are set', () => {
    expect(performance([], [1, 2])).toEqual([])
  })

  it('refuse a percentile that is none', () => {
    expect(() => performance([target(0, 1)], [1])).toThrow(RangeError)
    expect(() => performance([target(99.5, 1)], [1])).toThrow(RangeError)
  })

  it('give the smallest latency that so many percent do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60_000_000), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 99 }),
        (latencies, percentile) => {
          const us = performance([target(percentile, 1)], latencies)[0]?.measuredUs ?? -1
          const within = latencies.filter(l => l <= us).length
          const below = latencies.filter(l => l < us).length
          expect(latencies).toContain(us)
          expect(within * 100).toBeGreaterThanOrEqual(latencies.length * percentile)
          expect(below * 100).toBeLessThan(latencies.length * percentile)
        },
      ),
    )
  })
})

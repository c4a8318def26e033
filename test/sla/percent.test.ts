import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { displayPercent, failureShare } from '../../src/sla/percent.ts'
import { shownPercent } from '../oracle/oracle.ts'
import { runs } from '../oracle/timelines.ts'

describe('failureShare', () => {
  test.each([
    ['99.9', 1n, 1000n],
    ['99', 1n, 100n],
    ['99.95', 5n, 10_000n],
    ['99.999', 1n, 100_000n],
    ['99.90', 1n, 1000n],
    ['99.99999', 1n, 10_000_000n],
    ['50', 1n, 2n],
    ['0.1', 999n, 1000n],
  ])('of %s is exact', (percent, part, whole) => {
    const share = failureShare(percent)
    expect(share.part * whole).toBe(part * share.whole)
  })

  test.each([
    '100',
    '0',
    '0.0',
    '100.0',
    '-1',
    '+99',
    '101',
    '1e1',
    '',
    '.5',
    '99.',
    '99,9',
    ' 99',
    '99 ',
    '99%',
    'NaN',
    '٩٩',
  ])('%j is refused', percent => {
    expect(() => failureShare(percent)).toThrow(RangeError)
  })
})

describe('displayPercent', () => {
  test.each([
    [1_000_000, 0, '100.000'],
    [1_000_000, 1, '99.999'],
    [1_000_000, 1000, '99.900'],
    [1_000_000, 1001, '99.899'],
    [2_678_400_000, 1, '99.999'],
    [3, 1, '66.666'],
    [3, 2, '33.333'],
    [7, 7, '0.000'],
    [1_000_000, 999_991, '0.000'],
    [100_000, 99_999, '0.001'],
  ])('of %d with %d down is %s', (base, down, text) => {
    expect(displayPercent(base, down)).toBe(text)
  })

  test('is null without a base, not 0 and not 100', () => {
    expect(displayPercent(0, 0)).toBeNull()
  })

  test('agrees with long division', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3e9 }), fc.nat(3e9), fc.nat(3000), (base, any, few) => {
        for (const down of [any % (base + 1), Math.min(base, few), Math.max(0, base - few)])
          expect(displayPercent(base, down)).toBe(shownPercent(base, down))
      }),
      runs(5000),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/time/instant.ts'
import {
  add,
  between,
  clip,
  type Interval,
  intersect,
  interval,
  normalize,
  overlaps,
  subtract,
  total,
  union,
} from '../../src/time/interval.ts'
import { runs } from '../oracle/timelines.ts'

const i = (from: number, to: number): Interval => interval(from as Instant, to as Instant)

/** Empty and reversed stretches are drawn too. */
const drawn = fc
  .array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 8 })
  .map(all => all.map(([a, b]) => i(a, b)))
const normal = drawn.map(normalize)

const points = (all: readonly Interval[]): Set<number> => {
  const set = new Set<number>()
  for (const { from, to } of all) for (let t = Number(from); t < to; t++) set.add(t)
  return set
}

const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b)

/** The same milliseconds, in normal form: sorted, none empty, with gaps between. */
function is(all: readonly Interval[], expected: Iterable<number>) {
  expect(sorted(points(all))).toEqual(sorted(expected))
  for (const [index, { from, to }] of all.entries()) {
    expect(from).toBeLessThan(to)
    if (index > 0) expect(all[index - 1]!.to).toBeLessThan(from)
  }
}

describe('intervals behave as sets of milliseconds', () => {
  test('normalize', () => {
    fc.assert(
      fc.property(drawn, all => {
        is(normalize(all), points(all))
        expect(normalize(normalize(all))).toEqual(normalize(all))
        expect(normalize(all.toReversed())).toEqual(normalize(all))
      }),
      runs(3000),
    )
  })

  test('union, intersect and subtract', () => {
    fc.assert(
      fc.property(normal, normal, (a, b) => {
        const [x, y] = [points(a), points(b)]
        is(
          union(a, b),
          [...x, ...y].filter((t, at, all) => all.indexOf(t) === at),
        )
        is(
          intersect(a, b),
          [...x].filter(t => y.has(t)),
        )
        is(
          subtract(a, b),
          [...x].filter(t => !y.has(t)),
        )
      }),
      runs(5000),
    )
  })

  test('the laws of sets', () => {
    fc.assert(
      fc.property(normal, normal, normal, (a, b, c) => {
        expect(union(a, b)).toEqual(union(b, a))
        expect(intersect(a, b)).toEqual(intersect(b, a))
        expect(union(union(a, b), c)).toEqual(union(a, union(b, c)))
        expect(intersect(a, union(b, c))).toEqual(union(intersect(a, b), intersect(a, c)))
        expect(subtract(a, union(b, c))).toEqual(subtract(subtract(a, b), c))
        expect(union(intersect(a, b), subtract(a, b))).toEqual(a)
        expect(total(intersect(a, b)) + total(subtract(a, b))).toBe(total(a))
        expect(total(union(a, b)) + total(intersect(a, b))).toBe(total(a) + total(b))
      }),
      runs(3000),
    )
  })

  test('clip and overlaps', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 9 }),
        (f, n, g, m) => {
          const [a, b] = [i(f, f + n), i(g, g + m)]
          const both = clip(a, b)
          is(
            both ? [both] : [],
            [...points([a])].filter(t => points([b]).has(t)),
          )
          expect(overlaps(a, b)).toBe(both !== null)
        },
      ),
      runs(1000),
    )
  })
})

test('intervals that touch are one, and an instant apart they are two', () => {
  expect(normalize([i(0, 10), i(10, 20)])).toEqual([i(0, 20)])
  expect(normalize([i(0, 10), i(11, 20)])).toEqual([i(0, 10), i(11, 20)])
  expect(overlaps(i(0, 10), i(10, 20))).toBe(false)
})

test('the time between two instants is never negative', () => {
  expect(between(add(5 as Instant, 10), 20 as Instant)).toBe(5)
  expect(between(20 as Instant, 5 as Instant)).toBe(0)
})

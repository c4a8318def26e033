import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clipWindow } from '../../src/availability/figures.ts'
import { lifetime, measure } from '../../src/availability/measure.ts'
import { outagesIn } from '../../src/availability/outages.ts'
import { outageBounds } from '../../src/page/outage-bounds.ts'
import { rangeWords } from '../../src/page/outage-words.ts'
import type { Instant } from '../../src/time/instant.ts'
import { normalize } from '../../src/time/interval.ts'
import { recordOf } from '../oracle/fold.ts'
import { runs, type Timeline, timeline } from '../oracle/timelines.ts'

/** Every outage of a random record that is over, with its bounds, and the figures of all the time that was watched. */
function read(scene: Timeline) {
  const record = recordOf(scene)
  const now = scene.now as Instant
  const life = lifetime(record.members, now)
  if (life === null) return null
  const maintenance = normalize(record.maintenance)
  const outages = outagesIn(record.members, record.rule, maintenance, life, now)
  return {
    outages: outages.flatMap(o =>
      o.to === null ? [] : [{ ...o, ...outageBounds(record, { from: o.from, to: o.to }, now) }],
    ),
    over: outages.every(o => o.to !== null),
    figures: measure(record.members, record.rule, maintenance, clipWindow(life, record.members, now), now),
  }
}

describe('the bounds of an outage', () => {
  test('enclose what counts as down, with and without the unknown time and the maintenance in it', () => {
    let withUnknown = 0
    fc.assert(
      fc.property(timeline(400, 30), scene => {
        for (const o of read(scene)?.outages ?? []) {
          if (o.unknownMs > 0) withUnknown++
          expect(o.least).toBeLessThanOrEqual(o.ms)
          expect(o.most).toBeGreaterThanOrEqual(o.ms + o.unknownMs)
        }
      }),
      runs(1_500),
    )
    expect(withUnknown).toBeGreaterThan(100)
  })

  test('sum to the best case of the time that they lie in, and never to more than the worst', () => {
    fc.assert(
      fc.property(timeline(400, 30), scene => {
        const found = read(scene)
        if (!found) return
        const sum = (of: 'least' | 'most') => found.outages.reduce((all, o) => all + o[of], 0)
        if (found.over) expect(sum('least')).toBe(found.figures.bestDown)
        expect(sum('most')).toBeLessThanOrEqual(found.figures.worstDown)
      }),
      runs(1_500),
    )
  })

  test('are the best and the worst case themselves where an outage stands alone', () => {
    let alone = 0
    fc.assert(
      fc.property(timeline(400, 10), scene => {
        const found = scene.endpoints.length === 1 ? read(scene) : null
        const [only, ...others] = found?.outages ?? []
        if (!found?.over || !only || others.length > 0 || found.figures.unknown !== only.unknownMs) return
        alone++
        expect(only.least).toBe(found.figures.bestDown)
        expect(only.most).toBe(found.figures.worstDown)
      }),
      runs(4_000),
    )
    expect(alone).toBeGreaterThan(100)
  })

  test('are told with the unknown time that they rest on, and not where they leave nothing open', () => {
    const words = (least: number, most: number, unknown: number) =>
      rangeWords({ least, most }, { unknown })?.replaceAll('\u00a0', ' ')
    expect(words(60_000, 90_000, 0)).toBe('It was down for at least 1 min and at most 1 min 30 s.')
    expect(words(60_000, 90_000, 1)).toBe(
      'It was down for at least 1 min, and for at most 1 min 30 s if it was down all the unknown time too.',
    )
    expect(words(60_000, 60_000, 0)).toBeUndefined()
  })
})

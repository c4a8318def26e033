import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipWindow } from '../../src/availability/figures.ts'
import { type Declared, measure } from '../../src/availability/measure.ts'
import { outagesIn } from '../../src/availability/outages.ts'
import type { Instant } from '../../src/time/instant.ts'
import { asInterval, normalized, recordOf } from '../oracle/fold.ts'
import { type Case, measureOf, type Scene } from '../oracle/oracle.ts'
import { runs, timeline } from '../oracle/timelines.ts'

const LENGTH = 240

/** A correction as it is drawn: a stretch, what it was, and how long before it the doubt began. */
const corrections = fc.array(
  fc.record({
    from: fc.nat(LENGTH),
    length: fc.integer({ min: 1, max: 60 }),
    state: fc.constantFrom('up' as const, 'down' as const),
    doubt: fc.option(fc.nat(30), { nil: null }),
  }),
  { maxLength: 4 },
)

/** Down, up or unknown in one millisecond, by one reading, corrections laid over it one after the other. */
function stateAt(scene: Scene, declared: readonly Declared[], t: number, reading: Case): string {
  const plain = (by: Case) => {
    const m = measureOf({ ...scene, maintenance: [] }, { from: t, to: t + 1 })
    if (by === 'measured') return m.down ? 'down' : m.unknown ? 'unknown' : 'up'
    return (by === 'best' ? m.bestDown : m.worstDown) ? 'down' : 'up'
  }
  let state = plain(reading)
  let measured = plain('measured')
  for (const { from, to, state: said, startsAfter } of declared) {
    const doubtful = startsAfter !== null && startsAfter <= t && t < from
    if (reading === 'worst' && said === 'up' && doubtful && measured === 'up') state = 'up'
    if (from <= t && t < to) state = measured = said
  }
  return state
}

test('what corrections declare lies over what was probed, as every millisecond decided on its own shows', () => {
  fc.assert(
    fc.property(timeline(LENGTH, 14), corrections, ({ asked, ...scene }, drawn) => {
      const { members, rule } = recordOf(scene)
      const now = scene.now as Instant
      const window = clipWindow(asInterval(asked), members, now)
      const declared = drawn.map(
        ({ from, length, state, doubt }): Declared => ({
          from: from as Instant,
          to: (from + length) as Instant,
          state,
          startsAfter: doubt === null ? null : (Math.max(0, from - doubt) as Instant),
        }),
      )
      const found = measure(members, rule, normalized(scene.maintenance), window, now, declared)
      const counted = { down: 0, up: 0, unknown: 0, bestDown: 0, worstDown: 0 }
      for (let t: number = window.from; t < window.to; t++) {
        if (scene.maintenance.some(m => m.from <= t && t < m.to)) continue
        counted[stateAt(scene, declared, t, 'measured') as 'up']++
        if (stateAt(scene, declared, t, 'best') === 'down') counted.bestDown++
        if (stateAt(scene, declared, t, 'worst') === 'down') counted.worstDown++
      }
      expect({
        down: found.down,
        up: found.up,
        unknown: found.unknown,
        bestDown: found.bestDown,
        worstDown: found.worstDown,
      }).toEqual(counted)
      expect(found.bestDown).toBeLessThanOrEqual(found.down)
      expect(found.down).toBeLessThanOrEqual(found.worstDown)
    }),
    runs(150),
  )
}, 120_000)

test('the outages that corrections leave and add sum to the down time, and an added one has sharp bounds', () => {
  fc.assert(
    fc.property(timeline(LENGTH, 14), corrections, ({ asked, ...scene }, drawn) => {
      const { members, rule } = recordOf(scene)
      const now = scene.now as Instant
      const window = clipWindow(asInterval({ from: -1e6, to: 1e6 }), members, now)
      const declared = drawn.map(
        ({ from, length, state }): Declared => ({
          from: from as Instant,
          to: (from + length) as Instant,
          state,
          startsAfter: null,
        }),
      )
      const maintenance = normalized(scene.maintenance)
      const found = measure(members, rule, maintenance, window, now, declared)
      const outages = outagesIn(members, rule, maintenance, window, now, declared)
      expect(outages.reduce((sum, o) => sum + o.ms, 0)).toBe(found.down)
      for (const outage of outages) {
        if (outage.to !== null) expect(outage.endsAfter).toBeLessThanOrEqual(outage.to)
        expect(outage.startsAfter ?? outage.from).toBeLessThanOrEqual(outage.from)
      }
      void asked
    }),
    runs(1_000),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { history, spans } from '../../src/availability/history.ts'
import { detect, type Sample, type Standing, type Step, unknownTail } from '../../src/outage/detect.ts'
import type { State } from '../../src/probe/check.ts'
import type { Instant } from '../../src/time/instant.ts'
import { fold, historyOf } from '../oracle/fold.ts'
import { endpointState, runsOf } from '../oracle/oracle.ts'
import { checks, runs } from '../oracle/timelines.ts'

function check(at: number, state: State, hold: number | null = 25, failures = 2): Sample {
  const reason = state === 'up' ? null : state === 'down' ? `timeout ${at}` : 'unknown:offline'
  return { at: at as Instant, state, reason, policy: { hold, failures } }
}

function steps(samples: readonly Sample[]): Step[] {
  const all: Step[] = []
  for (const sample of samples) all.push(detect(all.at(-1)?.standing ?? null, sample))
  return all
}

const last = (samples: readonly Sample[]): Step => steps(samples).at(-1)!

describe('hold', () => {
  test('the first check adds nothing to the record', () => {
    expect(last([check(0, 'up')])).toMatchObject({ unknown: null, ended: null })
  })

  test.each([
    [24, null],
    [25, null],
    [26, { from: 25, to: 26 }],
    [90, { from: 25, to: 90 }],
  ])('of 25 ms, with the next check after %d ms', (next, unknown) => {
    for (const state of ['up', 'down'] as const) {
      expect(last([check(0, state), check(next, 'up')]).unknown).toEqual(unknown)
    }
  })

  test('for ever leaves no gap', () => {
    expect(last([check(0, 'up', null), check(1e9, 'up')]).unknown).toBeNull()
  })

  test('is that of the check that holds, not of the next one', () => {
    expect(last([check(0, 'up', 10), check(50, 'up', 100)]).unknown).toEqual({ from: 10, to: 50 })
  })

  test('an unknown check is unknown from its start, whatever its hold', () => {
    expect(last([check(0, 'unknown'), check(10, 'up')]).unknown).toEqual({ from: 0, to: 10 })
    expect(last([check(0, 'unknown', null), check(90, 'up')]).unknown).toEqual({ from: 0, to: 90 })
  })

  test('the time since the last check is unknown from the end of its hold', () => {
    const up = last([check(0, 'up')]).standing
    expect(unknownTail(up, 25 as Instant)).toBeNull()
    expect(unknownTail(up, 26 as Instant)).toEqual({ from: 25, to: 26 })
    expect(unknownTail(last([check(0, 'up', null)]).standing, 1e9 as Instant)).toBeNull()
    const unknown = last([check(0, 'unknown')]).standing
    expect(unknownTail(unknown, 0 as Instant)).toBeNull()
    expect(unknownTail(unknown, 1 as Instant)).toEqual({ from: 0, to: 1 })
  })
})

describe('confirmation', () => {
  test('a run is confirmed by its last needed failure, and back-dated to the first', () => {
    const [, first, second, third, good] = steps([
      check(0, 'up'),
      check(10, 'down'),
      check(20, 'down'),
      check(30, 'down'),
      check(40, 'up'),
    ])
    expect(first!.standing.run).toEqual({
      from: 10,
      failures: 1,
      lastFailed: 10,
      startsAfter: 0,
      reason: 'timeout 10',
      confirmedAt: null,
    })
    expect(second!.standing.run).toMatchObject({ from: 10, failures: 2, lastFailed: 20, confirmedAt: 20 })
    expect(third!.standing.run).toMatchObject({ from: 10, failures: 3, lastFailed: 30, confirmedAt: 20 })
    expect(good!.ended).toEqual({
      from: 10,
      to: 40,
      failures: 3,
      lastFailed: 30,
      startsAfter: 0,
      reason: 'timeout 10',
      confirmedAt: 20,
    })
    expect(good!.standing).toEqual({ last: check(40, 'up'), lastUp: 40, run: null })
  })

  test('an unconfirmed run ends as a blip', () => {
    expect(last([check(0, 'up'), check(10, 'down'), check(20, 'up')]).ended).toMatchObject({
      from: 10,
      to: 20,
      confirmedAt: null,
    })
  })

  test('one failure is enough where the policy says so', () => {
    expect(last([check(10, 'down', 25, 1)]).standing.run).toMatchObject({
      from: 10,
      startsAfter: null,
      confirmedAt: 10,
    })
  })

  test('an unknown check neither extends a run nor breaks it', () => {
    const before = last([check(0, 'up'), check(10, 'down')]).standing
    const between = detect(before, check(20, 'unknown'))
    expect(between.standing.run).toEqual(before.run)
    expect(between.ended).toBeNull()
    const after = detect(between.standing, check(30, 'down'))
    expect(after.standing.run).toMatchObject({ from: 10, failures: 2, confirmedAt: 30 })
  })

  test('a gap neither extends a run nor breaks it', () => {
    expect(last([check(0, 'up'), check(10, 'down'), check(5000, 'down')]).standing.run).toMatchObject({
      from: 10,
      failures: 2,
      confirmedAt: 5000,
    })
  })

  test('a failure is weighed with the policy it was recorded with, and once confirmed stays so', () => {
    const samples = [check(10, 'down', 25, 1), check(20, 'down', 25, 5), check(30, 'up')]
    expect(last(samples).ended).toMatchObject({ from: 10, to: 30, confirmedAt: 10 })
    const eased = [check(10, 'down', 25, 5), check(20, 'down', 25, 2), check(30, 'up')]
    expect(last(eased).ended).toMatchObject({ from: 10, to: 30, confirmedAt: 20 })
  })

  test('a check that is not later than the one before is refused', () => {
    const { standing } = last([check(10, 'up')])
    expect(() => detect(standing, check(10, 'up'))).toThrow(RangeError)
    expect(() => detect(standing, check(9, 'down'))).toThrow(RangeError)
  })
})

describe('laws', () => {
  const inAny = (all: readonly { from: number; to: number }[], t: number) =>
    all.some(i => i.from <= t && t < i.to)

  test('the record says of every millisecond what the checks say', () => {
    fc.assert(
      fc.property(checks(200, 24), fc.nat(220), (samples, now) => {
        const past = samples.filter(c => c.at <= now)
        if (past.length === 0) return
        const record = historyOf('login', past, now)
        for (const reading of ['measured', 'best', 'worst'] as const) {
          const { down, unknown } = spans(record, reading, now as Instant)
          for (let t = Number(past[0]!.at); t < now; t++) {
            const state = inAny(down, t) ? 'down' : inAny(unknown, t) ? 'unknown' : 'up'
            expect(inAny(down, t) && inAny(unknown, t)).toBe(false)
            const expected = endpointState(past, t, now, reading)
            if (state !== expected) expect({ t, reading, state }).toEqual({ t, reading, state: expected })
          }
        }
      }),
      runs(4000),
    )
  })

  test('the record keeps each run with the checks that bound it', () => {
    fc.assert(
      fc.property(checks(200, 24), samples => {
        const found = historyOf('login', samples, 200).runs
        expect(
          found.map(run => ({
            first: run.from,
            last: run.lastFailed,
            upBefore: run.startsAfter,
            upAfter: run.to,
            confirmed: run.confirmedAt !== null,
            count: run.failures,
            reason: run.reason,
          })),
        ).toEqual(
          runsOf(samples).map(({ failed, ...rest }) => ({
            ...rest,
            count: failed.length,
            reason: failed[0]!.reason,
          })),
        )
      }),
      runs(4000),
    )
  })

  test('folding again from any good check gives the same', () => {
    fc.assert(
      fc.property(checks(400, 30), samples => {
        const whole = steps(samples)
        for (const [index, sample] of samples.entries()) {
          if (sample.state !== 'up') continue
          const again = steps(samples.slice(index))
          expect(again[0]!.standing).toEqual(whole[index]!.standing)
          expect(again.slice(1)).toEqual(whole.slice(index + 1))
        }
      }),
      runs(2000),
    )
  })

  test('folding live, with a restart between any two checks, is folding at once', () => {
    fc.assert(
      fc.property(checks(400, 30), fc.nat(30), (samples, cut) => {
        const before = fold(samples.slice(0, cut))
        const kept = JSON.parse(JSON.stringify(before)) as typeof before
        let standing: Standing | null = kept.standing
        for (const sample of samples.slice(cut)) {
          const step = detect(standing, sample)
          if (step.unknown) kept.unknown.push(step.unknown)
          if (step.ended) kept.runs.push(step.ended)
          standing = step.standing
        }
        const live = history('login' as never, kept, standing, 400 as Instant)
        expect(live).toEqual(historyOf('login', samples, 400))
      }),
      runs(2000),
    )
  })
})

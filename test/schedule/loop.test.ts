import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/catalog/model.ts'
import type { Check, Outcome, ProbeResult, State } from '../../src/probe/check.ts'
import { createLoop, type LoopOptions } from '../../src/schedule/loop.ts'
import { stamp } from '../../src/schedule/stamp.ts'
import { duration, instant } from '../../src/time/instant.ts'
import { endpoint, START } from './endpoints.ts'

const OUTCOMES: Readonly<Record<State, Outcome>> = {
  up: { state: 'up', observed: 'status 200' },
  down: { state: 'down', reason: 'timeout', observed: 'no response' },
  unknown: { state: 'unknown', reason: 'unknown:offline', observed: 'offline' },
}

/** A loop in a time of its own, in which a check takes `takes` ms. */
function theatre(
  options: Partial<LoopOptions> & { takes?: number; state?: (endpoint: Endpoint, n: number) => State } = {},
) {
  const { takes = 50, state = () => 'up', ...rest } = options
  let now = 0
  let wallStep = 0
  let timers: { at: number; run: () => void }[] = []
  const set = (run: () => void, ms: number) => {
    const timer = { at: now + Math.max(1, ms), run }
    timers.push(timer)
    return timer
  }
  const posts: { at: number; checks: readonly Check[] }[] = []
  const started: { id: string; at: number }[] = []
  const running = { now: 0, most: 0 }
  const loop = createLoop({
    clock: { mono: () => now, wall: () => START + now + wallStep },
    timers: {
      set,
      clear: timer => {
        timers = timers.filter(one => one !== timer)
      },
    },
    post: checks => posts.push({ at: now, checks }),
    probe: one => {
      started.push({ id: one.id, at: now })
      running.most = Math.max(running.most, ++running.now)
      const outcome = OUTCOMES[state(one, started.filter(({ id }) => id === one.id).length)]
      return new Promise<ProbeResult>(done => {
        set(() => {
          running.now--
          done({ outcome, timings: { total: takes } })
        }, takes)
      })
    },
    ...rest,
  })
  return {
    loop,
    posts,
    started,
    running,
    checks: () => posts.flatMap(post => post.checks),
    stepWall: (by: number) => {
      wallStep += by
    },
    advance: async (to: number) => {
      for (;;) {
        // Whatever was waiting for a promise goes first.
        for (let i = 0; i < 10; i++) await Promise.resolve()
        const next = timers.filter(timer => timer.at <= to).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        timers = timers.filter(timer => timer !== next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = to
    },
  }
}

describe('the loop', () => {
  it('posts each check with its endpoint, its start on the wall clock and what was found', async () => {
    const { loop, advance, checks } = theatre()
    loop.configure([endpoint('a', { every: 1_000 })])
    await advance(500)
    expect(checks()).toEqual([{ endpoint: 'a', at: START + 1, outcome: OUTCOMES.up, timings: { total: 50 } }])
  })

  it('starts checks within a few milliseconds of their time', async () => {
    const { loop, advance, started } = theatre()
    loop.configure(Array.from({ length: 50 }, (_, i) => endpoint(`e-${i}`, { every: 5_000 })))
    await advance(60_000)
    const own = started.filter(({ id }) => id === 'e-7').slice(1)
    expect(own.length).toBeGreaterThan(9)
    for (const [i, run] of own.entries()) expect(Math.abs(run.at - own[0]!.at - i * 5_000)).toBeLessThan(10)
  })

  it('posts in batches: soon enough, and at once when a state changed', async () => {
    const { loop, advance, posts } = theatre({ state: (_one, n) => (n === 3 ? 'down' : 'up') })
    loop.configure([endpoint('a', { every: 1_000, failures: 1 })])
    await advance(10_000)
    const ends = posts.map(post => post.at - (post.checks[0]!.at - START) - 50)
    expect(posts.every(post => post.checks.length === 1)).toBe(true)
    // Up, up, down (changed), up (changed), up …
    expect(ends.slice(0, 5).map(late => late > 50)).toEqual([true, true, false, false, true])
    expect(Math.max(...ends)).toBeLessThanOrEqual(102)
  })

  it('posts no batch of more than 100', async () => {
    const { loop, advance, posts } = theatre({ takes: 5_000, burst: 1_000 })
    loop.configure(Array.from({ length: 240 }, (_, i) => endpoint(`e-${i}`)))
    await advance(30_000)
    expect(Math.max(...posts.map(post => post.checks.length))).toBeLessThanOrEqual(100)
    expect(posts.flatMap(post => post.checks).length).toBeGreaterThanOrEqual(240)
  })

  it('never has two checks of one endpoint in flight, nor more than its limit, nor a burst', async () => {
    const { loop, advance, running, started } = theatre({ takes: 3_000, concurrency: 10, burst: 4 })
    loop.configure(Array.from({ length: 40 }, (_, i) => endpoint(`e-${i}`, { every: 1_000 })))
    await advance(60_000)
    expect(running.most).toBe(10)
    const perTurn = new Map<number, number>()
    for (const { at } of started) perTurn.set(at, (perTurn.get(at) ?? 0) + 1)
    expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(10)
    for (const id of new Set(started.map(run => run.id))) {
      const own = started.filter(run => run.id === id).map(run => run.at)
      for (let i = 1; i < own.length; i++) expect(own[i]! - own[i - 1]!).toBeGreaterThanOrEqual(3_000)
    }
    // Nobody is starved.
    expect(new Set(started.map(run => run.id)).size).toBe(40)
  })

  it('turns a probe that fails into an unknown check, and goes on', async () => {
    const { loop, advance, checks } = theatre({
      probe: one => {
        if (one.id === 'sync') throw new Error('at once')
        return Promise.reject(new Error('later'))
      },
    })
    loop.configure([endpoint('sync', { every: 1_000 }), endpoint('async', { every: 1_000 })])
    await advance(5_000)
    expect(checks().length).toBeGreaterThanOrEqual(8)
    for (const check of checks())
      expect(check.outcome).toMatchObject({ state: 'unknown', reason: 'unknown:internal' })
  })

  it('posts one `unknown:paused` for an endpoint that became paused, and drops the check in flight', async () => {
    const { loop, advance, checks } = theatre({ takes: 400 })
    loop.configure([endpoint('a', { every: 1_000 })])
    await advance(100)
    loop.configure([endpoint('a', { every: 1_000, paused: true })])
    loop.configure([endpoint('a', { every: 1_000, paused: true })])
    await advance(10_000)
    expect(checks().map(check => check.outcome)).toMatchObject([
      { state: 'unknown', reason: 'unknown:paused' },
    ])
  })

  it('drops an endpoint that is gone, with its check in flight', async () => {
    const { loop, advance, checks } = theatre({ takes: 400 })
    loop.configure([endpoint('a', { every: 1_000 }), endpoint('b', { every: 1_000 })])
    await advance(100)
    loop.configure([endpoint('b', { every: 1_000 })])
    await advance(10_000)
    expect(new Set(checks().map(check => check.endpoint))).toEqual(new Set(['b']))
  })

  it('drains: starts nothing more, posts what was in flight, and waits no longer than it may', async () => {
    const stage = theatre({ takes: 300 })
    stage.loop.configure([endpoint('a', { every: 1_000 })])
    await stage.advance(100)
    let over = false
    void stage.loop.drain(duration(5_000)).then(() => {
      over = true
    })
    await stage.advance(150)
    expect(over).toBe(false)
    await stage.advance(400)
    expect(over).toBe(true)
    expect(stage.checks()).toHaveLength(1)
    await stage.advance(20_000)
    expect(stage.started).toHaveLength(1)

    const stuck = theatre({ takes: 60_000 })
    stuck.loop.configure([endpoint('a')])
    await stuck.advance(100)
    let gaveUp = false
    void stuck.loop.drain(duration(2_000)).then(() => {
      gaveUp = true
    })
    await stuck.advance(2_200)
    expect(gaveUp).toBe(true)
    await stuck.advance(100_000)
    expect(stuck.checks()).toHaveLength(0)
  })

  it('neither repeats nor reorders instants when the wall clock steps back a little', async () => {
    const { loop, advance, checks, stepWall } = theatre({ takes: 5 })
    loop.configure([endpoint('a', { every: 1_000 })])
    await advance(10_000)
    stepWall(-4_500)
    await advance(20_000)
    const found = checks().map(check => check.at)
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeGreaterThan(found[i - 1]!)
    expect(found.at(-1)! - START).toBeLessThan(20_000 - 4_500 + 10)
  })
})

it('an instant follows the one before, unless the clock was plainly wrong', () => {
  const last = instant(START)
  expect(stamp(START + 5.7, undefined)).toBe(START + 5)
  expect(stamp(START + 5, last)).toBe(START + 5)
  expect(stamp(START, last)).toBe(START + 1)
  expect(stamp(START - 9_000, last)).toBe(START + 1)
  expect(stamp(START - 3_600_000, last)).toBe(START - 3_600_000)
  expect(stamp(START - 86_400_000, last)).toBe(START - 86_400_000)
})

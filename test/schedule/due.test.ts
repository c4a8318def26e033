import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Endpoint, EndpointId } from '../../src/catalog/model.ts'
import type { State } from '../../src/probe/check.ts'
import { createDueQueue, phase } from '../../src/schedule/due.ts'
import { instant } from '../../src/time/instant.ts'
import { at, type EndpointParts, endpoint, START } from './endpoints.ts'

interface Run {
  readonly id: string
  readonly start: number
  readonly due: number
}

/** Plays a queue from `from` ms: each check takes what `takes` says and ends in the state that `state` says. */
function play(
  queue: ReturnType<typeof createDueQueue>,
  from: number,
  to: number,
  state: (id: string, start: number) => State = () => 'up',
  takes: (id: string, start: number) => number = () => 10,
): Run[] {
  const runs: Run[] = []
  const running: { id: EndpointId; start: number; end: number }[] = []
  for (let now = from; ; ) {
    for (const { endpoint, due } of queue.take(at(now), 1_000_000)) {
      runs.push({ id: endpoint.id, start: now, due })
      running.push({ id: endpoint.id, start: now, end: now + takes(endpoint.id, now) })
    }
    running.sort((a, b) => a.end - b.end)
    const next = Math.min(
      queue.next() ?? Number.POSITIVE_INFINITY,
      running[0]?.end ?? Number.POSITIVE_INFINITY,
    )
    if (next > to) return runs
    now = Math.max(now, next)
    while (running[0] && running[0].end <= now) {
      const done = running.shift()!
      queue.finish(done.id, state(done.id, done.start), at(now))
    }
  }
}

const one = (parts: EndpointParts) => {
  const queue = createDueQueue()
  queue.configure([endpoint('a', parts)], at(0))
  return queue
}
const starts = (runs: readonly Run[]): number[] => runs.map(run => run.start)

describe('an endpoint', () => {
  it('is first checked at once, then on its own grid, which a restart finds again', () => {
    const found = starts(play(one({ every: 60_000 }), 0, 600_000))
    expect(found[0]).toBe(0)
    expect(found[1]).toBeGreaterThanOrEqual(30_000)
    expect(found[1]).toBeLessThanOrEqual(90_000)
    for (let i = 2; i < found.length; i++) expect(found[i]! - found[i - 1]!).toBe(60_000)
    expect((START + found[1]!) % 60_000).toBe(phase('a' as EndpointId, 60_000))

    const restarted = createDueQueue()
    restarted.configure([endpoint('a')], at(12_345))
    const later = starts(play(restarted, 12_345, 600_000))
    expect(later.slice(2).every(start => found.includes(start))).toBe(true)
  })

  it('keeps its grid through checks that start late, and skips what it missed', () => {
    const queue = one({ every: 10_000 })
    const [first = 0, grid = 0] = starts(play(queue, 0, 25_000))
    expect(first).toBe(0)
    // Nobody looks for 34 s: one late check, no burst, and the next slot is one of the grid.
    const late = starts(play(queue, grid + 44_000, grid + 75_000))
    expect(late).toEqual([grid + 44_000, grid + 50_000, grid + 60_000, grid + 70_000])
  })

  it('is not checked twice at once when a check outlasts its interval', () => {
    const found = starts(play(one({ every: 5_000 }), 0, 60_000, undefined, () => 12_000))
    for (let i = 1; i < found.length; i++) expect(found[i]! - found[i - 1]!).toBeGreaterThanOrEqual(12_000)
    expect(found.length).toBeGreaterThan(3)
  })

  it('is checked at the pace of confirmation after its first failure, until confirmed, then on its grid', () => {
    const down =
      (from: number, to: number) =>
      (_id: string, start: number): State =>
        start >= from && start < to ? 'down' : 'up'
    const queue = one({ every: 60_000, failures: 3, confirmEvery: 5_000 })
    const grid = starts(play(queue, 0, 130_000))[1]!
    const found = starts(play(queue, 130_001, grid + 400_000, down(grid + 120_000, grid + 300_000)))
    expect(found.map(start => start - grid)).toEqual([
      120_000, 125_000, 130_000, 180_000, 240_000, 300_000, 360_000,
    ])
  })

  it('returns to its grid when the second check is up, and never confirms more slowly than its interval', () => {
    const queue = one({ every: 60_000, failures: 3, confirmEvery: 5_000 })
    const grid = starts(play(queue, 0, 130_000))[1]!
    const found = starts(
      play(queue, 130_001, grid + 250_000, (_id, start) => (start === grid + 120_000 ? 'down' : 'up')),
    )
    expect(found.map(start => start - grid)).toEqual([120_000, 125_000, 180_000, 240_000])

    const quick = one({ every: 2_000, failures: 2, confirmEvery: 10_000 })
    const all = starts(play(quick, 0, 40_000, () => 'down'))
    for (let i = 1; i < all.length; i++) expect(all[i]! - all[i - 1]!).toBeLessThanOrEqual(3_000)
  })

  it('keeps the pace through `unknown` checks, which neither count nor break the run', () => {
    const queue = one({ every: 60_000, failures: 2, confirmEvery: 5_000 })
    const grid = starts(play(queue, 0, 130_000))[1]!
    const states: State[] = ['down', 'unknown', 'unknown', 'down', 'down', 'unknown', 'up']
    const found = starts(play(queue, 130_001, grid + 400_000, () => states.shift() ?? 'up'))
    expect(found.map(start => start - grid)).toEqual([
      120_000, 125_000, 130_000, 135_000, 180_000, 240_000, 300_000, 360_000,
    ])
  })

  it('is asked again at once when a failed check took longer than the pace', () => {
    const queue = one({ every: 60_000, failures: 3, confirmEvery: 5_000 })
    const found = starts(
      play(
        queue,
        0,
        21_000,
        () => 'down',
        () => 10_000,
      ),
    )
    expect(found).toEqual([0, 10_000, 20_000])
  })

  it('that is paused is never due, and says so once', () => {
    const queue = one({ every: 1_000 })
    play(queue, 0, 5_000)
    expect(queue.configure([endpoint('a', { every: 1_000, paused: true })], at(5_000)).paused).toHaveLength(1)
    expect(queue.configure([endpoint('a', { every: 1_000, paused: true })], at(5_001)).paused).toHaveLength(0)
    expect(queue.next()).toBeNull()
    queue.configure([endpoint('a', { every: 1_000 })], at(9_000))
    expect(queue.next()).toBe(9_000)
  })
})

describe('a cron endpoint', () => {
  it('is checked at its times, and in between only to confirm', () => {
    const queue = one({ cron: '*/10 * * * *', confirmEvery: 20_000 })
    const states: State[] = ['up', 'down', 'down', 'up']
    const found = starts(play(queue, 0, 1_900_000, () => states.shift() ?? 'up'))
    expect(found).toEqual([600_000, 1_200_000, 1_220_000, 1_800_000])
  })

  it('follows the wall clock when that is set', () => {
    const queue = one({ cron: '0 * * * *' })
    expect(queue.next()).toBe(3_600_000)
    const ahead = { mono: 60_000, wall: instant(START + 1_860_000) }
    expect(queue.take(ahead, 9)).toHaveLength(0)
    expect(queue.next()).toBe(1_800_000)
    const back = { mono: 1_800_000, wall: instant(START + 1_800_000) }
    expect(queue.take(back, 9)).toHaveLength(0)
    expect(queue.next()).toBe(3_600_000)
    // Too small a step to reckon anew: it is still never early.
    const slow = { mono: 3_600_000, wall: instant(START + 3_599_500) }
    expect(queue.take(slow, 9)).toHaveLength(0)
    expect(queue.next()).toBe(3_600_500)
    expect(queue.take(at(3_600_500), 9)).toHaveLength(1)
  })
})

describe('a new configuration', () => {
  it('leaves the dues of unchanged endpoints, drops those that are gone, and starts new ones soon', () => {
    const queue = createDueQueue()
    queue.configure([endpoint('a'), endpoint('b')], at(0))
    const before = play(queue, 0, 200_000)
    const next = queue.next()
    const changes = queue.configure(
      [endpoint('b', { url: 'http://127.0.0.1:10/' }), endpoint('a')],
      at(200_001),
    )
    expect(changes).toEqual({ paused: [], removed: [] })
    expect(queue.next()).toBe(next)
    expect(queue.configure([endpoint('a'), endpoint('c')], at(200_002)).removed).toEqual(['b'])
    expect(queue.next()).toBe(200_002)
    const after = play(queue, 200_002, 400_000)
    expect(new Set(after.map(run => run.id))).toEqual(new Set(['a', 'c']))
    const lastOfA = before.filter(run => run.id === 'a').at(-1)!.start
    expect(after.find(run => run.id === 'a')!.start - lastOfA).toBe(60_000)
  })

  it('hands out the endpoint as it is configured now', () => {
    const queue = createDueQueue()
    queue.configure([endpoint('a')], at(0))
    queue.configure([endpoint('a', { url: 'http://127.0.0.1:10/' })], at(0))
    expect(queue.take(at(0), 1)[0]?.endpoint.target.url).toBe('http://127.0.0.1:10/')
  })

  it('never makes an endpoint due while its check is running, though it was removed and came back', () => {
    const queue = createDueQueue()
    queue.configure([endpoint('a', { every: 1_000 })], at(0))
    expect(queue.take(at(0), 9)).toHaveLength(1)
    queue.configure([], at(1))
    queue.configure([endpoint('a', { every: 1_000 })], at(2))
    expect(queue.take(at(10_000), 9)).toHaveLength(0)
    queue.finish('a' as EndpointId, 'up', at(10_000))
    expect(queue.take(at(11_000), 9)).toHaveLength(1)
  })

  it('follows a changed interval', () => {
    const queue = one({ every: 60_000 })
    play(queue, 0, 130_000)
    queue.configure([endpoint('a', { every: 5_000 })], at(130_000))
    const found = starts(play(queue, 130_000, 151_000))
    expect(found.length).toBeGreaterThanOrEqual(4)
    expect(found[1]! - found[0]!).toBe(5_000)
  })
})

describe('many endpoints', () => {
  const many = (n: number, every: number): Endpoint[] =>
    Array.from({ length: n }, (_, i) => endpoint(`e-${i}`, { every }))

  it('are each checked within seconds of a restart, 20 ms apart and not in a burst', () => {
    const queue = createDueQueue()
    queue.configure(many(200, 60_000), at(0))
    const first = play(queue, 0, 3_999)
    expect(new Set(first.map(run => run.id)).size).toBe(200)
    const gaps = first.map((run, i) => run.start - (first[i - 1]?.start ?? -20))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(19.9)
  })

  it('are spread over their interval', () => {
    const buckets = new Array<number>(20).fill(0)
    for (const { id } of many(2_000, 60_000)) buckets[Math.floor(phase(id, 60_000) / 3_000)]!++
    expect(Math.min(...buckets)).toBeGreaterThan(60)
    expect(Math.max(...buckets)).toBeLessThan(150)
  })

  it('of any schedules, durations and outcomes are never checked twice at once, too late or off their pace', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            every: fc.integer({ min: 500, max: 60_000 }),
            failures: fc.integer({ min: 1, max: 4 }),
            confirmEvery: fc.integer({ min: 100, max: 20_000 }),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        fc.integer({ min: 1, max: 1_000_000 }),
        (parts, seed) => {
          const endpoints = parts.map((part, i) => endpoint(`e-${i}`, part))
          const byId = new Map<string, Endpoint>(endpoints.map(one => [one.id, one]))
          const queue = createDueQueue()
          queue.configure(endpoints, at(0))
          const draw = (id: string, start: number, salt: number): number =>
            phase(`${id}${start}${seed}${salt}` as EndpointId, 100)
          const states: readonly State[] = ['up', 'down', 'down', 'unknown']
          const state = (id: string, start: number): State => states[draw(id, start, 1) % 4]!
          const takes = (id: string, start: number): number => draw(id, start, 2) * 30 + 1
          const runs = play(queue, 0, 2_000_000 / parts.length, state, takes)

          for (const { id } of endpoints) {
            const { schedule, confirm } = byId.get(id)!
            if (schedule.kind !== 'every') throw new Error('unreachable')
            const own = runs.filter(run => run.id === id)
            let failures = 0
            own.forEach((run, i) => {
              expect(run.start - run.due).toBeLessThan(1e-6)
              const end = run.start + takes(id, run.start)
              const found = state(id, run.start)
              failures = found === 'down' ? failures + 1 : found === 'up' ? 0 : failures
              const next = own[i + 1]
              if (next === undefined) return
              expect(next.start).toBeGreaterThanOrEqual(end)
              const pace = Math.min(confirm.every, schedule.every)
              if (failures > 0 && failures < confirm.failures) {
                expect(next.start).toBeCloseTo(Math.max(run.start + pace, end), 6)
              } else {
                const offGrid = (START + next.start - phase(id, schedule.every)) % schedule.every
                expect(Math.min(offGrid, schedule.every - offGrid)).toBeLessThan(1e-3)
                expect(next.start - Math.max(run.start, end)).toBeLessThanOrEqual(1.5 * schedule.every + 1e-6)
              }
            })
          }
        },
      ),
      { seed: 20_261_001, numRuns: 60 },
    )
  })

  it('two thousand with one minute each make two thousand checks a minute, evenly', () => {
    const queue = createDueQueue()
    queue.configure(many(2_000, 60_000), at(0))
    const runs = play(queue, 0, 360_000)
    const minute = runs.filter(run => run.start >= 120_000 && run.start < 180_000)
    expect(minute).toHaveLength(2_000)
    const perSecond = new Array<number>(60).fill(0)
    for (const run of minute) perSecond[Math.floor((run.start - 120_000) / 1_000)]!++
    expect(Math.max(...perSecond)).toBeLessThan(70)
  })
})

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { Check } from '../../src/probe/check.ts'
import { type RecorderOptions, startRecorder } from '../../src/record/recorder.ts'
import type { Instant } from '../../src/time/instant.ts'
import { at, check, openScene, policy, service, t0 } from './scene.ts'

type Trouble = Parameters<NonNullable<RecorderOptions['onTrouble']>>[0]

let scene: ReturnType<typeof openScene>
let troubles: Trouble[]
beforeEach(async () => {
  scene = openScene()
  troubles = []
  await scene.store.configure([service('iam', ['a', 'b'])], [], t0)
})
afterEach(() => scene.close())

const begin = (more: Partial<RecorderOptions> = {}) =>
  startRecorder({
    store: scene.store,
    policyOf: () => policy,
    onTrouble: trouble => troubles.push(trouble),
    gather: 5,
    ...more,
  })
const checks = (id: string, from: number, count: number): Check[] =>
  Array.from({ length: count }, (_, i) => check(id, at(from + i), 'up'))
const stored = (key = 1) => scene.store.checks.read(key, 0, Number.MAX_SAFE_INTEGER).map(c => c.at)
/** A check that no database takes. */
const poison = { ...check('a', at(0), 'up'), at: Number.NaN as Instant }

/** Locks the database as another process does, until the returned function is called. */
function lock(): () => void {
  const other = new Sqlite(join(scene.directory, 'nines.db'))
  other.exec('BEGIN EXCLUSIVE')
  return () => {
    other.exec('ROLLBACK')
    other.close()
  }
}

describe('the recorder', () => {
  it('commits together what comes in together, after the time to gather', async () => {
    const append = vi.spyOn(scene.store, 'append')
    const seen: { checks: number; changed: boolean }[] = []
    const recorder = begin({ onStored: s => seen.push(s), gather: 30 })
    recorder.take(checks('a', 0, 3))
    await sleep(0)
    recorder.take(checks('b', 0, 2))
    expect(recorder.waiting).toBe(5)
    expect(append).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(recorder.waiting).toBe(0))
    expect(append).toHaveBeenCalledTimes(1)
    expect(seen).toEqual([{ checks: 5, changed: false, confirmed: [] }])
    expect(stored(1)).toHaveLength(3)
    expect(stored(2)).toHaveLength(2)
    expect(troubles).toEqual([])
  })

  it('says when an outage changed', async () => {
    const seen: boolean[] = []
    const recorder = begin({ onStored: ({ changed }) => seen.push(changed) })
    for (const group of [['up', 'down'], ['down'], ['down'], ['up']] as const) {
      recorder.take(group.map((state, i) => check('a', at(seen.length * 10 + i), state)))
      await recorder.drain(5_000)
    }
    expect(seen).toEqual([false, true, false, true])
  })

  it('stores a flood in groups, and lets others run between them', async () => {
    const append = vi.spyOn(scene.store, 'append')
    const recorder = begin({ gather: 0 })
    let turns = 0
    const turn = () => {
      turns++
      if (recorder.waiting > 0) setImmediate(turn)
    }
    for (const part of [0, 2_500, 5_000]) recorder.take(checks('a', part, 2_500))
    setImmediate(turn)
    await vi.waitFor(() => expect(recorder.waiting).toBe(0), 20_000)
    expect(append.mock.calls.map(([group]) => group.length)).toEqual([2_000, 2_000, 2_000, 1_500])
    expect(turns).toBeGreaterThanOrEqual(3)
    expect(stored()).toHaveLength(7_500)
  })

  it('tries again while another process holds the lock, without standing still', async () => {
    const unlock = lock()
    const recorder = begin()
    const append = vi.spyOn(scene.store, 'append')
    let longest = 0
    let last = performance.now()
    const ticking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    recorder.take(checks('a', 0, 3))
    await vi.waitFor(() => expect(append.mock.calls.length).toBeGreaterThan(5), 10_000)
    clearInterval(ticking)
    // A blocking driver would wait for seconds at each try.
    expect(longest).toBeLessThan(500)
    expect(recorder.waiting).toBe(3)
    expect(recorder.waitingFrom).toBe(at(0))
    expect(recorder.trouble?.message).toBe('database is locked')
    recorder.take(checks('a', 3, 2))
    unlock()
    await vi.waitFor(() => expect(recorder.waiting).toBe(0))
    expect(recorder.waitingFrom).toBeNull()
    expect(recorder.trouble).toBeNull()
    expect(stored()).toEqual([0, 1, 2, 3, 4].map(at))
    expect(troubles.map(({ error, dropped }) => [error?.message ?? null, dropped])).toEqual([
      ['database is locked', 0],
      [null, 0],
    ])
  })

  it('keeps no more than its capacity, and gives up the oldest first', async () => {
    const unlock = lock()
    const recorder = begin({ capacity: 10 })
    for (let i = 0; i < 25; i += 5) recorder.take(checks('a', i, 5))
    expect(recorder.waiting).toBe(10)
    await vi.waitFor(() => expect(recorder.trouble).not.toBeNull())
    recorder.take(checks('a', 25, 3))
    expect(recorder.waiting).toBe(10)
    unlock()
    await vi.waitFor(() => expect(recorder.waiting).toBe(0))
    expect(stored()).toEqual(Array.from({ length: 10 }, (_, i) => at(18 + i)))
    expect(troubles.at(-1)).toEqual({ error: null, waiting: 0, dropped: 18 })
  })

  it('gives up the one check that cannot be stored, and none of those beside and after it', async () => {
    const recorder = begin()
    recorder.take([...checks('a', 0, 5), poison, ...checks('b', 0, 5)])
    recorder.take(checks('a', 10, 2))
    await vi.waitFor(() => expect(recorder.waiting).toBe(0))
    expect(stored(1)).toHaveLength(7)
    expect(stored(2)).toHaveLength(5)
    expect(recorder.trouble).toBeNull()
    expect(troubles).toMatchObject([
      { error: expect.any(Error), dropped: 1 },
      { error: null, waiting: expect.any(Number) },
    ])
  })

  it('tells of a fault once, however many checks it costs', async () => {
    const recorder = begin()
    recorder.take([poison, poison, poison, poison])
    await vi.waitFor(() => expect(recorder.waiting).toBe(0))
    expect(troubles).toHaveLength(1)
    recorder.take(checks('a', 0, 1))
    await vi.waitFor(() => expect(recorder.trouble).toBeNull())
    expect(troubles.at(-1)).toMatchObject({ error: null, dropped: 4 })
  })

  it('drops checks of endpoints that nobody watches any more', async () => {
    const recorder = begin({ policyOf: id => (id === ('a' as EndpointId) ? policy : null) })
    recorder.take([...checks('a', 0, 1), ...checks('b', 0, 1), ...checks('nobody', 0, 1)])
    expect(await recorder.drain(5_000)).toBe(0)
    expect([stored(1), stored(2)]).toEqual([[at(0)], []])
  })

  it('stores all that waits when it drains, and says what it could not', async () => {
    const recorder = begin({ gather: 60_000 })
    recorder.take(checks('a', 0, 4))
    expect(await recorder.drain(5_000)).toBe(0)
    expect(stored()).toHaveLength(4)

    const unlock = lock()
    recorder.take(checks('a', 10, 3))
    expect(await recorder.drain(150)).toBe(3)
    unlock()
    expect(stored()).toHaveLength(4)
  })
})

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serviceOutages } from '../../src/availability/outages.ts'
import type { EndpointId, ServiceId } from '../../src/catalog/model.ts'
import type { State } from '../../src/probe/check.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { packChecks, pruneChecks } from '../../src/record/pack-store.ts'
import { compareWithChecks } from '../../src/record/recompute.ts'
import { RecordStore } from '../../src/record/store.ts'
import { type Instant, instant } from '../../src/time/instant.ts'
import { at, check, openScene, policy, service, t0 } from './scene.ts'

let scene: ReturnType<typeof openScene>
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const a = 'a' as EndpointId
const iam = 'iam' as ServiceId
const policyOf = () => policy
const raw = (when: Instant, state: State): RawCheck => ({
  at: when,
  state,
  reason: state === 'up' ? null : 'timeout',
  policy,
  latency: 1_500,
})
const ids = (store: RecordStore) => [...store.memory.outageIds(iam)]

describe('the record', () => {
  it('reads back exactly the checks that were appended', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    await store.append(
      [check('a', at(0), 'up'), check('a', at(60), 'down'), check('a', at(70), 'unknown')],
      policyOf,
    )
    expect(store.checks.read(1, 0, Number.MAX_SAFE_INTEGER)).toEqual([
      { at: at(0), state: 'up', reason: null, policy, latency: 12_500 },
      { at: at(60), state: 'down', reason: 'timeout', policy, latency: 12_500 },
      { at: at(70), state: 'unknown', reason: 'unknown:offline', policy, latency: 12_500 },
    ])
  })

  it('gives an outage its id when it is confirmed, and keeps it when it ends', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    await store.append([check('a', at(0), 'up'), check('a', at(60), 'down')], policyOf)
    expect(ids(store)).toEqual([])
    await store.append([check('a', at(70), 'down')], policyOf)
    const [open] = ids(store)
    expect(open?.[0]).toBe(at(60))
    await store.append([check('a', at(130), 'up')], policyOf)
    expect(ids(store)).toEqual([open])
  })

  it('joins outages that grew together under the older id, and leads there from the other', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    const states: [number, State][] = [
      [0, 'up'],
      [60, 'down'],
      [70, 'down'],
      [80, 'up'],
      [90, 'down'],
      [100, 'down'],
      [120, 'up'],
    ]
    for (const [s, state] of states.filter(([s]) => s !== 80))
      await store.append([check('a', at(s), state)], policyOf)
    expect(ids(store)).toHaveLength(1)
    const [first] = ids(store)
    await store.import(new Map([[a, [raw(at(80), 'up')]]]))
    expect(ids(store).map(([from]) => from)).toEqual([at(60), at(90)])
    expect(ids(store)[0]).toEqual(first)
  })

  it('notices what another process wrote', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    await store.append([check('a', at(600), 'up')], policyOf)
    const { openDatabase } = await import('../../src/db/open.ts')
    const other = new RecordStore(openDatabase(scene.directory, 1_000))
    await other.import(new Map([[a, [raw(at(0), 'down'), raw(at(60), 'down')]]]))
    other.db.close()
    await store.append([check('a', at(660), 'up')], policyOf)
    const [member] = store.memory.members(iam, at(700))
    expect(member?.membership.from).toBe(at(0))
    expect(member?.history.runs).toMatchObject([{ from: at(0), to: at(600), failures: 2 }])
  })

  it('stores the same import twice without a change', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    const past = new Map([[a, [raw(at(60), 'down'), raw(at(0), 'up'), raw(at(70), 'down')]]])
    expect(await store.import(past)).toEqual({ stored: 3, known: 0, closed: 0 })
    const before = ids(store)
    expect(await store.import(past)).toEqual({ stored: 0, known: 3, closed: 0 })
    expect(ids(store)).toEqual(before)
    expect(store.checks.read(1, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(3)
  })

  it('keeps the id of a lasting outage when an older check of another endpoint is stored after it', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a', 'b'])], [], t0)
    await store.append([check('a', at(0), 'up'), check('b', at(0), 'up')], policyOf)
    await store.append([check('b', at(110), 'down'), check('b', at(115), 'down')], policyOf)
    // The good check of b is slow: it started at 120, and a fails meanwhile.
    await store.append([check('a', at(123), 'down'), check('a', at(126), 'down')], policyOf)
    await store.append([check('b', at(120), 'up')], policyOf)
    expect(ids(store).map(([from]) => from)).toEqual([at(110), at(123)])
    const named = ids(store)
    await store.import(new Map([['b' as EndpointId, [raw(at(50), 'up')]]]))
    expect(ids(store)).toEqual(named)
  })

  it('leaves nothing of a group that could not be stored', async () => {
    const { store } = scene
    await store.configure([service('iam', ['a'])], [], t0)
    await store.append([check('a', at(0), 'up')], policyOf)
    const broken = { ...check('a', at(120), 'down'), at: 0.5 as Instant }
    await expect(
      store.append([check('a', at(60), 'down'), { ...broken, at: Number.NaN as Instant }], policyOf),
    ).rejects.toThrow()
    expect(store.checks.read(1, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(1)
    expect(store.memory.standing(1)?.last.at).toBe(at(0))
  })
})

const states = fc.constantFrom<State>('up', 'up', 'down', 'down', 'unknown')
const events = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('live' as const),
        who: fc.constantFrom('a', 'b'),
        gap: fc.integer({ min: 1, max: 300 }),
        lag: fc.constantFrom(0, 0, 0, 20, 150),
        state: states,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('past' as const),
        who: fc.constantFrom('a', 'b'),
        back: fc.array(fc.tuple(fc.integer({ min: -600, max: 4_000 }), states), {
          minLength: 1,
          maxLength: 6,
        }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('pack' as const, 'prune' as const, 'restart' as const, 'fault' as const),
        back: fc.integer({ min: 0, max: 3_000 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 30 },
)

describe('live folding', () => {
  it('equals a fold of the stored checks, whatever was imported, packed, pruned or restarted in between', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.constantFrom('any' as const, 'all' as const), async (script, rule) => {
        const inner = openScene()
        try {
          let store = inner.store
          let now = 1_000
          await store.configure([service('iam', ['a', 'b'], { kind: rule })], [], t0)
          for (const event of script) {
            if (event.kind === 'live') {
              now += event.gap
              await store.append([check(event.who, at(now - event.lag), event.state)], policyOf)
            } else if (event.kind === 'past') {
              const id = event.who as EndpointId
              const closed = store.closedUntil(id) ?? 0
              const past = event.back
                .map(([s, state]) => raw(at(now - s), state))
                .filter(c => c.at > closed && c.at <= at(now))
              await store.import(new Map([[id, past]]))
            } else if (event.kind === 'pack') await packChecks(store, at(now - event.back))
            else if (event.kind === 'prune') await pruneChecks(store, at(now - event.back))
            else if (event.kind === 'fault') {
              // The second check cannot be stored, so the first must leave no trace either, not even in memory.
              now += 1
              const group = [
                check('a', at(now), 'down'),
                { ...check('b', at(now), 'down'), at: Number.NaN as Instant },
              ]
              await expect(store.append(group, policyOf)).rejects.toThrow()
            } else store = new RecordStore(store.db)
          }
          const end = at(now + 100)
          for (const difference of compareWithChecks(store, end))
            expect(difference).toMatchObject({ ms: 0, runs: false })
          const fresh = new RecordStore(store.db)
          for (const difference of compareWithChecks(fresh, end))
            expect(difference).toMatchObject({ ms: 0, runs: false })
          const members = store.memory.members(iam, end)
          const window = { from: instant(t0 - 10_000_000), to: end }
          const composed = serviceOutages(members, { kind: rule }, [], window, end)
          expect([...fresh.memory.outageIds(iam).keys()]).toEqual(composed.map(o => o.from))
        } finally {
          inner.close()
        }
      }),
      { numRuns: 150 },
    )
  }, 120_000)
})

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import { startHousekeeping } from '../../src/record/housekeeping.ts'
import { pruneChecks } from '../../src/record/pack-store.ts'
import { compareWithChecks } from '../../src/record/recompute.ts'
import { add } from '../../src/time/interval.ts'
import { at, check, openScene, policy, service, t0 } from './scene.ts'

const DAY = 86_400_000
const a = 'a' as EndpointId

let scene: ReturnType<typeof openScene>
beforeEach(async () => {
  scene = openScene()
  await scene.store.configure([service('iam', ['a'])], [], t0)
  await scene.store.append(
    [0, 60, 120, 180].map(s => check('a', at(s), 'up')),
    () => policy,
  )
})
afterEach(() => scene.close())

const stored = () => scene.store.checks.read(1, 0, Number.MAX_SAFE_INTEGER).map(c => c.at)
const troubles: string[] = []
const keepHouse = async (now: number, keep: number) => {
  const house = startHousekeeping({
    store: scene.store,
    now: () => add(t0, now),
    keep: () => keep,
    catchUpAfter: 0,
    onError: (job, error) => troubles.push(`${job}: ${error.message}`),
  })
  await house.settled()
  await house.stop()
  expect(troubles).toEqual([])
}

describe('housekeeping', () => {
  it('packs what is old enough, without a change to what is read', async () => {
    const before = stored()
    await keepHouse(DAY, 400 * DAY)
    expect(stored()).toEqual(before)
    expect(scene.store.checks.recentOf([1]).size).toBe(0)
  })

  it('removes no check because the clock is far ahead', async () => {
    await keepHouse(1_000 * DAY, 400 * DAY)
    expect(stored()).toHaveLength(4)
  })

  it('removes what is past its retention, and what remains still folds to the same', async () => {
    await scene.store.append([check('a', at(10 * 86_400), 'up')], () => policy)
    await keepHouse(10 * DAY + 60_000, 9 * DAY)
    expect(stored()).toEqual([at(10 * 86_400)])
    expect([...compareWithChecks(scene.store, at(10 * 86_400 + 1))]).toMatchObject([{ ms: 0, runs: false }])
  })

  it('leaves the first moments to whoever waited for the start, and can be stopped in them', async () => {
    let done = 0
    const house = startHousekeeping({
      store: scene.store,
      now: () => add(t0, DAY),
      keep: () => 400 * DAY,
      jobs: [{ name: 'counting', cron: '0 0 1 1 *', work: async () => done++ }],
      catchUpAfter: DAY,
      onError: (job, error) => troubles.push(`${job}: ${error.message}`),
    })
    await sleep(20)
    await house.stop()
    expect(done).toBe(0)
    expect(scene.store.checks.recentOf([1]).get(1)).toHaveLength(4)
    expect(troubles).toEqual([])
  })

  it('leaves out an import into time that retention has closed, and goes on', async () => {
    await scene.store.append([check('a', at(10 * 86_400), 'up')], () => policy)
    await keepHouse(10 * DAY + 60_000, 9 * DAY)
    const past = [at(-60), at(90)].map(
      when => ({ at: when, state: 'down', reason: null, policy, latency: null }) as const,
    )
    expect(await scene.store.import(new Map([[a, past]]))).toEqual({ stored: 0, known: 0, closed: 2 })
    expect(await pruneChecks(scene.store, at(11 * 86_400))).toBe(1)
  })
})

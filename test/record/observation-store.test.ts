import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { CheckEvidence, State } from '../../src/probe/check.ts'
import { reader } from '../../src/record/reader.ts'
import { at, check, openScene, policy, service } from './scene.ts'

const ID = 'a' as EndpointId
const evidence = (text: string): CheckEvidence => ({
  resolved: ['192.0.2.1'],
  hops: [],
  headers: [['server', 'nginx']],
  body: { kind: 'text', charset: 'utf-8', text, bytes: text.length, whole: true },
  certificate: null,
  references: null,
})

let scene: ReturnType<typeof openScene>
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const seen = () =>
  reader(scene.store, () => ({ services: [], maintenance: [] })).observations([ID], {
    from: at(0),
    to: at(1_000),
  })

async function checks(states: readonly (readonly [seconds: number, state: State, text: string])[]) {
  await scene.store.configure([service('s', ['a'])], [], at(0))
  const made = states.map(([seconds, state, text]) => ({
    ...check('a', at(seconds), state),
    evidence: evidence(text),
  }))
  await scene.store.append(made, () => policy)
}

describe('the evidence of a check', () => {
  it('is kept of the first failed, the confirming, the last failed and the first good check', async () => {
    await checks([
      [0, 'up', 'before'],
      [10, 'down', 'first'],
      [20, 'down', 'confirming'],
      [30, 'down', 'third'],
      [40, 'unknown', 'ours'],
      [50, 'down', 'last'],
      [60, 'up', 'good'],
      [70, 'up', 'after'],
    ])
    expect((await seen()).map(o => [o.at, o.evidence?.body])).toEqual(
      (
        [
          [10, 'first'],
          [20, 'confirming'],
          [50, 'last'],
          [60, 'good'],
        ] as const
      ).map(([when, text]) => [at(when), evidence(text).body]),
    )
  })

  it('is absent of rows that were stored before it was kept', async () => {
    await checks([
      [10, 'down', 'x'],
      [20, 'down', 'x'],
    ])
    const old = {
      state: 'down',
      reason: 'timeout',
      observed: 'late',
      timings: { total: 1 },
      address: null,
      status: null,
    }
    scene.store.db.connection.prepare('UPDATE observations SET seen = ?').run(JSON.stringify(old))
    expect(await seen()).toEqual([10, 20].map(s => ({ endpoint: 'a', at: at(s), ...old, evidence: null })))
  })

  it('takes 8 KiB at most, whoever made it: beyond it the check stands without', async () => {
    await checks([
      [10, 'down', 'x'.repeat(7_000)],
      [20, 'down', 'ä'.repeat(5_000)],
    ])
    const rows = scene.store.db.connection
      .prepare('SELECT length(CAST(seen AS BLOB)) AS n FROM observations')
      .all()
    expect(Math.max(...rows.map(row => (row as { n: number }).n))).toBeLessThanOrEqual(8_192)
    expect((await seen()).map(o => o.evidence !== null)).toEqual([true, false])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { makeHistory } from '../../src/demo/history.ts'
import { monthAgo } from '../../src/demo/plan.ts'
import { outagesIn, report } from '../../src/page/report.ts'
import { reader } from '../../src/record/reader.ts'
import { compareWithChecks } from '../../src/record/recompute.ts'
import { monthInterval } from '../../src/time/month.ts'
import { openScene } from '../record/scene.ts'
import { at, configAt, foldService } from './fold.ts'

const now = at('2026-11-22T21:13:04.250Z')
const only = (...ids: string[]): Config => {
  const config = configAt(now)
  const services = config.services.filter(s => ids.includes(s.id))
  return {
    ...config,
    services,
    maintenance: config.maintenance.filter(m => ids.includes(m.services[0] ?? '')),
  }
}

describe('the history in the record', () => {
  const scene = openScene()
  const config = only('iam')
  const shares: number[] = []
  beforeAll(async () => {
    await makeHistory(scene.store, config, now, ({ share }) => shares.push(share))
  })
  afterAll(() => scene.close())

  const read = async () => {
    const [record] = await reader(scene.store, () => config).services(now)
    return report(record!, now)
  }
  const month = (ago: number) => monthInterval(monthAgo(ago, config, now), config.contract.timeZone)

  test('is what the checks fold to', async () => {
    for (const { ms, runs } of compareWithChecks(scene.store, now))
      expect({ ms, runs }).toEqual({ ms: 0, runs: false })
    const of = await read()
    const { outages } = foldService('iam', now)
    for (let ago = 0; ago <= 14; ago++) {
      const found = outagesIn(of, month(ago), now)
      expect(found.map(({ id: _, service: __, ...outage }) => outage)).toEqual(outages(ago))
      for (const { id } of found) expect(id).toMatch(/^[0-9a-z]{12}$/)
    }
  })

  test('has maintenance that was entered when it was announced', async () => {
    const opened = openScene()
    const wanted = { ...configAt(now), services: [only('storage').services[0]!] }
    const id = wanted.services[0]!.id
    const windows = wanted.maintenance.filter(m => m.services.includes(id))
    await makeHistory(opened.store, { ...wanted, maintenance: windows }, now)
    const [{ maintenance } = { maintenance: [] }] = await reader(opened.store, () => wanted).services(now)
    expect(windows.length).toBeGreaterThan(0)
    expect(maintenance.map(m => m.noted)).toEqual(
      windows.toSorted((a, b) => a.from - b.from).map(m => m.announced),
    )
    opened.close()
  })

  test('keeps what was seen at the checks that mark an outage', async () => {
    const [outage] = outagesIn(await read(), month(1), now)
    const seen = await reader(scene.store, () => config).observations(['iam-login' as never], {
      from: outage!.from,
      to: outage!.to!,
    })
    expect(seen.map(o => o.state)).toEqual(['down', 'down', 'down', 'up'])
    expect(seen[0]).toMatchObject({ at: outage!.from, reason: 'timeout', address: '192.0.2.10:443' })
    expect(seen[0]!.timings!.total).toBeGreaterThan(5_000)
    expect(seen.at(-1)).toMatchObject({ at: outage!.to, status: 200 })
  })

  test('tells how far it is', () => {
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
})

test('the same now makes the same record', async () => {
  const dump = async () => {
    const { store, close } = openScene()
    await makeHistory(store, only('docs', 'search'), now)
    const tables = ['check_blocks', 'runs', 'unknown_spans', 'outages', 'observations', 'latency_hours']
    const rows = tables.map(table => store.db.connection.prepare(`SELECT * FROM ${table}`).all())
    close()
    return JSON.stringify(rows)
  }
  const [first, second] = [await dump(), await dump()]
  expect(first === second).toBe(true)
})

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AvailabilityJson } from '../../src/api/json.ts'
import {
  availability,
  endpoint,
  inspect,
  iso,
  lastCheck,
  type Nines,
  outages,
  type Ready,
  type Scene,
  scene,
  serviceNow,
  services,
  type Target,
  waitFor,
  waitUntil,
} from './harness.ts'

const RELOADED = 'the configuration was reloaded'

let stage: Scene
let target: Target
beforeEach(async () => {
  stage = scene()
  target = await stage.target()
})
afterEach(() => stage.close())

const front = (more: object = {}) => endpoint('front', target.url('/front'), more)
const back = (more: object = {}) => endpoint('back', target.url('/back'), more)

const reloads = (nines: Nines) => nines.log.filter(({ msg }) => msg === RELOADED).length

/** Saves a configuration and waits until the server has taken it. */
async function take(nines: Nines, config: object): Promise<void> {
  const before = reloads(nines)
  stage.save(config)
  await waitFor('the reload', () => reloads(nines) > before)
}

const checked = (nines: Nines, id: string) => {
  const since = Date.now()
  return waitFor(`a check of ${id}`, async () => (await lastCheck(nines, id)) >= since)
}

/** Past checks, one a minute from some minutes ago; `d` is a failed one. Returns where they begin and end. */
async function importPast(id: string, states: string): Promise<{ from: number; to: number }> {
  const to = Math.floor(Date.now() / 1_000) * 1_000 - 60_000
  const from = to - (states.length - 1) * 60_000
  const lines = [...states].map((state, i) =>
    JSON.stringify({ endpoint: id, at: from + i * 60_000, state: state === 'd' ? 'down' : 'up' }),
  )
  const { code, stderr } = await stage.cli(['import', '-', '--hold', '1m'], { input: lines.join('\n') })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return { from, to }
}

/** What a past window's figures are made of, without what a rename may change. */
const facts = ({ ms, outages: found, availability: share }: AvailabilityJson) => ({ ms, found, share })

describe('a configuration that changed', () => {
  it('is taken when it is saved, whether renamed over or written in place, and on SIGHUP', async () => {
    stage.save({ page: { title: 'First' }, services: [{ id: 'a', endpoints: [front()] }] })
    const nines = await stage.serve()
    await checked(nines, 'front')

    await take(nines, { page: { title: 'Second' }, services: [{ id: 'a', endpoints: [front(), back()] }] })
    await checked(nines, 'back')
    await waitFor('the new title', async () => (await nines.get('/')).text.includes('Second'))

    const inPlace = { page: { title: 'Third' }, services: [{ id: 'a', endpoints: [back()] }] }
    writeFileSync(stage.config, JSON.stringify(inPlace))
    await waitFor('the save in place', () => reloads(nines) === 2)
    expect((await serviceNow(nines, 'a')).endpoints.map(e => e.id)).toEqual(['back'])
    const asked = target.requests.filter(({ path }) => path === '/front').length

    nines.signal('SIGHUP')
    await waitFor('the reload that SIGHUP asked for', () => reloads(nines) === 3)
    await checked(nines, 'back')
    await checked(nines, 'back')
    expect(target.requests.filter(({ path }) => path === '/front')).toHaveLength(asked)
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
  })

  it('is refused where it is wrong, with each mistake in the log and on /readyz, and the one before stays', async () => {
    stage.save({ page: { title: 'Sound' }, services: [{ id: 'a', endpoints: [front()] }] })
    const nines = await stage.serve()
    await checked(nines, 'front')
    expect(await nines.get('/readyz')).toMatchObject({
      status: 200,
      text: '{"status":"ready","troubles":[]}',
    })

    stage.save(
      'page: { title: Broken }\nservices:\n  - id: a\n    endpoints:\n      - { id: front, ulr: x }\nretention: { checks: soon }\n',
    )
    const degraded = await waitFor('the refusal', async () => {
      const ready = await nines.json<Ready>('/readyz')
      return ready.status === 'degraded' ? ready : null
    })
    expect((await nines.get('/readyz')).status).toBe(200)
    const [trouble] = degraded.troubles
    expect(trouble?.details.length).toBe(2)
    for (const line of trouble?.details ?? []) expect(line).toMatch(/nines\.yaml:\d+:\d+ \S+: .+, e\.g\. /)
    for (const line of trouble?.details ?? []) expect(nines.log.map(({ msg }) => msg)).toContain(line)
    await checked(nines, 'front')
    await checked(nines, 'front')
    expect((await nines.get('/')).text).toContain('Sound')
    expect((await services(nines)).map(({ id }) => id)).toEqual(['a'])

    await take(nines, { page: { title: 'Repaired' }, services: [{ id: 'a', endpoints: [front()] }] })
    expect(await nines.json('/readyz')).toEqual({ status: 'ready', troubles: [] })
    await waitFor('the repaired title', async () => (await nines.get('/')).text.includes('Repaired'))
    // No check was lost to the refusal or the reload.
    const { to } = await availability(nines, 'a', 0, Date.now())
    const whole = await availability(nines, 'a', 0, Date.parse(to))
    expect(whole.ms).toMatchObject({ unknown: 0, down: 0 })
  })

  it('is taken too where it is saved while the server is still starting', async () => {
    stage.save({ page: { title: 'Early' }, services: [{ id: 'a', endpoints: [front()] }] })
    await importPast('front', 'u')
    // Whoever holds the database holds up the start.
    const other = new Sqlite(join(stage.data, 'nines.db'))
    other.exec('BEGIN IMMEDIATE')
    const starting = stage.serve()
    await waitFor('the server to have read its configuration', () =>
      existsSync(join(stage.data, 'serve.lock')),
    )
    stage.save({ page: { title: 'Late' }, services: [{ id: 'a', endpoints: [front(), back()] }] })
    await waitUntil(Date.now() + 1_500)
    other.exec('ROLLBACK')
    other.close()
    const nines = await starting
    await checked(nines, 'back')
    await waitFor('the later title', async () => (await nines.get('/')).text.includes('Late'))
  })

  it('starts nothing that is wrong at the start, and names every mistake', async () => {
    stage.save('services: []\nretention: { checks: soon }\n')
    const { code, stderr, stdout } = await stage.cli(['serve', '--port', '0'])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2)
    for (const line of stderr.trim().split('\n')) expect(line).toMatch(/^nines: \S*nines\.yaml:\d+:\d+ /)
  })
})

describe('history across a change of the configuration', () => {
  it('follows services and endpoints through renames and a new order', async () => {
    stage.save({
      services: [
        { id: 'a', name: 'Alpha', endpoints: [front({ name: 'Front' }), back()] },
        { id: 'b', name: 'Beta', endpoints: [endpoint('other', target.url('/other'))] },
      ],
    })
    const past = await importPast('front', 'uudddu')
    const nines = await stage.serve()
    await checked(nines, 'front')
    const before = await availability(nines, 'a', past.from, past.to)
    expect(before.ms.down).toBe(180_000)

    await take(nines, {
      services: [
        { id: 'b', name: 'Second', endpoints: [endpoint('other', target.url('/other'))] },
        { id: 'a', name: 'First', group: 'Group', endpoints: [back(), front({ name: 'Entrance' })] },
      ],
    })
    expect(await availability(nines, 'a', past.from, past.to)).toEqual(before)
    const listed = await services(nines)
    expect(listed.map(({ id, name, group }) => [id, name, group])).toEqual([
      ['b', 'Second', null],
      ['a', 'First', 'Group'],
    ])
    expect(listed[1]?.endpoints.map(({ id, name }) => [id, name])).toEqual([
      ['back', 'back'],
      ['front', 'Entrance'],
    ])
    const page = await waitFor('the new name', async () => {
      const { text } = await nines.get('/services/a')
      return text.includes('First') ? text : null
    })
    expect(page).toContain('Entrance')
    expect(page).not.toContain('Alpha')
  })

  it('stays with the old service when an endpoint moves, and counts for the new one from then on', async () => {
    const a = (endpoints: object[]) => ({ id: 'a', endpoints })
    const b = (endpoints: object[]) => ({ id: 'b', endpoints })
    const other = endpoint('other', target.url('/other'))
    stage.save({ services: [a([front(), back()]), b([other])] })
    const past = await importPast('front', 'uudddu')
    await importPast('other', 'uuuuuu')
    const nines = await stage.serve()
    for (const id of ['front', 'back', 'other']) await checked(nines, id)
    const old = await waitFor('the outage of the past', async () => (await outages(nines, '?service=a'))[0])
    const before = await availability(nines, 'a', past.from, past.to)

    const earliest = Date.now()
    await take(nines, { services: [a([back()]), b([other, front()])] })
    const moved = inspect(stage.data, ({ memory }) =>
      memory.catalog.memberships.filter(m => m.endpoint === 'front'),
    )
    expect(moved).toMatchObject([
      { service: 'a', from: null },
      { service: 'b', to: null },
    ])
    const at = moved[1]?.from ?? 0
    expect(moved[0]?.to).toBe(at)
    expect(at).toBeGreaterThanOrEqual(earliest)

    target.mood('/front', 'failing')
    const fresh = await waitFor(
      'an outage of the new service',
      async () => (await outages(nines, '?service=b'))[0],
    )
    expect(Date.parse(fresh.from)).toBeGreaterThanOrEqual(at)
    expect(fresh.endpoints).toEqual(['front'])
    expect(await outages(nines, '?service=a')).toEqual([old])
    expect(await nines.json(`/api/v1/outages/${old.id}`)).toEqual(old)
    expect(facts(await availability(nines, 'a', past.from, past.to))).toEqual(facts(before))
    expect((await availability(nines, 'b', past.from, past.to)).ms.down).toBe(0)
    expect((await serviceNow(nines, 'a')).state).toBe('up')
    expect((await nines.get(old.url)).text).toContain(old.id)
  })

  it('survives that an endpoint, or a whole service, is removed and added again', async () => {
    const both = { services: [{ id: 'a', endpoints: [front(), back()] }] }
    stage.save(both)
    const past = await importPast('front', 'uudddu')
    await importPast('back', 'uuuuuu')
    const nines = await stage.serve()
    for (const id of ['front', 'back']) await checked(nines, id)
    const before = await availability(nines, 'a', past.from, past.to)
    expect(before.outages).toHaveLength(1)
    const url = before.outages[0]?.url ?? ''

    await take(nines, { services: [{ id: 'a', endpoints: [back()] }] })
    expect(await availability(nines, 'a', past.from, past.to)).toEqual(before)
    expect((await nines.get(url)).status).toBe(200)

    await take(nines, { services: [{ id: 'b', endpoints: [back()] }] })
    // Its past keeps its addresses, but it is not listed any more.
    expect(await availability(nines, 'a', past.from, past.to)).toEqual(before)
    for (const address of [url, '/services/a', `/services/a/${iso(past.from).slice(0, 7)}`]) {
      const { status } = await nines.get(address)
      expect({ address, status }).toEqual({ address, status: 200 })
    }
    const listed = await nines.json<{ services: { id: string }[] }>('/api/v1/services')
    expect(listed.services.map(service => service.id)).toEqual(['b'])

    await take(nines, both)
    expect(await availability(nines, 'a', past.from, past.to)).toEqual(before)
    expect((await nines.get(url)).status).toBe(200)
    await checked(nines, 'front')
    const { stdout } = await stage.cli(['recompute', '--check'])
    expect(stdout).toMatch(/^(\w+: 0 ms in \d+ checks\n){2}$/)
    // It is not probed while it is away, and that time counts for nobody.
    const spells = inspect(stage.data, ({ memory }) =>
      memory.catalog.memberships.filter(m => m.endpoint === 'front' && m.service === 'a'),
    )
    expect(spells).toHaveLength(2)
    expect(spells[0]?.to).toBeLessThanOrEqual(spells[1]?.from ?? 0)
  })

  it('ends the outage of a service with the endpoint that was down', async () => {
    stage.save({ services: [{ id: 'a', endpoints: [front(), back()] }] })
    const nines = await stage.serve()
    for (const id of ['front', 'back']) await checked(nines, id)
    target.mood('/front', 'failing')
    const open = await waitFor('the outage', async () => (await outages(nines))[0])
    await take(nines, { services: [{ id: 'a', endpoints: [back()] }] })
    const [over] = await outages(nines)
    expect(over).toMatchObject({ id: open.id, from: open.from })
    const ended = inspect(stage.data, ({ memory }) =>
      memory.catalog.memberships.find(m => m.endpoint === 'front'),
    )
    expect(over?.to).toBe(iso(ended?.to ?? 0))
    expect((await serviceNow(nines, 'a')).state).toBe('up')
  })

  it('takes maintenance out of the base when it is added, and keeps what has passed when it is removed', async () => {
    const config = (maintenance: object[]) => ({
      services: [{ id: 'a', endpoints: [front()] }],
      maintenance,
    })
    stage.save(config([]))
    const past = await importPast('front', 'uudddu')
    const nines = await stage.serve()
    await checked(nines, 'front')
    const before = await availability(nines, 'a', past.from, past.to)
    expect(before.ms).toEqual({ total: 300_000, up: 120_000, down: 180_000, unknown: 0, maintenance: 0 })

    const window = (id: string, from: number, to: number) => ({
      id,
      services: ['a'],
      from: iso(from),
      to: iso(to),
      title: `Window ${id}`,
    })
    const hour = 3_600_000
    const soon = Date.now() + hour
    await take(
      nines,
      config([
        window('over', past.from + 120_000, past.from + 240_000),
        window('running', Date.now() - 1_000, soon),
        window('ahead', soon + hour, soon + 2 * hour),
      ]),
    )
    const during = await availability(nines, 'a', past.from, past.to)
    expect(during.ms).toEqual({ total: 300_000, up: 120_000, down: 60_000, unknown: 0, maintenance: 120_000 })
    expect(during.base).toBe(180_000)
    expect(during.outages).toMatchObject([{ ms: 60_000, maintenanceMs: 120_000 }])
    expect((await serviceNow(nines, 'a')).state).toBe('maintenance')
    await waitFor('the window on the page', async () => (await nines.get('/')).text.includes('Window ahead'))

    const earliest = Date.now()
    await take(nines, config([]))
    expect(await availability(nines, 'a', past.from, past.to)).toEqual(during)
    expect((await serviceNow(nines, 'a')).state).toBe('up')
    await waitFor('the page without it', async () => !(await nines.get('/')).text.includes('Window ahead'))
    const { readMaintenance } = await import('../../src/maintenance/store.ts')
    const kept = inspect(stage.data, ({ db }) => readMaintenance(db))
    expect(kept.map(({ id }) => id).sort()).toEqual(['over', 'running'])
    const ended = kept.find(({ id }) => id === 'running')?.to ?? 0
    expect(ended).toBeGreaterThanOrEqual(earliest)
    expect(ended).toBeLessThanOrEqual(Date.now())
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findOutageId } from '../../src/outage/store.ts'
import { compareWithChecks } from '../../src/record/recompute.ts'
import { instant } from '../../src/time/instant.ts'
import {
  endpoint,
  inspect,
  iso,
  type Nines,
  outages,
  type Scene,
  type ServiceNow,
  scene,
  services,
  waitFor,
} from './harness.ts'

/** More with `npm run soak:kill -- 1000`. */
const KILLS = Number(process.env['NINES_KILLS'] ?? 50)
const ENDPOINTS = 60
/** Each of these is a service of its own, whose past is imported at times. */
const ALONE = 6
const PAST_LINES = 1_500
/** A start waits for an import that holds the database, which gives way to everything else on the machine. */
const PATIENCE = 70_000

const names = Array.from({ length: ENDPOINTS }, (_, i) => `e${i}`)
/** The same sequence at every run: a small multiplicative generator (Park and Miller). */
let seed = 20_261_122
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % below
}

let stage: Scene
beforeAll(async () => {
  stage = scene()
  const target = await stage.target()
  // Every endpoint fails for two seconds of every six, each at its own time: outages begin and end all the while.
  target.decide(path => {
    const phase = Number(path.slice(2)) * 700
    return Math.floor((Date.now() + phase) / 2_000) % 3 === 0 ? 'failing' : 'well'
  })
  const part = (from: number, to: number) =>
    names.slice(from, to).map(id => endpoint(id, target.url(`/${id}`)))
  stage.save({
    // The imported past is years old, and must not age out.
    retention: { checks: '36500d' },
    services: [
      { id: 'any', endpoints: part(0, 5) },
      { id: 'all', down: 'all', endpoints: part(5, 8) },
      { id: 'quorum', down: { quorum: 36 }, endpoints: part(8, ENDPOINTS - ALONE) },
      ...names.slice(-ALONE).map((name, i) => ({
        id: `alone-${name}`,
        endpoints: part(ENDPOINTS - ALONE + i, ENDPOINTS - ALONE + i + 1),
      })),
    ],
  })
})
afterAll(() => stage.close())

/** What the server, or an import, said that is stored. */
const checksSeen = new Map<string, Set<number>>(names.map(name => [name, new Set()]))
const outagesSeen = new Map<string, { service: string; settled: { from: string; to: string } | null }>()
const pastSeen: { endpoint: string; at: readonly number[]; said: boolean }[] = []

/**
 * Whether nothing can move the end of an outage any more: each endpoint was checked after it. Until then one may turn out
 * to have failed before the others were up again.
 */
const isSettled = (now: readonly ServiceNow[], service: string, end: number): boolean =>
  (now.find(({ id }) => id === service)?.endpoints ?? []).every(
    ({ lastCheck, state }) => lastCheck !== null && Date.parse(lastCheck) > end && state !== 'unknown',
  )

/** Asks the server again and again what it has stored, until it is gone. */
async function listen(nines: Nines): Promise<void> {
  try {
    for (;;) {
      const now = await services(nines)
      for (const { endpoints } of now)
        for (const { id, lastCheck } of endpoints)
          if (lastCheck !== null) checksSeen.get(id)?.add(Date.parse(lastCheck))
      for (const { id, service, from, to } of await outages(nines)) {
        const known = outagesSeen.get(id)?.settled ?? null
        const settled = to !== null && isSettled(now, service, Date.parse(to)) ? { from, to } : null
        outagesSeen.set(id, { service, settled: known ?? settled })
      }
      await sleep(20)
    }
  } catch {
    // Killed, perhaps in the middle of an answer: what it had not said whole is not seen.
  }
}

/** An import of some of an endpoint's past, which may be killed too. */
async function importPast(round: number): Promise<void> {
  const name = names[ENDPOINTS - 1 - random(ALONE)] ?? ''
  const file = join(stage.directory, `past-${round}.ndjson`)
  const begin = Date.UTC(2020, 0, 1) + round * 13 * 3_600_000
  const at = Array.from({ length: PAST_LINES }, (_, i) => begin + i * 30_000)
  // A good check ends it, so that no outage of then reaches until now.
  const states = at.map((_, i) => (i === at.length - 1 || random(10) < 8 ? 'up' : 'down'))
  writeFileSync(
    file,
    at.map((a, i) => `${JSON.stringify({ endpoint: name, at: a, state: states[i] })}\n`).join(''),
  )
  const past = { endpoint: name, at, said: false }
  pastSeen.push(past)
  const mercy = random(3) > 0 ? {} : { killAfter: 150 + random(400) }
  const { code, stdout } = await stage.cli(['import', file], mercy)
  past.said = code === 0 && stdout.startsWith(`${PAST_LINES} checks stored`)
}

function lost(): string[] {
  return inspect(stage.data, store => {
    const { db, checks, memory } = store
    const faults: string[] = []
    const integrity = db.connection.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') faults.push(`integrity: ${integrity}`)
    for (const { id, key } of memory.catalog.endpoints.values()) {
      const stored = checks.read(key, 0, Number.MAX_SAFE_INTEGER).map(check => check.at)
      const once = new Set<number>(stored)
      if (once.size !== stored.length)
        faults.push(`${id}: ${stored.length - once.size} checks are stored twice`)
      for (const at of checksSeen.get(id) ?? [])
        if (!once.has(at)) faults.push(`${id}: the check at ${iso(at)} is gone`)
      for (const past of pastSeen.filter(p => p.endpoint === id)) {
        const found = past.at.filter(at => once.has(at)).length
        if (found !== PAST_LINES && (found !== 0 || past.said))
          faults.push(
            `${id}: ${found} of ${PAST_LINES} imported checks are there; acknowledged: ${past.said}`,
          )
      }
    }
    for (const [id, { service, settled }] of outagesSeen) {
      const found = findOutageId(db, id)
      if (!found || found.service !== service)
        faults.push(`outage ${id} of ${service} is ${JSON.stringify(found)}`)
      else if (settled && (found.from !== Date.parse(settled.from) || found.to !== Date.parse(settled.to)))
        faults.push(`outage ${id} was ${JSON.stringify(settled)} and is ${JSON.stringify(found)}`)
    }
    for (const service of memory.catalog.services.keys()) {
      const starts = [...memory.outageIds(service).keys()]
      if (new Set(starts).size !== starts.length) faults.push(`${service}: outages are stored twice`)
    }
    for (const { endpoint: id, ms, runs } of compareWithChecks(store, instant(Date.now())))
      if (ms !== 0 || runs) faults.push(`${id}: ${ms} ms apart from its checks${runs ? ', other runs' : ''}`)
    return faults
  })
}

it(
  `loses and doubles nothing that was acknowledged, however often it is killed (${KILLS} times)`,
  async () => {
    let importing = Promise.resolve()
    for (let round = 1; round <= KILLS; round++) {
      const nines = await stage.serve({ patience: PATIENCE })
      const listening = listen(nines)
      if (round % 4 === 1) importing = importPast(round)
      const before = Date.now()
      // At times before anything is stored, at times in the middle of a commit, an import or a render.
      if (round % 10 === 0) {
        // A life that is long enough for the endpoints whose turn comes last.
        await waitFor(
          'each endpoint to be seen',
          () => [...checksSeen.values()].every(seen => seen.size > 0),
          PATIENCE,
        )
      } else if (random(6) > 0) {
        await waitFor(
          'something new to be stored',
          () => [...checksSeen.values()].some(seen => Math.max(0, ...seen) >= before - 1_000),
          PATIENCE,
        )
        await sleep(random(500))
      } else await sleep(random(200))
      await nines.kill()
      await listening
      if (round % 8 !== 1) await importing
      expect(lost(), `after kill ${round}`).toEqual([])
    }
    await importing

    const nines = await stage.serve({ patience: PATIENCE })
    const { code, stdout } = await stage.cli(['recompute', '--check'])
    expect(stdout.split('\n').filter(line => !/: 0 ms in \d+ checks$/.test(line))).toEqual([''])
    expect(code).toBe(0)
    expect(await nines.stop()).toEqual({ code: 0, signal: null })
    expect(lost()).toEqual([])
    // The test has seen something to lose.
    if (KILLS < 20) return
    expect([...checksSeen.values()].filter(seen => seen.size > 0)).toHaveLength(ENDPOINTS)
    expect([...outagesSeen.values()].filter(seen => seen.settled !== null).length).toBeGreaterThan(0)
    expect(pastSeen.some(past => past.said)).toBe(true)
  },
  60_000 + KILLS * 10_000,
)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import type { Database } from '../../src/db/open.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { duration, type Instant } from '../../src/time/instant.ts'
import type { Month } from '../../src/time/month.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { service } from '../record/scene.ts'
import { API, IAM, LOGIN, scene, utc } from './scene.ts'

const HOUR = 3_600_000
/** The edges of October in London. */
const EDGES = [utc('2026-09-30T23:00:00Z'), utc('2026-11-01T00:00:00Z')] as const

const state = fc.constantFrom('up', 'up', 'down', 'down', 'unknown' as const)
/** Checks some minutes apart, from before an edge to after it. */
const around = (edge: number) =>
  fc
    .record({
      begin: fc.integer({ min: -6 * HOUR, max: 2 * HOUR }),
      steps: fc.array(fc.record({ pause: fc.integer({ min: 1, max: 90 * 60_000 }), state }), {
        maxLength: 14,
      }),
      hold: fc.constantFrom(5 * 60_000, 2 * HOUR, 40 * 24 * HOUR, null),
      failures: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ begin, steps, hold, failures }): RawCheck[] => {
      let at = edge + begin
      return steps.map(step => {
        at += step.pause
        return {
          at: at as Instant,
          state: step.state,
          reason: step.state === 'up' ? null : step.state === 'down' ? 'timeout' : 'unknown:offline',
          latency: step.state === 'up' ? 10_000 : null,
          policy: { hold: hold === null ? null : duration(hold), failures },
        }
      })
    })
const windows = fc.array(
  fc.record({
    edge: fc.constantFrom(...EDGES),
    begin: fc.integer({ min: -8, max: 8 }),
    hours: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 2 },
)
const timeline = fc.tuple(around(EDGES[0]), around(EDGES[1])).map(parts => parts.flat())

const good = (at: Instant): RawCheck => ({
  ...{ at, state: 'up', reason: null, latency: 1 },
  policy: { hold: duration(HOUR), failures: 1 },
})

const recordOf = (db: Database, month: Month) => {
  const found = readMonthRecord(db, IAM, month)
  if (!found) throw new Error(`${month} is not closed`)
  return found.record
}

describe('a month', () => {
  test('of any checks around its edges is closed once all is settled, with what was shown, and can be recomputed', async () => {
    await fc.assert(
      fc.asyncProperty(timeline, timeline, windows, fc.boolean(), async (login, api, moves, all) => {
        const s = await scene({ endpoints: ['login', 'api'], rule: { kind: all ? 'all' : 'any' } })
        try {
          await s.store.configure(
            [service('iam', ['login', 'api'], { kind: all ? 'all' : 'any' })],
            moves.map(({ edge, begin, hours }, i) => ({
              ...{ id: `move-${i}`, services: [IAM], title: 'Move', announced: null, noted: null },
              from: (edge + begin * HOUR) as Instant,
              to: (edge + (begin + hours) * HOUR) as Instant,
            })),
            utc('2026-09-01T00:00:00Z'),
          )
          const ends = [good(utc('2026-09-30T12:00:00Z')), good(utc('2026-11-05T00:00:00Z'))]
          await s.store.import(
            new Map<EndpointId, RawCheck[]>([
              [LOGIN, [...login, ...ends]],
              [API, [...api, ...ends]],
            ]),
          )
          const outcomes = await s.close(utc('2026-11-10T00:00:00Z'))
          expect(outcomes.filter(o => !o.closed)).toEqual([])
          expect(outcomes.map(o => `${o.service} ${o.month}`)).toContain(`${IAM} 2026-10`)
          for (const { month } of outcomes) {
            // All is good in the end, so every outage ended.
            expect(recordOf(s.store.db, month).outages.filter(o => o.to === null)).toEqual([])
            const findings = [...verify(await s.bundle(month))]
            expect(findings.filter(f => f.ok === false)).toEqual([])
            expect(holds(findings)).toBe(true)
          }
        } finally {
          s.end()
        }
      }),
      { numRuns: Number(process.env['NINES_RUNS'] ?? 40) },
    )
  }, 120_000)

  test('of a service whose endpoints come, go and leave gaps around its edges is closed too, and can be recomputed', async () => {
    const change = fc.record({
      edge: fc.constantFrom(...EDGES),
      at: fc.integer({ min: -36 * HOUR, max: 36 * HOUR }),
      endpoints: fc.subarray(['login', 'api']),
    })
    const changes = fc.array(change, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(timeline, timeline, changes, fc.boolean(), async (login, api, drawn, final) => {
        const s = await scene({ endpoints: ['login', 'api'], since: utc('2026-09-29T00:00:00Z') })
        try {
          for (const { edge, at, endpoints } of drawn.toSorted((a, b) => a.edge + a.at - b.edge - b.at))
            await s.store.configure(
              endpoints.length > 0 ? [service('iam', endpoints)] : [],
              [],
              (edge + at) as Instant,
            )
          const first = good(utc('2026-09-29T12:00:00Z'))
          const last = good(utc('2026-11-05T00:00:00Z'))
          await s.store.import(
            new Map<EndpointId, RawCheck[]>([
              [LOGIN, final ? [first, ...login] : [first, ...login, last]],
              [API, final ? api : [...api, last]],
            ]),
          )
          // Where nothing more will come, failures that nobody confirmed keep no month open.
          s.settings.final = final
          const outcomes = await s.close(utc('2026-11-10T00:00:00Z'))
          expect(outcomes.filter(o => !o.closed)).toEqual([])
          for (const { month } of outcomes)
            expect([...verify(await s.bundle(month))].filter(f => f.ok === false)).toEqual([])
        } finally {
          s.end()
        }
      }),
      { numRuns: Number(process.env['NINES_RUNS'] ?? 40) },
    )
  }, 120_000)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outagesIn, serviceOutages } from '../../src/availability/outages.ts'
import type { DownRule } from '../../src/catalog/model.ts'
import type { Sample } from '../../src/outage/detect.ts'
import type { Instant } from '../../src/time/instant.ts'
import { asInterval, normalized, recordOf } from '../oracle/fold.ts'
import { lifeOf, type OracleOutage, outagesOf, type Scene, windowOf } from '../oracle/oracle.ts'
import { LASTING, runs, timeline } from '../oracle/timelines.ts'

function outages(scene: Scene) {
  const life = lifeOf(scene)
  const { members, rule } = recordOf(scene)
  return life === null
    ? []
    : serviceOutages(members, rule, normalized(scene.maintenance), asInterval(life), scene.now as Instant)
}

/** The last failed check in an outage, of those that make it; its own start where it began otherwise. */
const lastFailed = ({ from, to, failures }: OracleOutage) =>
  Math.max(
    from,
    ...failures.flatMap(f => f.run.failed.map(c => Number(c.at)).filter(at => to === null || at < to)),
  )

describe('outages of a service agree with brute force', () => {
  test('in their bounds, their parts, their endpoints and their reason', () => {
    fc.assert(
      fc.property(timeline(160), scene => {
        const expected = outagesOf(scene)
        expect(
          outages(scene).map(({ from, to, ms, unknownMs, maintenanceMs, endpoints, reason }) => ({
            from,
            to,
            ms,
            unknownMs,
            maintenanceMs,
            endpoints,
            reason,
          })),
        ).toEqual(
          expected.map(({ failures, ...rest }) => {
            const cause = failures.find(f => f.start === rest.from) ?? failures[0]!
            return {
              ...rest,
              endpoints: [...new Set(failures.map(f => f.id))],
              reason: cause.run.failed[0]!.reason,
            }
          }),
        )
      }),
      runs(8000),
    )
  })

  test('in which of them overlap a window, each of them whole', () => {
    fc.assert(
      fc.property(timeline(160), ({ asked, ...scene }) => {
        const window = windowOf(scene, asked)
        if (window.from === window.to) return
        const { members, rule } = recordOf(scene)
        const found = outagesIn(
          members,
          rule,
          normalized(scene.maintenance),
          asInterval(window),
          scene.now as Instant,
        )
        expect(found).toEqual(
          outages(scene).filter(o => o.from < window.to && (o.to === null || o.to > window.from)),
        )
      }),
      runs(8000),
    )
  })

  test('in the checks that bound them', () => {
    fc.assert(
      fc.property(timeline(160), scene => {
        const expected = outagesOf(scene)
        const lasting = scene.endpoints.every(e => e.memberships.every(m => m.to === LASTING))
        for (const [index, outage] of outages(scene).entries()) {
          const oracle = expected[index]!
          const began = oracle.failures.filter(f => f.start === oracle.from)
          const ups = began.map(f => f.run.upBefore).filter(at => at !== null)
          if (began.length > 0) expect(outage.startsAfter).toBe(ups.length > 0 ? Math.min(...ups) : null)
          expect(outage.startsAfter ?? outage.from).toBeLessThanOrEqual(outage.from)

          expect(outage.endsAfter).toBeGreaterThanOrEqual(outage.from)
          expect(outage.endsAfter).toBeLessThanOrEqual(outage.to ?? scene.now)
          const last = lastFailed(oracle)
          if (!lasting) continue
          const over = oracle.failures.some(
            f => oracle.to === null || (f.run.upAfter ?? Infinity) <= oracle.to,
          )
          if (over) expect(outage.endsAfter).toBeLessThanOrEqual(last)
          if (scene.rule.kind === 'any' || oracle.to === null) expect(outage.endsAfter).toBe(last)
        }
      }),
      runs(4000),
    )
  })
})

/** A check every 10 ms from 0: `u` up, `d` down, `?` unknown, a blank for none. Each holds 15 ms. */
function checks(text: string, reason = 'timeout'): Sample[] {
  return [...text].flatMap((letter, index) => {
    if (letter === ' ') return []
    const state = letter === 'u' ? 'up' : letter === 'd' ? 'down' : 'unknown'
    const why = state === 'up' ? null : state === 'down' ? reason : 'unknown:offline'
    return [{ at: (index * 10) as Instant, state, reason: why, policy: { hold: 15, failures: 2 } } as const]
  })
}

function scene(rule: DownRule, now: number, ...endpoints: Sample[][]): Scene {
  return {
    rule,
    now,
    maintenance: [],
    endpoints: endpoints.map((list, index) => ({
      id: `e${index + 1}`,
      checks: list,
      memberships: [{ from: Number(list[0]!.at), to: LASTING }],
    })),
  }
}

const ANY: DownRule = { kind: 'any' }
const ALL: DownRule = { kind: 'all' }

describe('an outage', () => {
  test('runs from the first failed check to the first good one, between the checks that bound it', () => {
    expect(outages(scene(ANY, 60, checks('uudddu')))).toEqual([
      {
        from: 20,
        to: 50,
        ms: 30,
        unknownMs: 0,
        maintenanceMs: 0,
        startsAfter: 10,
        endsAfter: 40,
        reason: 'timeout',
        endpoints: ['e1'],
      },
    ])
  })

  test('stays one over unknown time, which is not counted', () => {
    expect(outages(scene(ANY, 80, checks('udd??ddu')))).toMatchObject([
      { from: 10, to: 70, ms: 40, unknownMs: 20 },
    ])
  })

  test('stays one over a gap in the checks', () => {
    expect(outages(scene(ANY, 100, checks('udd    ddu')))).toMatchObject([
      { from: 10, to: 90, ms: 45, unknownMs: 35 },
    ])
  })

  test('has no end while it lasts', () => {
    expect(outages(scene(ANY, 45, checks('uudd')))).toMatchObject([
      { from: 20, to: null, ms: 25, startsAfter: 10, endsAfter: 30 },
    ])
  })

  test('ends when the service does', () => {
    const left = scene(ANY, 100, checks('uuddddddd'))
    const endpoints = left.endpoints.map(e => ({ ...e, memberships: [{ from: 0, to: 55 }] }))
    expect(outages({ ...left, endpoints })).toMatchObject([{ from: 20, to: 55, ms: 35, endsAfter: 55 }])
  })

  test('of several endpoints is one while any of them is down, and ends after the last failed check', () => {
    const found = outages(scene(ANY, 80, checks('udddd   u', 'dns'), checks('uuuudddu', 'tls')))
    expect(found).toMatchObject([
      { from: 10, to: null, reason: 'dns', endpoints: ['e1', 'e2'], startsAfter: 0, endsAfter: 60 },
    ])
  })

  test('of a service that is down when all are begins with the endpoint that fails last', () => {
    const found = outages(scene(ALL, 80, checks('uddddddu', 'dns'), checks('uuudduuu', 'tls')))
    expect(found).toMatchObject([
      { from: 30, to: 50, reason: 'tls', endpoints: ['e1', 'e2'], startsAfter: 20, endsAfter: 40 },
    ])
  })

  test('does not name an endpoint that was only unknown in it', () => {
    const rule: DownRule = { kind: 'quorum', n: 2 }
    const found = outages(scene(rule, 90, checks('dd       '), checks('uuuuuddu'), checks('uuuuuddu')))
    expect(found).toMatchObject([{ from: 50, to: 70, endpoints: ['e2', 'e3'] }])
  })

  test('lies under maintenance, which is counted apart', () => {
    const under = { ...scene(ANY, 60, checks('uudddu')), maintenance: [{ from: 25, to: 45 }] }
    expect(outages(under)).toMatchObject([{ from: 20, to: 50, ms: 10, maintenanceMs: 20 }])
  })

  test('is not made by checks that were never confirmed', () => {
    expect(outages(scene(ANY, 60, checks('uduud')))).toEqual([])
  })

  test('is back-dated once it is confirmed', () => {
    expect(outages(scene(ANY, 29, checks('uud')))).toEqual([])
    expect(outages(scene(ANY, 39, checks('uudd')))).toMatchObject([{ from: 20, ms: 19 }])
  })
})

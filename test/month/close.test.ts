import { afterEach, describe, expect, test } from 'vitest'
import { figures } from '../../src/availability/figures.ts'
import { monthFigures } from '../../src/month/build.ts'
import type { Outcome } from '../../src/month/close.ts'
import { closingJob } from '../../src/month/closing.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import { startHousekeeping } from '../../src/record/housekeeping.ts'
import { duration } from '../../src/time/instant.ts'
import type { Month } from '../../src/time/month.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { service } from '../record/scene.ts'
import { API, CONTRACT, checksOf, IAM, LOGIN, scene, utc } from './scene.ts'

type Scene = Awaited<ReturnType<typeof scene>>
const open: Scene[] = []
async function begin(options?: Parameters<typeof scene>[0]): Promise<Scene> {
  const made = await scene(options)
  open.push(made)
  return made
}
afterEach(() => {
  for (const one of open.splice(0)) one.end()
})

const OCTOBER = '2026-10' as Month
const recordOf = (s: Scene, month: Month = OCTOBER) => {
  const found = readMonthRecord(s.store.db, IAM, month)
  if (!found) throw new Error(`${month} is not closed`)
  return found.record
}
const closedMonths = (outcomes: Awaited<ReturnType<Scene['close']>>) =>
  outcomes.flatMap(o => (o.closed ? [o.month] : []))
const checked = async (s: Scene, month = '2026-10') => [...verify(await s.bundle(month))]

describe('closing', () => {
  test('seals of maintenance when it became known, which a bundle carries', async () => {
    const s = await begin()
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T04:00:00Z')]]))
    const window = (id: string, from: string, to: string) => ({
      id,
      services: [IAM],
      from: utc(from),
      to: utc(to),
      title: 'Work',
      announced: null,
      noted: null,
    })
    const early = window('early', '2026-10-20T01:00:00Z', '2026-10-20T03:00:00Z')
    const late = window('late', '2026-10-04T01:00:00Z', '2026-10-04T03:00:00Z')
    const iam = service('iam', ['login'])
    await s.store.configure([iam], [early], utc('2026-10-02T00:00:00Z'))
    await s.store.configure([iam], [early, late], utc('2026-10-30T12:00:00Z'))
    await s.close(utc('2026-11-01T06:00:00Z'))
    expect(recordOf(s).maintenance.map(m => [m.id, m.noted])).toEqual([
      ['late', '2026-10-30T12:00:00.000Z'],
      ['early', '2026-10-02T00:00:00.000Z'],
    ])
    expect(holds(await checked(s))).toBe(true)
    const shifted = (await s.bundle('2026-10')).replace(
      '2026-10-30T12:00:00.000Z',
      '2026-10-03T12:00:00.000Z',
    )
    expect(holds([...verify(shifted)])).toBe(false)
  })

  test('an outage that begins with the first check of the next month leaves this one doubtful, and closed', async () => {
    const s = await begin()
    const after = { down: [['2026-11-01T00:00:00Z', '2026-11-01T00:47:00Z']] } as const
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T04:00:00Z', after)]]))
    expect(closedMonths(await s.close(utc('2026-11-01T06:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s).ms.down).toBe(0)
    expect(recordOf(s).bounds).toEqual({ bestDown: 0, worstDown: 60_000 })
    expect(recordOf(s).outages).toEqual([])
    expect(holds(await checked(s))).toBe(true)
  })

  test('an outage after checks that could not be made at the edge of a month leaves it doubtful too', async () => {
    const s = await begin()
    const after = {
      unknown: [['2026-11-01T00:00:00Z', '2026-11-01T00:10:00Z']],
      down: [['2026-11-01T00:10:00Z', '2026-11-01T00:47:00Z']],
    } as const
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T04:00:00Z', after)]]))
    expect(closedMonths(await s.close(utc('2026-11-01T06:00:00Z')))).toEqual(['2026-10'])
    expect(holds(await checked(s))).toBe(true)
  })

  test('a failure after the end that may have begun before it keeps the month open until it is settled', async () => {
    const s = await begin()
    const once = { down: [['2026-11-01T00:00:00Z', '2026-11-01T00:01:00Z']] } as const
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T00:01:00Z', once)]]))
    expect(await s.close(utc('2026-11-01T06:00:00Z'))).toMatchObject([
      { closed: false, why: 'failures of login that began in it are not settled yet' },
    ])
    await s.store.import(new Map([[LOGIN, checksOf('2026-11-01T00:01:00Z', '2026-11-01T00:02:00Z')]]))
    expect(closedMonths(await s.close(utc('2026-11-01T06:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s).bounds).toEqual({ bestDown: 0, worstDown: 0 })
  })

  test('checks that wait to be stored keep their own month open, and no other', async () => {
    const s = await begin()
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T06:00:00Z')]]))
    s.settings.unstored = utc('2026-10-31T23:59:59.999Z')
    expect(await s.close(utc('2026-11-01T06:00:00Z'))).toMatchObject([
      { closed: false, why: 'checks of it wait to be stored' },
    ])
    // A server that watches much has always some that wait.
    s.settings.unstored = utc('2026-11-01T00:00:00Z')
    expect(closedMonths(await s.close(utc('2026-11-01T06:00:00Z')))).toEqual(['2026-10'])
  })

  test('a month that is over and settled is closed once, with figures that its own checks give', async () => {
    const s = await begin({ endpoints: ['login', 'api'] })
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-09-30T20:00:00Z', '2026-11-01T04:00:00Z', {
            down: [
              ['2026-10-14T14:02:00Z', '2026-10-14T14:49:00Z'],
              ['2026-10-20T03:00:00Z', '2026-10-20T03:01:00Z'],
            ],
            unknown: [['2026-10-05T10:00:00Z', '2026-10-05T10:07:00Z']],
          }),
        ],
        [API, checksOf('2026-10-03T00:00:30Z', '2026-11-01T04:00:00Z')],
      ]),
    )
    const now = utc('2026-11-01T04:00:00Z')
    expect(closedMonths(await s.close(now))).toEqual(['2026-09', '2026-10'])
    expect(closedMonths(await s.close(now))).toEqual([])

    const record = recordOf(s)
    expect(record).toMatchObject({
      month: '2026-10',
      timeZone: 'Europe/London',
      calendar: { from: '2026-09-30T23:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
      window: { from: '2026-09-30T23:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
      ms: { total: 2_682_000_000, down: 2_820_000, unknown: 420_000, maintenance: 0 },
      creditDays: 7,
      outages: [{ from: '2026-10-14T14:02:00.000Z', to: '2026-10-14T14:49:00.000Z', ms: 2_820_000 }],
      unknown: [{ from: '2026-10-05T10:00:00.000Z', to: '2026-10-05T10:07:00.000Z' }],
      blips: [{ endpoint: 'login', from: '2026-10-20T03:00:00.000Z', failures: 1 }],
    })
    expect(record.endpoints.map(e => e.days.length)).toEqual([31, 31])
    expect(record.endpoints[1]?.days[24]).toMatchObject({ date: '2026-10-25', checks: 0 + 25 * 60 })
    const { store } = s
    const live = figures(
      { rule: { kind: 'any' }, members: store.memory.members(IAM, now), maintenance: [] },
      { from: utc('2026-09-30T23:00:00Z'), to: utc('2026-11-01T00:00:00Z') },
      CONTRACT,
      now,
    )
    expect(monthFigures(live)).toEqual({
      ms: record.ms,
      bounds: record.bounds,
      base: record.base,
      counted: record.counted,
      availability: record.availability,
      thresholds: record.thresholds,
      creditDays: record.creditDays,
    })
    const findings = await checked(s)
    expect(findings.filter(f => f.ok === false)).toEqual([])
    expect(findings.filter(f => f.ok).map(f => f.what)).toEqual([
      'Log',
      'Record',
      'Month',
      'Checks',
      'Figures',
    ])
  })

  test('it waits until two hours have passed since its end, and since the last import into it', async () => {
    const s = await begin()
    const past = new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T00:10:00Z')]])
    await s.store.import(past, utc('2026-11-01T01:30:00Z'))
    expect(closedMonths(await s.close(utc('2026-11-01T01:59:59.999Z')))).toEqual([])
    expect(closedMonths(await s.close(utc('2026-11-01T03:29:59.999Z')))).toEqual([])
    expect(closedMonths(await s.close(utc('2026-11-01T03:30:00Z')))).toEqual(['2026-10'])
  })

  test('a run of failures that may still be confirmed keeps its month open, and back-dates the outage into it', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', {
            down: [['2026-10-31T23:59:00Z', '2026-11-01T00:00:00Z']],
          }),
        ],
      ]),
    )
    expect(await s.close(utc('2026-11-01T05:00:00Z'))).toMatchObject([
      { month: '2026-10', closed: false, fault: false, why: expect.stringContaining('login') },
    ])
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-11-01T00:00:00Z', '2026-11-01T00:30:00Z', {
            down: [['2026-11-01T00:00:00Z', '2026-11-01T00:05:00Z']],
          }),
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T05:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s)).toMatchObject({
      ms: { down: 60_000 },
      outages: [{ from: '2026-10-31T23:59:00.000Z', to: '2026-11-01T00:05:00.000Z', ms: 60_000 }],
    })
    expect(recordOf(s).endpoints[0]?.after.checks).toBe(6)
    expect(holds(await checked(s))).toBe(true)
  })

  test('an outage over two month ends has one id, and its true start and end in each record', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-08-01T00:00:00Z', '2026-11-01T04:00:00Z', {
            every: 600_000,
            hold: 1_300_000,
            down: [['2026-08-20T00:00:00Z', '2026-10-02T00:00:00Z']],
          }),
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T04:00:00Z')))).toEqual([
      '2026-08',
      '2026-09',
      '2026-10',
    ])
    const records = (['2026-08', '2026-09', '2026-10'] as Month[]).map(m => recordOf(s, m))
    expect(records.map(r => r.outages.map(o => o.from))).toEqual(Array(3).fill(['2026-08-20T00:00:00.000Z']))
    expect(new Set(records.flatMap(r => r.outages.map(o => o.id))).size).toBe(1)
    expect(records.map(r => r.outages[0]?.ms)).toEqual(records.map(r => r.ms.down))
    expect(records.map(r => r.outages[0]?.to)).toEqual(Array(3).fill('2026-10-02T00:00:00.000Z'))
    for (const month of ['2026-08', '2026-09', '2026-10']) expect(holds(await checked(s, month))).toBe(true)
  })

  test('a service added mid-month is closed from its first check on', async () => {
    const s = await begin()
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-10T12:00:00Z', '2026-11-01T04:00:00Z')]]))
    expect(closedMonths(await s.close(utc('2026-11-01T04:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s).window.from).toBe('2026-10-10T12:00:00.000Z')
    expect(holds(await checked(s))).toBe(true)
  })

  test('a month with no data has a record without a figure', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          [
            ...checksOf('2026-09-01T00:00:00Z', '2026-09-30T22:00:00Z', { every: 600_000 }),
            ...checksOf('2026-11-01T00:00:00Z', '2026-11-01T04:00:00Z'),
          ],
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T04:00:00Z')))).toEqual(['2026-09', '2026-10'])
    expect(recordOf(s)).toMatchObject({
      availability: { percent: null },
      base: 0,
      creditDays: 0,
      thresholds: [{ verdict: 'no-data' }, { verdict: 'no-data' }],
    })
    expect(holds(await checked(s))).toBe(true)
  })

  test('a clock that is stepped back by an hour after closing closes nothing twice', async () => {
    const s = await begin()
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-01T02:00:00Z')]]))
    expect(closedMonths(await s.close(utc('2026-11-01T02:00:00Z')))).toEqual(['2026-10'])
    const sealed = recordOf(s)
    expect(closedMonths(await s.close(utc('2026-11-01T01:00:00Z')))).toEqual([])
    await s.store.append(
      checksOf('2026-11-01T01:00:00Z', '2026-11-01T02:00:00Z', { every: 59_000 }).map(c => ({
        endpoint: LOGIN,
        at: c.at,
        outcome: { state: 'up', observed: '' },
        timings: { total: 10 },
      })),
      () => ({ hold: duration(130_000), failures: 2 }),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T05:00:00Z')))).toEqual([])
    expect(recordOf(s)).toEqual(sealed)
    expect(holds(await checked(s))).toBe(true)
  })

  test('checks that are stepped an hour ahead near the end leave a month that adds up and verifies', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          [
            ...checksOf('2026-10-01T00:00:00Z', '2026-10-31T22:30:00Z'),
            ...checksOf('2026-10-31T23:30:00Z', '2026-11-01T03:00:00Z'),
          ],
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T03:00:00Z')))).toEqual(['2026-10'])
    const { ms } = recordOf(s)
    expect(ms.unknown).toBe(3_600_000 - 130_000 + 60_000)
    expect(ms.up + ms.down + ms.unknown + ms.maintenance).toBe(ms.total)
    expect(holds(await checked(s))).toBe(true)
  })

  test('what was missed for months is caught up, each month by the contract that was in force in it', async () => {
    const s = await begin({ since: utc('2026-08-15T00:00:00Z') })
    const stricter = { ...CONTRACT, thresholds: [{ percent: '99.99', creditDays: 30 }] }
    const iam = service('iam', ['login'])
    await s.store.noteVersions(stricter, [iam], utc('2026-09-10T00:00:00Z'))
    s.use(stricter)
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-08-15T00:00:00Z', '2026-11-01T04:00:00Z', {
            every: 300_000,
            hold: 610_000,
            down: [
              ['2026-08-20T00:00:00Z', '2026-08-20T00:30:00Z'],
              ['2026-09-05T00:00:00Z', '2026-09-05T00:30:00Z'],
            ],
          }),
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-01T04:00:00Z')))).toEqual([
      '2026-08',
      '2026-09',
      '2026-10',
    ])
    expect(recordOf(s, '2026-08' as Month).creditDays).toBe(7)
    expect(recordOf(s, '2026-09' as Month)).toMatchObject({ creditDays: 30 })
    expect(recordOf(s, '2026-09' as Month).versions.contract).toMatchObject([
      { from: '2026-08-15T00:00:00.000Z', to: '2026-09-10T00:00:00.000Z' },
      { from: '2026-09-10T00:00:00.000Z', to: null },
    ])
    expect(recordOf(s, '2026-10' as Month).versions.contract).toHaveLength(1)
    for (const month of ['2026-08', '2026-09', '2026-10']) expect(holds(await checked(s, month))).toBe(true)
  })

  test('nothing is added to a closed month any more, by an import or late, and the same lines again are known', async () => {
    const s = await begin()
    const october = checksOf('2026-10-01T00:00:00Z', '2026-11-01T02:00:00Z')
    await s.store.import(new Map([[LOGIN, october]]))
    await s.close(utc('2026-11-01T02:00:00Z'))
    const before = await s.bundle('2026-10')
    const more = checksOf('2026-10-31T23:58:30Z', '2026-11-01T00:02:00Z', { every: 60_000 })
    expect(await s.store.import(new Map([[LOGIN, [...october, ...more]]]))).toEqual({
      stored: 2,
      known: october.length,
      closed: 2,
    })
    expect(await s.bundle('2026-10')).toBe(before)
  })

  test('failures that are settled only days after its end do not keep it open for ever', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          [
            ...checksOf('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', {
              down: [['2026-10-31T23:59:00Z', '2026-11-01T00:00:00Z']],
            }),
            ...checksOf('2026-11-03T06:00:00Z', '2026-11-03T08:00:00Z', {
              down: [['2026-11-03T06:00:00Z', '2026-11-03T06:30:00Z']],
            }),
          ],
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-03T12:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s)).toMatchObject({
      ms: { down: 60_000 },
      outages: [{ from: '2026-10-31T23:59:00.000Z', to: '2026-11-03T06:30:00.000Z', ms: 60_000 }],
    })
    expect(recordOf(s).endpoints[0]?.after.checks).toBe(31)
    expect(holds(await checked(s))).toBe(true)
  })

  test('of an outage that goes on for weeks no more than a day of checks after the month is kept with it', async () => {
    const s = await begin()
    await s.store.import(
      new Map([
        [
          LOGIN,
          checksOf('2026-10-01T00:00:00Z', '2026-11-20T00:00:00Z', {
            down: [['2026-10-31T20:00:00Z', '2026-11-20T00:00:00Z']],
          }),
        ],
      ]),
    )
    expect(closedMonths(await s.close(utc('2026-11-20T00:00:00Z')))).toEqual(['2026-10'])
    expect(recordOf(s).endpoints[0]?.after.checks).toBe(24 * 60)
    expect(recordOf(s).outages).toMatchObject([{ to: null }])
    expect(holds(await checked(s))).toBe(true)
  })

  test('a check that comes late, as from a prober that hung, does not enter a closed month', async () => {
    const s = await begin()
    s.settings.after = 0
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-10-31T23:59:00Z')]]))
    expect(closedMonths(await s.close(utc('2026-11-01T00:09:59Z')))).toEqual([])
    expect(closedMonths(await s.close(utc('2026-11-01T00:10:00Z')))).toEqual(['2026-10'])
    const before = await s.bundle('2026-10')
    await s.store.append(
      ['2026-10-31T23:59:55Z', '2026-11-01T00:00:55Z'].map(text => ({
        endpoint: LOGIN,
        at: utc(text),
        outcome: { state: 'up', observed: '' },
        timings: { total: 10 },
      })),
      () => ({ hold: duration(130_000), failures: 2 }),
    )
    expect(await s.bundle('2026-10')).toBe(before)
    expect(holds(await checked(s))).toBe(true)
  })

  test('the regular job closes by the real clock, also where nothing was stored for weeks', async () => {
    const s = await begin()
    await s.store.import(new Map([[LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-10-20T00:00:00Z')]]))
    const now = utc('2026-11-23T00:00:00Z')
    const outcomes: Outcome[] = []
    const job = closingJob({
      store: s.store,
      log: s.log,
      settings: () => ({
        contract: CONTRACT,
        addresses: 'host',
        after: 7_200_000,
        targetsOf: () => [],
        paused: () => false,
      }),
      software: '0',
      timeZoneData: '2026a',
      onOutcome: outcome => outcomes.push(outcome),
      onUnsigned: message => {
        throw new Error(message)
      },
    })
    const housekeeping = startHousekeeping({
      store: s.store,
      now: () => now,
      keep: () => 400 * 86_400_000,
      jobs: [job],
      catchUpAfter: 0,
      onError: (name, error) => {
        throw new Error(name, { cause: error })
      },
    })
    await housekeeping.settled()
    await housekeeping.stop()
    expect(closedMonths(outcomes)).toEqual(['2026-10'])
    expect(recordOf(s).closedAt).toBe('2026-11-23T00:00:00.000Z')
  })
})

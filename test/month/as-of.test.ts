import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { availabilityJson } from '../../src/api/json.ts'
import type { DownRule, Maintenance } from '../../src/catalog/model.ts'
import { rulesOver } from '../../src/month/as-of.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import { calendarMonth } from '../../src/page/calendar.ts'
import { claimOf } from '../../src/page/claim.ts'
import { monthReport, outagesIn, report } from '../../src/page/report.ts'
import { reader } from '../../src/record/reader.ts'
import type { Month } from '../../src/time/month.ts'
import { service } from '../record/scene.ts'
import { API, CONTRACT, checksOf, IAM, LOGIN, scene, utc } from './scene.ts'

const NOW = utc('2026-11-10T00:00:00Z')
const OCTOBER = '2026-10' as Month
let s: Awaited<ReturnType<typeof scene>>

beforeEach(async () => {
  s = await scene({ endpoints: ['login', 'api'], rule: { kind: 'any' } })
  const down = [['2026-10-25T12:00:00Z', '2026-10-25T13:00:00Z']] as const
  await s.store.import(
    new Map([
      [LOGIN, checksOf('2026-10-01T00:00:00Z', '2026-11-10T00:00:00Z', { down })],
      [API, checksOf('2026-10-01T00:00:00Z', '2026-11-10T00:00:00Z')],
    ]),
  )
  await s.close(NOW)
})
afterEach(() => s.end())

/** What page and API say of October under a configuration. */
async function told(rule: DownRule, maintenance: readonly Maintenance[] = []) {
  const iam = service('iam', ['login', 'api'], rule)
  const source = reader(s.store, () => ({ services: [iam], maintenance }))
  const [record] = await source.services(NOW)
  if (!record) throw new Error('no record')
  const of = report(record, NOW)
  const calendar = calendarMonth(OCTOBER, CONTRACT.timeZone)
  const month = monthReport(of, calendar, CONTRACT, NOW)
  const outages = outagesIn(of, calendar, NOW)
  return {
    figures: month.figures,
    outages: outages.map(({ service: _, ...outage }) => outage),
    claim: claimOf(month, NOW),
    found: await source.findOutage(outages[0]?.id ?? 'none'),
    api: availabilityJson(
      record,
      { kind: 'month', month: OCTOBER },
      { contract: CONTRACT, url: null, now: NOW },
    ),
  }
}

describe('a closed month', () => {
  test('tells of the same outages, with the same addresses and deadline, whatever rule comes later', async () => {
    const before = await told({ kind: 'any' })
    expect(before.outages).toMatchObject([{ from: utc('2026-10-25T12:00:00Z'), ms: 3_600_000 }])
    expect(before.claim).toMatchObject({ creditDays: 7, until: '2026-11-24' })
    const all = service('iam', ['login', 'api'], { kind: 'all' })
    await s.store.noteVersions(CONTRACT, [all], NOW)
    await s.store.configure([all], [], NOW)
    const after = await told({ kind: 'all' })
    expect(after).toEqual(before)
    expect(after.found).not.toBe(null)
  })

  test('does not heed a window of maintenance that is entered over it later, nor one that is moved or taken out', async () => {
    const before = await told({ kind: 'any' })
    const window: Maintenance = {
      id: 'late',
      services: [IAM],
      from: utc('2026-10-25T11:00:00Z'),
      to: utc('2026-11-02T14:00:00Z'),
      title: 'Work',
      announced: null,
      noted: null,
    }
    const iam = service('iam', ['login', 'api'])
    await s.store.configure([iam], [window], NOW)
    const after = await told({ kind: 'any' }, [window])
    expect(after.figures).toEqual(before.figures)
    expect(after.outages).toEqual(before.outages)
    expect(after.api.ms).toEqual(before.api.ms)
    expect(readMonthRecord(s.store.db, IAM, OCTOBER)?.record.maintenance).toEqual([])
  })

  test('that still runs, or is not closed, goes by the last rule that was in force in it', async () => {
    const all = service('iam', ['login', 'api'], { kind: 'all' })
    await s.store.noteVersions(CONTRACT, [all], NOW)
    const { find } = { find: (await told({ kind: 'all' })).api }
    expect(find.outages).toHaveLength(1)
    const rules = rulesOver(
      { kind: 'all' },
      [
        {
          version: 'a',
          from: utc('2026-08-15T00:00:00Z'),
          to: utc('2026-09-10T00:00:00Z'),
          content: { name: 'x', down: { kind: 'any' } },
        },
        {
          version: 'b',
          from: utc('2026-09-10T00:00:00Z'),
          to: null,
          content: { name: 'x', down: { kind: 'all' } },
        },
      ],
      [],
      'Europe/London',
    )
    expect(rules).toMatchObject([
      { to: utc('2026-08-31T23:00:00Z'), rule: { kind: 'any' } },
      { from: utc('2026-08-31T23:00:00Z'), rule: { kind: 'all' } },
    ])
  })
})

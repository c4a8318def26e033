import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Change, correct } from '../../src/month/correct.ts'
import { readMonthRecord } from '../../src/month/store.ts'
import { calendarMonth } from '../../src/page/calendar.ts'
import { monthReport, outagesIn, report } from '../../src/page/report.ts'
import { reader } from '../../src/record/reader.ts'
import type { Month } from '../../src/time/month.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { service } from '../record/scene.ts'
import { CONTRACT, checksOf, IAM, LOGIN, scene, utc } from './scene.ts'

let s: Awaited<ReturnType<typeof scene>>
const NOW = utc('2026-11-10T12:00:00Z')
const OCTOBER = '2026-10' as Month

beforeEach(async () => {
  s = await scene()
  await s.store.import(
    new Map([
      [
        LOGIN,
        checksOf('2026-10-01T00:00:00Z', '2026-11-10T12:00:00Z', {
          down: [
            ['2026-10-14T14:02:00Z', '2026-10-14T14:49:00Z'],
            ['2026-11-03T08:00:00Z', '2026-11-03T08:10:00Z'],
          ],
        }),
      ],
    ]),
  )
  await s.close(NOW)
})
afterEach(() => s.end())

const apply = (change: Change, reason = 'It was so.') =>
  correct(s.store, { service: IAM, author: 'Ada Lovelace', reason, change }, `c-${Math.random()}`, NOW)
const recordNow = async () => {
  const source = reader(s.store, () => ({ services: [service('iam', ['login'])], maintenance: [] }))
  const [record] = await source.services(NOW)
  if (!record) throw new Error('no record')
  return { record, source }
}
const october = async () => {
  const { record } = await recordNow()
  return monthReport(report(record, NOW), calendarMonth(OCTOBER, CONTRACT.timeZone), CONTRACT, NOW)
}
const outageId = (index = 0) => readMonthRecord(s.store.db, IAM, OCTOBER)?.record.outages[index]?.id ?? 'none'

describe('a correction', () => {
  test('excludes a false outage: the figure is the corrected one, and the sealed record stays as it was', async () => {
    const sealed = readMonthRecord(s.store.db, IAM, OCTOBER)
    expect((await october()).figures.creditDays).toBe(7)
    const made = await apply({ kind: 'exclude', outage: outageId() })
    expect(made).toMatchObject({
      ok: true,
      correction: {
        kind: 'exclude',
        before: { from: '2026-10-14T14:02:00.000Z', to: '2026-10-14T14:49:00.000Z' },
        after: null,
        months: [{ month: '2026-10', before: { creditDays: 7 }, after: { creditDays: 0, ms: { down: 0 } } }],
      },
    })
    const after = await october()
    expect(after.figures).toMatchObject({
      creditDays: 0,
      availability: { percent: '100.000', worst: '100.000' },
    })
    expect(readMonthRecord(s.store.db, IAM, OCTOBER)).toEqual(sealed)
    expect(outagesIn(after.of, after.calendar, NOW)).toEqual([])
  })

  test('adds an outage that the prober missed, at an address of its own', async () => {
    const span = { from: utc('2026-10-20T09:00:00Z'), to: utc('2026-10-20T09:30:00Z') }
    const made = await apply({ kind: 'add', span, reportedBy: 'three customers' })
    expect(made).toMatchObject({ ok: true, correction: { reportedBy: 'three customers' } })
    const after = await october()
    expect(after.figures.measure.down).toBe(47 * 60_000 + 30 * 60_000)
    const { record, source } = await recordNow()
    const added = outagesIn(report(record, NOW), span, NOW)[0]
    expect(added).toMatchObject({ ...span, startsAfter: span.from, endsAfter: span.to, reason: 'reported' })
    expect(await source.findOutage(added?.id ?? '')).toMatchObject({ service: 'iam', from: span.from })
  })

  test('moves the bounds of an outage, which keeps its id', async () => {
    const id = outageId()
    const span = { from: utc('2026-10-14T13:50:00Z'), to: utc('2026-10-14T14:20:00Z') }
    expect(await apply({ kind: 'bounds', outage: id, span })).toMatchObject({ ok: true })
    const after = await october()
    expect(after.figures.measure.down).toBe(30 * 60_000)
    expect(outagesIn(after.of, after.calendar, NOW)).toMatchObject([{ id, ...span }])
    // And once more, from what it is now.
    const again = { from: utc('2026-10-14T14:00:00Z'), to: utc('2026-10-14T14:20:00Z') }
    expect(await apply({ kind: 'bounds', outage: id, span: again })).toMatchObject({
      ok: true,
      correction: { before: { from: '2026-10-14T13:50:00.000Z' } },
    })
    expect((await october()).figures.measure.down).toBe(20 * 60_000)
    expect(await apply({ kind: 'bounds', outage: id, span: again })).toMatchObject({
      ok: false,
      field: 'span',
      message: 'These are its times already.',
    })
    await s.log.sign(NOW)
    expect(holds([...verify(await s.bundle('2026-10'))])).toBe(true)
  })

  test('of a month that still runs holds at once, and stands in its record when it is closed', async () => {
    const { record } = await recordNow()
    const [outage] = outagesIn(
      report(record, NOW),
      { from: utc('2026-11-03T08:00:00Z'), to: utc('2026-11-03T09:00:00Z') },
      NOW,
    )
    expect(await apply({ kind: 'exclude', outage: outage?.id ?? '' })).toMatchObject({
      ok: true,
      correction: { months: [] },
    })
    await s.store.import(new Map([[LOGIN, checksOf('2026-11-10T12:00:00Z', '2026-12-01T03:00:00Z')]]))
    await s.close(utc('2026-12-01T03:00:00Z'))
    const closed = readMonthRecord(s.store.db, IAM, '2026-11' as Month)?.record
    expect(closed).toMatchObject({ ms: { down: 0 }, corrections: [{ kind: 'exclude' }] })
    expect(holds([...verify(await s.bundle('2026-11'))])).toBe(true)
  })

  test('is refused where it says nothing, contradicts itself, or is about nothing', async () => {
    const hour = (h: number) => utc(`2026-10-14T${h}:00:00Z`)
    const refused: [Change, string][] = [
      [{ kind: 'exclude', outage: 'nonesuch' }, 'outage'],
      [{ kind: 'add', span: { from: hour(16), to: hour(15) }, reportedBy: 'x' }, 'span'],
      [{ kind: 'add', span: { from: hour(16), to: hour(16) }, reportedBy: 'x' }, 'span'],
      [{ kind: 'add', span: { from: NOW, to: utc('2026-11-10T13:00:00Z') }, reportedBy: 'x' }, 'span'],
      [{ kind: 'add', span: { from: utc('2026-09-01T00:00:00Z'), to: hour(15) }, reportedBy: 'x' }, 'span'],
      [{ kind: 'add', span: { from: hour(15), to: hour(16) }, reportedBy: ' ' }, 'reportedBy'],
      [
        {
          kind: 'add',
          span: { from: utc('2026-10-14T14:10:00Z'), to: utc('2026-10-14T14:20:00Z') },
          reportedBy: 'x',
        },
        'span',
      ],
      [
        {
          kind: 'bounds',
          outage: outageId(),
          span: { from: utc('2026-10-14T14:02:00Z'), to: utc('2026-10-14T14:49:00Z') },
        },
        'span',
      ],
    ]
    for (const [change, field] of refused) expect(await apply(change)).toMatchObject({ ok: false, field })
    expect(await apply({ kind: 'exclude', outage: outageId() }, '  ')).toMatchObject({ field: 'reason' })
    expect(await apply({ kind: 'exclude', outage: outageId() })).toMatchObject({ ok: true })
    expect(await apply({ kind: 'exclude', outage: outageId() })).toMatchObject({ ok: false, field: 'outage' })
    expect(await s.log.size()).toBe(2)
  })

  test('leaves nothing behind where what is written along with it fails', async () => {
    const request = {
      service: IAM,
      author: 'Ada',
      reason: 'So.',
      change: { kind: 'exclude' as const, outage: outageId() },
    }
    await expect(
      correct(s.store, request, 'c1', NOW, () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await s.log.size()).toBe(1)
    expect((await october()).figures.creditDays).toBe(7)
  })
})

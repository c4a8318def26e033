import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answerable, attainment, attainmentCsv, standingOf } from '../../src/support/attainment.ts'
import { dueAt } from '../../src/support/clock.ts'
import { TIERS } from '../../src/support/priority.ts'
import type { Instant } from '../../src/time/instant.ts'
import { at, guarantee, HOUR, later, monday } from './scene.ts'

const zone = 'Europe/London'
const request = (more: Partial<Answerable> = {}): Answerable => ({
  tier: 'high',
  receivedAt: monday,
  dueAt: later(monday, 4 * HOUR),
  firstAnswerAt: null,
  closedAt: null,
  ...more,
})
const due = later(monday, 4 * HOUR)

describe('where a request stands', () => {
  it('changes a millisecond after it was due', () => {
    expect(standingOf(request({ firstAnswerAt: due }), due)).toBe('in-time')
    expect(standingOf(request({ firstAnswerAt: later(due, 1) }), due)).toBe('late')
    expect(standingOf(request(), due)).toBe('waiting')
    expect(standingOf(request(), later(due, 1))).toBe('overdue')
    expect(standingOf(request({ closedAt: due }), later(due, HOUR))).toBe('withdrawn')
    expect(standingOf(request({ closedAt: later(due, 1) }), later(due, HOUR))).toBe('overdue')
  })

  it('is never late where nothing comes due', () => {
    expect(standingOf(request({ dueAt: null }), later(due, 1e9))).toBe('waiting')
  })
})

describe('attainment', () => {
  it('cuts its percentage, and leaves out what is not settled', () => {
    const rows = [
      ...Array.from({ length: 1_999 }, () => request({ firstAnswerAt: due })),
      request({ firstAnswerAt: later(due, 1) }),
      request({ receivedAt: later(monday, HOUR), dueAt: later(due, HOUR) }),
      request({ closedAt: monday }),
    ]
    const [row] = attainment(rows, guarantee, zone, later(due, 1))
    expect(row).toMatchObject({ requests: 2_002, inTime: 1_999, late: 1, waiting: 1, withdrawn: 1 })
    expect(row?.percent).toBe('99.9')
    expect(attainment([request()], guarantee, zone, monday)[0]).toMatchObject({
      percent: null,
      median: null,
      worst: null,
    })
  })

  it('tells times to the first answer by the clock of the tier', () => {
    const friday = at('2026-11-20T21:00:00Z')
    const over = request({ receivedAt: friday, firstAnswerAt: at('2026-11-23T09:00:00.001Z') })
    expect(attainment([over], guarantee, zone, due)[0]).toMatchObject({
      median: 2 * HOUR + 1,
      worst: 2 * HOUR + 1,
    })
    const urgent = { ...over, tier: 'urgent' as const }
    expect(attainment([urgent], guarantee, zone, due)[0]?.worst).toBe(60 * HOUR + 1)
    const two = [over, request({ firstAnswerAt: monday })]
    expect(attainment(two, guarantee, zone, due)[0]).toMatchObject({ median: HOUR, worst: 2 * HOUR + 1 })
  })

  it('counts a request in the month of the zone in which it came', () => {
    const edge = [at('2026-10-31T23:59:59.999Z'), at('2026-11-01T00:00:00Z')].map(receivedAt =>
      request({ receivedAt }),
    )
    const months = (timeZone: string) => attainment(edge, guarantee, timeZone, monday).map(row => row.month)
    expect(months('Europe/London')).toEqual(['2026-10', '2026-11'])
    expect(months('Asia/Kolkata')).toEqual(['2026-11'])
  })

  it('adds up, in order of month and tier', () => {
    const instant = fc.integer({ min: 0, max: 90 * 24 * HOUR }).map(ms => later(monday, ms))
    const any = fc
      .record({
        tier: fc.constantFrom(...TIERS),
        receivedAt: instant,
        firstAnswerAt: fc.option(instant),
        closedAt: fc.option(instant),
      })
      .map(r => ({ ...r, dueAt: dueAt(r.tier, r.receivedAt, guarantee) as Instant }))
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), instant, (requests, now) => {
        const rows = attainment(requests, guarantee, zone, now)
        expect(rows.reduce((n, row) => n + row.requests, 0)).toBe(requests.length)
        for (const row of rows) {
          expect(row.inTime + row.late + row.waiting + row.overdue + row.withdrawn).toBe(row.requests)
          const settled = row.inTime + row.late + row.overdue
          if (row.percent === null) expect(settled).toBe(0)
          else {
            const tenths = Number(row.percent.replace('.', ''))
            expect(tenths * settled).toBeLessThanOrEqual(row.inTime * 1_000)
            expect((tenths + 1) * settled).toBeGreaterThan(row.inTime * 1_000)
          }
        }
        const keys = rows.map(row => `${row.month} ${TIERS.indexOf(row.tier)}`)
        expect(keys).toEqual([...keys].sort())
      }),
      { numRuns: 100 },
    )
  })

  it('is written as CSV', () => {
    const rows = attainment([request({ firstAnswerAt: due }), request()], guarantee, zone, due)
    expect(attainmentCsv(rows)).toBe(
      'month,tier,requests,answered in time,answered late,"unanswered, not yet due","unanswered, overdue",' +
        'closed unanswered before due,percent in time,median ms to first answer,worst ms to first answer\r\n' +
        '2026-11,high,2,1,0,1,0,0,100.0,14400000,14400000\r\n',
    )
  })
})

import { describe, expect, test } from 'vitest'
import { pastChecks } from '../../src/demo/checks.ts'
import { downFor } from '../../src/demo/filling.ts'
import { planPast } from '../../src/demo/plan.ts'
import { displayPercent } from '../../src/sla/percent.ts'
import { at, configAt, foldService } from './fold.ts'

const DAY = 86_400_000

describe('downFor', () => {
  test.each(['99.950', '99.898', '98.940'])('leaves months of every length at %s', percent => {
    for (const days of [28, 29, 30, 31])
      for (const clocks of [-1, 0, 1]) {
        const base = days * DAY + clocks * 3_600_000
        const down = downFor(base, percent, 10_000)
        expect(down % 10_000).toBe(0)
        expect(displayPercent(base, down)).toBe(percent)
      }
  })

  test('refuses what is no displayed percentage', () => {
    expect(() => downFor(DAY, '99.9', 10_000)).toThrow(RangeError)
  })
})

// Every month of a year, so that each told month once is February and once each change of clocks; then the edges.
const NOWS = [
  ...Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}-14T15:09:26.535Z`),
  '2026-03-01T00:00:00.000Z',
  '2026-12-31T23:59:59.999Z',
  '2026-03-29T01:00:00.000Z',
  '2026-10-25T01:30:00.000Z',
  '2026-11-01T00:00:20.000Z',
  '2026-04-30T23:00:01.000Z',
  '2028-02-29T12:00:00.000Z',
]

describe.each(NOWS)('IAM Services, seen from %s', text => {
  const now = at(text)
  const { figures, outages } = foldService('iam', now)
  const verdicts = (ago: number) => figures(ago).thresholds.map(t => `${t.verdict} ${t.certain}`)

  test('a month is missed by a hair, which rounding would hide', () => {
    expect(figures(1).availability.percent).toBe('99.898')
    expect(verdicts(1)).toEqual(['missed true', 'met true'])
    expect(figures(1).creditDays).toBe(7)
  })

  test('a month is met at 99.950', () => {
    expect(figures(3).availability.percent).toBe('99.950')
    expect(verdicts(3)).toEqual(['met true', 'met true'])
  })

  test('a month is not certain for the time of which nothing is known', () => {
    expect(verdicts(5)).toEqual(['met false', 'met true'])
    expect(figures(5).measure.unknown).toBeGreaterThanOrEqual(31 * 60_000)
    expect(figures(5).creditDays).toBe(0)
  })

  test('a month misses both guarantees', () => {
    expect(figures(7).availability.percent).toMatch(/^98\.9\d\d$/)
    expect(verdicts(7)).toEqual(['missed true', 'missed true'])
    expect(figures(7).creditDays).toBe(14)
  })

  test('in a month of maintenance, what was down in it is not counted', () => {
    const [outage] = outages(9)
    expect(figures(9).measure.maintenance).toBe(2 * 3_600_000)
    expect(outage!.maintenanceMs).toBeGreaterThan(90 * 60_000)
    expect(figures(9).measure.down).toBe(outage!.ms)
    expect(outage!.ms).toBeGreaterThan(0)
    expect(outage!.ms).toBeLessThan(2 * 60_000)
    expect(verdicts(9)).toEqual(['met true', 'met true'])
  })

  test('every other month is met, some without any downtime', () => {
    // The running month has no figure at its very first instant.
    const running = figures(0).measure.total > 0 ? [0] : []
    for (const ago of [...running, 2, 4, 6, 8, 10, 11, 12, 13, 14])
      expect([ago, ...verdicts(ago)]).toEqual([ago, 'met true', 'met true'])
    for (const ago of [2, 6, 11, 13]) expect(figures(ago).availability.percent).toBe('100.000')
  })

  test('it is watched from the first check of the first month on', () => {
    expect(figures(15).measure.total).toBe(0)
    expect(figures(14).measure.total).toBeGreaterThan(27.9 * DAY)
  })
})

test('the other services have months of their own kind', () => {
  const now = at('2026-11-22T21:13:00Z')
  const missed = (service: string, agos: readonly number[]) => {
    const { figures } = foldService(service, now)
    return agos.filter(ago => figures(ago).creditDays > 0)
  }
  expect(missed('shop', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])).toEqual([4, 10])
  expect(missed('payments', [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([8])
  expect(missed('storage', [1, 2, 3, 4, 5, 6, 7])).toEqual([])
  expect(missed('docs', [1, 2, 3, 4])).toEqual([])
})

test('an outage of one of two cells, or of one region of three, is none of the service', () => {
  const now = at('2026-11-22T21:13:00Z')
  expect(foldService('storage', now).outages(1)).toEqual([])
  expect(foldService('payments', now).outages(2)).toEqual([])
})

describe('the checks', () => {
  const now = at('2026-11-01T00:00:20Z')
  const all = planPast(configAt(now), now).map(past => ({ past, checks: pastChecks(past, now) }))

  test('come in order, none later than now, and join on to it', () => {
    for (const { past, checks } of all.filter(one => one.past.from !== null)) {
      const disorder = checks.filter((check, i) => check.at <= (checks[i - 1]?.at ?? 0))
      expect(disorder).toEqual([])
      expect(checks[0]!.at).toBe(past.from)
      expect(checks.at(-1)!.at).toBeLessThan(now)
      expect(checks.at(-1)!.at).toBeGreaterThan(now - 301_000)
    }
  })

  test('fail for reasons of several kinds', () => {
    const reasons = new Set(all.flatMap(({ checks }) => checks.map(c => c.reason)))
    for (const reason of ['timeout', 'status', 'connect-refused', 'tls', 'dns', 'unknown:offline'])
      expect(reasons).toContain(reason)
  })

  test('are the same each time', () => {
    const again = planPast(configAt(now), now).map(past => pastChecks(past, now))
    expect(JSON.stringify(again) === JSON.stringify(all.map(one => one.checks))).toBe(true)
  })

  test('one service has been watched for minutes only, the live one not at all', () => {
    const of = (id: string) => all.find(one => one.past.endpoint.id === id)!.checks
    expect(now - of('search-query')[0]!.at).toBeLessThan(10 * 60_000)
    expect(of('live-target')).toEqual([])
  })
})

test('maintenance was announced beforehand', () => {
  const { maintenance } = configAt(at('2026-11-22T21:13:00Z'))
  expect(maintenance.length).toBeGreaterThan(1)
  for (const window of maintenance) expect(window.announced).toBeLessThan(window.from)
})

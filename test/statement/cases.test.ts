import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monthFigures, recordedContract, timeSpan } from '../../src/month/build.ts'
import { computeMonth, folder } from '../../src/month/compute.ts'
import type { MonthRecord } from '../../src/month/record.ts'
import { monthTime, outageBounds } from '../../src/statement/down-time.ts'
import { statementView } from '../../src/statement/statement.ts'
import { rfc3339 } from '../../src/time/instant.ts'
import { type Interval, normalize } from '../../src/time/interval.ts'
import { asInterval } from '../oracle/fold.ts'
import { runs, type Timeline, timeline } from '../oracle/timelines.ts'
import { at, busy, excluded, flat, issue, record, SECOND } from './scene.ts'

/** A month record as it is made from random checks of one endpoint. Null where nothing was watched. */
function recordFrom(scene: Timeline): MonthRecord | null {
  const [endpoint] = scene.endpoints
  if (!endpoint) return null
  const whole: Interval = asInterval({ from: scene.edge - 200, to: scene.now })
  const fold = folder(null, whole)
  for (const check of endpoint.checks) fold.take({ ...check, latency: null })
  const maintenance = scene.maintenance.map(asInterval)
  const made = computeMonth({
    rule: { kind: 'any' },
    contract: scene.contract,
    calendar: whole,
    life: normalize(endpoint.memberships.map(asInterval)).reduce(
      (life, { to }) => ({ from: life.from, to }),
      normalize(endpoint.memberships.map(asInterval))[0] ?? whole,
    ),
    maintenance,
    declared: [],
    targets: [],
    endpoints: [{ endpoint: 'e' as never, counted: endpoint.memberships.map(asInterval), fold: fold.done() }],
  })
  const base = record()
  return {
    ...base,
    ...monthFigures(made.figures),
    calendar: timeSpan(whole),
    window: timeSpan(made.figures.measure.window),
    outages: made.outages.map((o, i) => ({
      ...o,
      id: `outage-${i}`,
      from: rfc3339(o.from),
      to: o.to === null ? null : rfc3339(o.to),
      startsAfter: o.startsAfter === null ? null : rfc3339(o.startsAfter),
      endsAfter: rfc3339(o.endsAfter),
    })),
    unknown: made.unknown.map(timeSpan),
    maintenance: maintenance.map((m, i) => ({
      id: `m${i}`,
      title: 'Work',
      ...timeSpan(m),
      announced: null,
      noted: null,
    })),
    versions: {
      ...base.versions,
      contract: base.versions.contract.map(v => ({ ...v, contract: recordedContract(scene.contract) })),
    },
  }
}

describe('what a statement says of an outage', () => {
  it('is never more at the least, nor less at the most, than what counts as down', () => {
    let seen = 0
    let alone = 0
    fc.assert(
      fc.property(timeline(400, 30), scene => {
        const month = recordFrom(scene)
        if (!month) return
        const time = monthTime(month)
        for (const o of month.outages) {
          const bounds = outageBounds(time, o, [])
          if (!bounds) continue
          if (o.unknownMs > 0 && o.maintenanceMs > 0) seen++
          expect(bounds.least).toBeLessThanOrEqual(o.ms)
          expect(bounds.most).toBeGreaterThanOrEqual(o.ms + o.unknownMs)
          if (month.outages.length > 1) continue
          alone++
          expect(bounds.least).toBe(month.bounds.bestDown)
          expect(bounds.most).toBeLessThanOrEqual(month.bounds.worstDown)
          // Failures that began at the very end reach back into the month in the worst case alone.
          const settled = scene.endpoints[0]?.checks.at(-1)?.state === 'up'
          if (settled && month.ms.unknown === o.unknownMs) expect(bounds.most).toBe(month.bounds.worstDown)
        }
        statementView(month, issue())
      }),
      runs(1_500),
    )
    expect(seen).toBeGreaterThan(30)
    expect(alone).toBeGreaterThan(100)
  })

  const from = at('2026-10-04T13:00:00Z')
  const during = (rules: Parameters<typeof record>[0] = {}) =>
    record({
      outages: [{ from, to: at('2026-10-04T13:10:00Z') }],
      unknown: [{ from: at('2026-10-04T13:02:00Z'), to: at('2026-10-04T13:04:00Z') }],
      ...rules,
    })
  const rowOf = (month: MonthRecord) => {
    const [row] = statementView(month, issue()).outages.rows
    return { counted: flat(row?.counted ?? ''), notes: row?.notes.map(flat), bounds: row?.bounds.map(flat) }
  }

  it('tells unknown time in it apart from what counts', () => {
    expect(rowOf(during())).toEqual({
      counted: '8 min',
      notes: ['besides, 2 min in it is unknown'],
      bounds: [
        'Last good check: 4 Oct 2026, 12:59:30 UTC.',
        'Last failed check: 4 Oct 2026, 13:09:50 UTC.',
        'It was down for at least 7 min 50 s, and for at most 10 min 30 s if it was down all the unknown time too.',
      ],
    })
    expect(rowOf(during({ rules: { unknown: 'counted-as-down' } })).notes).toEqual([
      'besides, 2 min in it is unknown, which counts as down too',
    ])
  })

  it('gives no bounds where the record does not hold what they take', () => {
    const month = during()
    const several = month.outages.map(o => ({ ...o, endpoints: ['iam-login', 'iam-token'] }))
    expect(rowOf({ ...month, outages: several }).bounds?.at(-1)).toBe(
      'Several endpoints failed in it; for how long it was down at least and at most, its own page says.',
    )
    expect(rowOf({ ...month, corrections: [excluded(month)] }).bounds).toHaveLength(2)
  })
})

describe('best and worst case in a statement', () => {
  const last = (month: MonthRecord) => statementView(month, issue()).figure.computation.slice(-2).map(flat)

  it('are derived as the measured figure is', () => {
    expect(last(busy())).toEqual([
      'Best case: each outage lasted only from its first failed check to its last one, and all unknown time was up. That is 6,190,250 ms down of a base of 2,677,800,000 ms, from which no unknown time is left out: (2,677,800,000 − 6,190,250) ÷ 2,677,800,000 = 99.768 %.',
      'Worst case: each outage lasted from the last good check before it to the first good one after it, and all unknown time was down. That is 6,850,250 ms down of a base of 2,677,800,000 ms, from which no unknown time is left out: (2,677,800,000 − 6,850,250) ÷ 2,677,800,000 = 99.744 %.',
    ])
  })

  it('say nothing of unknown time where there is none, and that a correction’s times stand', () => {
    const month = record({ outages: [{ from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T13:10:00Z') }] })
    expect(last(month)[0]).toBe(
      'Best case: each outage lasted only from its first failed check to its last one. That is 570,000 ms down of the same base: (2,682,000,000 − 570,000) ÷ 2,682,000,000 = 99.978 %.',
    )
    const corrected = statementView(busy(), issue([excluded(busy())])).figure.computation.slice(-2)
    for (const step of corrected) expect(step).toContain(', but for times that a correction gives, and all')
  })

  it('compare the guarantees on which they do not agree with the measured figure', () => {
    const close = record({
      outages: [{ from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T13:44:30Z') }],
    })
    const [best, worst] = last(close)
    expect(best).not.toContain('would then')
    expect(worst).toContain(
      '99.9 % would then be missed: 2,700,000 × 1,000 = 2,700,000,000 is greater than 2,682,000,000 × 1 = 2,682,000,000.',
    )
    const over = record({
      outages: [{ from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T13:45:00Z') }],
    })
    expect(last(over)[0]).toContain(
      '99.9 % would then be met: 2,670,000 × 1,000 = 2,670,000,000 is not greater than 2,682,000,000 × 1 = 2,682,000,000.',
    )
  })

  it('are one line where both are the measured figure', () => {
    expect(last(record()).at(-1)).toBe(
      'Best and worst case: the same, since the checks leave no doubt about any of this.',
    )
    const outage = { from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T13:00:20Z') }
    const month = record({ outages: [outage] })
    const declared = {
      ...month,
      bounds: { bestDown: 20 * SECOND, worstDown: month.bounds.worstDown },
      availability: { ...month.availability, best: month.availability.percent },
    }
    expect(last(declared)[0]).toBe('Best case: the same as measured.')
  })

  it('are not printed where they do not follow from the record', () => {
    const month = busy()
    expect(() => statementView({ ...month, bounds: { ...month.bounds, worstDown: 1 } }, issue())).toThrow(
      'does not follow',
    )
  })
})

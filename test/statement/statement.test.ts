import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementView } from '../../src/statement/statement.ts'
import type { Instant } from '../../src/time/instant.ts'
import { at, busy, excluded, flat, HOUR, issue, MINUTE, OCTOBER, plus, record } from './scene.ts'

/** The number in `2,682,000,000 ms`. */
const msOf = (text: string): number => Number(/^([\d,]+)\u00a0ms$/.exec(text)?.[1]?.replaceAll(',', ''))

/** Every text of a view, one a line. */
const texts = (value: unknown): string[] =>
  typeof value === 'string'
    ? [flat(value)]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(texts)
      : []

describe('a statement of a closed month', () => {
  const month = busy()
  const view = statementView(month, issue())

  it('says the figure, its range, the verdict, the credit and until when to claim', () => {
    const { verdict } = view.figure
    expect(flat(verdict.figure)).toBe('99.764 %')
    expect(flat(verdict.sentence)).toBe(
      'The 99.9 % guarantee was missed by 1 h 32.870 s; the 99 % guarantee was met.',
    )
    expect(flat(verdict.credit ?? '')).toBe('7 days of service credit')
    expect(view.claim).toBe('A claim is in time until the end of 24 November 2026 in Europe/London.')
    expect([verdict.best, verdict.worst].map(flat)).toEqual([
      `${month.availability.best} %`,
      `${month.availability.worst} %`,
    ])
    expect(view.asClosed).toBeNull()
  })

  it('gives claims their time again after a correction that raised the credit', () => {
    const of = record()
    const { ms, bounds, base, counted, availability, thresholds } = of
    const figures = (creditDays: number) => ({
      month: '2026-10',
      before: { ms, bounds, base, counted, availability, thresholds, creditDays: 0 },
      after: { ...month, creditDays },
    })
    const down = { from: '2026-10-04T13:00:00.000Z', to: '2026-10-04T15:00:00.000Z' }
    const late = { ...excluded(of), kind: 'add', at: '2026-12-10T12:00:00.000Z', after: down } as const
    const claim = (creditDays: number) =>
      statementView(of, issue([{ ...late, months: [figures(creditDays)] }])).claim
    expect(claim(7)).toBe('A claim is in time until the end of 9 January 2027 in Europe/London.')
    expect(claim(0)).toBeNull()
  })

  it('names the parties and the period in UTC and in the contract’s zone', () => {
    expect([view.service, view.serviceId, view.month, view.site]).toEqual([
      'IAM Services',
      'iam',
      'October 2026',
      'Example status',
    ])
    expect(flat(view.calendar.from.utc)).toBe('30 Sep 2026, 23:00:00 UTC')
    expect(flat(view.calendar.from.local ?? '')).toBe('1 Oct 2026, 00:00:00 +01:00')
    expect(flat(view.calendar.to.local ?? '')).toBe('1 Nov 2026, 00:00:00 +00:00')
    expect(view.downRule).toBe('down when any of its endpoints is down')
  })

  it('computes the figure in whole numbers that anyone can follow', () => {
    const lines = view.figure.computation.map(flat)
    expect(lines[1]).toBe(
      'Announced maintenance is left out: 2,682,000,000 ms − 4,200,000 ms = 2,677,800,000 ms.',
    )
    expect(lines[2]).toBe(
      'Time of which nothing is known is left out: 2,677,800,000 ms − 420,000 ms = 2,677,380,000 ms.',
    )
    expect(lines[5]).toContain('(2,677,380,000 − 6,310,250) ÷ 2,677,380,000 = 99.764 %')
    expect(lines[6]).toBe(
      '99.9 % is missed when down × 100 > base × (100 − 99.9); in whole numbers, when down × 1,000 > base × 1. 6,310,250 × 1,000 = 6,310,250,000; 2,677,380,000 × 1 = 2,677,380,000. The first is greater: missed.',
    )
    expect(lines[7]).toContain('6,310,250 × 100 = 631,025,000; 2,677,380,000 × 1 = 2,677,380,000.')
    expect(lines[7]).toContain('The first is not greater: met.')
  })

  it('lists every outage with its bounds, and counts one that crosses the month’s edge within it alone', () => {
    const [crossing, exact, overMaintenance] = view.outages.rows
    expect([crossing?.id, crossing?.countedMs, crossing?.notes].flat().map(t => flat(t ?? ''))).toEqual([
      'iam-crossing',
      '600,000 ms',
      'in all of it: 20 min',
    ])
    expect(flat(exact?.from.utc ?? '')).toBe('4 Oct 2026, 13:00:00.250 UTC')
    expect(flat(exact?.to?.local ?? '')).toBe('4 Oct 2026, 14:45:10.500 +01:00')
    expect(flat(exact?.counted ?? '')).toBe('45 min 10.250 s')
    expect(exact?.bounds.map(flat)).toEqual([
      'Last good check: 4 Oct 2026, 12:59:30.250 UTC.',
      'Last failed check: 4 Oct 2026, 13:45:00.500 UTC.',
      'It was down for at least 45 min 0.250 s and at most 45 min 40.250 s.',
    ])
    expect(overMaintenance?.notes.map(flat)).toEqual([
      'besides, 10 min in it lay within announced maintenance',
    ])
    expect(view.outages.difference).toBeNull()
  })

  it('says of maintenance when it was announced, or that it was not', () => {
    expect(view.maintenance.rows.map(m => m.announced?.iso ?? null)).toEqual([
      '2026-09-30T09:00:00.000Z',
      null,
    ])
    const late = record({
      maintenance: [{ ...OCTOBER, to: plus(OCTOBER.from, HOUR), announced: plus(OCTOBER.from, MINUTE) }],
    })
    expect(statementView(late, issue()).maintenance.rows[0]?.late).toBe(true)
  })

  it('says of maintenance that was entered after it had begun that it was', () => {
    const window = { ...OCTOBER, to: plus(OCTOBER.from, HOUR) }
    const said = (noted: Instant | null) =>
      flat(
        statementView(record({ maintenance: [{ ...window, noted }] }), issue()).maintenance.rows[0]
          ?.entered ?? 'nothing',
      )
    expect(said(null)).toBe('nothing')
    expect(said(window.from)).toBe('nothing')
    expect(said(plus(window.from, 1))).toBe('entered after it had begun, on 30 Sep 2026')
  })

  it('shows every number and hash of the record', () => {
    const all = texts(view).join('\n')
    const digits = (n: number) => n.toLocaleString('en')
    for (const n of [...Object.values(month.ms), month.base, month.counted])
      expect(all).toContain(`${digits(n)} ms`)
    for (const t of month.thresholds) expect(all).toContain(`${digits(t.allowedMs)} ms`)
    for (const o of month.outages) expect(all).toContain(o.id)
    for (const day of month.endpoints[0]?.days ?? []) expect(all).toContain(day.date)
    for (const text of [
      month.versions.contract[0]?.version,
      month.endpoints[0]?.after.sha256,
      '2026a',
      'https://login.example.com/health',
      'status 200-299',
      '3 failed checks in a row, 5 s apart',
      'for at most 1 min 5 s',
    ])
      expect(all).toContain(text)
  })

  it('says where the record stands in the log and how to verify it', () => {
    expect(view.proof.steps[0]).toContain('entry 41')
    expect(view.proof.root).toBe('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')
    expect(view.proof.checkpoint.join('\n')).toBe(issue().checkpoint)
  })

  it('links to addresses of the web alone', () => {
    const links = {
      ...issue().links,
      bundle: 'javascript:alert(1)',
      log: '//evil.example',
      json: '/data.json',
    }
    const hrefs = new Map(
      statementView(month, issue([], { links })).proof.links.map(l => [l.text, l.href] as const),
    )
    expect(hrefs.get('javascript:alert(1)')).toBeNull()
    expect(hrefs.get('//evil.example')).toBeNull()
    expect(hrefs.get('/data.json')).toBe('/data.json')
  })

  it('has no verdict where nothing is known', () => {
    const nothing = statementView(record({ unknown: [OCTOBER] }), issue())
    expect(nothing.figure.verdict.figure).toBe('no data')
    expect(nothing.figure.verdict.guarantees.map(g => g.words)).toEqual(['no data', 'no data'])
    expect(nothing.claim).toBeNull()
  })

  it('caps what is long and says how much is left out', () => {
    const unknown = Array.from({ length: 2_412 }, (_, i) => ({
      from: plus(OCTOBER.from, i * 10 * MINUTE),
      to: plus(OCTOBER.from, i * 10 * MINUTE + MINUTE),
    }))
    const { rows, more, all } = statementView(record({ unknown }), issue()).unknown
    expect([rows.length, more, all]).toEqual([100, 2_312, 2_412])
  })

  it('refuses to print arithmetic that does not hold', () => {
    const wrong = { ...month, ms: { ...month.ms, up: month.ms.up + 1 } }
    expect(() => statementView(wrong, issue())).toThrow('do not sum')
    expect(() => statementView({ ...month, base: month.base + 1 }, issue())).toThrow('does not follow')
    const [first, ...rest] = month.thresholds
    const flipped = { ...month, thresholds: [{ ...first!, verdict: 'met' as const }, ...rest] }
    expect(() => statementView(flipped, issue())).toThrow('does not follow')
  })

  it('says openly where the outages do not sum to the figure', () => {
    const fewer = { ...month, outages: month.outages.slice(1) }
    expect(flat(statementView(fewer, issue()).outages.difference ?? '')).toBe(
      'The listed outages sum to 5,710,250 ms; the figure counts 6,310,250 ms as down.',
    )
  })
})

describe('a statement after a correction', () => {
  const month = busy()
  const correction = excluded(month)
  const view = statementView(month, issue([correction]))

  it('puts the corrected figure first and keeps the closed one beside it', () => {
    expect(flat(view.figure.verdict.figure)).toBe('99.786 %')
    expect(flat(view.asClosed?.verdict.figure ?? '')).toBe('99.764 %')
    expect(view.asClosed?.computation.map(flat)[4]).toContain('6,310,250 ms')
    expect(view.figure.computation.map(flat).slice(4, 7)).toEqual([
      'Counted as down as the month was closed: 6,310,250 ms, as computed below.',
      'Correction correction-7 of 5 Nov 2026, 14:00:00 UTC takes an outage out: 6,310,250 ms − 600,000 ms = 5,710,250 ms.',
      'Counted as down: 5,710,250 ms.',
    ])
  })

  it('labels the outages as the closed month’s, and says what corrections make of their sum', () => {
    expect(flat(view.outages.asClosed ?? '')).toBe(
      'As the month was closed: 6,310,250 ms down. The correction after closing, listed above, makes it 5,710,250 ms.',
    )
    expect(flat(view.outages.totalMs)).toBe('6,310,250 ms')
    expect(statementView(month, issue()).outages.asClosed).toBeNull()
  })

  it('leads from the closed month to the figure in force over every correction', () => {
    const back = {
      ...correction,
      id: 'correction-9',
      kind: 'add' as const,
      at: '2026-11-06T00:00:00.000Z',
      months: correction.months.map(m => ({ ...m, before: m.after, after: m.before })),
    }
    const steps = statementView(month, issue([correction, back])).figure.computation.map(flat)
    expect(steps.slice(5, 8)).toEqual([
      'Correction correction-7 of 5 Nov 2026, 14:00:00 UTC takes an outage out: 6,310,250 ms − 600,000 ms = 5,710,250 ms.',
      'Correction correction-9 of 6 Nov 2026, 00:00:00 UTC puts an outage in: 5,710,250 ms + 600,000 ms = 6,310,250 ms.',
      'Counted as down: 6,310,250 ms.',
    ])
    const torn = statementView(month, issue([{ ...back, id: 'correction-10' }])).figure.computation
    expect(torn.map(flat)[6]).toBe(
      'These do not sum to what is in force after the last correction, 6,310,250 ms.',
    )
  })

  it('says who made it, why, and what was before and after', () => {
    const [c] = view.corrections
    expect([c?.author, c?.id, c?.outage]).toEqual(['Ada Byron', 'correction-7', 'iam-crossing'])
    expect(c?.effect && [c.effect.before.downMs, c.effect.after.downMs].map(flat)).toEqual([
      '6,310,250 ms',
      '5,710,250 ms',
    ])
    expect(view.outages.rows.find(o => o.id === 'iam-crossing')?.corrected).toEqual(['correction-7'])
    expect(view.outages.rows).toHaveLength(3)
  })

  it('moves the last day of a claim with it', () => {
    const one = record({ outages: [{ from: at('2026-10-04T13:00:00Z'), to: at('2026-10-04T15:00:00Z') }] })
    expect(statementView(one, issue()).claim).toContain('3 November 2026')
    const moved = excluded(one, {
      kind: 'bounds',
      after: { from: '2026-10-06T13:00:00.000Z', to: '2026-10-06T15:00:00.000Z' },
    })
    const { months, ...rest } = moved
    const same = { ...rest, months: months.map(m => ({ ...m, after: m.before })) }
    expect(statementView(one, issue([same])).claim).toContain('5 November 2026')
  })

  it('takes the last of several, and none of another service or month', () => {
    const later = { ...correction, id: 'correction-9', at: '2026-11-06T00:00:00.000Z' }
    const back = { ...later, months: later.months.map(m => ({ ...m, before: m.after, after: m.before })) }
    const other = { ...correction, id: 'correction-8', service: 'shop' }
    const elsewhere = { ...correction, id: 'correction-6', months: [] }
    const both = statementView(month, issue([back, elsewhere, other, correction]))
    expect(both.corrections.map(c => c.id)).toEqual(['correction-7', 'correction-9'])
    expect(flat(both.figure.verdict.figure)).toBe('99.764 %')
  })
})

describe('the parts that are printed', () => {
  const spans = fc.array(
    fc.tuple(
      fc.integer({ min: -HOUR, max: OCTOBER.to - OCTOBER.from + HOUR }),
      fc.integer({ min: 1, max: 30 * HOUR }),
    ),
    { maxLength: 12 },
  )
  const intervals = (of: readonly (readonly [number, number])[]) => {
    let end = -Infinity
    return [...of]
      .sort((a, b) => a[0] - b[0])
      .flatMap(([offset, length]) => {
        if (offset <= end) return []
        end = offset + length
        return [{ from: plus(OCTOBER.from, offset), to: plus(OCTOBER.from, end) }]
      })
      .filter(i => i.from < OCTOBER.to && i.to > OCTOBER.from)
  }

  it('sum to the total, and the outages to what is down', () => {
    fc.assert(
      fc.property(
        spans,
        spans,
        spans,
        fc.constantFrom('excluded' as const, 'counted-as-down' as const, 'counted-as-up' as const),
        fc.constantFrom('excluded' as const, 'counted-as-up' as const),
        (down, unknown, maintenance, asUnknown, asMaintenance) => {
          const made = record({
            outages: intervals(down),
            unknown: intervals(unknown),
            maintenance: intervals(maintenance),
            rules: { unknown: asUnknown, maintenance: asMaintenance },
          })
          const { figure, outages } = statementView(made, issue())
          const sum = (texts: readonly string[]) => texts.reduce((n, text) => n + msOf(text), 0)
          expect(sum(figure.parts.map(p => p.ms))).toBe(msOf(figure.total.ms))
          expect(sum(outages.rows.map(o => o.countedMs))).toBe(msOf(outages.totalMs))
          expect(msOf(outages.totalMs)).toBe(made.ms.down)
        },
      ),
      { numRuns: 60 },
    )
  })
})

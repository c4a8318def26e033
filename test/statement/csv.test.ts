import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { statementCsv } from '../../src/statement/csv.ts'
import { statementJson } from '../../src/statement/json.ts'
import { busy, CHECKPOINT, excluded, issue } from './scene.ts'

type Row = Readonly<Record<string, string>>
const rows = (text: string): Row[] => parse(text, { columns: true, bom: false }) as Row[]
const of = (kind: string, all: readonly Row[]) => all.filter(row => row['kind'] === kind)

describe('a statement as CSV', () => {
  const month = busy()
  const all = rows(statementCsv(month, issue()))

  it('is one flat table with a row for everything in the month', () => {
    expect(Object.keys(all[0] ?? {}).join()).toBe(
      'kind,id,from_utc,to_utc,from_local,to_local,milliseconds,counted_ms,detail',
    )
    const kinds = [
      'figure',
      'best case',
      'worst case',
      'outage',
      'unknown',
      'maintenance',
      'blip',
      'correction',
    ]
    expect(kinds.map(kind => of(kind, all).length)).toEqual([1, 1, 1, 3, 1, 2, 1, 0])
  })

  it('counts failed checks as people do', () => {
    const [blip] = month.blips
    const told = (failures: number) =>
      of('blip', rows(statementCsv({ ...month, blips: [{ ...blip!, failures }] }, issue())))[0]?.['detail']
    expect(told(1)).toBe('1 failed check; the connection timed out')
    expect(told(2)).toBe('2 failed checks; the connection timed out')
  })

  it('derives the best and the worst case of each figure', () => {
    const { bounds, availability } = month
    expect(of('best case', all)[0]).toMatchObject({
      id: 'iam/2026-10',
      counted_ms: String(bounds.bestDown),
      detail: `as closed: each outage lasted only from its first failed check to its last one, and all unknown time was up; base 2677800000 ms; (2677800000 - ${bounds.bestDown}) / 2677800000 = ${availability.best} %`,
    })
    expect(of('worst case', all)[0]).toMatchObject({ counted_ms: String(bounds.worstDown) })
    const corrected = rows(statementCsv(month, issue([excluded(month)])))
    expect(of('worst case', corrected).map(row => row['detail']?.split(':')[0])).toEqual([
      'corrected',
      'as closed',
    ])
  })

  it('counts in whole milliseconds, and the outages sum to the figure', () => {
    const [figure] = of('figure', all)
    expect(figure?.['milliseconds']).toBe('2682000000')
    expect(figure?.['counted_ms']).toBe('6310250')
    const sum = of('outage', all).reduce((n, row) => n + Number(row['counted_ms']), 0)
    expect(sum).toBe(6_310_250)
    expect(figure?.['detail']).toContain('availability 99.764 %')
  })

  it('gives each time in UTC and in the contract’s zone', () => {
    expect(of('outage', all)[1]).toMatchObject({
      from_utc: '2026-10-04T13:00:00.250Z',
      from_local: '2026-10-04T14:00:00.250+01:00',
      milliseconds: '2710250',
    })
  })

  it('puts the corrected figure first, and says by how much a correction changed it', () => {
    const corrected = rows(statementCsv(month, issue([excluded(month)])))
    expect(of('figure', corrected).map(row => [row['counted_ms'], row['detail']?.split(':')[0]])).toEqual([
      ['5710250', 'corrected'],
      ['6310250', 'as closed'],
    ])
    expect(of('correction', corrected)[0]).toMatchObject({ id: 'correction-7', counted_ms: '-600000' })
  })
})

describe('a statement as JSON', () => {
  const month = busy()

  it('holds the record whole, where it stands in the log, and what holds now', () => {
    const correction = excluded(month)
    const json = statementJson(month, issue([correction]))
    expect(json.record).toEqual(month)
    expect(json.corrections).toEqual([correction])
    expect(json.figures).toEqual(correction.months[0]?.after)
    expect(json.corrected).toBe(true)
    expect(json.proof).toMatchObject({ index: 41, size: 87, checkpoint: CHECKPOINT })
  })

  it('has the closed figures where nothing was corrected', () => {
    const json = statementJson(month, issue())
    expect(json.corrected).toBe(false)
    expect(json.figures.counted).toBe(month.counted)
    expect(json.figures).not.toHaveProperty('outages')
  })
})

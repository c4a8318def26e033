import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv } from '../../src/csv/csv.ts'

describe('csv', () => {
  it('ends every row with CRLF and quotes only where it must', () => {
    expect(
      csv([
        ['month', 'n'],
        ['a,b', 1],
        ['say "no"', null],
        ['two\nlines', -2],
      ]),
    ).toBe('month,n\r\n"a,b",1\r\n"say ""no""",\r\n"two\nlines",-2\r\n')
    expect(csv([])).toBe('')
  })

  it.each([
    '=1+1',
    '+44 20',
    '-1+2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '＝1',
    '=HYPERLINK("http://x","y")',
  ])('never lets %j become a formula', text => {
    expect(parse(csv([[text]]), { record_delimiter: '\r\n' })).toEqual([[`'${text}`]])
  })

  it('reads back as it was written, but for the apostrophe', () => {
    const cells = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 5 }), rows => {
        const read = parse(csv(rows), { record_delimiter: '\r\n', relax_column_count: true }) as string[][]
        expect(read.length).toBe(rows.length)
        for (const [i, row] of rows.entries())
          for (const [j, cell] of row.entries()) expect([cell, `'${cell}`]).toContain(read[i]?.[j])
      }),
    )
  })

  it('refuses what is no number', () => {
    expect(() => csv([[Number.NaN]])).toThrow(RangeError)
  })
})

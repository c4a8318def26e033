import { digits, type Moment, type Stretch } from './moment.ts'
import type { Piece } from './pdf-flow.ts'
import { TYPE, text } from './pdf-pieces.ts'
import type { Sheet } from './pdf-sheet.ts'
import { type Cell, type Column, table } from './pdf-table.ts'

const { cell, label, note } = TYPE

export const when = (at: Moment): Cell => [
  [at.utc, cell],
  ...(at.local === null ? [] : [[at.local, label] as const]),
]

export const lengthOf = (span: Pick<Stretch, 'length' | 'ms'>): Cell => [
  [span.length, cell],
  [span.ms, label],
]

/** Columns as shares of the page's width. */
export const columns = (
  sheet: Sheet,
  ...of: readonly (readonly [title: string, share: number, right?: 'right'])[]
) => {
  const all = of.reduce((sum, [, share]) => sum + share, 0)
  const width = sheet.right - sheet.left
  return of.map(
    ([title, share, right]): Column => ({
      title,
      width: (width * share) / all,
      ...(right ? { right: true } : {}),
    }),
  )
}

/** Names and their values. */
export const facts = (
  sheet: Sheet,
  rows: readonly (readonly [name: string, value: string | Cell])[],
): Piece[] =>
  table(sheet, {
    columns: columns(sheet, ['', 3], ['', 7]),
    rows: rows.map(([name, value]) => [[[name, label]], typeof value === 'string' ? [[value, cell]] : value]),
    named: true,
    titled: false,
  })

export const both = (span: Stretch): Cell => [
  [`${span.from.utc} to ${span.to.utc}`, cell],
  ...(span.from.local === null || span.to.local === null
    ? []
    : [[`${span.from.local} to ${span.to.local}`, label] as const]),
  [`${span.length}, ${span.ms}`, label],
]

/** How many rows are not written out. */
export const more = (sheet: Sheet, { more: n }: { readonly more: number }): Piece[] =>
  n === 0 ? [] : [text(sheet, `And ${digits(n)} more, in the JSON.`, note, { gap: 4 })]

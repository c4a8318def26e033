import type { Piece } from './pdf-flow.ts'
import { child, TYPE, tag, wrap } from './pdf-pieces.ts'
import { type Element, INK, RULE, type Sheet, type Style } from './pdf-sheet.ts'

/** Lines that no cell goes beyond, so that a row always fits a page. */
const MOST_LINES = 36

export interface Column {
  readonly title: string
  /** In points; the widths of a table sum to the page's. */
  readonly width: number
  readonly right?: boolean
}

/** The paragraphs of a cell, one above the other. */
export type Cell = readonly (readonly [text: string, style: Style])[]

interface TableOptions {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Whether each row's first cell names it. */
  readonly named?: boolean
  /** Whether the columns' titles are shown. */
  readonly titled?: boolean
  /** Set off by a darker line. */
  readonly last?: boolean
}

const PAD = 3.5
const GUTTER = 10
/** A table that is no taller is not broken across pages. */
const WHOLE = 260

/** A table; each row is one piece, and its head is repeated on every page. */
export function table(sheet: Sheet, of: TableOptions): Piece[] {
  const { columns, rows, named = false, titled = true, last = false } = of
  const gutter = (column: Column) => (column === columns.at(-1) ? 0 : GUTTER)
  let element: Element | null = null
  const open = () => {
    element ??= child(sheet, sheet.root, 'Table')
    return element
  }
  const set = (cells: readonly Cell[]) => {
    const laid = columns.map((column, i) => {
      const lines = (cells[i] ?? []).flatMap(([words, style]) =>
        wrap(sheet, words, style, column.width - gutter(column)).map(line => ({ line, style })),
      )
      return lines.length > MOST_LINES ? lines.slice(0, MOST_LINES) : lines
    })
    const height = Math.max(...laid.map(lines => lines.reduce((sum, { style }) => sum + style.leading, 0)))
    return { laid, height: height + 2 * PAD }
  }
  const cell = (lines: ReturnType<typeof set>['laid'][number], column: Column, x: number, top: number) => {
    let y = top + PAD
    for (const { line, style } of lines) {
      const shift = column.right ? column.width - gutter(column) - sheet.width(line, style) : 0
      sheet.line(line, x + shift, y, style)
      y += style.leading
    }
  }
  const across = (draw: (i: number, x: number, column: Column) => void) => {
    let x = sheet.left
    columns.forEach((column, i) => {
      draw(i, x, column)
      x += column.width
    })
  }
  const line = (top: number, colour: string) =>
    sheet.rule(sheet.left, top, sheet.right - sheet.left, 0.5, colour)

  const titles = set(columns.map(column => [[column.title, TYPE.column]]))
  const head: Piece = {
    height: titles.height,
    gap: 0,
    stays: true,
    draw(top) {
      const row = child(sheet, open(), 'TR')
      across((i, x, column) =>
        tag(sheet, row, 'TH', () => cell(titles.laid[i] ?? [], column, x, top), { scope: 'Column' }),
      )
      row.end()
    },
  }
  /** On the pages that follow, the head is there for the eye alone. */
  const again = {
    height: titles.height,
    draw(top: number) {
      sheet.doc.markContent('Artifact', { type: 'Pagination' })
      across((i, x, column) => cell(titles.laid[i] ?? [], column, x, top))
      sheet.doc.endMarkedContent()
    },
  }
  const body = rows.map((cells, n): Piece => {
    const { laid, height } = set(cells)
    return {
      height,
      gap: 0,
      // The second to last keeps the sum company.
      stays: last && n === rows.length - 2,
      draw(top) {
        if (titled || n > 0) line(top, last && n === rows.length - 1 ? INK : RULE)
        const row = child(sheet, open(), 'TR')
        across((i, x, column) => {
          const names = named && i === 0
          tag(
            sheet,
            row,
            names ? 'TH' : 'TD',
            () => cell(laid[i] ?? [], column, x, top),
            names ? { scope: 'Row' } : {},
          )
        })
        row.end()
        if (n === rows.length - 1) open().end()
      },
      ...(titled && n > 0 ? { head: again } : {}),
    }
  })
  if (rows.length === 0) return []
  const pieces = [...(titled ? [head] : []), ...body]
  const whole = pieces.reduce((sum, { height }) => sum + height, 0) <= WHOLE
  return whole
    ? pieces.map((piece, i) => (i < pieces.length - 1 ? { ...piece, stays: true } : piece))
    : pieces
}

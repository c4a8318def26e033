/** What a cell may hold; null is an empty cell. */
export type Cell = string | number | null

/** What spreadsheets take for the start of a formula, also after blanks and in its full-width forms. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/

/**
 * PURE. CSV text after RFC 4180: CRLF after every row, quotes where they are needed. A text that a spreadsheet would take
 * for a formula gets a leading apostrophe; numbers are written as they are, below zero too. Throws a RangeError for NaN
 * and infinities.
 */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map(row => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') {
    if (!Number.isFinite(cell)) throw new RangeError(`not a number for a cell: ${cell}`)
    return String(cell)
  }
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

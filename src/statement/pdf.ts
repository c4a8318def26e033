import type { MonthRecord } from '../month/record.ts'
import type { Issue } from './issue.ts'
import { instantOf } from './moment.ts'
import { closing } from './pdf-closing.ts'
import { drawPages, others, type Piece } from './pdf-flow.ts'
import { happenings } from './pdf-happenings.ts'
import { opening } from './pdf-opening.ts'
import { TYPE } from './pdf-pieces.ts'
import { openSheet, type Paper, RULE, type Sheet } from './pdf-sheet.ts'
import { ownTypeface, type Typeface } from './pdf-type.ts'
import { type StatementView, statementView } from './statement.ts'

interface PdfOptions {
  readonly paper?: Paper
  readonly typeface?: Typeface
}

/** A statement as a tagged PDF 1.7, after PDF/UA. The same statement gives the same bytes. Gives way to other work between pages. */
export async function statementPdf(
  record: MonthRecord,
  issue: Issue,
  { paper = 'A4', typeface = ownTypeface() }: PdfOptions = {},
): Promise<Buffer> {
  const view = statementView(record, issue)
  const sheet = openSheet({
    title: `${view.service}, ${view.month}: statement of availability`,
    subject: `${view.reference}, entry ${view.proof.entry} of the log`,
    author: view.site,
    issued: instantOf(view.issued.iso),
    paper,
    typeface,
  })
  const written = bytesOf(sheet)
  const pieces: Piece[] = []
  for (const section of [opening, happenings, closing]) {
    for (const piece of section(sheet, view)) pieces.push(piece)
    await others()
  }
  await drawPages(sheet, pieces, (page, pages) => foot(sheet, view, page, pages))
  sheet.root.end()
  sheet.doc.end()
  return written
}

function bytesOf({ doc }: Sheet): Promise<Buffer> {
  // pdfkit writes hundreds of thousands of scraps, so they are put together as they come.
  let bytes = Buffer.alloc(65_536)
  let length = 0
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => {
      if (length + chunk.length > bytes.length) {
        const larger = Buffer.alloc(Math.max(2 * bytes.length, length + chunk.length))
        bytes.copy(larger, 0, 0, length)
        bytes = larger
      }
      bytes.set(chunk, length)
      length += chunk.length
    })
    doc.on('error', reject)
    doc.on('end', () => resolve(bytes.subarray(0, length)))
  })
}

/** On every page: what it belongs to, and the log's root that it can be held against. */
function foot(sheet: Sheet, view: StatementView, page: number, pages: number): void {
  const { foot: style } = TYPE
  const { proof } = view
  const top = sheet.bottom + 18
  sheet.rule(sheet.left, top - 6, sheet.right - sheet.left, 0.5, RULE)
  const number = `${page} of ${pages}`
  const root = proof.root === '' ? '' : ` · root ${proof.root}`
  const words = sheet.shown(
    `${view.reference} · log entry ${proof.entry}, size ${proof.size}${root} · issued ${view.issued.utc}`,
    style.face,
  )
  sheet.doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
  sheet.line(fitted(sheet, words, sheet.right - sheet.left - 50), sheet.left, top, style)
  sheet.line(number, sheet.right - sheet.width(number, style), top, style)
  sheet.doc.endMarkedContent()
}

/** A line cut to so many points. */
function fitted(sheet: Sheet, words: string, width: number): string {
  const { foot: style } = TYPE
  if (sheet.width(words, style) <= width) return words
  let line = ''
  for (const char of words) {
    if (sheet.width(`${line}${char}…`, style) > width) break
    line += char
  }
  return `${line}…`
}

import type { CorrectionView } from './corrections.ts'
import { both, columns, facts, when } from './pdf-cells.ts'
import type { Piece } from './pdf-flow.ts'
import { heading, numbered, TYPE, text } from './pdf-pieces.ts'
import type { Sheet } from './pdf-sheet.ts'
import { type Cell, table } from './pdf-table.ts'
import type { StatementView } from './statement.ts'

const { body, cell, exact, label, lead, strong, strongCell, subheading } = TYPE

/** A name, with its id where the face lacks a character of it. */
const named = (sheet: Sheet, name: string, id: string): string =>
  sheet.covers(name, 'bold') && sheet.covers(name, 'regular') ? name : `${name} (${id})`

/** The verdict, whose it is, and how it was computed. */
export function opening(sheet: Sheet, view: StatementView): Piece[] {
  const { figure, asClosed } = view
  const { verdict } = figure
  const credit = [verdict.credit === null ? 'No service credit.' : `${verdict.credit}.`, view.claim]
  return [
    text(sheet, `Statement of availability · ${view.site}`, TYPE.kicker, { stays: true }),
    text(sheet, `${named(sheet, view.service, view.serviceId)}, ${view.month}`, TYPE.title, {
      type: 'H1',
      gap: 4,
      stays: true,
    }),
    text(sheet, verdict.figure, TYPE.figure, { gap: 14, stays: true }),
    text(
      sheet,
      `${asClosed ? `Corrected; as closed, ${asClosed.verdict.figure}. ` : ''}At best ${verdict.best}, at worst ${verdict.worst}. Down for ${verdict.down}, ${verdict.downMs}.`,
      TYPE.beside,
      { gap: 2 },
    ),
    text(sheet, verdict.sentence, lead, { gap: 10 }),
    ...(verdict.doubt === null ? [] : [text(sheet, verdict.doubt, body, { gap: 5 })]),
    text(sheet, credit.filter(Boolean).join(' '), strong, { gap: 5 }),
    ...guarantees(sheet, view),
    heading(sheet, 'Parties and period'),
    ...facts(sheet, [
      ['Service', `${view.service} (${view.serviceId}), ${view.downRule}`],
      ['Published by', view.site],
      ['Month', both(view.calendar)],
      ['Watched in it', view.watchedWhole ? 'all of it' : both(view.window)],
      ['Closed', when(view.closed)],
      ['Issued', when(view.issued)],
      ...(view.contract ? [['Contract, SHA-256', [[view.contract.version, exact]]] as const] : []),
    ]),
    heading(sheet, 'What the month is made of'),
    ...parts(sheet, view),
    heading(sheet, 'How it was computed'),
    ...numbered(sheet, figure.computation),
    ...(asClosed
      ? [
          text(sheet, 'As the month was closed', subheading, { type: 'H3', gap: 12, stays: true }),
          ...numbered(sheet, asClosed.computation),
        ]
      : []),
    ...corrections(sheet, 'Corrections after closing', view.corrections),
    ...corrections(sheet, 'Corrections in force when it was closed', view.earlierCorrections),
  ]
}

function guarantees(sheet: Sheet, { figure, asClosed }: StatementView): Piece[] {
  const rows = figure.verdict.guarantees.map((g, i): Cell[] => {
    const before = asClosed?.verdict.guarantees[i]
    return [
      [[g.name, strongCell]],
      [
        [g.allowed, cell],
        [g.allowedMs, label],
      ],
      [
        [`${g.words}${g.certain ? '' : ', not certain'}`, g.verdict === 'missed' ? strongCell : cell],
        ...(before && before.words !== g.words ? [[`as closed: ${before.words}`, label] as const] : []),
      ],
      [[g.credit, cell]],
    ]
  })
  const [first, ...rest] = table(sheet, {
    columns: columns(sheet, ['Guarantee', 16], ['Allows', 28], ['Verdict', 38], ['Credit where missed', 18]),
    rows,
    named: true,
  })
  return first ? [{ ...first, gap: 16 }, ...rest] : []
}

function parts(sheet: Sheet, { figure, asClosed }: StatementView): Piece[] {
  const before = asClosed ? [...asClosed.parts, asClosed.total] : null
  return table(sheet, {
    columns: columns(
      sheet,
      ['Part', 20],
      ['Length', 34],
      ['In milliseconds', 26, 'right'],
      ...(before ? [['As closed', 26, 'right'] as const] : []),
    ),
    rows: [...figure.parts, figure.total].map((part, i): Cell[] => [
      [[part.word, strongCell]],
      [[part.length, cell]],
      [[part.ms, cell]],
      ...(before ? [[[before[i]?.ms ?? '', label] as const]] : []),
    ]),
    named: true,
    last: true,
  })
}

function corrections(sheet: Sheet, title: string, list: readonly CorrectionView[]): Piece[] {
  if (list.length === 0) return []
  return [
    heading(sheet, title),
    ...list.flatMap(c => [
      text(sheet, `${c.words}. ${c.at.utc}`, subheading, { type: 'H3', gap: 8, stays: true }),
      ...facts(sheet, [
        ['Reason', c.reason],
        ['Made by', c.reportedBy === null ? c.author : `${c.author}; reported by ${c.reportedBy}`],
        ['Outage', c.outage],
        ...(c.before ? [['It was', both(c.before)] as const] : []),
        ...(c.after ? [['It is', both(c.after)] as const] : []),
        ...(c.effect
          ? ([
              [
                'Before',
                `${c.effect.before.figure}, down ${c.effect.before.down}. ${c.effect.before.sentence}`,
              ],
              ['After', `${c.effect.after.figure}, down ${c.effect.after.down}. ${c.effect.after.sentence}`],
            ] as const)
          : []),
        ['Correction', c.id],
      ]),
    ]),
  ]
}

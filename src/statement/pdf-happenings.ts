import type { OutageRow } from './happenings.ts'
import { columns, lengthOf, more, when } from './pdf-cells.ts'
import type { Piece } from './pdf-flow.ts'
import { heading, TYPE, text } from './pdf-pieces.ts'
import type { Sheet } from './pdf-sheet.ts'
import { type Cell, table } from './pdf-table.ts'
import type { StatementView } from './statement.ts'

const { body, cell, label, note, strong, strongCell } = TYPE

const none = (sheet: Sheet, words: string): Piece[] => [text(sheet, words, body)]

function outageRow(o: OutageRow): Cell[] {
  return [
    when(o.from),
    o.to === null ? [['not over when the month was closed', cell]] : when(o.to),
    [[o.counted, strongCell], [o.countedMs, label], ...o.notes.map(words => [words, note] as const)],
    [
      [o.reason, cell],
      ...(o.endpoints.length > 0 ? [[o.endpoints.join(', '), cell] as const] : []),
      ...o.bounds.map(words => [words, note] as const),
      ...o.corrected.map(id => [`Changed by correction ${id}.`, strongCell] as const),
      [`Outage ${o.id}`, note],
    ],
  ]
}

const together = ({ outages, asClosed }: StatementView): Cell[] => [
  [[outages.more > 0 ? 'Together, with those not listed' : 'Together', strongCell]],
  [],
  [
    [outages.total, strongCell],
    [outages.totalMs, label],
  ],
  [[asClosed ? 'as the month was closed' : '', cell]],
]

const asClosed = (sheet: Sheet, { outages }: StatementView): Piece[] =>
  outages.asClosed === null ? [] : [text(sheet, outages.asClosed, body, { stays: true })]

/** What happened in the month. */
export function happenings(sheet: Sheet, view: StatementView): Piece[] {
  const { outages, unknown, maintenance, blips, performance } = view
  return [
    heading(sheet, 'Outages'),
    ...(outages.all === 0
      ? [...asClosed(sheet, view), ...none(sheet, `No outage in ${view.month}.`)]
      : [
          ...asClosed(sheet, view),
          ...table(sheet, {
            columns: columns(
              sheet,
              ['Began', 24],
              ['Ended', 24],
              ['Counted as down', 18],
              ['What was seen', 34],
            ),
            rows: [...outages.rows.map(outageRow), together(view)],
            last: true,
          }),
          ...more(sheet, outages),
          ...(outages.difference === null ? [] : [text(sheet, outages.difference, strong, { gap: 6 })]),
        ]),
    heading(sheet, 'Time of which nothing is known'),
    ...(unknown.all === 0
      ? none(sheet, 'None.')
      : [
          ...table(sheet, {
            columns: columns(sheet, ['From', 34], ['To', 34], ['Length', 32]),
            rows: unknown.rows.map(u => [when(u.from), when(u.to), lengthOf(u)]),
          }),
          ...more(sheet, unknown),
        ]),
    heading(sheet, 'Maintenance'),
    ...(maintenance.all === 0
      ? none(sheet, 'None.')
      : [
          ...table(sheet, {
            columns: columns(
              sheet,
              ['From', 25],
              ['To', 25],
              ['Length', 19],
              ['What, and when it was announced', 31],
            ),
            rows: maintenance.rows.map((m): Cell[] => [
              when(m.from),
              when(m.to),
              lengthOf(m),
              [
                [m.title, cell],
                [
                  m.announced === null
                    ? 'Not announced.'
                    : `Announced ${m.announced.utc}${m.late ? ', not before it began' : ''}.`,
                  m.announced === null || m.late ? strongCell : note,
                ],
                ...(m.entered === null
                  ? []
                  : [[`${m.entered[0]?.toUpperCase()}${m.entered.slice(1)}.`, strongCell] as const]),
                [`Maintenance ${m.id}`, note],
              ],
            ]),
          }),
          ...more(sheet, maintenance),
        ]),
    heading(sheet, 'Blips'),
    text(
      sheet,
      blips.all === 0
        ? 'No check failed besides.'
        : 'Failed checks that were never confirmed as an outage. They count as up.',
      body,
    ),
    ...table(sheet, {
      columns: columns(sheet, ['From', 25], ['To', 25], ['Length', 19], ['Endpoint and reason', 31]),
      rows: blips.rows.map((b): Cell[] => [
        when(b.from),
        when(b.to),
        lengthOf(b),
        [
          [b.endpoint, cell],
          [`${b.failures}: ${b.reason}`, note],
        ],
      ]),
    }),
    ...more(sheet, blips),
    ...(performance
      ? [
          heading(sheet, 'Response time'),
          ...performance.rows.map(row => text(sheet, row.words, body)),
          ...(performance.checks === null
            ? []
            : [text(sheet, `Of ${performance.checks} good checks, by nearest rank.`, note, { gap: 3 })]),
        ]
      : []),
  ]
}

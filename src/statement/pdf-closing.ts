import { count } from '../page/words.ts'
import { columns, facts, more } from './pdf-cells.ts'
import type { Piece } from './pdf-flow.ts'
import { heading, numbered, preformatted, TYPE, text } from './pdf-pieces.ts'
import { INK, type Sheet } from './pdf-sheet.ts'
import { type Cell, table } from './pdf-table.ts'
import type { StatementView } from './statement.ts'
import type { VersionView } from './versions.ts'

const { body, cell, exact, note, subheading } = TYPE

const inForce = ({ from, to }: VersionView): string =>
  `${from === null ? 'since before the record' : `from ${from.utc}`}${to === null ? '' : ` to ${to.utc}`}`

const versions = (sheet: Sheet, list: readonly VersionView[]): Piece[] =>
  list.flatMap(v => [
    text(sheet, v.name, subheading, { type: 'H3', gap: 9, stays: true }),
    ...facts(sheet, [['In force', inForce(v)], ...v.facts, ['SHA-256', [[v.version, exact]]]]),
  ])

const LINES_WORDS = 'The empty line belongs to it: one stands between what is signed and the signatures.'

/** The versions in force, what the checks hash to, and how to verify all of it. */
export function closing(sheet: Sheet, view: StatementView): Piece[] {
  const { proof } = view
  return [
    heading(sheet, 'Versions in force'),
    ...facts(sheet, view.versions.made),
    ...versions(sheet, view.versions.contracts),
    ...versions(sheet, view.versions.services),
    ...versions(sheet, view.versions.endpoints),
    ...more(sheet, { more: view.versions.moreEndpoints }),
    heading(sheet, 'Checks, day by day'),
    text(
      sheet,
      `What the checks that began on each day of ${view.timeZone} hash to (SHA-256). The bundle holds the checks.`,
      body,
    ),
    ...view.digests.flatMap(d => [
      text(sheet, `${d.id} (${d.name}), ${d.checks}`, subheading, {
        type: 'H3',
        gap: 9,
        stays: d.days.length + d.counted.length > 0,
      }),
      ...(d.counted.length > 0
        ? [text(sheet, `Counted ${d.counted.join('; ')}.`, note, { stays: d.days.length > 0 })]
        : []),
      ...table(sheet, {
        columns: columns(sheet, ['Day', 15], ['Checks', 12, 'right'], ['SHA-256', 73]),
        rows: d.days.map((day): Cell[] => [[[day.date, cell]], [[day.checks, cell]], [[day.sha256, exact]]]),
        named: true,
      }),
      ...(d.more > 0
        ? [text(sheet, `And ${count(d.more, 'more day')}, in the JSON.`, note, { gap: 4 })]
        : []),
      ...(d.after
        ? [
            text(
              sheet,
              `After the month, until it was settled: ${d.after.checks}, ${d.after.sha256}.`,
              note,
              {
                gap: 3,
              },
            ),
          ]
        : []),
    ]),
    heading(sheet, 'How to verify this statement'),
    ...numbered(sheet, proof.steps),
    text(sheet, 'Checkpoint', subheading, { type: 'H3', gap: 12, stays: true }),
    text(sheet, LINES_WORDS, note, { stays: true }),
    ...preformatted(sheet, proof.checkpoint, { ...exact, colour: INK }),
    text(sheet, 'Verifier key', subheading, { type: 'H3', gap: 9, stays: true }),
    text(sheet, proof.key, exact, { gap: 2 }),
    text(sheet, 'Addresses', subheading, { type: 'H3', gap: 9, stays: true }),
    ...facts(
      sheet,
      proof.links.map(link => [link.name, [[link.text, exact]]] as const),
    ),
  ]
}

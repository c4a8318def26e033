import type { ClosedMonth, StoredCorrection } from '../month/closed.ts'
import type { Correction, MonthFigures } from '../month/record.ts'
import { type Instant, parseInstant, rfc3339 } from '../time/instant.ts'
import { bundlePath, checkPath, statementPath } from './address.ts'
import { type TimeView, timeView } from './outage-list-view.ts'
import type { MonthReport } from './report.ts'
import { exact, percentWords } from './words.ts'

/** A correction as the pages tell it. */
export interface CorrectionView {
  readonly id: string
  readonly at: TimeView
  readonly what: string
  readonly reason: string
  readonly author: string
  readonly reportedBy: string | null
  /** What it made of the month; null where that was not closed yet. */
  readonly effect: string | null
}

/** That a month is closed, and where its proofs are. */
export interface SealedView {
  readonly at: TimeView
  readonly entry: number
  readonly statement: string
  readonly check: string
  readonly bundle: string
  readonly files: readonly { readonly name: string; readonly href: string }[]
}

/** Null while the month is not closed. */
export function sealedView({ closed, of }: MonthReport): SealedView | null {
  if (!closed) return null
  const { id } = of.record
  return {
    at: timeView(closed.closedAt),
    entry: closed.index,
    statement: statementPath(id, closed.month),
    check: checkPath(id, closed.month),
    bundle: bundlePath(id, closed.month),
    files: (['pdf', 'csv', 'json'] as const).map(kind => ({
      name: kind.toUpperCase(),
      href: `${statementPath(id, closed.month)}.${kind}`,
    })),
  }
}

const at = (text: string): Instant => parseInstant(text) ?? (0 as Instant)
const span = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `${rfc3339(at(from))} to ${rfc3339(at(to))}, ${exact(at(to) - at(from))}`

/** What a correction declares, in words. */
export function changeWords({ kind, before, after }: Correction): string {
  switch (kind) {
    case 'exclude':
      return `There was no outage from ${before ? span(before) : 'then'}.`
    case 'add':
      return `There was an outage from ${after ? span(after) : 'then'}, which the prober missed.`
    case 'bounds':
      return `The outage recorded from ${before ? span(before) : 'then'} lasted from ${after ? span(after) : 'then'}.`
  }
}

const figureWords = ({ availability, creditDays }: MonthFigures): string =>
  `${availability.percent === null ? 'no data' : percentWords(availability.percent)}${creditDays > 0 ? `, ${creditDays} days of credit` : ', no credit'}`

/** The corrections that concern a month, the newest first. */
export const correctionViews = (
  corrections: readonly StoredCorrection[],
  closed: ClosedMonth | null,
): CorrectionView[] =>
  corrections.toReversed().map(({ correction }) => {
    const effect = correction.months.find(m => m.month === closed?.month)
    return {
      id: correction.id,
      at: timeView(at(correction.at)),
      what: changeWords(correction),
      reason: correction.reason,
      author: correction.author,
      reportedBy: correction.reportedBy,
      effect: effect ? `${figureWords(effect.before)}, became ${figureWords(effect.after)}.` : null,
    }
  })

import type { Correction, MonthFigures, MonthRecord } from '../month/record.ts'
import { grouped, type Moment, momentOf, type Stretch, stretch } from './moment.ts'
import { plain } from './plain.ts'
import { percentOf, verdictOf } from './verdict.ts'

export interface CorrectionView {
  readonly id: string
  readonly at: Moment
  readonly author: string
  readonly reason: string
  readonly reportedBy: string | null
  /** What it does, in words. */
  readonly words: string
  readonly outage: string
  readonly before: Stretch | null
  readonly after: Stretch | null
  /** What it did to this month's figures; null where it was made before the month was closed. */
  readonly effect: { readonly before: EffectSide; readonly after: EffectSide } | null
}

interface EffectSide {
  readonly figure: string
  readonly down: string
  readonly downMs: string
  readonly sentence: string
  readonly creditDays: number
}

const WORDS: Readonly<Record<Correction['kind'], string>> = {
  exclude: 'An outage is excluded',
  add: 'An outage is added that the prober missed',
  bounds: 'The begin or end of an outage is moved',
}

function side(figures: MonthFigures): EffectSide {
  const verdict = verdictOf(figures)
  return {
    figure: percentOf(figures.availability.percent),
    down: verdict.down,
    downMs: verdict.downMs,
    sentence: verdict.sentence,
    creditDays: figures.creditDays,
  }
}

export function correctionView(correction: Correction, month: string, zone: string | null): CorrectionView {
  const effect = correction.months.find(m => m.month === month)
  return {
    id: plain(correction.id, 80),
    at: momentOf(correction.at, zone),
    author: plain(correction.author),
    reason: plain(correction.reason, 1_000),
    reportedBy: correction.reportedBy === null ? null : plain(correction.reportedBy),
    words: WORDS[correction.kind],
    outage: plain(correction.outage, 80),
    before: correction.before === null ? null : stretch(correction.before, zone),
    after: correction.after === null ? null : stretch(correction.after, zone),
    effect: effect ? { before: side(effect.before), after: side(effect.after) } : null,
  }
}

/** The later corrections that changed the month, the oldest first. */
export const correctionsOf = (record: MonthRecord, corrections: readonly Correction[]): Correction[] =>
  corrections
    .filter(c => c.service === record.service.id && c.months.some(m => m.month === record.month))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))

/** The figures that hold now: those after the last correction, or as the month was closed. */
export function figuresInForce(record: MonthRecord, corrections: readonly Correction[]): MonthFigures {
  const last = correctionsOf(record, corrections).at(-1)
  return last?.months.find(m => m.month === record.month)?.after ?? record
}

const SHORT: Readonly<Record<Correction['kind'], string>> = {
  exclude: 'takes an outage out',
  add: 'puts an outage in',
  bounds: 'moves the begin or end of an outage',
}

/**
 * How what counts as down follows from the closed month: as it was closed, and what each later correction did to it, a step
 * each. Empty where there is none.
 */
export function correctedSteps(record: MonthRecord, corrections: readonly Correction[]): string[] {
  const later = correctionsOf(record, corrections)
  if (later.length === 0) return []
  let counted = record.counted
  const steps = later.map(correction => {
    const effect = correction.months.find(m => m.month === record.month)
    const change = effect ? effect.after.counted - effect.before.counted : 0
    const before = counted
    counted += change
    return `Correction ${plain(correction.id, 80)} of ${momentOf(correction.at, null).utc} ${SHORT[correction.kind]}: ${grouped(before)} ${change < 0 ? '−' : '+'} ${grouped(Math.abs(change))} = ${grouped(counted)}.`
  })
  const inForce = figuresInForce(record, corrections).counted
  return [
    `Counted as down as the month was closed: ${grouped(record.counted)}, as computed below.`,
    ...steps,
    ...(counted === inForce
      ? []
      : [`These do not sum to what is in force after the last correction, ${grouped(inForce)}.`]),
  ]
}

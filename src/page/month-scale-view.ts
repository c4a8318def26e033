import type { Contract } from '../sla/contract.ts'
import type { MonthReport } from './report.ts'
import { failureShares, severity } from './strip-view.ts'
import { percentWords } from './words.ts'

/** The figure on a scale around the guarantees, in per cent of its width; 100 % available at the right. */
export interface ScaleView {
  readonly at: number
  readonly from: number
  readonly width: number
  readonly ticks: readonly { readonly x: number; readonly label: string }[]
  readonly best: string
  readonly worst: string
  /** Whether best and worst case differ at all. */
  readonly ranged: boolean
}

const place = (share: number, shares: readonly number[]): number =>
  Math.round((1 - severity(share, shares)) * 10_000) / 100

/** Null without data. */
export function scaleView(month: MonthReport, contract: Contract): ScaleView | null {
  const { measure, base, counted, availability } = month.figures
  if (availability.percent === null || availability.best === null || availability.worst === null) return null
  const shares = failureShares(contract)
  const window = measure.total - (contract.maintenance === 'excluded' ? measure.maintenance : 0)
  const best = place(measure.bestDown / window, shares)
  const worst = place(measure.worstDown / window, shares)
  const thresholds = month.figures.thresholds
  return {
    at: place(counted / base, shares),
    from: worst,
    width: Math.max(0, best - worst),
    ticks: [
      { x: 0, label: percentWords('0') },
      ...[...thresholds].reverse().map((t, i) => ({
        x: place(shares[thresholds.length - 1 - i] ?? 1, shares),
        label: percentWords(t.percent),
      })),
      { x: 100, label: percentWords('100') },
    ],
    best: percentWords(availability.best),
    worst: percentWords(availability.worst),
    ranged: measure.bestDown !== measure.worstDown,
  }
}

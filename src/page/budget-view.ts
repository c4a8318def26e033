import { failureShare } from '../sla/percent.ts'
import type { MonthReport } from './report.ts'
import { brief, percentWords } from './words.ts'

/** How much of a month's allowed downtime is spent, drawn in per cent. */
export interface BudgetView {
  /** `99.9 %`: the guarantee whose allowance it is. */
  readonly percent: string
  readonly words: string
  /** Width of what was spent within the allowance. */
  readonly used: number
  /** Where the allowance ends; below 100 once it is overspent. */
  readonly limit: number
  /** Where spending evenly over the time that counts, from the first check on, would stand now; null once the month is over. */
  readonly even: number | null
  readonly over: boolean
}

const share = (part: number, whole: number): number => Math.round((part / whole) * 10_000) / 100

/** The meter of the highest guarantee. Null without one, or without data. */
export function budgetView({ figures }: MonthReport): BudgetView | null {
  const top = figures.thresholds[0]
  if (!top || top.verdict === 'no-data') return null
  const { counted } = figures
  const scale = Math.max(counted, top.allowedMs, 1)
  const limit = share(top.allowedMs, scale)
  const { part, whole } = failureShare(top.percent)
  const earned = (figures.base * Number(part)) / Number(whole)
  const over = counted > top.allowedMs
  const spent = `${counted === 0 ? 'None' : brief(counted)} of ${brief(top.allowedMs)} spent`
  return {
    percent: percentWords(top.percent),
    words: over ? `${spent}: ${brief(counted - top.allowedMs)} too much` : spent,
    used: share(Math.min(counted, top.allowedMs), scale),
    limit,
    even: figures.complete ? null : share(Math.min(earned, top.allowedMs), scale),
    over,
  }
}

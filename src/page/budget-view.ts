import type { MonthReport } from './report.ts'
import { brief, count, percentWords } from './words.ts'

/** How much of a month's allowed downtime is spent, drawn on 1,000 units. */
export interface BudgetView {
  /** `99.9 %`: the guarantee whose allowance it is. */
  readonly percent: string
  readonly words: string
  /** Width of what was spent within the allowance. */
  readonly used: number
  /** Where the allowance ends; below 1,000 once it is overspent. */
  readonly limit: number
  /** Where an even spending would stand now; null once the month is over. */
  readonly even: number | null
  readonly over: boolean
}

const UNITS = 1_000

/** The meter of the highest guarantee. Null without one, or without data. */
export function budgetView(month: MonthReport, now: number): BudgetView | null {
  const { figures, calendar } = month
  const top = figures.thresholds[0]
  if (!top || top.verdict === 'no-data') return null
  const { counted } = figures
  const scale = Math.max(counted, top.allowedMs, 1)
  const limit = Math.round((top.allowedMs / scale) * UNITS)
  const gone = Math.min(1, Math.max(0, (now - calendar.from) / (calendar.to - calendar.from)))
  const over = counted > top.allowedMs
  const spent = `${counted === 0 ? 'None' : brief(counted)} of ${brief(top.allowedMs)} spent`
  return {
    percent: percentWords(top.percent),
    words: over ? `${spent}: ${brief(counted - top.allowedMs)} too much` : spent,
    used: Math.round((Math.min(counted, top.allowedMs) / scale) * UNITS),
    limit,
    even: figures.complete ? null : Math.round(gone * limit),
    over,
  }
}

/** How much of the month has passed, for the even mark's legend. */
export const passedWords = (calendar: MonthReport['calendar'], now: number): string =>
  `${count(Math.floor((now - calendar.from) / 86_400_000), 'day')} of ${calendar.days.length}`

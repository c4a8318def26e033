import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { monthPath } from './address.ts'
import type { CalendarMonth } from './calendar.ts'
import { claimOf } from './claim.ts'
import { watched } from './months-view.ts'
import type { MonthReport, Report } from './report.ts'
import { type Grade, grade } from './verdict-view.ts'
import { dateName, listed, monthName, percentWords } from './words.ts'

/** What the month that ended last came to, over all services. */
export interface LastMonthView {
  readonly sentence: string
  /** Services that did not plainly meet their guarantees. */
  readonly rows: readonly {
    readonly name: string
    readonly href: string
    readonly grade: Grade
    readonly words: string
    readonly claim: string | null
  }[]
}

/** Null where no service was watched in it. */
export function lastMonthView(
  reports: readonly Report[],
  month: CalendarMonth,
  read: (of: Report, month: CalendarMonth) => MonthReport,
  contract: Contract,
  now: Instant,
): LastMonthView | null {
  const months = reports.filter(of => watched(of, month)).map(of => read(of, month))
  if (months.length === 0 || contract.thresholds.length === 0) return null
  const met = months.filter(m => grade(m.figures) === 'met').length
  const all = months.length === 1 ? 'the service' : `all ${months.length} services`
  const name = monthName(month.month)
  return {
    sentence:
      met === months.length
        ? `${name}: ${all} met every guarantee.`
        : `${name}: ${met} of ${months.length} services met every guarantee.`,
    rows: months
      .filter(m => grade(m.figures) !== 'met')
      .map(m => ({
        name: m.of.record.name,
        href: monthPath(m.of.record.id, month.month),
        grade: grade(m.figures),
        words: outcome(m),
        claim: claimWords(m, contract, now),
      })),
  }
}

function outcome({ figures }: MonthReport): string {
  const { percent } = figures.availability
  if (percent === null) return 'no data'
  const missed = figures.thresholds.filter(t => t.verdict === 'missed').map(t => percentWords(t.percent))
  const verdict = missed.length > 0 ? `missed ${listed(missed)}` : 'met'
  return `${percentWords(percent)}, ${verdict}${figures.thresholds.every(t => t.certain) ? '' : ', not certain'}`
}

function claimWords(month: MonthReport, contract: Contract, now: Instant): string | null {
  const claim = claimOf(month, contract, now)
  return claim?.open ? `Claims until ${dateName(claim.until)}` : null
}

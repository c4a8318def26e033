import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { claimPath, monthPath } from './address.ts'
import type { CalendarMonth } from './calendar.ts'
import { claimOf } from './claim.ts'
import { watched } from './months-view.ts'
import type { MonthReport, Report } from './report.ts'
import { type Grade, grade } from './verdict-view.ts'
import { count, dateName, listed, monthName, percentWords } from './words.ts'

/** What the month that ended last came to, over all services, and what the running one can no longer save. */
export interface LastMonthView {
  readonly sentence: string
  /** Services that did not plainly meet their guarantees. */
  readonly rows: readonly {
    readonly name: string
    readonly href: string
    readonly grade: Grade
    readonly words: string
    readonly claim: string | null
    /** The form for it, filled in. */
    readonly claimHref: string
  }[]
}

/** Null where no service was watched in it, and the running month holds no miss either. */
export function lastMonthView(
  reports: readonly Report[],
  month: CalendarMonth,
  running: CalendarMonth,
  read: (of: Report, month: CalendarMonth) => MonthReport,
  contract: Contract,
  now: Instant,
): LastMonthView | null {
  if (contract.thresholds.length === 0) return null
  const months = reports.filter(of => watched(of, month)).map(of => read(of, month))
  const already = reports
    .filter(of => watched(of, running))
    .map(of => read(of, running))
    .filter(m => m.figures.creditDays > 0)
  if (months.length + already.length === 0) return null
  const notMet = months.filter(m => grade(m.figures) !== 'met')
  return {
    sentence: months.length === 0 ? missedWords(already) : metWords(months, notMet.length),
    rows: [
      ...notMet.map(m => rowOf(m, outcome(m), now)),
      ...already.map(m => rowOf(m, `${outcome(m)} already in ${monthName(running.month)}`, now)),
    ],
  }
}

function metWords(months: readonly MonthReport[], notMet: number): string {
  const name = monthName(months[0]?.calendar.month ?? '').replace(' ', '\u00a0')
  const all = months.length === 1 ? 'the service' : `all ${months.length} services`
  return notMet === 0
    ? `${name}: ${all} met every guarantee.`
    : `${name}: ${months.length - notMet} of ${months.length} services met every guarantee.`
}

const missedWords = (already: readonly MonthReport[]): string =>
  `${monthName(already[0]?.calendar.month ?? '').replace(' ', '\u00a0')} so far: ${count(already.length, 'service')} missed a guarantee.`

const rowOf = (m: MonthReport, words: string, now: Instant): LastMonthView['rows'][number] => ({
  name: m.of.record.name,
  href: monthPath(m.of.record.id, m.calendar.month),
  grade: grade(m.figures),
  words,
  claim: claimWords(m, now),
  claimHref: claimPath(m.of.record.id, { month: m.calendar.month }),
})

function outcome({ figures }: MonthReport): string {
  const { percent } = figures.availability
  if (percent === null) return 'no data'
  const missed = figures.thresholds.filter(t => t.verdict === 'missed').map(t => percentWords(t.percent))
  const verdict = missed.length > 0 ? `${listed(missed)} missed` : 'met'
  return `${percentWords(percent)}, ${verdict}${figures.thresholds.every(t => t.certain) ? '' : ', not certain'}`
}

function claimWords(month: MonthReport, now: Instant): string | null {
  const claim = claimOf(month, now)
  return claim?.open
    ? `You can claim ${count(claim.creditDays, 'day')} of credit until ${dateName(claim.until).replaceAll(' ', '\u00a0')}.`
    : null
}

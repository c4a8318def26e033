import type { ServiceRecord } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { monthPath, servicePath } from './address.ts'
import { type BudgetView, budgetView } from './budget-view.ts'
import { type CalendarMonth, lastDays, lastMonths } from './calendar.ts'
import { claimOf } from './claim.ts'
import { type HeadlineView, headlineView, type LastOutage, lastOutage, ongoing } from './headline-view.ts'
import { type LastMonthView, lastMonthView } from './last-month-view.ts'
import { type MaintenanceRow, maintenanceRows } from './maintenance-view.ts'
import { type GridRow, gradeWords, monthCell, soFar, watched } from './months-view.ts'
import { type ClaimWords, type OutageRow, outageRows } from './outage-list-view.ts'
import {
  type MonthReport,
  monthReport,
  outagesIn,
  type Report,
  type ReportedOutage,
  report,
} from './report.ts'
import { type StateView, stateNote, stateView } from './state.ts'
import { type StripView, stripView } from './strip-view.ts'
import { type Grade, type VerdictView, verdictView } from './verdict-view.ts'
import { dateName, monthName, percentWords, shortMonth, spoken } from './words.ts'

interface ServiceRow {
  readonly id: string
  readonly name: string
  readonly group: string | null
  readonly href: string
  readonly monthHref: string
  readonly state: StateView
  /** `for 23 minutes`, or endpoints that fail while the service is up. */
  readonly note: string | null
  readonly verdict: VerdictView
  readonly budget: BudgetView | null
  readonly strip: StripView
}

export interface FrontView {
  readonly headline: HeadlineView
  readonly lastOutage: LastOutage
  readonly lastMonth: LastMonthView | null
  /** Services by group, in the order of the configuration; null names those without one. */
  readonly groups: readonly { readonly name: string | null; readonly rows: readonly ServiceRow[] }[]
  readonly month: string
  readonly maintenance: readonly MaintenanceRow[]
  readonly months: readonly string[]
  readonly grid: readonly GridRow[]
  readonly legend: readonly { readonly grade: Grade; readonly words: string }[]
  readonly outages: readonly OutageRow[]
  readonly timeZone: string
  readonly thresholds: readonly string[]
  readonly days: number
}

const STRIP_DAYS = 90
const GRID_MONTHS = 12
const OUTAGES = 12

export function frontView(records: readonly ServiceRecord[], contract: Contract, now: Instant): FrontView {
  const { timeZone } = contract
  const months = lastMonths(now, GRID_MONTHS, timeZone)
  const days = lastDays(now, STRIP_DAYS, timeZone)
  const reports = records.map(record => report(record, now))
  const reader = monthReader(contract, now)
  const words = gradeWords(contract)
  const current = months.at(-1) as CalendarMonth
  const recent: Interval = { from: days[0]?.from ?? now, to: now }
  const headline = headlineView(reports, now)
  const outages = recentOutages(reports, recent, OUTAGES, claimWords(reader, reports, months, now), now)
  return {
    headline,
    lastOutage: lastOutage(headline.state.key, outages, `the last ${STRIP_DAYS} days`),
    lastMonth: lastMonthView(reports, months.at(-2) as CalendarMonth, current, reader, contract, now),
    groups: grouped(reports.map(of => serviceRow(of, reader(of, current), days, contract, now))),
    month: monthName(current.month),
    maintenance: maintenanceRows(records, now),
    months: months.map(m => (m === current ? soFar(m.month) : shortMonth(m.month))),
    grid: reports.map(of => ({
      name: of.record.name,
      href: servicePath(of.record.id),
      cells: months.map(m => (watched(of, m) ? monthCell(reader(of, m), words) : null)),
    })),
    legend: (Object.keys(words) as Grade[]).map(grade => ({ grade, words: words[grade] })),
    outages,
    timeZone,
    thresholds: contract.thresholds.map(t => percentWords(t.percent)),
    days: STRIP_DAYS,
  }
}

export type MonthReader = (of: Report, month: CalendarMonth) => MonthReport

/** Reads each month of each service once. */
export function monthReader(contract: Contract, now: Instant): MonthReader {
  const read = new Map<Report, Map<string, MonthReport>>()
  return (of, month) => {
    const months = read.get(of) ?? new Map<string, MonthReport>()
    read.set(of, months)
    const found = months.get(month.month) ?? monthReport(of, month, contract, now)
    months.set(month.month, found)
    return found
  }
}

/** Until when an outage may be claimed: what the month that it began in says. */
export function claimWords(
  reader: MonthReader,
  reports: readonly Report[],
  months: readonly CalendarMonth[],
  now: Instant,
): ClaimWords {
  return outage => {
    const of = reports.find(r => r.record === outage.service)
    const month = months.find(m => m.from <= outage.from && outage.from < m.to)
    const claim = of && month && outage.ms > 0 ? claimOf(reader(of, month), now) : null
    return claim?.open ? `You can claim until ${dateName(claim.until)}.` : null
  }
}

/** The newest outages of a window. */
export function recentOutages(
  reports: readonly Report[],
  window: Interval,
  limit: number,
  claim: ClaimWords,
  now: Instant,
): OutageRow[] {
  const latest = reports
    .map(of => ({ of, failed: lastFailed(of) }))
    .filter(({ failed }) => failed !== null && failed.to > window.from)
    .sort((a, b) => (b.failed?.from ?? 0) - (a.failed?.from ?? 0))
  let newest: ReportedOutage[] = []
  for (const { of, failed } of latest) {
    // No outage of this service or of those after it began later than its last failure.
    const least = newest[limit - 1]
    if (least && failed && failed.from < least.from) break
    newest = [...newest, ...outagesIn(of, window, now)].sort((a, b) => b.from - a.from).slice(0, limit)
  }
  return outageRows(newest, limit, claim, now)
}

/** The last stretch of downtime, within maintenance or not. */
function lastFailed({ down, spared }: Report): Interval | null {
  const [a, b] = [down.at(-1), spared.at(-1)]
  return a && b ? (a.from > b.from ? a : b) : (a ?? b ?? null)
}

function serviceRow(
  of: Report,
  month: MonthReport,
  days: CalendarMonth['days'],
  contract: Contract,
  now: Instant,
): ServiceRow {
  const outage = ongoing(of, now)
  const { record } = of
  return {
    id: record.id,
    name: record.name,
    group: record.group,
    href: servicePath(record.id),
    monthHref: monthPath(record.id, month.calendar.month),
    state: stateView(of.state),
    note: outage ? `for ${spoken(now - outage.from)}` : stateNote(record, of.state),
    verdict: verdictView(month, now),
    budget: budgetView(month),
    strip: stripView(of, days, contract),
  }
}

/** By group, in the order in which the groups first appear. */
function grouped(rows: readonly ServiceRow[]): FrontView['groups'] {
  const groups = new Map<string | null, ServiceRow[]>()
  for (const row of rows) {
    const found = groups.get(row.group)
    if (found) found.push(row)
    else groups.set(row.group, [row])
  }
  const named = groups.size > 1
  return [...groups].map(([name, of]) => ({ name: name ?? (named ? 'Other services' : null), rows: of }))
}

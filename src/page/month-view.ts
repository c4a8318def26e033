import type { DayLatency, ServiceRecord } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { addMonths, type Month } from '../time/month.ts'
import { dataPath, monthPath, servicePath } from './address.ts'
import { type BudgetView, budgetView } from './budget-view.ts'
import { calendarMonth } from './calendar.ts'
import { claimOf } from './claim.ts'
import { type FailuresView, failuresView } from './failures-view.ts'
import { type LatencyView, latencyView } from './latency-view.ts'
import { type LanesView, lanesView } from './month-lanes-view.ts'
import { computation, type PartsView, partsView } from './month-parts-view.ts'
import { type ScaleView, scaleView } from './month-scale-view.ts'
import { watched } from './months-view.ts'
import { type OutageRow, outageRows } from './outage-list-view.ts'
import { monthReport, outagesIn, report } from './report.ts'
import { type VerdictView, verdictView } from './verdict-view.ts'
import { dateName, monthName } from './words.ts'

interface Neighbour {
  readonly name: string
  readonly href: string
}

export interface MonthView {
  readonly service: string
  readonly serviceHref: string
  readonly month: string
  readonly verdict: VerdictView
  readonly budget: BudgetView | null
  readonly scale: ScaleView | null
  readonly lanes: LanesView
  readonly parts: PartsView
  readonly outages: readonly OutageRow[]
  readonly failures: FailuresView
  readonly computation: readonly string[]
  readonly latency: LatencyView | null
  readonly before: Neighbour | null
  readonly after: Neighbour | null
  readonly data: string
  readonly timeZone: string
}

/** The page of a month. Null where the service was not watched in it (the running month always has a page). */
export function monthView(
  record: ServiceRecord,
  month: Month,
  latency: readonly DayLatency[],
  contract: Contract,
  now: Instant,
): MonthView | null {
  const of = report(record, now)
  const calendar = calendarMonth(month, contract.timeZone)
  const running = calendar.from <= now && now < calendar.to
  if (!running && !watched(of, calendar)) return null
  const figures = monthReport(of, calendar, contract, now)
  const claim = claimOf(figures, contract, now)
  const outages = outagesIn(of, calendar, now)
  const neighbour = (n: number): Neighbour | null => {
    const other = calendarMonth(addMonths(month, n), contract.timeZone)
    return watched(of, other)
      ? { name: monthName(other.month), href: monthPath(record.id, other.month) }
      : null
  }
  return {
    service: record.name,
    serviceHref: servicePath(record.id),
    month: monthName(month),
    verdict: verdictView(figures, contract, now),
    budget: budgetView(figures),
    scale: scaleView(figures, contract),
    lanes: lanesView(of, calendar, outages, now),
    parts: partsView(figures),
    outages: outageRows(
      outages,
      outages.length,
      outage => (claim?.open && outage.ms > 0 ? `You can claim until ${dateName(claim.until)}.` : null),
      now,
    ).reverse(),
    failures: failuresView(of, calendar, now),
    computation: computation(figures, contract),
    latency: latencyView(latency),
    before: neighbour(-1),
    after: neighbour(1),
    data: dataPath(record.id, month),
    timeZone: contract.timeZone,
  }
}

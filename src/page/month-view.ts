import { contractAsOf } from '../month/as-of.ts'
import { touches } from '../month/declared.ts'
import type { RecordedPerformance } from '../month/record.ts'
import type { DayLatency, ServiceRecord } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import { type PerformanceView, performanceView } from '../statement/performance-view.ts'
import type { Instant } from '../time/instant.ts'
import { addMonths, type Month } from '../time/month.ts'
import { claimPath, dataPath, monthPath, servicePath } from './address.ts'
import { type BudgetView, budgetView } from './budget-view.ts'
import { calendarMonth } from './calendar.ts'
import { claimOf } from './claim.ts'
import { type FailuresView, failuresView } from './failures-view.ts'
import { type LatencyView, latencyView } from './latency-view.ts'
import { type MaintenanceRow, maintenanceIn } from './maintenance-view.ts'
import { type LanesView, lanesView } from './month-lanes-view.ts'
import { computation, type PartsView, partsView } from './month-parts-view.ts'
import { type ScaleView, scaleView } from './month-scale-view.ts'
import { watched } from './months-view.ts'
import { type OutageRow, outageRows } from './outage-list-view.ts'
import { monthReport, outagesIn, report } from './report.ts'
import { type CorrectionView, correctionViews, type SealedView, sealedView } from './sealed-view.ts'
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
  readonly maintenance: readonly MaintenanceRow[]
  readonly corrections: readonly CorrectionView[]
  /** Null while it is not closed. */
  readonly sealed: SealedView | null
  /** Null where the service has no informal targets. */
  readonly performance: PerformanceView | null
  /** The form for a claim; null where there is nothing to claim, or it is too late. */
  readonly claimHref: string | null
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
  measured: readonly RecordedPerformance[],
  current: Contract,
  now: Instant,
): MonthView | null {
  const of = report(record, now)
  const calendar = calendarMonth(month, contractAsOf(record, month, current).timeZone)
  const running = calendar.from <= now && now < calendar.to
  if (!running && !watched(of, calendar)) return null
  const figures = monthReport(of, calendar, current, now)
  const { contract } = figures
  const claim = claimOf(figures, now)
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
    verdict: verdictView(figures, now),
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
    maintenance: maintenanceIn(record, calendar, now),
    corrections: correctionViews(
      record.settled.corrections.filter(c => touches(c.correction, calendar)),
      figures.closed,
    ),
    sealed: sealedView(figures),
    performance: performanceView(measured, { month, running }),
    claimHref: claim?.open ? claimPath(record.id, { month }) : null,
    computation: computation(figures, contract),
    latency: latencyView(latency),
    before: neighbour(-1),
    after: neighbour(1),
    data: dataPath(record.id, month),
    timeZone: contract.timeZone,
  }
}

import { currentRule } from '../month/as-of.ts'
import type { DayLatency, EndpointNow, ServiceRecord } from '../record/source.ts'
import type { ServiceState } from '../record/state.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { monthPath } from './address.ts'
import { type BudgetView, budgetView } from './budget-view.ts'
import { type CalendarMonth, lastDays, lastMonths } from './calendar.ts'
import { type FailuresView, failuresView } from './failures-view.ts'
import { claimWords, monthReader, recentOutages } from './front-view.ts'
import { type HeadlineView, headlineView, type LastOutage, lastOutage } from './headline-view.ts'
import { type LatencyView, latencyView, milliseconds } from './latency-view.ts'
import { type MaintenanceRow, maintenanceRows } from './maintenance-view.ts'
import { gradeWords, type MonthCell, monthCell, watched } from './months-view.ts'
import { type OutageRow, type TimeView, timeView } from './outage-list-view.ts'
import { report } from './report.ts'
import { type StateView, stateNote, stateView } from './state.ts'
import { type StripView, stripView } from './strip-view.ts'
import { type Grade, type VerdictView, verdictView } from './verdict-view.ts'
import { monthName, percentWords } from './words.ts'

interface EndpointRow {
  readonly name: string
  readonly state: StateView
  readonly schedule: string
  readonly last: TimeView | null
  readonly latency: string | null
}

export interface ServiceView {
  readonly name: string
  readonly group: string | null
  readonly headline: HeadlineView
  readonly note: string | null
  readonly month: string
  readonly monthHref: string
  readonly verdict: VerdictView
  /** The month before, where the service was watched in it. */
  readonly before: { readonly href: string; readonly verdict: VerdictView } | null
  readonly lastOutage: LastOutage
  readonly budget: BudgetView | null
  readonly strip: StripView
  readonly months: readonly MonthCell[]
  readonly legend: readonly { readonly grade: Grade; readonly words: string }[]
  readonly maintenance: readonly MaintenanceRow[]
  readonly outages: readonly OutageRow[]
  readonly failures: FailuresView
  readonly endpoints: readonly EndpointRow[]
  readonly rule: string
  readonly latency: LatencyView | null
  readonly thresholds: readonly string[]
  readonly days: number
}

const SERVICE_DAYS = 90
export const LATENCY_DAYS = 30
const MONTHS = 12
const OUTAGES = 50
const FAILURES = 10

export function serviceView(
  record: ServiceRecord,
  latency: readonly DayLatency[],
  contract: Contract,
  now: Instant,
): ServiceView {
  const { timeZone } = contract
  const of = report(record, now)
  const months = lastMonths(now, MONTHS, timeZone)
  const current = months.at(-1) as CalendarMonth
  const reader = monthReader(contract, now)
  const words = gradeWords(contract)
  const headline = headlineView([of], now)
  const alone = aloneWords(record.name, of.state)
  const previous = months.at(-2) as CalendarMonth
  const window = { from: months[0]?.from ?? now, to: now }
  const outages = recentOutages([of], window, OUTAGES, claimWords(reader, [of], months, now), now)
  return {
    name: record.name,
    group: record.group,
    headline: alone === null ? headline : { ...headline, sentence: alone, announcement: alone },
    note: stateNote(record, of.state),
    month: monthName(current.month),
    monthHref: monthPath(record.id, current.month),
    verdict: verdictView(reader(of, current), now),
    before: watched(of, previous)
      ? {
          href: monthPath(record.id, previous.month),
          verdict: verdictView(reader(of, previous), now),
        }
      : null,
    lastOutage: lastOutage(headline.state.key, outages, 'the last twelve months'),
    budget: budgetView(reader(of, current)),
    strip: stripView(of, lastDays(now, SERVICE_DAYS, timeZone), contract),
    months: months.filter(m => watched(of, m)).map(m => monthCell(reader(of, m), words)),
    legend: (Object.keys(words) as Grade[]).map(grade => ({ grade, words: words[grade] })),
    maintenance: maintenanceRows([record], now),
    outages,
    failures: failuresView(of, window, now, FAILURES),
    endpoints: record.endpoints.map(endpointRow),
    rule: ruleWords(record),
    latency: latencyView(latency),
    thresholds: contract.thresholds.map(t => percentWords(t.percent)),
    days: SERVICE_DAYS,
  }
}

/** Where the headline of one service differs from that of them all, which speaks of everything. */
function aloneWords(name: string, state: ServiceState): string | null {
  if (state === 'up') return `${name} is working.`
  if (state === 'paused') return `${name} is not being checked.`
  return state === 'pending' ? `${name} has not been checked yet: the first check is due in a moment.` : null
}

const endpointRow = (endpoint: EndpointNow): EndpointRow => ({
  name: endpoint.name,
  state: stateView(endpoint.state),
  schedule: endpoint.schedule,
  last: endpoint.lastCheck === null ? null : timeView(endpoint.lastCheck),
  latency: endpoint.latencyMs === null ? null : milliseconds(endpoint.latencyMs),
})

function ruleWords({ rule: rules, endpoints }: ServiceRecord): string {
  const rule = currentRule(rules)
  switch (rule.kind) {
    case 'any':
      return endpoints.length === 1
        ? 'The service is down when its endpoint is.'
        : 'The service is down when any of its endpoints is.'
    case 'all':
      return 'The service is down when all of its endpoints are.'
    case 'quorum':
      return `The service is down when fewer than ${rule.n} of its endpoints are up.`
  }
}

import { inState } from '../availability/compose.ts'
import type { Figures } from '../availability/figures.ts'
import { lifetime, timeline } from '../availability/measure.ts'
import { type ServiceOutage, outagesIn as wholeOutages } from '../availability/outages.ts'
import { contractAsOf } from '../month/as-of.ts'
import type { ClosedMonth } from '../month/closed.ts'
import { closedFigures } from '../month/closed.ts'
import type { ServiceRecord } from '../record/source.ts'
import { type ServiceState, serviceState } from '../record/state.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { type Interval, intersect, normalize, subtract } from '../time/interval.ts'
import type { CalendarMonth } from './calendar.ts'
import { monthFigures } from './month-figures.ts'

/** A service's record read once, for everything that the pages say of it. */
export interface Report {
  readonly record: ServiceRecord
  readonly state: ServiceState
  /** From its first check to now; null before it. */
  readonly life: Interval | null
  readonly maintenance: readonly Interval[]
  /** Composed, outside maintenance. */
  readonly down: readonly Interval[]
  /** Composed, within maintenance: never counted. */
  readonly spared: readonly Interval[]
  readonly unknown: readonly Interval[]
  /** Composed up time, maintenance or not. */
  readonly up: readonly Interval[]
}

export function report(record: ServiceRecord, now: Instant): Report {
  const maintenance = normalize(record.maintenance)
  const life = lifetime(record.members, now)
  const segments = life ? timeline(record.members, record.rule, life, 'measured', now, record.declared) : []
  const down = inState(segments, 'down')
  return {
    record,
    state: serviceState(record, now),
    life,
    maintenance,
    down: subtract(down, maintenance),
    spared: intersect(down, maintenance),
    unknown: subtract(inState(segments, 'unknown'), maintenance),
    up: inState(segments, 'up'),
  }
}

export interface MonthReport {
  readonly calendar: CalendarMonth
  readonly figures: Figures
  /** That it is judged by. */
  readonly contract: Contract
  /** Null while it is not closed. */
  readonly closed: ClosedMonth | null
  readonly of: Report
}

export function monthReport(
  of: Report,
  calendar: CalendarMonth,
  current: Contract,
  now: Instant,
): MonthReport {
  const { settled } = of.record
  const closed = settled.months.get(calendar.month) ?? null
  const contract = contractAsOf(of.record, calendar.month, current)
  const figures = closed
    ? closedFigures(closed, settled.corrections)
    : monthFigures(of, calendar, contract, now)
  return { calendar, figures, contract, closed, of }
}

export interface ReportedOutage extends ServiceOutage {
  /** Its permanent id; null where the record does not name it yet. */
  readonly id: string | null
  readonly service: ServiceRecord
}

/** The service's outages that overlap a window, each whole, in order. */
export const outagesIn = (
  { record, maintenance }: Report,
  window: Interval,
  now: Instant,
): ReportedOutage[] =>
  wholeOutages(record.members, record.rule, maintenance, window, now, record.declared).map(outage => ({
    ...outage,
    id: record.outageIds.get(outage.from) ?? null,
    service: record,
  }))

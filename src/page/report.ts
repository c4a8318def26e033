import { inState } from '../availability/compose.ts'
import { type Figures, figures } from '../availability/figures.ts'
import { lifetime, type Member, timeline } from '../availability/measure.ts'
import { type ServiceOutage, serviceOutages } from '../availability/outages.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { type Interval, normalize, subtract } from '../time/interval.ts'
import type { CalendarMonth } from './calendar.ts'
import { type ServiceState, serviceState } from './state.ts'

/** A service's record read once, for everything that the pages say of it. */
export interface Report {
  readonly record: ServiceRecord
  readonly state: ServiceState
  /** From its first check to now; null before it. */
  readonly life: Interval | null
  readonly maintenance: readonly Interval[]
  /** Composed, outside maintenance. */
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
  /** Composed up time, maintenance or not. */
  readonly up: readonly Interval[]
}

export function report(record: ServiceRecord, now: Instant): Report {
  const maintenance = normalize(record.maintenance)
  const life = lifetime(record.members, now)
  const segments = life ? timeline(record.members, record.rule, life, 'measured', now) : []
  return {
    record,
    state: serviceState(record, segments.at(-1)?.state ?? null, now),
    life,
    maintenance,
    down: subtract(inState(segments, 'down'), maintenance),
    unknown: subtract(inState(segments, 'unknown'), maintenance),
    up: inState(segments, 'up'),
  }
}

/** The members with only what can touch a window, so that a month costs what happened in it. */
function narrow(members: readonly Member[], window: Interval): Member[] {
  return members.map(({ membership, history }) => ({
    membership,
    history: {
      endpoint: history.endpoint,
      unknown: history.unknown.filter(i => i.from < window.to && i.to > window.from),
      runs: history.runs.filter(
        run => (run.startsAfter ?? run.from) < window.to && (run.to === null || run.to >= window.from),
      ),
    },
  }))
}

export interface MonthReport {
  readonly calendar: CalendarMonth
  readonly figures: Figures
  readonly of: Report
}

export function monthReport(
  of: Report,
  calendar: CalendarMonth,
  contract: Contract,
  now: Instant,
): MonthReport {
  const { rule, members } = of.record
  const record = { rule, members: narrow(members, calendar), maintenance: of.maintenance }
  return { calendar, figures: figures(record, calendar, contract, now), of }
}

export interface ReportedOutage extends ServiceOutage {
  /** Its permanent id; null where the record does not name it yet. */
  readonly id: string | null
  readonly service: ServiceRecord
}

/** The service's outages that touch a window, whole, in order. */
export function outagesIn(of: Report, window: Interval, now: Instant): ReportedOutage[] {
  const { life, record } = of
  if (!life) return []
  // An outage is whole in a window that begins while the service is up.
  const from = of.up.findLast(i => i.from <= window.from)?.from ?? life.from
  const to = of.up.find(i => i.from >= window.to)?.to ?? life.to
  const wide = { from, to }
  return serviceOutages(narrow(record.members, wide), record.rule, of.maintenance, wide, now)
    .filter(outage => outage.from < window.to && (outage.to ?? now) >= window.from)
    .map(outage => ({ ...outage, id: record.outageIds.get(outage.from) ?? null, service: record }))
}

import type { Figures } from '../availability/figures.ts'
import type { DownRule, Maintenance } from '../catalog/model.ts'
import type { Contract } from '../sla/contract.ts'
import { duration, type Instant, rfc3339 } from '../time/instant.ts'
import { type Interval, overlaps } from '../time/interval.ts'
import type { ComputedMonth, MonthOutage } from './compute.ts'
import type {
  Correction,
  MonthFigures,
  MonthRecord,
  RecordedContract,
  RecordedEndpoint,
  TimeSpan,
} from './record.ts'

/** What a record says beside what was computed. */
export interface MonthContext {
  readonly service: { readonly id: string; readonly name: string; readonly down: DownRule }
  readonly month: string
  readonly timeZone: string
  readonly calendar: Interval
  readonly closedAt: Instant
  /** Windows of the service; those outside the month are left out. */
  readonly maintenance: readonly Omit<Maintenance, 'services'>[]
  readonly corrections: readonly Correction[]
  readonly versions: MonthRecord['versions']
  readonly endpoints: readonly RecordedEndpoint[]
  /** The permanent id of an outage, and its true start and end, which may lie outside the month. */
  readonly identify: (outage: MonthOutage) => {
    readonly id: string
    readonly from: Instant
    readonly to: Instant | null
  }
}

export const timeSpan = ({ from, to }: Interval): TimeSpan => ({ from: rfc3339(from), to: rfc3339(to) })
const when = (at: Instant | null): string | null => (at === null ? null : rfc3339(at))

export function monthFigures(of: Figures): MonthFigures {
  const { total, up, down, unknown, maintenance, bestDown, worstDown } = of.measure
  return {
    ms: { total, up, down, unknown, maintenance },
    bounds: { bestDown, worstDown },
    base: of.base,
    counted: of.counted,
    availability: of.availability,
    thresholds: of.thresholds.map(t => ({
      percent: t.percent,
      creditDays: t.creditDays,
      verdict: t.verdict,
      certain: t.certain,
      allowedMs: t.allowedMs,
      remainingMs: t.remainingMs,
    })),
    creditDays: of.creditDays,
  }
}

export const recordedContract = (contract: Contract): RecordedContract => ({
  timeZone: contract.timeZone,
  thresholds: contract.thresholds.map(({ percent, creditDays }) => ({ percent, creditDays })),
  claimWindowMs: contract.claimWindow,
  maintenance: contract.maintenance,
  unknown: contract.unknown,
})

export const contractOf = (recorded: RecordedContract): Contract => ({
  timeZone: recorded.timeZone,
  thresholds: recorded.thresholds,
  claimWindow: duration(recorded.claimWindowMs),
  maintenance: recorded.maintenance,
  unknown: recorded.unknown,
})

/** The record of a month, in the form in which it is sealed. */
export function buildRecord(context: MonthContext, computed: ComputedMonth): MonthRecord {
  const { calendar } = context
  return {
    type: 'nines.month/1',
    service: context.service,
    month: context.month,
    timeZone: context.timeZone,
    calendar: timeSpan(calendar),
    window: timeSpan(computed.figures.measure.window),
    closedAt: rfc3339(context.closedAt),
    ...monthFigures(computed.figures),
    outages: computed.outages.map(outage => {
      const { id, from, to } = context.identify(outage)
      return {
        id,
        from: rfc3339(from),
        to: when(to),
        ms: outage.ms,
        unknownMs: outage.unknownMs,
        maintenanceMs: outage.maintenanceMs,
        startsAfter: when(outage.startsAfter),
        endsAfter: rfc3339(outage.endsAfter),
        reason: outage.reason,
        endpoints: outage.endpoints,
      }
    }),
    unknown: computed.unknown.map(timeSpan),
    blips: computed.blips.map(({ from, to, ...blip }) => ({ ...blip, from: rfc3339(from), to: rfc3339(to) })),
    maintenance: context.maintenance
      .filter(window => overlaps(window, calendar))
      .map(({ id, title, from, to, announced, noted }) => ({
        id,
        title,
        from: rfc3339(from),
        to: rfc3339(to),
        announced: when(announced),
        noted: when(noted),
      })),
    corrections: context.corrections,
    performance: computed.performance,
    versions: context.versions,
    endpoints: context.endpoints,
  }
}

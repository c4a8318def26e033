import { figures } from '../availability/figures.ts'
import { outagesIn, type ServiceOutage } from '../availability/outages.ts'
import { contractAsOf } from '../month/as-of.ts'
import { closedFigures } from '../month/closed.ts'
import { deriveId } from '../outage/store.ts'
import type { ServiceRecord } from '../record/source.ts'
import { serviceState } from '../record/state.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { type Interval, normalize } from '../time/interval.ts'
import { type Month, monthInterval } from '../time/month.ts'

/** What a question about availability asks for: a month of the contract's zone, or any window. */
export type Asked =
  | { readonly kind: 'month'; readonly month: Month }
  | { readonly kind: 'window'; readonly window: Interval }

export interface Setting {
  readonly contract: Contract
  /** Public address, without a trailing slash; null where links stay relative. */
  readonly url: string | null
  readonly now: Instant
}

const when = (at: Instant | null): string | null => (at === null ? null : rfc3339(at))

/** The availability of a service, as JSON. */
export function availabilityJson(record: ServiceRecord, asked: Asked, setting: Setting) {
  const { now } = setting
  const closed = asked.kind === 'month' ? record.settled.months.get(asked.month) : undefined
  const contract =
    asked.kind === 'window' ? setting.contract : contractAsOf(record, asked.month, setting.contract)
  const window = asked.kind === 'month' ? monthInterval(asked.month, contract.timeZone) : asked.window
  const found = closed
    ? closedFigures(closed, record.settled.corrections)
    : figures(record, window, contract, now)
  const { measure } = found
  return {
    service: record.id,
    from: rfc3339(measure.window.from),
    to: rfc3339(measure.window.to),
    month: asked.kind === 'month' ? asked.month : null,
    timeZone: contract.timeZone,
    complete: found.complete,
    ms: {
      total: measure.total,
      up: measure.up,
      down: measure.down,
      unknown: measure.unknown,
      maintenance: measure.maintenance,
    },
    base: found.base,
    availability: found.availability,
    thresholds: found.thresholds.map(t => ({
      percent: t.percent,
      verdict: t.verdict,
      certain: t.certain,
      creditDays: t.creditDays,
      allowedMs: t.allowedMs,
      remainingMs: t.remainingMs,
    })),
    creditDays: found.creditDays,
    outages: outagesOf(record, measure.window, now).map(outage => outageJson(record, outage, setting)),
    blips: found.blips,
    ...(closed ? { closed: { at: rfc3339(closed.closedAt), entry: closed.index } } : {}),
  }
}

export type AvailabilityJson = ReturnType<typeof availabilityJson>

/** The outages of a service that overlap a window, each whole. */
export const outagesOf = (record: ServiceRecord, window: Interval, now: Instant): ServiceOutage[] =>
  outagesIn(record.members, record.rule, normalize(record.maintenance), window, now, record.declared)

export function outageJson(record: ServiceRecord, outage: ServiceOutage, setting: Setting) {
  const id = record.outageIds.get(outage.from) ?? deriveId(record.id, outage.from)
  return {
    id,
    from: rfc3339(outage.from),
    to: when(outage.to),
    ms: outage.ms,
    unknownMs: outage.unknownMs,
    maintenanceMs: outage.maintenanceMs,
    startsAfter: when(outage.startsAfter),
    endsAfter: rfc3339(outage.endsAfter),
    reason: outage.reason,
    endpoints: outage.endpoints,
    url: `${setting.url ?? ''}/outages/${id}`,
  }
}

export type OutageJson = ReturnType<typeof outageJson>

export function serviceJson(record: ServiceRecord, month: Month, setting: Setting) {
  return {
    id: record.id,
    name: record.name,
    group: record.group,
    state: serviceState(record, setting.now),
    endpoints: record.endpoints.map(e => ({
      id: e.id,
      name: e.name,
      state: e.state,
      lastCheck: when(e.lastCheck),
      latencyMs: e.latencyMs,
    })),
    month: availabilityJson(record, { kind: 'month', month }, setting),
  }
}

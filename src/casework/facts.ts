import { outagesIn } from '../availability/outages.ts'
import type { ServiceId } from '../catalog/model.ts'
import type { MonthFacts, MonthState } from '../claim/facts.ts'
import { monthFacts } from '../claim/month-facts.ts'
import { raisedAt } from '../claim/raised.ts'
import type { Database } from '../db/open.ts'
import { contractAsOf } from '../month/as-of.ts'
import { closedFigures } from '../month/closed.ts'
import { readMonthRecord } from '../month/store.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { add, later, normalize } from '../time/interval.ts'
import { type Month, monthInterval } from '../time/month.ts'
import { inForce } from '../version/version.ts'
import type { CaseSettings } from './room.ts'

/** A month that is over and late to be closed is looked at again after this, in ms. */
const AGAIN = 10 * 60_000

/** The facts of a service's month as they are known now, with what corrections made of them. */
export function factsOf(
  db: Database,
  record: ServiceRecord,
  month: Month,
  settings: CaseSettings,
  now: Instant,
): MonthFacts {
  const { settled, declared, members, rule } = record
  const contract = contractAsOf(record, month, settings.contract)
  const calendar = monthInterval(month, contract.timeZone)
  const closed = settled.months.get(month) ?? null
  const maintenance = normalize(record.maintenance)
  const versions = closed
    ? (readMonthRecord(db, record.id, month)?.record.versions.contract ?? [])
    : inForce(record.contracts, calendar.from, calendar.to)
  const soonest = later(add(calendar.to, settings.closingAfter), add(now, AGAIN))
  const state: MonthState = closed
    ? { kind: 'closed', closed: closed.closedAt }
    : calendar.to > now
      ? { kind: 'runs', closes: add(calendar.to, settings.closingAfter) }
      : { kind: 'over', closes: soonest }
  return monthFacts({
    service: record.id,
    name: record.name,
    state,
    contractChanged: new Set(versions.map(v => v.version)).size > 1,
    tolerance: settings.support.tolerance,
    evidence: settings.support.evidence,
    record: { rule, members, maintenance, declared },
    outages: outagesIn(members, rule, maintenance, calendar, now, declared).map(outage => ({
      ...outage,
      id: record.outageIds.get(outage.from) ?? null,
    })),
    month,
    contract,
    contractVersion: versions.at(-1)?.version ?? record.contracts.at(-1)?.version ?? 'unnamed',
    sealed: closed && closedFigures(closed, settled.corrections),
    raisedAt: raisedAt(
      settled.corrections.map(c => c.correction),
      month,
    ),
    now,
  })
}

/** The service as people call it; its id where nothing more is known. */
export const nameOf = (records: readonly ServiceRecord[], service: ServiceId | string | null): string =>
  records.find(record => record.id === service)?.name ?? service ?? ''

import { setImmediate as pause } from 'node:timers/promises'
import { figures } from '../availability/figures.ts'
import { lifetime } from '../availability/measure.ts'
import { outagesIn } from '../availability/outages.ts'
import type { EndpointId, PerformanceTarget, ServiceId } from '../catalog/model.ts'
import { appendEntry, LogRewound } from '../log/store.ts'
import { readMaintenance } from '../maintenance/store.ts'
import { deriveId } from '../outage/store.ts'
import { importsMark, lastImport } from '../record/import-store.ts'
import { prunedStanding } from '../record/memory.ts'
import type { RecordStore } from '../record/store.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { earlier, type Interval, normalize, overlaps } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import { contractVersions, endpointVersions, serviceVersions } from '../version/store.ts'
import { inForce, type PublishedAddresses, published, type Version } from '../version/version.ts'
import { buildRecord, monthFigures } from './build.ts'
import { computeMonth, type EndpointMonth } from './compute.ts'
import { declaredBy, spanOf, touches } from './declared.ts'
import { type EndpointStanding, overMonths, waiting } from './due.ts'
import { keyOf, readEndpointMonth } from './read-month.ts'
import { FORMULA, type InForce, type MonthRecord, type RecordedEndpoint } from './record.ts'
import { addMonthRecord } from './store.ts'

/** What closing needs to know of the configuration. */
export interface ClosingSettings {
  readonly contract: Contract
  readonly addresses: PublishedAddresses
  /** How long after its end, and after the last import into it, a month is closed, in ms. */
  readonly after: number
  readonly targetsOf: (service: ServiceId) => readonly PerformanceTarget[]
  readonly paused: (endpoint: EndpointId) => boolean
  /** Whether nothing more will be probed or imported; false where not given. */
  readonly final?: boolean
}

export interface ClosingOptions {
  readonly store: RecordStore
  readonly settings: () => ClosingSettings
  /** Versions of Nines and of the time-zone database. */
  readonly software: string
  readonly timeZoneData: string
  readonly now: Instant
  readonly stopped?: () => boolean
  /** Start of the earliest check that was made and is not stored yet; null where there is none. */
  readonly unstoredFrom?: () => Instant | null
  /** Told of each month as soon as it was looked at. */
  readonly onOutcome?: (outcome: Outcome) => void
}

/** A month that was looked at for closing. */
export type Outcome =
  | { readonly service: ServiceId; readonly month: Month; readonly closed: true; readonly index: number }
  | {
      readonly service: ServiceId
      readonly month: Month
      readonly closed: false
      readonly why: string
      readonly fault: boolean
    }

/**
 * Closes every month that is over and settled, in order, each in one transaction with its entry in the log. What is not
 * settled yet is left to the next call; what was missed is caught up. Sign the log afterwards.
 */
export async function closeMonths(options: ClosingOptions): Promise<Outcome[]> {
  const { store, now, stopped = () => false } = options
  const outcomes: Outcome[] = []
  store.memory.refresh()
  store.memory.settled.refresh()
  for (const service of store.memory.catalog.services.keys()) {
    const { settled } = store.memory
    const contracts = contractVersions(store.db)
    const contractOf = (month: Month) => judging(contracts, month, options.settings().contract)
    const over = overMonths(store.memory.members(service, now), settled.of(service).months, contractOf, now)
    for (const { month, calendar } of over) {
      if (stopped()) return outcomes
      const done = await closeMonth(options, service, month, calendar, contractOf(month))
      const outcome = { service, month, ...done }
      outcomes.push(outcome)
      options.onOutcome?.(outcome)
      await pause()
    }
  }
  return outcomes
}

type Done =
  | { readonly closed: true; readonly index: number }
  | { readonly closed: false; readonly why: string; readonly fault: boolean }

async function closeMonth(
  options: ClosingOptions,
  service: ServiceId,
  month: Month,
  calendar: Interval,
  contract: Contract,
): Promise<Done> {
  const { store, now } = options
  const { memory } = store
  memory.refresh()
  const settings = options.settings()
  const members = memory.members(service, now).filter(m => overlaps(m.membership, calendar))
  const ids = [...new Set(members.map(m => m.history.endpoint))].sort()
  const standings = ids.map((endpoint): EndpointStanding => {
    const key = keyOf(store, endpoint)
    return { endpoint, standing: memory.standing(key), paused: settings.paused(endpoint) }
  })
  const imported = lastImport(store.db, calendar)
  const wait = waiting(calendar, members, standings, imported, settings.after, now, settings.final)
  if (wait)
    return {
      closed: false,
      fault: false,
      why:
        wait.kind === 'settling'
          ? `it settles until ${rfc3339(wait.until)}`
          : `failures of ${wait.endpoint} that began in it are not settled yet`,
    }
  const unstored = options.unstoredFrom?.() ?? null
  if (unstored !== null && unstored < calendar.to)
    return { closed: false, fault: false, why: 'checks of it wait to be stored' }
  if (ids.some(id => (prunedStanding(store.db, keyOf(store, id))?.last.at ?? -1) >= calendar.from))
    return { closed: false, fault: false, why: 'checks of it were removed by retention before it was closed' }

  const mark = importsMark(store.db)
  const read: { part: EndpointMonth; recorded: RecordedEndpoint }[] = []
  for (const id of ids) read.push(await readEndpointMonth(store, id, members, calendar, contract.timeZone))

  return unlessRewound(() =>
    store.write((): Done => {
      memory.settled.refresh()
      if (memory.settled.of(service).months.has(month))
        return { closed: false, fault: false, why: 'it was closed meanwhile' }
      if (importsMark(store.db) !== mark)
        return { closed: false, fault: false, why: 'checks were imported meanwhile' }
      const stored = memory.catalog.services.get(service)
      if (!stored) throw new Error(`service ${service} is not in the catalog`)
      const corrections = memory.settled
        .of(service)
        .corrections.map(c => c.correction)
        .filter(c => touches(c, calendar))
      const declared = declaredBy(corrections)
      const maintenance = readMaintenance(store.db).filter(m => m.services.includes(service))
      const down =
        serviceVersions(store.db, service)
          .filter(v => v.from < calendar.to)
          .at(-1)?.content.down ?? stored.rule
      const all = memory.members(service, now)
      const computed = computeMonth({
        rule: down,
        contract,
        calendar,
        life: lifetime(all, now) ?? calendar,
        maintenance,
        declared,
        targets: settings.targetsOf(service),
        endpoints: read.map(r => r.part),
      })
      const live = figures({ rule: down, members: all, maintenance, declared }, calendar, contract, now)
      if (JSON.stringify(monthFigures(live)) !== JSON.stringify(monthFigures(computed.figures)))
        return {
          closed: false,
          fault: true,
          why: 'its spans differ from its checks; see "nines recompute --check"',
        }
      const outages = outagesIn(
        all,
        memory.rules(service) ?? down,
        normalize(maintenance),
        calendar,
        now,
        declared,
      )
      const outageIds = memory.outageIds(service)
      const record = buildRecord(
        {
          service: { id: service, name: stored.name, down },
          month,
          timeZone: contract.timeZone,
          calendar,
          closedAt: now,
          maintenance,
          corrections,
          versions: versionsOf(options, service, ids, calendar, settings.addresses),
          endpoints: read.map(r => r.recorded),
          identify: outage => {
            const whole = outages.find(o =>
              overlaps({ from: o.from, to: o.to ?? now }, { from: outage.from, to: outage.to ?? now }),
            )
            const from = earlier(whole?.from ?? outage.from, outage.from)
            const declaredId = corrections.findLast(c => c.after && spanOf(c.after).from === from)?.outage
            return {
              id: outageIds.get(from) ?? declaredId ?? deriveId(service, from),
              from,
              to: outage.goesOn && whole ? whole.to : outage.to,
            }
          },
        },
        computed,
      )
      const index = appendEntry(store.db, record.type, record, now)
      addMonthRecord(store.db, record, index)
      return { closed: true, index }
    }),
  )
}

/** A log that was rewound takes no entry: a fault to be told, which leaves the other months as they are. */
function unlessRewound(work: () => Done): Done {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof LogRewound)) throw error
    return { closed: false, fault: true, why: error.message }
  }
}

function versionsOf(
  { store, software, timeZoneData }: ClosingOptions,
  service: ServiceId,
  endpoints: readonly EndpointId[],
  calendar: Interval,
  addresses: PublishedAddresses,
): MonthRecord['versions'] {
  const { db } = store
  return {
    contract: contractsWithin(contractVersions(db), calendar).map(v => ({ ...head(v), contract: v.content })),
    service: within(serviceVersions(db, service), calendar).map(v => ({ ...head(v), ...v.content })),
    endpoints: endpoints.flatMap(endpoint =>
      within(endpointVersions(db, endpoint), calendar).map(v => ({
        ...head(v),
        endpoint,
        configuration: published(v.content, addresses),
      })),
    ),
    formula: FORMULA,
    software,
    timeZoneData,
  }
}

/** Those in force in the month; the one of today, by which it is judged, where none was noted then. */
function contractsWithin<T>(versions: readonly Version<T>[], calendar: Interval): Version<T>[] {
  const found = inForce(versions, calendar.from, calendar.to)
  return found.length > 0 ? found : versions.slice(-1)
}

/** Those in force in the month; the first of all where the month lies before any was noted, as imported ones do. */
function within<T>(versions: readonly Version<T>[], calendar: Interval): Version<T>[] {
  const found = inForce(versions, calendar.from, calendar.to)
  return found.length > 0 ? found : versions.slice(0, 1)
}

const head = ({ version, from, to }: Version<unknown>): InForce => ({
  version,
  from: rfc3339(from),
  to: to === null ? null : rfc3339(to),
})

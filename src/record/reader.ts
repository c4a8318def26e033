import type { DownRule, EndpointId, Maintenance, Service, ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import { joinMaintenance, readMaintenance } from '../maintenance/store.ts'
import { maintenanceOver, rulesOver } from '../month/as-of.ts'
import type { StoredCorrection } from '../month/closed.ts'
import { declaredBy, spanOf } from '../month/declared.ts'
import type { Standing } from '../outage/detect.ts'
import { findOutageId } from '../outage/store.ts'
import { formatDuration } from '../time/duration.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { count, percentile } from './histogram.ts'
import { readHistograms } from './latency-store.ts'
import { readObservations } from './observation-store.ts'
import type { EndpointNow, EndpointState, ServiceRecord, Source } from './source.ts'
import type { RecordStore } from './store.ts'

/** What the configuration says of what is read. */
export interface Configured {
  readonly services: readonly Service[]
  readonly maintenance: readonly Maintenance[]
}

/** Reads the record beside whoever writes it, each answer from one state of the database. */
export function reader(store: RecordStore, configured: () => Configured): Source {
  const { db, memory } = store
  const key = (id: EndpointId): number | undefined => memory.catalog.endpoints.get(id)?.key
  const look = async <T>(read: () => T): Promise<T> =>
    lookAt(db, () => {
      memory.refresh()
      return read()
    })

  return {
    services: now =>
      look(() => {
        const { services, maintenance } = configured()
        const windows = joinMaintenance(maintenance, readMaintenance(db))
        memory.settled.refresh()
        const { contracts, services: versions } = memory.versions
        const timeZone = contracts.at(-1)?.content.timeZone ?? 'UTC'
        const recorded = (id: ServiceId, down: DownRule) => {
          const settled = memory.settled.of(id)
          const closed = [...settled.months.values()]
          return {
            rule: rulesOver(down, versions.get(id) ?? [], closed, timeZone),
            members: memory.members(id, now),
            maintenance: maintenanceOver(
              windows.filter(m => m.services.includes(id)),
              closed,
            ),
            outageIds: withCorrected(memory.outageIds(id), settled.corrections),
            settled,
            declared: declaredBy(settled.corrections.map(stored => stored.correction)),
            contracts,
          }
        }
        const ids = new Set(services.map(service => service.id))
        const removed = [...memory.catalog.services.values()].filter(service => !ids.has(service.id))
        return [
          ...services.map(
            ({ id, name, group, down, performance, endpoints }): ServiceRecord => ({
              ...{ id, name, group, removed: false, performance },
              endpoints: endpoints.map(e => endpointNow(e, memoryStanding(e.id), now)),
              ...recorded(id, down),
            }),
          ),
          ...removed.map(
            (service): ServiceRecord => ({
              ...service,
              removed: true,
              performance: [],
              endpoints: [],
              ...recorded(service.id, service.rule),
            }),
          ),
        ]
      }),

    findOutage: id => look(() => correctedOutage(id) ?? findOutageId(db, id)),

    latency: (endpoints, days) =>
      look(() => {
        const keys = endpoints.flatMap(id => key(id) ?? [])
        const histograms = readHistograms(db, keys, days)
        return days.map((day, i) => {
          const histogram = histograms[i] ?? new Map()
          return {
            ...day,
            count: count(histogram),
            p50: percentile(histogram, 50),
            p95: percentile(histogram, 95),
          }
        })
      }),

    percentiles: (endpoints, window, wanted) =>
      look(() => {
        const keys = endpoints.flatMap(id => key(id) ?? [])
        const histogram = readHistograms(db, keys, [window])[0] ?? new Map()
        return { count: count(histogram), ms: wanted.map(p => percentile(histogram, p)) }
      }),

    observations: (endpoints, window: Interval) =>
      look(() =>
        endpoints
          .flatMap(id => {
            const k = key(id)
            return k === undefined ? [] : readObservations(db, { id, key: k }, window.from, window.to)
          })
          .sort((a, b) => a.at - b.at),
      ),

    checks: (endpoint, window) =>
      look(() => {
        const k = key(endpoint)
        return (k === undefined ? [] : store.checks.read(k, window.from, window.to)).map(check => ({
          at: check.at,
          state: check.state,
          reason: check.reason,
          latencyMs: check.latency === null ? null : check.latency / 1_000,
        }))
      }),
  }

  /** An outage that a correction added or moved. */
  function correctedOutage(id: string): Awaited<ReturnType<Source['findOutage']>> {
    memory.settled.refresh()
    for (const service of memory.catalog.services.keys()) {
      const { corrections } = memory.settled.of(service)
      const found = corrections.findLast(({ correction }) => correction.outage === id)
      const { after = null } = found?.correction ?? {}
      if (after) return { id, service, from: spanOf(after).from }
    }
    return null
  }

  function memoryStanding(id: EndpointId): { standing: Standing | null; latency: number | null } {
    const k = key(id)
    return {
      standing: k === undefined ? null : memory.standing(k),
      latency: k === undefined ? null : memory.latency(k),
    }
  }
}

/** The ids of outages by their start, with those that corrections added or moved. */
function withCorrected(
  ids: ReadonlyMap<Instant, string>,
  corrections: readonly StoredCorrection[],
): ReadonlyMap<Instant, string> {
  const moved = corrections.flatMap(({ correction: { after, outage } }) =>
    after ? [[spanOf(after).from, outage] as const] : [],
  )
  return moved.length === 0 ? ids : new Map([...ids, ...moved])
}

/** One consistent look at the database, without its write lock. */
const lookAt = <T>(db: Database, read: () => T): T => db.connection.transaction(read).deferred()

function endpointNow(
  endpoint: Service['endpoints'][number],
  { standing, latency }: { standing: Standing | null; latency: number | null },
  now: Instant,
): EndpointNow {
  return {
    id: endpoint.id,
    name: endpoint.name,
    state: endpoint.paused ? 'paused' : standing ? stateAt(standing, now) : 'pending',
    lastCheck: standing?.last.at ?? null,
    latencyMs: latency === null ? null : latency / 1_000,
    schedule:
      endpoint.schedule.kind === 'every'
        ? `every ${formatDuration(endpoint.schedule.every).replace(/(\d)([a-z])/, '$1 $2')}`
        : `at ${endpoint.schedule.cron} (${endpoint.schedule.timeZone})`,
    every: endpoint.schedule.kind === 'every' ? endpoint.schedule.every : (60_000 as Duration),
  }
}

/** An endpoint's state at `now`: its last check's, while that holds. */
export function stateAt(standing: Standing, now: Instant): EndpointState {
  const { last, run } = standing
  if (last.state === 'unknown' || (last.policy.hold !== null && now >= last.at + last.policy.hold))
    return 'unknown'
  if (!run) return 'up'
  return run.confirmedAt === null ? 'verifying' : 'down'
}

import { timeline } from '../availability/measure.ts'
import { extents } from '../availability/outages.ts'
import type { EndpointId, ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Step } from '../outage/detect.ts'
import { assignIds, readOutageIds } from '../outage/store.ts'
import { FOREVER, type Instant } from '../time/instant.ts'
import { add, earlier, later } from '../time/interval.ts'
import type { Memory } from './memory.ts'

/** From when on the outages of an endpoint's services may have changed. */
export interface Change {
  readonly since: Instant
  /** False where unknown time ended with an `up` check, which can but end an open outage. */
  readonly certain: boolean
}

/** What a check changed; null where it can have begun, moved or ended no outage. */
export function changeOf(step: Step): Change | null {
  const { run, last } = step.standing
  if (step.ended && step.ended.confirmedAt !== null) return { since: step.ended.from, certain: true }
  if (run && run.confirmedAt === last.at) return { since: run.from, certain: true }
  if (!step.unknown || last.state === 'unknown') return null
  if (last.state === 'up') return { since: step.unknown.from, certain: false }
  return run && run.confirmedAt !== null ? { since: last.at, certain: true } : null
}

export const joinChanges = (a: Change, b: Change): Change => ({
  since: earlier(a.since, b.since),
  certain: a.certain || b.certain,
})

/** Keeps the permanent ids of the outages of every service that an endpoint ever counted for, in the caller's transaction. */
export function nameOutagesOf(db: Database, memory: Memory, endpoint: EndpointId, change: Change): void {
  const services = memory.catalog.memberships.filter(m => m.endpoint === endpoint).map(m => m.service)
  for (const service of new Set(services)) {
    if (change.certain || hasOpenOutage(db, service)) nameOutages(db, memory, service, change.since)
  }
}

const hasOpenOutage = (db: Database, service: ServiceId): boolean =>
  readOutageIds(db, service, FOREVER).length > 0

/**
 * Keeps the permanent ids of a service's outages that last, or end at `since` or later, in the caller's transaction. They
 * are seen from the millisecond after the last stored check, or from `now` if that is later: an earlier view would take
 * the ids of later outages from them.
 */
export function nameOutages(
  db: Database,
  memory: Memory,
  service: ServiceId,
  since: Instant,
  now: Instant = since,
): void {
  const rules = memory.rules(service)
  const last = lastCheck(memory, service)
  if (!rules || last === null) return
  const end = later(add(last, 1), now)
  const members = memory.members(service, end)
  const begin = Math.min(...members.map(m => m.membership.from))
  const from = Math.max(
    begin,
    Math.min(since, ...readOutageIds(db, service, since).map(o => o.from)),
  ) as Instant
  const segments = timeline(members, rules, { from, to: end }, 'measured', end)
  const found = extents(segments, end).map(e => ({ from: e.from, to: e.open ? null : e.to }))
  assignIds(db, service, from, found)
  memory.forgetIds(service)
}

function lastCheck(memory: Memory, service: ServiceId): Instant | null {
  const { memberships, endpoints } = memory.catalog
  const starts = memberships
    .filter(m => m.service === service)
    .flatMap(m => {
      const key = endpoints.get(m.endpoint)?.key
      return (key === undefined ? null : memory.standing(key)?.last.at) ?? []
    })
  return starts.length > 0 ? starts.reduce(later) : null
}

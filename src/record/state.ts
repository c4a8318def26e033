import { lifetime, timeline } from '../availability/measure.ts'
import type { Instant } from '../time/instant.ts'
import { add, later } from '../time/interval.ts'
import type { EndpointState, ServiceRecord } from './source.ts'

/** What a service is now: under maintenance whatever its endpoints say, else as they compose. */
export type ServiceState = EndpointState | 'maintenance'

/** The state of a service in the millisecond before `now`. */
export function serviceState(record: ServiceRecord, now: Instant): ServiceState {
  if (record.maintenance.some(m => m.from <= now && now < m.to)) return 'maintenance'
  if (record.removed) return 'paused'
  const life = lifetime(record.members, now)
  if (!life) return 'pending'
  const { endpoints } = record
  if (endpoints.length > 0 && endpoints.every(e => e.state === 'paused')) return 'paused'
  const last = { from: later(life.from, add(life.to, -1)), to: life.to }
  const composed =
    timeline(record.members, record.rule, last, 'measured', now, record.declared).at(-1)?.state ?? 'unknown'
  if (composed !== 'up') return composed
  return endpoints.some(e => e.state === 'verifying') ? 'verifying' : 'up'
}

import type { State } from '../probe/check.ts'
import type { EndpointState, ServiceRecord } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'

/** What a service is now. The same words, shapes and colours serve an endpoint. */
export type ServiceState = EndpointState | 'maintenance'

export interface StateView {
  /** Names the shape and the colour. */
  readonly key: ServiceState
  readonly word: string
}

const WORDS: Readonly<Record<ServiceState, string>> = {
  up: 'Working',
  down: 'Down',
  verifying: 'Verifying a failure',
  unknown: 'Unknown',
  maintenance: 'Under maintenance',
  paused: 'Not being checked',
  pending: 'Not checked yet',
}

export const stateView = (state: ServiceState): StateView => ({ key: state, word: WORDS[state] })

/** What a service is at `now`, where its composed timeline ends in `composed` (null without a check). */
export function serviceState(record: ServiceRecord, composed: State | null, now: Instant): ServiceState {
  if (record.maintenance.some(m => m.from <= now && now < m.to)) return 'maintenance'
  if (composed === null) return 'pending'
  const { endpoints } = record
  if (endpoints.length > 0 && endpoints.every(e => e.state === 'paused')) return 'paused'
  if (composed !== 'up') return composed
  return endpoints.some(e => e.state === 'verifying') ? 'verifying' : 'up'
}

/** What the service's word leaves out: endpoints that fail while the service is up. */
export function stateNote(record: ServiceRecord, state: ServiceState): string | null {
  const down = record.endpoints.filter(e => e.state === 'down').length
  if (state === 'down' || down === 0) return null
  return `${down} of ${record.endpoints.length} endpoints ${down === 1 ? 'is' : 'are'} down`
}

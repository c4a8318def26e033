import type { Instant } from '../time/instant.ts'
import type { EndpointId, ServiceId } from './model.ts'

/** That an endpoint counts for a service from `from` (null: from its first check) until `to` (null: it still does). */
export interface Membership {
  readonly service: ServiceId
  readonly endpoint: EndpointId
  readonly from: Instant | null
  readonly to: Instant | null
}

export interface MembershipChanges {
  readonly ended: readonly Membership[]
  readonly begun: readonly Membership[]
}

/**
 * What has to change so that each endpoint counts for the service that `wanted` names, from `now` on.
 * An endpoint that never was a member counts from its first check; one that moved, or came back, from `now`.
 */
export function changes(
  recorded: readonly Membership[],
  wanted: ReadonlyMap<EndpointId, ServiceId>,
  now: Instant,
): MembershipChanges {
  const known = new Set(recorded.map(m => m.endpoint))
  const open = recorded.filter(m => m.to === null)
  const staying = new Set(open.filter(m => wanted.get(m.endpoint) === m.service).map(m => m.endpoint))
  return {
    ended: open.filter(m => wanted.get(m.endpoint) !== m.service).map(m => ({ ...m, to: now })),
    begun: [...wanted]
      .filter(([endpoint]) => !staying.has(endpoint))
      .map(([endpoint, service]) => ({
        service,
        endpoint,
        from: known.has(endpoint) ? now : null,
        to: null,
      })),
  }
}

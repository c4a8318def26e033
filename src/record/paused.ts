import type { Endpoint } from '../catalog/model.ts'
import type { Check } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import type { RecordStore } from './store.ts'

/**
 * What is recorded at a start for the endpoints that are paused: one that was paused while nothing ran is unknown from
 * now on, also where its last state would hold for ever.
 */
export const pausedWhileAway = (store: RecordStore, endpoints: readonly Endpoint[], now: Instant): Check[] =>
  endpoints
    .filter(endpoint => {
      const key = store.memory.catalog.endpoints.get(endpoint.id)?.key
      const state = key === undefined ? undefined : store.memory.standing(key)?.last.state
      return endpoint.paused && state !== undefined && state !== 'unknown'
    })
    .map(({ id }) => ({
      endpoint: id,
      at: now,
      outcome: { state: 'unknown', reason: 'unknown:paused', observed: 'paused by its configuration' },
      timings: { total: 0 },
    }))

import type { EndpointId } from '../catalog/model.ts'
import type { State } from './check.ts'

/** Knows of which endpoints a good check may end an outage, so that only its evidence is gathered. */
export interface Doubts {
  /** True until a first good check, as an outage may be going on from before, and from a failed check to a good one. */
  has(endpoint: EndpointId): boolean
  note(endpoint: EndpointId, state: State): void
  /** Forgets all but these. */
  keep(endpoints: readonly EndpointId[]): void
}

export function createDoubts(): Doubts {
  const calm = new Set<EndpointId>()
  return {
    has: endpoint => !calm.has(endpoint),
    note: (endpoint, state) => {
      if (state === 'up') calm.add(endpoint)
      else if (state === 'down') calm.delete(endpoint)
    },
    keep: endpoints => {
      const wanted = new Set(endpoints)
      for (const known of calm) if (!wanted.has(known)) calm.delete(known)
    },
  }
}

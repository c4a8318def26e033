import type { ServiceRecord } from '../record/source.ts'
import type { ServiceState } from '../record/state.ts'

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

/** What the service's word leaves out: endpoints that fail while the service is up. */
export function stateNote(record: ServiceRecord, state: ServiceState): string | null {
  const down = record.endpoints.filter(e => e.state === 'down').length
  if (state === 'down' || down === 0) return null
  return `${down} of ${record.endpoints.length} endpoints ${down === 1 ? 'is' : 'are'} down`
}

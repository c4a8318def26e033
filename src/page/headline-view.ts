import { formatDuration } from '../time/duration.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { later } from '../time/interval.ts'
import { servicePath } from './address.ts'
import type { Report } from './report.ts'
import { type ServiceState, type StateView, stateView } from './state.ts'
import { listed, spoken, utcTime } from './words.ts'

/** The answer to "is it working?". */
export interface HeadlineView {
  readonly state: StateView
  readonly sentence: string
  /** What the sentence leaves out; null where nothing. */
  readonly rest: string | null
  /** Services that are not simply working, worst first. */
  readonly affected: readonly { readonly name: string; readonly href: string; readonly state: StateView }[]
  readonly checked: { readonly iso: string; readonly words: string } | null
  /** `30 s`; null where nothing is being checked. */
  readonly every: string | null
}

/** Worst first. */
const ORDER: readonly ServiceState[] = [
  'down',
  'unknown',
  'verifying',
  'maintenance',
  'paused',
  'pending',
  'up',
]

const NAMED = 3

/** Since when the service is down, where it is. */
export function downSince(of: Report, now: Instant): Instant | null {
  const last = of.down.at(-1)
  return last && last.to >= now ? last.from : null
}

function about(state: ServiceState, of: readonly Report[], everything: boolean, now: Instant): string {
  const one = of.length === 1
  const names = of.length <= NAMED ? listed(of.map(r => r.record.name)) : `${of.length} services`
  const only = of[0]
  switch (state) {
    case 'down': {
      const since = one && only ? downSince(only, now) : null
      if (since !== null) return `${names} has been down for ${spoken(now - since)}.`
      return everything && of.length > NAMED ? 'Everything is down.' : `${names} ${one ? 'is' : 'are'} down.`
    }
    case 'unknown':
      return `Nothing certain is known of ${names}.`
    case 'verifying':
      return `A check of ${names} failed; it is being verified.`
    case 'maintenance':
      return `${names} ${one ? 'is' : 'are'} under maintenance.`
    case 'paused':
      return `${names} ${one ? 'is' : 'are'} not being checked.`
    case 'pending':
      return `${names} ${one ? 'has' : 'have'} not been checked yet.`
    case 'up':
      return everything ? 'Everything is working.' : 'Everything else is working.'
  }
}

export function headlineView(reports: readonly Report[], now: Instant): HeadlineView {
  const groups = ORDER.map(state => ({ state, of: reports.filter(r => r.state === state) })).filter(
    g => g.of.length > 0,
  )
  const [worst, ...others] = groups
  const endpoints = reports.flatMap(r => r.record.endpoints)
  const active = endpoints.filter(e => e.state !== 'paused')
  const checks = endpoints.map(e => e.lastCheck).filter(at => at !== null)
  const last = checks.length > 0 ? checks.reduce(later) : null
  const troubled = groups.filter(g => g.state !== 'up' && g.state !== 'pending')
  return {
    state: stateView(worst?.state ?? 'pending'),
    sentence: sentenceOf(worst, others.length === 0, now),
    rest: others.length > 0 ? others.map(g => about(g.state, g.of, false, now)).join(' ') : null,
    affected: troubled.flatMap(g =>
      g.of.map(r => ({ name: r.record.name, href: servicePath(r.record.id), state: stateView(g.state) })),
    ),
    checked: last === null ? null : { iso: rfc3339(last), words: utcTime(last) },
    every:
      active.length > 0 ? formatDuration(active.map(e => e.every).reduce((a, b) => (a < b ? a : b))) : null,
  }
}

function sentenceOf(
  worst: { readonly state: ServiceState; readonly of: readonly Report[] } | undefined,
  everything: boolean,
  now: Instant,
): string {
  if (!worst) return 'No service is being watched yet.'
  if (worst.state === 'pending' && everything) return 'No checks yet: the first is due in a moment.'
  if (worst.state === 'paused' && everything) return 'Nothing is being checked: every endpoint is paused.'
  return about(worst.state, worst.of, everything, now)
}

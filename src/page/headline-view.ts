import type { ServiceState } from '../record/state.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, later } from '../time/interval.ts'
import { outagePath, servicePath } from './address.ts'
import { type OutageRow, type TimeView, timeView } from './outage-list-view.ts'
import { outagesIn, type Report, type ReportedOutage } from './report.ts'
import { type StateView, stateView } from './state.ts'
import { brief, listed, spoken, utcTime } from './words.ts'

/** The answer to "is it working?". */
export interface HeadlineView {
  readonly state: StateView
  readonly sentence: string
  /** The sentence without what changes by the minute: read out when it changes. */
  readonly announcement: string
  /** What the sentence leaves out; null where nothing. */
  readonly rest: string | null
  /** Services that are not simply working, worst first. */
  readonly affected: readonly Affected[]
  readonly checked: { readonly iso: string; readonly words: string } | null
  /** `30 s`; null where nothing is being checked. */
  readonly every: string | null
}

interface Affected {
  readonly name: string
  readonly href: string
  readonly state: StateView
  /** The outage that it is in. */
  readonly outage: { readonly href: string | null; readonly since: TimeView } | null
}

function affected(of: Report, now: Instant): Affected {
  const outage = ongoing(of, now)
  return {
    name: of.record.name,
    href: servicePath(of.record.id),
    state: stateView(of.state),
    outage: outage && {
      href: outage.id === null ? null : outagePath(outage.id),
      since: timeView(outage.from),
    },
  }
}

/** Since when nothing has been down. Null where something is, or may be. */
export type LastOutage = { readonly row: OutageRow | null; readonly none: string } | null

export function lastOutage(state: ServiceState, newest: readonly OutageRow[], window: string): LastOutage {
  if (state !== 'up' && state !== 'maintenance' && state !== 'verifying') return null
  return { row: newest.find(row => row.to !== null) ?? null, none: `No outage in ${window}.` }
}

/** Worst first. */
const ORDER: readonly ServiceState[] = [
  'down',
  'unknown',
  'verifying',
  'maintenance',
  'paused',
  'up',
  'pending',
]

const NAMED = 3

/** The outage that the service is in, where it is down. */
export const ongoing = (of: Report, now: Instant): ReportedOutage | null =>
  of.state === 'down'
    ? (outagesIn(of, { from: add(now, -1), to: now }, now).find(o => o.to === null) ?? null)
    : null

function about(state: ServiceState, of: readonly Report[], everything: boolean, now: Instant | null): string {
  const one = of.length === 1
  const names = of.length <= NAMED ? listed(of.map(r => r.record.name)) : `${of.length} services`
  const only = of[0]
  switch (state) {
    case 'down': {
      const outage = one && only && now !== null ? ongoing(only, now) : null
      if (outage && now !== null) return `${names} has been down for ${spoken(now - outage.from)}.`
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
  // A service that is new to the page is no trouble.
  const everything = others.every(g => g.state === 'pending' && worst?.state === 'up')
  const troubled = groups.filter(g => g.state !== 'up' && g.state !== 'pending')
  return {
    state: stateView(worst?.state ?? 'pending'),
    sentence: sentenceOf(worst, everything, now),
    announcement: sentenceOf(worst, everything, null),
    rest: others.length > 0 ? others.map(g => about(g.state, g.of, false, now)).join(' ') : null,
    affected: troubled.flatMap(g => g.of.map(of => affected(of, now))),
    checked: last === null ? null : { iso: rfc3339(last), words: utcTime(last) },
    every: active.length > 0 ? brief(Math.min(...active.map(e => e.every))) : null,
  }
}

function sentenceOf(
  worst: { readonly state: ServiceState; readonly of: readonly Report[] } | undefined,
  everything: boolean,
  now: Instant | null,
): string {
  if (!worst) return 'No service is being watched yet.'
  if (worst.state === 'pending') return 'No checks yet: the first is due in a moment.'
  if (worst.state === 'paused' && everything) return 'Nothing is being checked: every endpoint is paused.'
  return about(worst.state, worst.of, everything, now)
}

import type { Instant } from '../time/instant.ts'
import { rfc3339 } from '../time/instant.ts'
import { claimPath, outagePath, servicePath } from './address.ts'
import type { ReportedOutage } from './report.ts'
import { brief, exact, reasonWords, spoken, utcShort } from './words.ts'

export interface TimeView {
  readonly iso: string
  readonly words: string
}

export const timeView = (at: Instant): TimeView => ({ iso: rfc3339(at), words: utcShort(at) })

/** One outage in a list. */
export interface OutageRow {
  readonly href: string | null
  readonly service: string
  readonly serviceHref: string
  readonly from: TimeView
  /** Null while it lasts. */
  readonly to: TimeView | null
  /** From begin to end, or to now. */
  readonly length: string
  readonly counted: string
  /** What of it was not counted as down; null where nothing. */
  readonly spared: string | null
  readonly endpoints: readonly string[]
  readonly reason: string
  /** Until when it may be claimed; null where it may not. */
  readonly claim: string | null
  /** The form for it, filled in. */
  readonly claimHref: string | null
}

function outageRow(outage: ReportedOutage, claim: string | null, now: Instant): OutageRow {
  const { service } = outage
  const names = new Map(service.endpoints.map(e => [e.id, e.name]))
  const spared: string[] = []
  if (outage.unknownMs > 0) spared.push(`${exact(outage.unknownMs)} unknown`)
  if (outage.maintenanceMs > 0) spared.push(`${exact(outage.maintenanceMs)} maintenance`)
  return {
    href: outage.id === null ? null : outagePath(outage.id),
    service: service.name,
    serviceHref: servicePath(service.id),
    from: timeView(outage.from),
    to: outage.to === null ? null : timeView(outage.to),
    length: outage.to === null ? `${spoken(now - outage.from)} so far` : exact(outage.to - outage.from),
    counted: outage.to === null ? brief(outage.ms) : exact(outage.ms),
    spared: spared.length > 0 ? spared.join(', ') : null,
    endpoints: outage.endpoints.map(id => names.get(id) ?? id),
    reason: reasonWords(outage.reason),
    claim,
    claimHref: claim === null || outage.id === null ? null : claimPath(service.id, { outage: outage.id }),
  }
}

export type ClaimWords = (outage: ReportedOutage) => string | null

/** The newest outages first. */
export function outageRows(
  outages: readonly ReportedOutage[],
  limit: number,
  claim: ClaimWords,
  now: Instant,
): OutageRow[] {
  return [...outages]
    .sort((a, b) => b.from - a.from)
    .slice(0, limit)
    .map(outage => outageRow(outage, claim(outage), now))
}

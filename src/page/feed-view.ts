import type { ServiceRecord } from '../record/source.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { later } from '../time/interval.ts'
import { absolute, feedPath, outagePath } from './address.ts'
import { outagesIn, report } from './report.ts'
import { exact, reasonWords, utcStamp } from './words.ts'

/** An Atom feed (RFC 4287) of outages. */
export interface FeedView {
  readonly id: string
  readonly title: string
  readonly self: string
  readonly home: string
  readonly updated: string
  readonly entries: readonly {
    readonly id: string
    readonly href: string
    readonly title: string
    readonly published: string
    readonly updated: string
    readonly summary: string
  }[]
}

const ENTRIES = 50
const REACH = 365 * 86_400_000

export interface FeedInput {
  readonly records: readonly ServiceRecord[]
  /** Whose feed it is; null for all services. */
  readonly service: ServiceRecord | null
  readonly title: string
  readonly url: string | null
}

export function feedView(of: FeedInput, now: Instant): FeedView {
  const window = { from: (now - REACH) as Instant, to: now }
  const found = (of.service ? [of.service] : of.records)
    .flatMap(record => outagesIn(report(record, now), window, now))
    .flatMap(outage => (outage.id === null ? [] : [{ ...outage, id: outage.id }]))
    .sort((a, b) => b.from - a.from)
    .slice(0, ENTRIES)
  const entries = found.map(outage => {
    const changed = outage.to ?? outage.from
    return {
      id: `urn:nines:outage:${encodeURIComponent(outage.id)}`,
      href: absolute(of.url, outagePath(outage.id)),
      title:
        outage.to === null
          ? `${outage.service.name} is down`
          : `${outage.service.name} was down for ${exact(outage.to - outage.from)}`,
      published: rfc3339(outage.from),
      updated: rfc3339(changed),
      summary: `Began ${utcStamp(outage.from)}. ${outage.to === null ? 'Not over yet.' : `Ended ${utcStamp(outage.to)}.`} Cause as seen: ${reasonWords(outage.reason)}.`,
    }
  })
  const changes = found.map(outage => outage.to ?? outage.from)
  const path = feedPath(of.service?.id ?? null)
  return {
    id: absolute(of.url, path).startsWith('/')
      ? `urn:nines:feed:${encodeURIComponent(path)}`
      : absolute(of.url, path),
    title: `${of.service?.name ?? of.title}: outages`,
    self: absolute(of.url, path),
    home: absolute(of.url, '/'),
    updated: rfc3339(changes.length > 0 ? changes.reduce(later) : (0 as Instant)),
    entries,
  }
}

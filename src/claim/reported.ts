import type { Duration, Instant } from '../time/instant.ts'
import { add, earlier, type Interval, intersect, later, overlaps, subtract, total } from '../time/interval.ts'
import type { KnownOutage } from './facts.ts'

/** What our record says of a time that a customer reports, the strongest first. */
export type Standing = 'matches' | 'near' | 'maintenance' | 'unknown' | 'outside'

export interface Compared extends Interval {
  readonly standing: Standing
  /** The outage that it matches or is near to; null otherwise. */
  readonly outage: KnownOutage | null
  /** Between it and the nearest outage, in ms; 0 where they overlap, null without an outage. */
  readonly distance: number | null
}

/** Up to `now` while it lasts. */
export const extent = (outage: KnownOutage, now: Instant): Interval => ({
  from: outage.from,
  to: outage.to ?? later(now, add(outage.from, 1)),
})

/** The ms between two intervals; 0 where they touch or overlap. */
export const distance = (a: Interval, b: Interval): number => Math.max(0, a.from - b.to, b.from - a.to)

/**
 * Compares a reported time with the outages. It matches one that it overlaps; it is near to one that lies within the
 * tolerance (closed: exactly the tolerance is near), or that may have begun in it, since nothing was checked between
 * the last good check and the first failed one.
 */
export function compare(
  time: Interval,
  outages: readonly KnownOutage[],
  maintenance: readonly Interval[],
  unknown: readonly Interval[],
  tolerance: Duration,
  now: Instant,
): Compared {
  const ranked = outages
    .map(outage => ({ outage, distance: distance(time, extent(outage, now)) }))
    .sort((a, b) => a.distance - b.distance)
  const hit = outages.find(outage => overlaps(time, extent(outage, now)))
  if (hit) return { ...time, standing: 'matches', outage: hit, distance: 0 }
  const nearest = ranked[0]
  const possible = outages.find(outage => overlaps(time, widest(outage, now)))
  const near = possible ?? (nearest && nearest.distance <= tolerance ? nearest.outage : null)
  if (near) return { ...time, standing: 'near', outage: near, distance: distance(time, extent(near, now)) }
  const of = { ...time, outage: null, distance: nearest?.distance ?? null }
  if (intersect([time], maintenance).length > 0) return { ...of, standing: 'maintenance' }
  return { ...of, standing: intersect([time], unknown).length > 0 ? 'unknown' : 'outside' }
}

/** From the last good check before an outage. */
const widest = (outage: KnownOutage, now: Instant): Interval => ({
  from: earlier(outage.startsAfter ?? outage.from, outage.from),
  to: extent(outage, now).to,
})

/** What of the reported times our record neither counts as down nor leaves open. */
export const beyondRecord = (
  compared: readonly Compared[],
  outages: readonly KnownOutage[],
  now: Instant,
): number =>
  total(
    subtract(
      merged(compared.filter(c => c.standing === 'outside')),
      merged(outages.map(o => extent(o, now))),
    ),
  )

function merged(intervals: readonly Interval[]): Interval[] {
  const out: Interval[] = []
  for (const next of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && next.from <= last.to) out[out.length - 1] = { from: last.from, to: later(last.to, next.to) }
    else out.push({ from: next.from, to: next.to })
  }
  return out
}

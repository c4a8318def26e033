import type { EndpointId } from '../catalog/model.ts'
import type { Duration, Instant } from '../time/instant.ts'
import {
  earlier,
  type Interval,
  intersect,
  later,
  normalize,
  overlaps,
  subtract,
  total,
} from '../time/interval.ts'
import { inState, type Rules, type Segment } from './compose.ts'
import { type RunSpan, whole } from './history.ts'
import { type Declared, lifetime, type Member, narrow, timeline } from './measure.ts'

/** An outage of a service, composed of those of its endpoints. */
export interface ServiceOutage {
  readonly from: Instant
  /** Null while it lasts. */
  readonly to: Instant | null
  /** Counted as down, in ms: without unknown time and maintenance inside it. */
  readonly ms: Duration
  readonly unknownMs: Duration
  readonly maintenanceMs: Duration
  /** The last `up` check before it; null if none. */
  readonly startsAfter: Instant | null
  /** The last failed check in it. */
  readonly endsAfter: Instant
  /** Of the first failed check. */
  readonly reason: string
  /** Those that were down in it, in the order in which they failed. */
  readonly endpoints: readonly EndpointId[]
}

interface Extent extends Interval {
  readonly open: boolean
}

/** From each first down segment to the next up one: unknown time neither begins, ends nor splits an outage. */
export function extents(segments: readonly Segment[], now: Instant): Extent[] {
  const out: Extent[] = []
  let from: Instant | null = null
  for (const segment of segments) {
    if (segment.state === 'down') from ??= segment.from
    if (segment.state === 'up' && from !== null) {
      out.push({ from, to: segment.from, open: false })
      from = null
    }
  }
  const end = segments.at(-1)?.to
  if (from !== null && end !== undefined) out.push({ from, to: end, open: end >= now })
  return out
}

/** The service's outages in a window, in order. The window must reach over each outage whole. */
export function serviceOutages(
  members: readonly Member[],
  rule: Rules,
  maintenance: readonly Interval[],
  window: Interval,
  now: Instant,
  declared: readonly Declared[] = [],
): ServiceOutage[] {
  const segments = timeline(members, rule, window, 'measured', now, declared)
  const counted = inState(segments, 'down')
  const unknown = inState(segments, 'unknown')
  return extents(segments, now).map(extent => {
    const inside = [{ from: extent.from, to: extent.to }]
    const involved = failures(members, extent, now)
    const first = involved.filter(f => f.from === extent.from)
    const cause = first[0] ?? involved[0]
    const down = declared.filter(d => d.state === 'down')
    return {
      from: extent.from,
      to: extent.open ? null : extent.to,
      ms: total(subtract(intersect(counted, inside), maintenance)),
      unknownMs: total(subtract(intersect(unknown, inside), maintenance)),
      maintenanceMs: total(intersect(maintenance, inside)),
      startsAfter: down.some(d => d.from === extent.from)
        ? extent.from
        : startOf(first.length > 0 ? first : involved, extent),
      endsAfter: down.some(d => d.to === extent.to) ? extent.to : endOf(involved, extent),
      reason: cause?.run.reason ?? (down.length > 0 ? 'reported' : 'down'),
      endpoints: [...new Set(involved.map(f => f.endpoint))],
    }
  })
}

interface Failure extends Interval {
  readonly endpoint: EndpointId
  readonly run: RunSpan
}

/** The members' confirmed runs with down time in an outage, each clipped to its membership, in order of their start. */
function failures(members: readonly Member[], extent: Interval, now: Instant): Failure[] {
  return members
    .flatMap(({ membership, history }) =>
      history.runs
        .filter(run => run.confirmedAt !== null)
        .map(run => {
          const all = whole(run, now)
          return {
            from: later(all.from, membership.from),
            to: earlier(all.to, membership.to),
            endpoint: history.endpoint,
            run,
          }
        })
        .filter(failure => {
          const inside = intersect([{ from: failure.from, to: failure.to }], [extent])
          return total(subtract(inside, history.unknown)) > 0
        }),
    )
    .sort((a, b) => a.from - b.from || (a.endpoint < b.endpoint ? -1 : 1))
}

/** The earliest of the good checks after which the failures that began the outage set in. */
function startOf(first: readonly Failure[], extent: Extent): Instant | null {
  const bounds = first.map(f => f.run.startsAfter).filter(at => at !== null)
  return bounds.length > 0 ? earlier(bounds.reduce(earlier), extent.from) : null
}

/** The last failed check of the failures that are over by the outage's end; of all of them while it lasts. */
function endOf(involved: readonly Failure[], extent: Extent): Instant {
  const over = extent.open ? involved : involved.filter(f => f.to <= extent.to)
  return (over.length > 0 ? over : involved)
    .map(f => earlier(f.run.lastFailed, earlier(f.to, extent.to)))
    .reduce(later, extent.from)
}

/** The service's outages that overlap a window, each whole though it crosses the window's edge, in order. */
export function outagesIn(
  members: readonly Member[],
  rule: Rules,
  maintenance: readonly Interval[],
  window: Interval,
  now: Instant,
  declared: readonly Declared[] = [],
): ServiceOutage[] {
  const wide = reach(members, window, now, declared)
  return serviceOutages(narrow(members, wide), rule, maintenance, wide, now, declared).filter(outage =>
    overlaps({ from: outage.from, to: outage.to ?? now }, window),
  )
}

/** A window widened until every endpoint is known to be up at its edges, where no outage can be going on, but not beyond the service's life. */
function reach(
  members: readonly Member[],
  window: Interval,
  now: Instant,
  declared: readonly Declared[],
): Interval {
  const life = lifetime(members, now)
  if (!life) return window
  const doubtful = [
    ...members.flatMap(({ history }) => [
      ...history.runs.filter(run => run.confirmedAt !== null).map(run => whole(run, now)),
      ...history.unknown,
    ]),
    ...subtract([life], normalize(members.map(m => m.membership))),
    ...declared,
  ]
  let { from, to } = window
  for (let grown = true; grown; ) {
    grown = false
    for (const i of doubtful) {
      if (i.from < from && from <= i.to) {
        from = i.from
        grown = true
      }
      if (i.from <= to && to < i.to) {
        to = i.to
        grown = true
      }
    }
  }
  return { from: later(from, life.from), to: earlier(to, life.to) }
}

import { inState } from '../availability/compose.ts'
import type { Recorded } from '../availability/figures.ts'
import { type Reading, whole } from '../availability/history.ts'
import { lifetime, narrow, timeline } from '../availability/measure.ts'
import { outagesIn } from '../availability/outages.ts'
import type { Instant } from '../time/instant.ts'
import { add, earlier, type Interval, later, normalize, subtract, total, union } from '../time/interval.ts'

/** How long a service was down in an outage, outside maintenance, in ms. */
export interface OutageBounds {
  /** From first to last failed checks, all that is unknown taken as up: its part of the best case. */
  readonly least: number
  /** From the last good check before it to the first good one after it, all that is unknown taken as down: its part of the worst case. */
  readonly most: number
}

/**
 * The bounds of an outage that is over, composed of its endpoints' as the month's best and worst case are. What two
 * outages could both have begun in belongs to the first of them, as it does to the month: once.
 */
export function outageBounds(record: Recorded, { from, to }: Interval, now: Instant): OutageBounds {
  const maintenance = normalize(record.maintenance)
  const begin = earliestBegin(record, { from, to }, now)
  const members = narrow(record.members, { from: begin, to })
  const seen = (window: Interval, reading: Reading, states: readonly ('down' | 'unknown')[]): Interval[] => {
    if (window.from >= window.to) return []
    const segments = timeline(members, record.rule, window, reading, now, record.declared)
    return normalize(states.flatMap(state => inState(segments, state)))
  }
  const before = seen({ from: begin, to: from }, 'worst', ['down', 'unknown']).filter(i => i.to === from)
  const inside = seen({ from, to }, 'worst', ['down', 'unknown'])
  return {
    least: total(subtract(seen({ from, to }, 'best', ['down']), maintenance)),
    most: total(subtract(union(before, inside), maintenance)),
  }
}

/** The earliest of the last good checks before what failed in it, but after the outage before it. */
function earliestBegin(record: Recorded, { from, to }: Interval, now: Instant): Instant {
  const { members, rule, declared } = record
  const begin = members
    .flatMap(({ history }) => history.runs)
    .filter(run => run.confirmedAt !== null && run.from < to && whole(run, now).to > from)
    .map(run => run.startsAfter ?? run.from)
    .reduce(earlier, from)
  const life = lifetime(members, now)
  const previous = outagesIn(members, rule, [], { from: begin, to: add(from, 1) }, now, declared)
    .map(outage => outage.to ?? now)
    .filter(end => end <= from)
  return previous.reduce(later, life ? later(begin, life.from) : begin)
}

import type { State } from '../probe/check.ts'
import { type Duration, duration, type Instant } from '../time/instant.ts'
import { between, earlier, type Interval, intersect, later, subtract, total } from '../time/interval.ts'
import { compose, inState, overlay, type Rules, type Segment } from './compose.ts'
import { clipAll, type History, type Reading, spans } from './history.ts'

/** An endpoint's record, and when it counts for the service. An endpoint that left and came back appears twice. */
export interface Member {
  readonly membership: Interval
  readonly history: History
}

/** A service over a window, in ms. up + down + unknown + maintenance = total. */
export interface Measure {
  readonly window: Interval
  readonly total: Duration
  readonly up: Duration
  readonly down: Duration
  readonly unknown: Duration
  readonly maintenance: Duration
  /** Down time with the narrowest outages, unknown time taken as up. */
  readonly bestDown: Duration
  /** Down time with the widest outages, unknown time taken as down. */
  readonly worstDown: Duration
}

/** When the service begins and ends to count: from the first membership to the end of the last, or to `now`. Null without a check. */
export function lifetime(members: readonly Member[], now: Instant): Interval | null {
  const [first, ...rest] = members.map(m => m.membership).filter(m => m.from < m.to)
  if (!first) return null
  const life = rest.reduce((a, b) => ({ from: earlier(a.from, b.from), to: later(a.to, b.to) }), first)
  const to = earlier(life.to, now)
  return life.from < to ? { from: life.from, to } : null
}

/** The members with only what can touch a window, so that a month costs what happened in it and not what ever did. */
export const narrow = (members: readonly Member[], window: Interval): Member[] =>
  members.map(({ membership, history }) => ({
    membership,
    history: {
      endpoint: history.endpoint,
      unknown: history.unknown.filter(i => i.from <= window.to && i.to >= window.from),
      runs: history.runs.filter(
        run => (run.startsAfter ?? run.from) <= window.to && (run.to === null || run.to >= window.from),
      ),
    },
  }))

/** What a correction says that a service was, whatever was probed. The later of two that overlap holds. */
export interface Declared extends Interval {
  readonly state: 'up' | 'down'
  /** Of an outage that is declared up: the last good check before it, from where on the worst case took it as down. */
  readonly startsAfter: Instant | null
}

/** The service's segments under one reading of the record, with what is declared of it laid over them. */
export function timeline(
  members: readonly Member[],
  rule: Rules,
  window: Interval,
  reading: Reading,
  now: Instant,
  declared: readonly Declared[] = [],
): Segment[] {
  const seen = (by: Reading) =>
    compose(
      members.map(m => ({ membership: m.membership, ...spans(m.history, by, now) })),
      rule,
      window,
    )
  let segments = seen(reading)
  let measured = reading === 'worst' && declared.length > 0 ? seen('measured') : []
  for (const { from, to, state, startsAfter } of declared) {
    if (reading === 'worst') {
      // Before an outage that is taken out, only what it alone made doubtful is cleared: what was measured as up.
      const doubt =
        state === 'up' && startsAfter !== null ? [{ from: earlier(startsAfter, from), to: from }] : []
      for (const clear of intersect(doubt, inState(measured, 'up'))) segments = overlay(segments, clear, 'up')
      measured = overlay(measured, { from, to }, state)
    }
    segments = overlay(segments, { from, to }, state)
  }
  return segments
}

/**
 * Measures a window that ends no later than `now`; `maintenance` is normalized and lies over every other state.
 * Throws where the four parts do not sum to the window, which would be a fault of ours.
 */
export function measure(
  members: readonly Member[],
  rule: Rules,
  maintenance: readonly Interval[],
  window: Interval,
  now: Instant,
  declared: readonly Declared[] = [],
): Measure {
  const windows = clipAll(maintenance, window)
  const seen = (reading: Reading) => {
    const segments = timeline(members, rule, window, reading, now, declared)
    return (state: State): Duration => total(subtract(inState(segments, state), windows))
  }
  const measured = seen('measured')
  const worst = seen('worst')
  const result: Measure = {
    window,
    total: between(window.from, window.to),
    up: measured('up'),
    down: measured('down'),
    unknown: measured('unknown'),
    maintenance: total(windows),
    bestDown: seen('best')('down'),
    // Unknown is left in the worst case only where no endpoint was a member: nothing is known of it, so it is taken as down.
    worstDown: duration(worst('down') + worst('unknown')),
  }
  if (result.up + result.down + result.unknown + result.maintenance !== result.total)
    throw new Error(`the parts of ${window.from}..${window.to} do not sum to it`)
  return result
}

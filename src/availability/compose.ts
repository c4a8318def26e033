import type { DownRule } from '../catalog/model.ts'
import type { State } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import { clip, type Interval, subtract } from '../time/interval.ts'
import { clipAll, type Spans } from './history.ts'

/** An endpoint while it counts for a service. */
export interface Part extends Spans {
  readonly membership: Interval
}

export interface Segment extends Interval {
  readonly state: State
}

/** How many of `members` must be up for the service to be up. A quorum larger than the membership asks for all of it. */
function needed(rule: DownRule, members: number): number {
  switch (rule.kind) {
    case 'any':
      return members
    case 'all':
      return 1
    case 'quorum':
      return Math.min(rule.n, members)
  }
}

/** Up while enough endpoints are up whatever the unknown ones are; down while too few are up whatever they are. No member: unknown. */
function stateOf(rule: DownRule, up: number, down: number, unknown: number): State {
  const members = up + down + unknown
  if (members === 0) return 'unknown'
  const need = needed(rule, members)
  if (up >= need) return 'up'
  return up + unknown < need ? 'down' : 'unknown'
}

type Change = readonly [at: Instant, up: number, down: number, unknown: number]

/** A rule that holds for a stretch of time only. */
export interface RuleSpan extends Interval {
  readonly rule: DownRule
}

/** When a service is down: by one rule for all time, or by one after the other; these touch, in order, and cover everything. */
export type Rules = DownRule | readonly RuleSpan[]

/** The state of a service over a window: segments that touch, cover it whole, and differ from their neighbours. */
export function compose(parts: readonly Part[], rules: Rules, window: Interval): Segment[] {
  if (!('kind' in rules)) {
    const out: Segment[] = []
    for (const { rule, ...span } of rules)
      for (const part of clipAll([span], window))
        for (const segment of composed(parts, rule, part)) append(out, segment)
    return out
  }
  return composed(parts, rules, window)
}

function append(segments: Segment[], next: Segment): void {
  const last = segments.at(-1)
  if (last?.state === next.state) segments[segments.length - 1] = { ...last, to: next.to }
  else segments.push(next)
}

/** The same by one rule. */
function composed(parts: readonly Part[], rule: DownRule, window: Interval): Segment[] {
  const changes: Change[] = []
  const mark = (i: Interval, up: number, down: number, unknown: number) => {
    changes.push([i.from, up, down, unknown], [i.to, -up, -down, -unknown])
  }
  for (const part of parts) {
    for (const member of clipAll([part.membership], window)) {
      mark(member, 1, 0, 0)
      for (const i of clipAll(part.down, member)) mark(i, -1, 1, 0)
      for (const i of clipAll(part.unknown, member)) mark(i, -1, 0, 1)
    }
  }
  changes.sort((a, b) => a[0] - b[0])

  const out: Segment[] = []
  let from = window.from
  let up = 0
  let down = 0
  let unknown = 0
  const close = (to: Instant) => {
    if (to <= from) return
    const state = stateOf(rule, up, down, unknown)
    append(out, { from, to, state })
    from = to
  }
  for (const [at, du, dd, dk] of changes) {
    close(at)
    up += du
    down += dd
    unknown += dk
  }
  close(window.to)
  return out
}

/** The segments with a stretch set to one state. */
export function overlay(segments: readonly Segment[], stretch: Interval, state: State): Segment[] {
  const first = segments[0]
  const last = segments.at(-1)
  const inside = first && last ? clip(stretch, { from: first.from, to: last.to }) : null
  if (!inside) return [...segments]
  const around = segments.flatMap(segment =>
    subtract([segment], [inside]).map(i => ({ ...i, state: segment.state })),
  )
  const out: Segment[] = []
  for (const segment of [...around, { ...inside, state }].sort((a, b) => a.from - b.from)) {
    append(out, segment)
  }
  return out
}

/** Segments of one state, as intervals. */
export const inState = (segments: readonly Segment[], state: State): Segment[] =>
  segments.filter(segment => segment.state === state)

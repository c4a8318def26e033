import type { Contract } from '../sla/contract.ts'
import { type Judgement, judge } from '../sla/verdict.ts'
import type { Instant } from '../time/instant.ts'
import { earlier, type Interval, later, normalize, subtract, total } from '../time/interval.ts'
import type { Rules } from './compose.ts'
import { type Declared, lifetime, type Measure, type Member, measure, narrow } from './measure.ts'

/** All that a service's figures are made of. */
export interface Recorded {
  readonly rule: Rules
  readonly members: readonly Member[]
  /** Windows of the service, past and to come, in any order. */
  readonly maintenance: readonly Interval[]
  /** By corrections, in their order. */
  readonly declared?: readonly Declared[]
  /** When the service counts, where `members` are not all that it ever had. */
  readonly life?: Interval
}

export interface Figures extends Judgement {
  readonly measure: Measure
  /** False while the asked window still runs. */
  readonly complete: boolean
  /** Runs of failed checks in the window that were never confirmed. */
  readonly blips: number
}

/** The window clipped to the service's first check and to `now`; empty where nothing is left. */
export function clipWindow(
  asked: Interval,
  members: readonly Member[],
  now: Instant,
  life: Interval | null = lifetime(members, now),
): Interval {
  const from = life ? later(asked.from, life.from) : asked.from
  const to = life ? earlier(asked.to, life.to) : asked.from
  return from < to ? { from, to } : { from: asked.from, to: asked.from }
}

/** Measures and judges a service over an asked window, which is clipped (see `clipWindow`). */
export function figures(record: Recorded, asked: Interval, contract: Contract, now: Instant): Figures {
  const maintenance = normalize(record.maintenance)
  const window = clipWindow(asked, record.members, now, record.life)
  const members = narrow(record.members, window)
  const measured = measure(members, record.rule, maintenance, window, now, record.declared)
  return {
    measure: measured,
    complete: asked.to <= now,
    blips: blips(members, window),
    ...judge(measured, contract, toCome(asked, maintenance, contract, now)),
  }
}

/** The part of a window that lies ahead of `now` and will be in the base, in ms. */
function toCome(asked: Interval, maintenance: readonly Interval[], contract: Contract, now: Instant): number {
  const ahead = { from: later(asked.from, now), to: asked.to }
  if (ahead.from >= ahead.to) return 0
  return total(contract.maintenance === 'excluded' ? subtract([ahead], maintenance) : [ahead])
}

function blips(members: readonly Member[], window: Interval): number {
  const inside = (at: Instant, i: Interval) => i.from <= at && at < i.to
  return members.reduce(
    (n, { membership, history }) =>
      n +
      history.runs.filter(
        run =>
          run.confirmedAt === null &&
          run.to !== null &&
          inside(run.from, window) &&
          inside(run.from, membership),
      ).length,
    0,
  )
}

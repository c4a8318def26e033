import { inState } from '../availability/compose.ts'
import { type Figures, figures } from '../availability/figures.ts'
import { type History, history } from '../availability/history.ts'
import { type Declared, type Member, timeline } from '../availability/measure.ts'
import { type ServiceOutage, serviceOutages } from '../availability/outages.ts'
import type { DownRule, EndpointId, PerformanceTarget } from '../catalog/model.ts'
import { detect, type EndedRun, type Sample, type Standing } from '../outage/detect.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import {
  add,
  clip,
  type Interval,
  intersect,
  later,
  normalize,
  overlaps,
  subtract,
  total,
} from '../time/interval.ts'
import { performance } from './performance.ts'
import type { RecordedPerformance } from './record.ts'

/** One endpoint's part of a month: where it stood before, and its folded checks. */
export interface EndpointMonth {
  readonly endpoint: EndpointId
  /** When it counts for the service. */
  readonly counted: readonly Interval[]
  readonly fold: Fold
}

/** Checks folded in order, from a standing on. */
export interface Fold {
  readonly unknown: readonly Interval[]
  readonly runs: readonly EndedRun[]
  readonly standing: Standing | null
  /** Of the `up` checks that started in the month, in microseconds. */
  readonly latencies: readonly number[]
}

/** Folds checks one after the other; `month` is whose latencies are kept. */
export function folder(opening: Standing | null, month: Interval) {
  const unknown: Interval[] = []
  const runs: EndedRun[] = []
  const latencies: number[] = []
  let standing = opening
  return {
    take(check: Sample & { readonly latency: number | null }): void {
      const step = detect(standing, check)
      standing = step.standing
      if (step.unknown) unknown.push(step.unknown)
      if (step.ended) runs.push(step.ended)
      if (check.state === 'up' && check.latency !== null && month.from <= check.at && check.at < month.to)
        latencies.push(check.latency)
    },
    done: (): Fold => ({ unknown, runs, standing, latencies }),
  }
}

export interface MonthInput {
  readonly rule: DownRule
  readonly contract: Contract
  readonly calendar: Interval
  /** When the service counts; between two endpoints of other months too, which is unknown. */
  readonly life: Interval
  readonly maintenance: readonly Interval[]
  readonly declared: readonly Declared[]
  readonly targets: readonly PerformanceTarget[]
  readonly endpoints: readonly EndpointMonth[]
}

export interface Blip {
  readonly endpoint: EndpointId
  readonly from: Instant
  readonly to: Instant
  readonly failures: number
  readonly reason: string
}

/** An outage as the month's own checks show it: one that began before the month begins here where the checks do. */
export interface MonthOutage extends ServiceOutage {
  /** Counted as down within the month, in ms; the other two likewise. */
  readonly ms: ServiceOutage['ms']
  /** Whether it may have begun before the month: nothing of that was up before it. */
  readonly mayCross: boolean
  /** Whether it goes on after the month: then its end is not for the month's checks to show. */
  readonly goesOn: boolean
}

export interface ComputedMonth {
  readonly figures: Figures
  readonly outages: readonly MonthOutage[]
  readonly unknown: readonly Interval[]
  readonly blips: readonly Blip[]
  readonly performance: readonly RecordedPerformance[]
}

/** A month's figures from its checks alone: what is sealed when it is closed, and what anyone recomputes later. */
export function computeMonth(input: MonthInput): ComputedMonth {
  const { rule, contract, calendar, life, declared } = input
  const maintenance = normalize(input.maintenance)
  const seenAt = input.endpoints
    .map(e => (e.fold.standing ? add(e.fold.standing.last.at, 1) : calendar.to))
    .reduce(later, calendar.to)
  const members = input.endpoints.flatMap(e => membersOf(e, seenAt))
  const found = figures({ rule, members, maintenance, declared, life }, calendar, contract, seenAt)
  const { window } = found.measure
  const segments =
    window.from < window.to ? timeline(members, rule, window, 'measured', seenAt, declared) : []
  const down = subtract(inState(segments, 'down'), maintenance)
  const unknown = subtract(inState(segments, 'unknown'), maintenance)
  const reach = { from: window.from, to: later(window.to, seenAt) }
  const outages =
    window.from < window.to
      ? serviceOutages(members, rule, maintenance, reach, seenAt, declared).filter(outage =>
          overlaps({ from: outage.from, to: outage.to ?? seenAt }, window),
        )
      : []
  return {
    figures: found,
    outages: outages.map(outage => {
      const inside = clip({ from: outage.from, to: outage.to ?? seenAt }, window)
      const part = inside ? [inside] : []
      return {
        ...outage,
        ms: total(intersect(down, part)),
        unknownMs: total(intersect(unknown, part)),
        maintenanceMs: total(intersect(maintenance, part)),
        goesOn: outage.to === null || outage.to > window.to,
        mayCross: !segments.some(segment => segment.state === 'up' && segment.from < outage.from),
      }
    }),
    unknown,
    blips: input.endpoints
      .flatMap(e => blipsOf(e, window))
      .sort((a, b) => a.from - b.from || (a.endpoint < b.endpoint ? -1 : 1)),
    performance: performance(
      input.targets,
      input.endpoints.flatMap(e => e.fold.latencies),
    ),
  }
}

function membersOf({ endpoint, counted, fold }: EndpointMonth, now: Instant): Member[] {
  const record: History = history(endpoint, fold, fold.standing, now)
  return counted.map(membership => ({ membership, history: record }))
}

/** Ended runs that were never confirmed and began in the window while the endpoint counted. */
function blipsOf({ endpoint, counted, fold }: EndpointMonth, window: Interval): Blip[] {
  const within = (at: Instant, i: Interval) => i.from <= at && at < i.to
  return fold.runs
    .filter(
      run =>
        run.confirmedAt === null &&
        within(run.from, window) &&
        counted.some(membership => within(run.from, membership)),
    )
    .map(({ from, to, failures, reason }) => ({ endpoint, from, to, failures, reason }))
}

import { inState } from '../availability/compose.ts'
import { clipWindow, figures, type Recorded } from '../availability/figures.ts'
import { timeline } from '../availability/measure.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { type Interval, intersect, normalize, overlaps, subtract } from '../time/interval.ts'
import { type Month, monthInterval } from '../time/month.ts'
import { type CountedTime, claimDeadline } from './deadline.ts'
import type { KnownOutage, MonthFacts, MonthJudgement } from './facts.ts'
import { extent } from './reported.ts'

/** A service's measured time in a window, composed and normalized; down and unknown are outside maintenance. */
export interface MeasuredTime extends CountedTime {
  readonly maintenance: readonly Interval[]
}

/** Measures a window, clipped to the service's first check and to `now`. */
export function measuredTime(record: Recorded, asked: Interval, now: Instant): MeasuredTime {
  const window = clipWindow(asked, record.members, now)
  const empty = window.from >= window.to
  const maintenance = intersect(normalize(record.maintenance), [window])
  const segments = empty
    ? []
    : timeline(record.members, record.rule, window, 'measured', now, record.declared)
  return {
    down: subtract(normalize(inState(segments, 'down')), maintenance),
    unknown: subtract(normalize(inState(segments, 'unknown')), maintenance),
    maintenance,
  }
}

export interface MonthSource
  extends Pick<
    MonthFacts,
    'service' | 'name' | 'state' | 'contractChanged' | 'tolerance' | 'evidence' | 'raisedAt'
  > {
  readonly record: Recorded
  /** The service's, in order. */
  readonly outages: readonly KnownOutage[]
  readonly month: Month
  /** By which the month is judged. */
  readonly contract: Contract
  readonly contractVersion: string
  /** The figures as sealed, or corrected since; null while the month is not closed. */
  readonly sealed: MonthJudgement | null
  readonly now: Instant
}

/** The facts of a month, measured from the record; a closed one is judged as it was sealed or corrected. */
export function monthFacts(of: MonthSource): MonthFacts {
  const { record, contract, month, now } = of
  const calendar = monthInterval(month, contract.timeZone)
  const time = measuredTime(record, calendar, now)
  return {
    service: of.service,
    name: of.name,
    month,
    calendar,
    state: of.state,
    judged: of.sealed ?? figures(record, calendar, contract, now),
    outages: of.outages.filter(outage => overlaps(extent(outage, now), calendar)),
    maintenance: time.maintenance,
    unknown: time.unknown,
    deadline: claimDeadline(time, calendar, contract, of.raisedAt),
    raisedAt: of.raisedAt,
    contract: of.contractVersion,
    contractChanged: of.contractChanged,
    tolerance: of.tolerance,
    evidence: of.evidence,
  }
}

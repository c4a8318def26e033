import { claimDeadline } from '../claim/deadline.ts'
import { raisedAt } from '../claim/raised.ts'
import type { Instant } from '../time/instant.ts'
import { dateBefore } from './calendar.ts'
import type { MonthReport } from './report.ts'

/** What a customer may claim for a month. */
export interface Claim {
  readonly creditDays: number
  /** The last day for it, `YYYY-MM-DD` in the contract's zone. */
  readonly until: string
  /** Whether that day is not over yet. */
  readonly open: boolean
}

/** The instant at which a claim for a month comes too late; see `claimDeadline`. */
export function deadlineOf({ of, calendar, contract }: MonthReport): Instant | null {
  const corrections = of.record.settled.corrections.map(c => c.correction)
  return claimDeadline(of, calendar, contract, raisedAt(corrections, calendar.month))
}

/** Null where no guarantee is missed. */
export function claimOf(month: MonthReport, now: Instant): Claim | null {
  const { contract } = month
  const { creditDays } = month.figures
  if (creditDays === 0) return null
  const deadline = deadlineOf(month)
  if (deadline === null) return null
  return { creditDays, until: dateBefore(deadline, contract.timeZone), open: now < deadline }
}

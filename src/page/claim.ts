import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval, union } from '../time/interval.ts'
import { endOfDay } from '../time/month.ts'
import { dateBefore } from './calendar.ts'
import type { MonthReport, Report } from './report.ts'

/** What a customer may claim for a month. */
export interface Claim {
  readonly creditDays: number
  /** The last day for it, `YYYY-MM-DD` in the contract's zone. */
  readonly until: string
  /** Whether that day is not over yet. */
  readonly open: boolean
}

/** The end of the day, in the contract's zone, that lies the claim window after the month's last down instant. Null without one. */
export function claimDeadline(of: Report, month: Interval, contract: Contract): Instant | null {
  const counted = contract.unknown === 'counted-as-down' ? union(of.down, of.unknown) : of.down
  const last = clipAll(counted, month).at(-1)
  return last ? endOfDay(add(last.to, contract.claimWindow - 1), contract.timeZone) : null
}

/** Null where no guarantee is missed. */
export function claimOf(month: MonthReport, contract: Contract, now: Instant): Claim | null {
  const { creditDays } = month.figures
  if (creditDays === 0) return null
  const deadline = claimDeadline(month.of, month.calendar, contract)
  if (deadline === null) return null
  return { creditDays, until: dateBefore(deadline, contract.timeZone), open: now < deadline }
}

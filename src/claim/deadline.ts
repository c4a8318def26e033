import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval, later, union } from '../time/interval.ts'
import { endOfDay, endOfDayAfter } from '../time/month.ts'

/** What of a service's time a deadline hangs on: composed, outside maintenance. */
export interface CountedTime {
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
}

const DAY = 86_400_000

/**
 * The first instant at which a claim for a month comes too late: the end of the day, in the contract's zone, that lies
 * the claim window after the month's last instant that counts as down; or after `raisedAt`, when a correction raised the
 * month's credit (see `raisedAt`), if that is later. A claim is in time before it, to the millisecond, and late at it.
 * Null where nothing in the month counts as down.
 */
export function claimDeadline(
  time: CountedTime,
  month: Interval,
  contract: Contract,
  raisedAt: Instant | null,
): Instant | null {
  const counted = contract.unknown === 'counted-as-down' ? union(time.down, time.unknown) : time.down
  const ends = clipAll(counted, month).map(i => i.to)
  if (ends.length === 0) return null
  // The last down instant is the millisecond before the half-open end.
  const deadline = windowAfter(add(ends.reduce(later), -1), contract)
  return raisedAt === null ? deadline : later(deadline, windowAfter(raisedAt, contract))
}

/** The end of the claim window after an instant. Whole days are counted on the calendar, since clocks make some longer; other windows as they elapse. */
export const windowAfter = (
  at: Instant,
  { claimWindow, timeZone }: Pick<Contract, 'claimWindow' | 'timeZone'>,
): Instant =>
  claimWindow % DAY === 0
    ? endOfDayAfter(at, claimWindow / DAY, timeZone)
    : endOfDay(add(at, claimWindow), timeZone)

/** Whether a claim that was received at `at` is in time. Without a deadline nothing is late. */
export const inTime = (at: Instant, deadline: Instant | null): boolean => deadline === null || at < deadline

import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval, later, union } from '../time/interval.ts'
import { endOfDay } from '../time/month.ts'

/** What of a service's time a deadline hangs on: composed, outside maintenance. */
export interface CountedTime {
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
}

/**
 * The first instant at which a claim for a month comes too late: the end of the day, in the contract's zone, that lies
 * the claim window after the month's last instant that counts as down. A claim is in time before it, to the
 * millisecond, and late at it. Null where nothing in the month counts as down.
 */
export function claimDeadline(time: CountedTime, month: Interval, contract: Contract): Instant | null {
  const counted = contract.unknown === 'counted-as-down' ? union(time.down, time.unknown) : time.down
  const ends = clipAll(counted, month).map(i => i.to)
  // The last down instant is the millisecond before the half-open end.
  return ends.length > 0
    ? endOfDay(add(ends.reduce(later), contract.claimWindow - 1), contract.timeZone)
    : null
}

/** Whether a claim that was received at `at` is in time. Without a deadline nothing is late. */
export const inTime = (at: Instant, deadline: Instant | null): boolean => deadline === null || at < deadline

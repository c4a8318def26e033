import { openMonths } from '../claim/assessment-store.ts'
import { claimDeadline } from '../claim/deadline.ts'
import { raisedAt, raisedMonths } from '../claim/raised.ts'
import { type ClaimableMonth, keepSince } from '../claim/retention.ts'
import type { Database } from '../db/open.ts'
import { readCorrections } from '../month/store.ts'
import type { Contract } from '../sla/contract.ts'
import { duration, FOREVER, type Instant } from '../time/instant.ts'
import { addMonths, type Month, monthInterval, monthOf } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import { contractVersions } from '../version/store.ts'

const DAY = 86_400_000
const MOST = 120

/**
 * From when on raw checks are needed, so that claims can be answered: those of months with an open claim, and of those
 * for which one may still come, also because a correction raised their credit. Whether anything was down in them does not
 * matter here: a correction may still say so.
 */
export function checksNeededSince(
  room: { readonly db: Database; readonly settings: () => { readonly contract: Contract } },
  now: Instant,
): Instant {
  const { contract: current } = room.settings()
  const versions = contractVersions(room.db)
  const open = openMonths(room.db, now).map(({ month }): ClaimableMonth => {
    const calendar = monthInterval(month, judging(versions, month, current).timeZone)
    return { calendar, deadline: null, openClaim: true }
  })
  const corrections = readCorrections(room.db, -1).map(c => c.correction)
  /** As if the month had been down to its very end. */
  const claimableIn = (month: Month): ClaimableMonth => {
    const contract = judging(versions, month, current)
    const calendar = monthInterval(month, contract.timeZone)
    const deadline = claimDeadline(
      { down: [calendar], unknown: [] },
      calendar,
      contract,
      raisedAt(corrections, month),
    )
    return { calendar, deadline, openClaim: false }
  }
  const claimable = [...new Set(corrections.flatMap(raisedMonths))].map(month => claimableIn(month as Month))
  let month = monthOf(now, current.timeZone)
  for (let n = 0; n < MOST; n++, month = addMonths(month, -1)) {
    const one = claimableIn(month)
    if (one.deadline !== null && now >= one.deadline) break
    claimable.push(one)
  }
  return keepSince([...open, ...claimable], now, duration(DAY)) ?? FOREVER
}

import { openMonths } from '../claim/assessment-store.ts'
import { type ClaimableMonth, keepSince } from '../claim/retention.ts'
import type { Database } from '../db/open.ts'
import type { Contract } from '../sla/contract.ts'
import { duration, FOREVER, type Instant } from '../time/instant.ts'
import { add, later } from '../time/interval.ts'
import { addMonths, endOfDay, monthInterval, monthOf } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import { contractVersions } from '../version/store.ts'

const DAY = 86_400_000
const MOST = 120

/**
 * From when on raw checks are needed, so that claims can be answered: those of months with an open claim, and of those
 * for which one may still come. Whether anything was down in them does not matter here: a correction may still say so.
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
  const claimable: ClaimableMonth[] = []
  let month = monthOf(now, current.timeZone)
  for (let n = 0; n < MOST; n++, month = addMonths(month, -1)) {
    const { timeZone, claimWindow } = judging(versions, month, current)
    const calendar = monthInterval(month, timeZone)
    const deadline = endOfDay(later(add(calendar.to, claimWindow), calendar.to), timeZone)
    if (now >= deadline) break
    claimable.push({ calendar, deadline, openClaim: false })
  }
  return keepSince([...open, ...claimable], now, duration(DAY)) ?? FOREVER
}

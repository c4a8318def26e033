import { lifetime, type Member } from '../availability/measure.ts'
import type { EndpointId } from '../catalog/model.ts'
import type { Standing } from '../outage/detect.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval, later, overlaps } from '../time/interval.ts'
import { addMonths, type Month, monthInterval, monthOf } from '../time/month.ts'

/** The months of a service that are over and not closed yet, in order. `contractOf` is what a month is judged by. */
export function overMonths(
  members: readonly Member[],
  closed: { has(month: Month): boolean },
  contractOf: (month: Month) => Contract,
  now: Instant,
): { readonly month: Month; readonly calendar: Interval }[] {
  const life = lifetime(members, now)
  if (!life) return []
  const out: { month: Month; calendar: Interval }[] = []
  // One earlier: in another zone's month the service may have begun before.
  let month = addMonths(monthOf(life.from, 'UTC'), -1)
  for (; ; month = addMonths(month, 1)) {
    const calendar = monthInterval(month, contractOf(month).timeZone)
    if (calendar.to > now || calendar.from >= life.to) return out
    if (overlaps(calendar, life) && !closed.has(month)) out.push({ month, calendar })
  }
}

export interface EndpointStanding {
  readonly endpoint: EndpointId
  readonly standing: Standing | null
  readonly paused: boolean
}

/** Twice the longest timeout that an endpoint may have, in ms. */
const MARGIN = 10 * 60_000

/** Why a month that is over cannot be closed yet. */
export type Waiting =
  | { readonly kind: 'settling'; readonly until: Instant }
  | { readonly kind: 'unsettled'; readonly endpoint: EndpointId }

/**
 * Whether nothing can change a month any more: `after` ms have passed since its end and since checks were last imported
 * into it, and no run of failures that may have begun in it can still be confirmed, or is to be seen going on after its end.
 * `final`: nothing more will come, so what is not confirmed never will be.
 */
export function waiting(
  calendar: Interval,
  members: readonly Member[],
  standings: readonly EndpointStanding[],
  lastImport: Instant | null,
  after: number,
  now: Instant,
  final = false,
): Waiting | null {
  const settled = add(lastImport !== null && lastImport > calendar.to ? lastImport : calendar.to, after)
  // Checks that started in the month may be under way still, and wait to be stored.
  const until = later(settled, add(calendar.to, MARGIN))
  if (now < until) return { kind: 'settling', until }
  for (const { endpoint, standing, paused } of final ? [] : standings) {
    const run = standing?.run
    if (!standing || !run || paused) continue
    // One whose first failure came later may still have begun after the last good check of the month.
    if (run.from >= calendar.to && (run.startsAfter ?? calendar.to) >= calendar.to) continue
    const counts = members.some(
      m => m.history.endpoint === endpoint && overlaps(m.membership, calendar) && m.membership.to > now,
    )
    if (!counts) continue
    if (run.confirmedAt === null || standing.last.at < calendar.to) return { kind: 'unsettled', endpoint }
  }
  return null
}

import { and, asc, eq, inArray } from 'drizzle-orm'
import type { ServiceId } from '../catalog/model.ts'
import type { ClaimState } from '../claim/decide.ts'
import { claimMonths, disagreements } from '../claim/tables.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import type { ClaimReading } from './reading.ts'
import { claimReadings, claimTold } from './tables.ts'

/** Every function here is to be called inside the caller's transaction, or for one look. */

/** Keeps how a claim's times were read, in place of an earlier reading. */
export function putReadings(db: Database, claim: number, readings: readonly ClaimReading[]): void {
  db.orm.delete(claimReadings).where(eq(claimReadings.claim, claim)).run()
  readings.forEach(({ from, to, text, zone, assumed }, place) => {
    db.orm
      .insert(claimReadings)
      .values({ claim, place, fromAt: from, toAt: to, text, zone, assumed: JSON.stringify(assumed) })
      .run()
  })
}

export const readReadings = (db: Database, claim: number): ClaimReading[] =>
  db.orm
    .select()
    .from(claimReadings)
    .where(eq(claimReadings.claim, claim))
    .orderBy(asc(claimReadings.place))
    .all()
    .map(row => ({
      from: row.fromAt as Instant,
      to: row.toAt as Instant,
      text: row.text,
      zone: row.zone,
      assumed: JSON.parse(row.assumed) as string[],
    }))

/** Notes that a customer is told something. False where they were told before. */
export const noteTold = (
  db: Database,
  claim: number,
  month: Month,
  what: 'held' | 'closed',
  at: Instant,
): boolean =>
  db.orm.insert(claimTold).values({ claim, month, what, at }).onConflictDoNothing().run().changes > 0

export const wasTold = (db: Database, claim: number, month: Month, what: 'held' | 'closed'): boolean =>
  db.orm
    .select({ at: claimTold.at })
    .from(claimTold)
    .where(and(eq(claimTold.claim, claim), eq(claimTold.month, month), eq(claimTold.what, what)))
    .get() !== undefined

/** The claims for a service's month that nobody has decided, in the order in which they came. */
export const undecidedClaims = (db: Database, service: ServiceId, month: Month): number[] =>
  db.orm
    .select({ claim: claimMonths.claim })
    .from(claimMonths)
    .where(
      and(
        eq(claimMonths.service, service),
        eq(claimMonths.month, month),
        inArray(claimMonths.state, ['new', 'held', 'assessed']),
      ),
    )
    .orderBy(asc(claimMonths.claim))
    .all()
    .map(row => row.claim)

/** Reports of a service's month that the prober did not see, and what became of their claims. */
export interface DisagreementCount {
  readonly service: ServiceId
  readonly month: Month
  /** Reported times outside every outage. */
  readonly reports: number
  readonly claims: number
  /** Of the claims; they add up to `claims`. */
  readonly open: number
  readonly credited: number
  readonly declined: number
}

/** By service and month, in their order. */
export function countDisagreements(db: Database): DisagreementCount[] {
  const rows = db.orm
    .select({
      claim: disagreements.claim,
      service: disagreements.service,
      month: disagreements.month,
      state: claimMonths.state,
    })
    .from(disagreements)
    .innerJoin(
      claimMonths,
      and(eq(claimMonths.claim, disagreements.claim), eq(claimMonths.month, disagreements.month)),
    )
    .orderBy(asc(disagreements.service), asc(disagreements.month))
    .all()
  const groups = new Map<
    string,
    { row: (typeof rows)[number]; reports: number; claims: Map<number, ClaimState> }
  >()
  for (const row of rows) {
    const key = `${row.month} ${row.service}`
    const group = groups.get(key) ?? { row, reports: 0, claims: new Map() }
    group.reports++
    group.claims.set(row.claim, row.state)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ row, reports, claims }) => {
    const states = [...claims.values()]
    const credited = states.filter(state => state === 'credited').length
    const declined = states.filter(state => state === 'declined').length
    return {
      service: row.service as ServiceId,
      month: row.month as Month,
      reports,
      claims: states.length,
      open: states.length - credited - declined,
      credited,
      declined,
    }
  })
}

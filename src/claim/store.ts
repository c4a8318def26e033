import { and, asc, eq, ne, notInArray } from 'drizzle-orm'
import type { ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import { accountKey } from './account.ts'
import type { Assessment } from './assess.ts'
import type { ClaimState } from './decide.ts'
import type { DecisionRecord } from './decision.ts'
import type { OtherClaim } from './facts.ts'
import { claimMonths, claims, disagreements } from './tables.ts'

/** Every function here is to be called inside the caller's transaction. */

export interface StoredClaim {
  readonly id: number
  readonly request: number
  readonly reference: string
  readonly account: string
  readonly service: ServiceId
  readonly reported: readonly Interval[]
  readonly seen: string
  readonly received: Instant
}

export interface StoredDecision {
  readonly record: DecisionRecord
  readonly salt: string
  readonly hash: string
  readonly at: Instant
  readonly by: string
  readonly override: string | null
  readonly logIndex: number | null
}

export interface StoredClaimMonth {
  readonly claim: number
  readonly month: Month
  readonly state: ClaimState
  readonly heldUntil: Instant | null
  readonly promised: Instant | null
  readonly assessment: Assessment | null
  readonly assessedAt: Instant | null
  readonly decision: StoredDecision | null
  readonly version: number
}

export type NewClaim = Omit<StoredClaim, 'id'>

/** `decided`: a part of it is decided already, and stays as it is. */
export type Change = { readonly kind: 'changed' } | { readonly kind: 'stale' | 'decided' | 'missing' }

export const CHANGED: Change = { kind: 'changed' }

/** Adds a claim with its months, each new. A request has one claim for a service: where there is one, nothing changes. */
export function addClaim(
  db: Database,
  claim: NewClaim,
  months: readonly Month[],
): { readonly kind: 'added' | 'exists'; readonly id: number } {
  const found = db.orm
    .select({ id: claims.id })
    .from(claims)
    .where(and(eq(claims.request, claim.request), eq(claims.service, claim.service)))
    .get()
  if (found) return { kind: 'exists', id: found.id }
  const { received, reported, ...rest } = claim
  const { id } = db.orm
    .insert(claims)
    .values({
      ...rest,
      accountKey: accountKey(claim.account),
      reported: JSON.stringify(reported.map(i => [i.from, i.to])),
      receivedAt: received,
    })
    .returning({ id: claims.id })
    .get()
  addMonths(db, { ...claim, id }, months)
  return { kind: 'added', id }
}

function addMonths(db: Database, claim: StoredClaim, months: readonly Month[]): void {
  for (const month of new Set(months))
    db.orm
      .insert(claimMonths)
      .values({
        claim: claim.id,
        month,
        accountKey: accountKey(claim.account),
        service: claim.service,
        state: 'new',
        version: 1,
      })
      .onConflictDoNothing()
      .run()
}

/**
 * Replaces what a claim reports, as a person read it: months that it names no more go, new ones come, and all are to be
 * assessed again. Refused where a month is decided.
 */
export function changeReport(
  db: Database,
  id: number,
  change: { readonly account: string; readonly reported: readonly Interval[]; readonly seen: string },
  months: readonly Month[],
): Change {
  const claim = readClaim(db, id)
  if (claim === null) return { kind: 'missing' }
  if (readClaimMonths(db, id).some(m => m.decision !== null)) return { kind: 'decided' }
  const key = accountKey(change.account)
  const { account, seen } = change
  const reported = JSON.stringify(change.reported.map(i => [i.from, i.to]))
  db.orm.update(claims).set({ account, accountKey: key, reported, seen }).where(eq(claims.id, id)).run()
  db.orm.delete(disagreements).where(eq(disagreements.claim, id)).run()
  db.orm
    .delete(claimMonths)
    .where(and(eq(claimMonths.claim, id), notInArray(claimMonths.month, [...months])))
    .run()
  for (const { month, version } of readClaimMonths(db, id))
    db.orm
      .update(claimMonths)
      .set({
        accountKey: key,
        state: 'new',
        assessment: null,
        assessedAt: null,
        heldUntil: null,
        version: version + 1,
      })
      .where(place(id, month))
      .run()
  addMonths(db, { ...claim, account }, months)
  return CHANGED
}

/** Where a claim's month is. */
export const place = (claim: number, month: Month) =>
  and(eq(claimMonths.claim, claim), eq(claimMonths.month, month))

export function readClaim(db: Database, id: number): StoredClaim | null {
  const row = db.orm.select().from(claims).where(eq(claims.id, id)).get()
  return row ? storedClaim(row) : null
}

/** The claims of a request, one for each service. */
export const readClaimsOf = (db: Database, request: number): StoredClaim[] =>
  db.orm
    .select()
    .from(claims)
    .where(eq(claims.request, request))
    .orderBy(asc(claims.id))
    .all()
    .map(storedClaim)

const storedClaim = (row: typeof claims.$inferSelect): StoredClaim => ({
  id: row.id,
  request: row.request,
  reference: row.reference,
  account: row.account,
  service: row.service as ServiceId,
  reported: (JSON.parse(row.reported) as [Instant, Instant][]).map(([from, to]) => ({ from, to })),
  seen: row.seen,
  received: row.receivedAt as Instant,
})

export const readClaimMonths = (db: Database, claim: number): StoredClaimMonth[] =>
  db.orm
    .select()
    .from(claimMonths)
    .where(eq(claimMonths.claim, claim))
    .orderBy(asc(claimMonths.month))
    .all()
    .map(storedMonth)

export function readClaimMonth(db: Database, claim: number, month: Month): StoredClaimMonth | null {
  const row = db.orm.select().from(claimMonths).where(place(claim, month)).get()
  return row ? storedMonth(row) : null
}

const storedMonth = (row: typeof claimMonths.$inferSelect): StoredClaimMonth => ({
  claim: row.claim,
  month: row.month as Month,
  state: row.state,
  heldUntil: row.heldUntil as Instant | null,
  promised: row.promised as Instant | null,
  assessment: row.assessment === null ? null : (JSON.parse(row.assessment) as Assessment),
  assessedAt: row.assessedAt as Instant | null,
  decision: storedDecision(row),
  version: row.version,
})

function storedDecision(row: typeof claimMonths.$inferSelect): StoredDecision | null {
  const { decision, salt, hash, decidedAt, decidedBy } = row
  if (decision === null || salt === null || hash === null || decidedAt === null || decidedBy === null)
    return null
  return {
    record: JSON.parse(decision) as DecisionRecord,
    salt,
    hash,
    at: decidedAt as Instant,
    by: decidedBy,
    override: row.overrideReason,
    logIndex: row.logIndex,
  }
}

/** The other claims for the same account, service and month, in the order in which they came. None for a claim without an account. */
export function othersOf(db: Database, claim: StoredClaim, month: Month): OtherClaim[] {
  const key = accountKey(claim.account)
  if (key === '') return []
  return db.orm
    .select({
      reference: claims.reference,
      received: claims.receivedAt,
      state: claimMonths.state,
      decision: claimMonths.decision,
      decidedAt: claimMonths.decidedAt,
    })
    .from(claimMonths)
    .innerJoin(claims, eq(claims.id, claimMonths.claim))
    .where(
      and(
        eq(claimMonths.accountKey, key),
        eq(claimMonths.service, claim.service),
        eq(claimMonths.month, month),
        ne(claimMonths.claim, claim.id),
      ),
    )
    .orderBy(asc(claims.receivedAt), asc(claims.id))
    .all()
    .map(row => ({
      reference: row.reference,
      received: row.received as Instant,
      state: row.state === 'credited' || row.state === 'declined' ? row.state : 'open',
      credit:
        row.state !== 'credited' || row.decision === null
          ? null
          : {
              days: (JSON.parse(row.decision) as DecisionRecord).days,
              at: row.decidedAt as Instant,
            },
    }))
}

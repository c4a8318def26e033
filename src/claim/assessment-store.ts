import { and, asc, eq, gt, inArray, lt, lte } from 'drizzle-orm'
import type { ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import type { Assessment } from './assess.ts'
import { CHANGED, type Change, place, readClaimMonth, type StoredClaim } from './store.ts'
import { claimMonths, claims, disagreements } from './tables.ts'

/** Every function here is to be called inside the caller's transaction. */

const OPEN = ['new', 'held', 'assessed'] as const

/** Stores an assessment and its disagreements, in place of an earlier one. `version` is the one that it was made from. */
export function putAssessment(
  db: Database,
  claim: StoredClaim,
  month: Month,
  version: number,
  assessment: Assessment,
  now: Instant,
): Change {
  const stored = readClaimMonth(db, claim.id, month)
  if (stored === null) return { kind: 'missing' }
  if (stored.decision !== null) return { kind: 'decided' }
  if (stored.version !== version) return { kind: 'stale' }
  const held = assessment.recommend === 'hold'
  db.orm
    .update(claimMonths)
    .set({
      state: held ? 'held' : 'assessed',
      heldUntil: held ? assessment.until : null,
      promised: stored.promised ?? assessment.deadline,
      assessment: JSON.stringify(assessment),
      assessedAt: now,
      contract: assessment.contract,
      version: version + 1,
    })
    .where(place(claim.id, month))
    .run()
  noteDisagreements(db, claim, month, assessment.disagreements, now)
  return CHANGED
}

function noteDisagreements(
  db: Database,
  claim: StoredClaim,
  month: Month,
  times: readonly Interval[],
  now: Instant,
): void {
  db.orm
    .delete(disagreements)
    .where(and(eq(disagreements.claim, claim.id), eq(disagreements.month, month)))
    .run()
  for (const { from, to } of times)
    db.orm
      .insert(disagreements)
      .values({ claim: claim.id, month, service: claim.service, fromAt: from, toAt: to, notedAt: now })
      .onConflictDoNothing()
      .run()
}

export interface Disagreement extends Interval {
  readonly claim: number
  readonly service: ServiceId
  readonly noted: Instant
}

/** Those that overlap a window, of every service, in order. */
export const readDisagreements = (db: Database, window: Interval): Disagreement[] =>
  db.orm
    .select()
    .from(disagreements)
    .where(and(lt(disagreements.fromAt, window.to), gt(disagreements.toAt, window.from)))
    .orderBy(asc(disagreements.fromAt), asc(disagreements.claim))
    .all()
    .map(row => ({
      claim: row.claim,
      service: row.service as ServiceId,
      from: row.fromAt as Instant,
      to: row.toAt as Instant,
      noted: row.notedAt as Instant,
    }))

/** Held months whose time has come, and new ones: to be assessed, the oldest claim first. */
export const dueMonths = (db: Database, now: Instant): { claim: number; month: Month }[] => {
  const rows = db.orm
    .select({
      claim: claimMonths.claim,
      month: claimMonths.month,
      state: claimMonths.state,
      until: claimMonths.heldUntil,
    })
    .from(claimMonths)
    .where(inArray(claimMonths.state, ['new', 'held']))
    .orderBy(asc(claimMonths.claim), asc(claimMonths.month))
    .all()
  return rows
    .filter(row => row.state === 'new' || row.until === null || row.until <= now)
    .map(row => ({ claim: row.claim, month: row.month as Month }))
}

/** The months with a claim that came by `now` and is not decided: their raw checks are kept. */
export const openMonths = (db: Database, now: Instant): { service: ServiceId; month: Month }[] =>
  db.orm
    .selectDistinct({ service: claimMonths.service, month: claimMonths.month })
    .from(claimMonths)
    .innerJoin(claims, eq(claims.id, claimMonths.claim))
    .where(and(inArray(claimMonths.state, [...OPEN]), lte(claims.receivedAt, now)))
    .orderBy(asc(claimMonths.service), asc(claimMonths.month))
    .all()
    .map(row => ({ service: row.service as ServiceId, month: row.month as Month }))

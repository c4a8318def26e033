import { and, asc, count, desc, eq, inArray, like, or, type SQL, sql } from 'drizzle-orm'
import type { ClaimState } from '../claim/decide.ts'
import { claimMonths, claims } from '../claim/tables.ts'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'

/** `decide`: a decision is recommended; `look`: a person has to look, or nothing was assessed yet. */
export type ClaimGroup = 'decide' | 'look' | 'held' | 'decided'

export const CLAIM_GROUPS: readonly ClaimGroup[] = ['decide', 'look', 'held', 'decided']

/** One month of a claim, as lists show it. */
export interface ListedClaim {
  readonly reference: string
  readonly account: string
  readonly service: string
  readonly month: Month
  readonly state: ClaimState
  readonly received: Instant
  readonly heldUntil: Instant | null
  readonly decidedAt: Instant | null
  readonly decidedBy: string | null
  /** Of the assessment: what is recommended, how many days, and why; null before. */
  readonly recommend: string | null
  readonly days: number | null
  readonly reason: string | null
  readonly deadline: Instant | null
}

const recommend = sql<string | null>`json_extract(${claimMonths.assessment}, '$.recommend')`

function within(group: ClaimGroup): SQL | undefined {
  switch (group) {
    case 'decide':
      return and(eq(claimMonths.state, 'assessed'), sql`${recommend} in ('credit', 'decline')`)
    case 'look':
      return or(
        eq(claimMonths.state, 'new'),
        and(eq(claimMonths.state, 'assessed'), sql`${recommend} = 'look'`),
      )
    case 'held':
      return eq(claimMonths.state, 'held')
    case 'decided':
      return inArray(claimMonths.state, ['credited', 'declined'])
  }
}

function matching(text: string): SQL | undefined {
  const words = text.slice(0, 200).split(/\s+/).filter(Boolean).slice(0, 8)
  const patterns = words.map(word => `%${word.replaceAll(/[%_]/g, '')}%`)
  return and(
    ...patterns.map(p => or(like(claims.reference, p), like(claims.account, p), like(claims.service, p))),
  )
}

/** A page of a group (from 0): what waits longest first, what was decided last first. */
export function listClaims(
  db: Database,
  group: ClaimGroup,
  text: string,
  page: number,
  size: number,
): ListedClaim[] {
  const order = {
    decide: asc(claims.receivedAt),
    look: asc(claims.receivedAt),
    held: asc(claimMonths.heldUntil),
    decided: desc(claimMonths.decidedAt),
  }[group]
  return db.orm
    .select({
      reference: claims.reference,
      account: claims.account,
      service: claims.service,
      month: claimMonths.month,
      state: claimMonths.state,
      received: claims.receivedAt,
      heldUntil: claimMonths.heldUntil,
      decidedAt: claimMonths.decidedAt,
      decidedBy: claimMonths.decidedBy,
      recommend,
      days: sql<
        number | null
      >`coalesce(json_extract(${claimMonths.decision}, '$.days'), json_extract(${claimMonths.assessment}, '$.days'))`,
      reason: sql<string | null>`json_extract(${claimMonths.assessment}, '$.reason')`,
      deadline: sql<number | null>`json_extract(${claimMonths.assessment}, '$.deadline')`,
    })
    .from(claimMonths)
    .innerJoin(claims, eq(claims.id, claimMonths.claim))
    .where(and(within(group), matching(text)))
    .orderBy(order, asc(claims.id), asc(claimMonths.month))
    .limit(size)
    .offset(page * size)
    .all() as ListedClaim[]
}

/** How many months of claims there are in each group. */
export function countClaims(db: Database, text: string): Record<ClaimGroup, number> {
  const of = (group: ClaimGroup): number =>
    db.orm
      .select({ n: count() })
      .from(claimMonths)
      .innerJoin(claims, eq(claims.id, claimMonths.claim))
      .where(and(within(group), matching(text)))
      .get()?.n ?? 0
  return { decide: of('decide'), look: of('look'), held: of('held'), decided: of('decided') }
}

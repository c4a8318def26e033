import { and, eq, isNull } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import { type Choice, type DecisionRefusal, decide } from './decide.ts'
import { type DecisionLeaf, type DecisionRecord, decisionLeaf } from './decision.ts'
import { othersOf, readClaim, readClaimMonth } from './store.ts'
import { claimMonths } from './tables.ts'

export interface DecideMonth {
  readonly claim: number
  readonly month: Month
  /** The one that the person saw. */
  readonly version: number
  readonly choice: Choice
  /** In words, where it is not what was recommended. */
  readonly reason: string | null
  readonly by: string
  readonly at: Instant
  /** 16 random bytes or more, in hex. */
  readonly salt: string
}

export type Decision =
  | { readonly kind: 'decided'; readonly record: DecisionRecord; readonly leaf: DecisionLeaf }
  | { readonly kind: 'refused'; readonly why: DecisionRefusal | 'stale' | 'missing' }
  /** The account has its credit for the month; `reference` is the claim that brought it. */
  | { readonly kind: 'duplicate'; readonly reference: string }

/** Decides one month of a claim, for good. To be called inside the caller's transaction, which adds the leaf to the log (`setLogIndex`). */
export function decideMonth(db: Database, wish: DecideMonth): Decision {
  const claim = readClaim(db, wish.claim)
  const stored = readClaimMonth(db, wish.claim, wish.month)
  if (claim === null || stored === null) return { kind: 'refused', why: 'missing' }
  if (stored.decision === null && stored.version !== wish.version) return { kind: 'refused', why: 'stale' }
  const { state, assessment } = stored
  const decided = decide({ state, recommended: assessment, account: claim.account }, wish.choice, wish.reason)
  if (!decided.ok) return { kind: 'refused', why: decided.why }
  const credited = othersOf(db, claim, wish.month).find(other => other.state === 'credited')
  if (decided.choice.outcome === 'credited' && credited)
    return { kind: 'duplicate', reference: credited.reference }

  // A lone surrogate has no canonical form.
  const words = decided.reason?.replaceAll(/\p{Cs}/gu, '\ufffd') ?? null
  const record: DecisionRecord = {
    type: 'nines.claim/1',
    reference: claim.reference,
    account: claim.account,
    service: claim.service,
    month: wish.month,
    outcome: decided.choice.outcome,
    days: decided.choice.outcome === 'credited' ? decided.choice.days : 0,
    reason: reasonOf(decided.choice, words),
    contract: assessment?.contract ?? '',
  }
  const leaf = decisionLeaf(record, wish.salt, wish.at)
  db.orm
    .update(claimMonths)
    .set({
      state: record.outcome,
      heldUntil: null,
      decision: JSON.stringify(record),
      decidedAt: wish.at,
      decidedBy: wish.by,
      overrideReason: decided.overrides ? words : null,
      salt: wish.salt,
      hash: leaf.hash,
      version: stored.version + 1,
    })
    .where(and(eq(claimMonths.claim, wish.claim), eq(claimMonths.month, wish.month)))
    .run()
  return { kind: 'decided', record, leaf }
}

function reasonOf(choice: Choice, words: string | null): string | null {
  if (choice.outcome === 'credited') return words
  return words === null ? choice.reason : `${choice.reason}: ${words}`
}

/** Notes where in the log a decision stands, once. */
export function setLogIndex(db: Database, claim: number, month: Month, index: number): void {
  db.orm
    .update(claimMonths)
    .set({ logIndex: index })
    .where(and(eq(claimMonths.claim, claim), eq(claimMonths.month, month), isNull(claimMonths.logIndex)))
    .run()
}

import { spell } from '../time/duration.ts'
import type { Instant } from '../time/instant.ts'
import { earlier, type Interval } from '../time/interval.ts'
import { accountKey } from './account.ts'
import {
  accountWords,
  certainWords,
  closedWords,
  contractWords,
  creditedWords,
  evidenceWords,
  missedWords,
  otherWords,
  overWords,
  reportedWords,
  timeWords,
} from './assess-words.ts'
import { inTime } from './deadline.ts'
import type { ClaimFacts, MonthFacts, OtherClaim } from './facts.ts'
import { type Compared, compare } from './reported.ts'

/** What a rule found, with its numbers: why a claim is recommended as it is, line by line. */
export interface Step {
  readonly rule:
    | 'account'
    | 'one-credit'
    | 'month-over'
    | 'month-closed'
    | 'base'
    | 'in-time'
    | 'certain'
    | 'one-contract'
    | 'reported'
    | 'missed'
    | 'evidence'
    | 'first-claim'
  /** Whether it speaks for a credit. */
  readonly holds: boolean
  readonly words: string
}

/** Why a claim is declined. `no-evidence` is for people alone, who asked for it first. */
export type DeclineReason =
  | 'duplicate'
  | 'late'
  | 'met'
  | 'no-downtime-and-met'
  | 'no-credit-agreed'
  | 'no-evidence'

/** Why a person has to look. */
export type LookReason =
  | 'credit-raised'
  | 'no-account'
  | 'no-base'
  | 'uncertain'
  | 'contract-changed'
  | 'no-time'
  | 'disagreement'
  | 'late-but-held'
  | 'evidence-missing'
  | 'other-claim'

export type Recommendation =
  | { readonly recommend: 'credit'; readonly days: number }
  | { readonly recommend: 'decline'; readonly reason: DeclineReason; readonly reference: string | null }
  | {
      readonly recommend: 'hold'
      readonly until: Instant
      readonly reason: 'month-runs' | 'month-not-closed'
    }
  /** `days`: what the record says where a person finds nothing against it; beyond the credit that there is, where it was raised. */
  | {
      readonly recommend: 'look'
      readonly reasons: readonly LookReason[]
      readonly days: number
      readonly reference: string | null
    }

export type Assessment = Recommendation & {
  readonly steps: readonly Step[]
  /** The reported times, as our record has them. */
  readonly reported: readonly Compared[]
  /** Those that lie outside every outage by more than the tolerance: kept for statistics, whatever is recommended. */
  readonly disagreements: readonly Interval[]
  readonly deadline: Instant | null
  readonly contract: string
}

/**
 * Assesses one month of a claim. The rules, in their order; the first that settles it does:
 *
 * 1. One credit for an account, a service and a month, however many claims: where one was granted, decline as a
 *    duplicate, also while the month runs. Where a correction has raised the month's credit since, a person looks: the
 *    difference is granted by hand, outside of the claim, as there is one credit.
 * 2. A month is judged when it is closed. While it runs, or is over and not closed, the claim is held, even where the
 *    month is missed already: the credit may still grow. Holding costs nothing, since what counts is when the claim came.
 * 3. No base, no verdict: a person looks.
 * 4. Best and worst case must agree with every threshold; the contract must have been one all month; each reported time
 *    must lie in an outage, within the tolerance of one, in maintenance or in time of which nothing is known, and at
 *    least one must be reported; otherwise a person looks. One time that means an outage is enough for the credit, for the claim
 *    then names downtime that led to the miss; the others are kept as disagreements.
 * 5. Where the guarantees were met and nothing under 4 stands against it, decline: whether the claim is late, or
 *    without evidence, makes no difference then.
 * 6. Late, at the deadline's instant or after it: decline. A claim that was received before the deadline that it was
 *    told at the time is not late though the deadline has moved since: a person looks.
 * 7. Evidence that is required and absent is asked for, not declined. Of several open claims the one that was received
 *    first is paid; the others are looked at beside it.
 * 8. Credit: the days of the lowest threshold that was missed.
 */
export function assess(claim: ClaimFacts, facts: MonthFacts): Assessment {
  const steps: Step[] = []
  const note = (rule: Step['rule'], holds: boolean, words: string): boolean => {
    steps.push({ rule, holds, words })
    return holds
  }
  const reported = compared(claim, facts)
  const outside = reported.filter(c => c.standing === 'outside')
  const done = (recommendation: Recommendation): Assessment => ({
    ...recommendation,
    steps,
    reported,
    disagreements: outside.map(({ from, to }) => ({ from, to })),
    deadline: facts.deadline,
    contract: facts.contract,
  })
  const decline = (reason: DeclineReason, reference: string | null = null) =>
    done({ recommend: 'decline', reason, reference })

  const named = note('account', accountKey(claim.account) !== '', accountWords(claim))
  const credited = claim.others.find(other => other.state === 'credited')
  const more = owedBeyond(credited, facts)
  if (!note('one-credit', credited === undefined, creditedWords(credited, more, facts)))
    return more > 0
      ? done({
          recommend: 'look',
          reasons: ['credit-raised'],
          days: more,
          reference: credited?.reference ?? null,
        })
      : decline('duplicate', credited?.reference ?? null)

  const { state } = facts
  if (!note('month-over', state.kind !== 'runs', overWords(facts)) && state.kind === 'runs')
    return done({ recommend: 'hold', until: state.closes, reason: 'month-runs' })
  if (!note('month-closed', state.kind === 'closed', closedWords(facts)) && state.kind === 'over')
    return done({ recommend: 'hold', until: state.closes, reason: 'month-not-closed' })

  const base = note('base', facts.judged.base > 0, `The figure is a share of ${spell(facts.judged.base)}.`)
  const timely = note('in-time', inTime(claim.received, facts.deadline), timeWords(claim, facts))
  const held = !timely && claim.promised !== null && claim.received < claim.promised
  const certain = note(
    'certain',
    facts.judged.thresholds.every(t => t.certain),
    certainWords(facts),
  )
  const one = note('one-contract', !facts.contractChanged, contractWords(facts))
  const agrees = reported.some(c => c.standing === 'matches' || c.standing === 'near')
  note('reported', agrees, reportedWords(reported, facts, claim.received))
  const missed = note('missed', facts.judged.creditDays > 0, missedWords(facts))

  const doubts: LookReason[] = []
  if (!base) doubts.push('no-base')
  if (!certain) doubts.push('uncertain')
  if (!one) doubts.push('contract-changed')
  if (reported.length === 0) doubts.push('no-time')
  if (!agrees && outside.length > 0) doubts.push('disagreement')

  if (!missed && doubts.every(doubt => doubt === 'no-time')) return decline(metReason(facts))
  if (!timely && !held) return decline('late')

  if (!named) doubts.push('no-account')
  // The month is missed, and the claim names no downtime that led to it.
  if (missed && !agrees && outside.length === 0 && reported.length > 0) doubts.push('disagreement')
  if (held) doubts.push('late-but-held')
  if (!note('evidence', claim.evidence > 0 || facts.evidence === 'optional', evidenceWords(claim, facts)))
    doubts.push('evidence-missing')
  const first = claim.others
    .filter(other => other.state === 'open' && precedes(other, claim))
    .sort((a, b) => a.received - b.received)[0]
  if (!note('first-claim', first === undefined, otherWords(claim, first))) doubts.push('other-claim')

  const days = facts.judged.creditDays
  return doubts.length > 0
    ? done({ recommend: 'look', reasons: doubts, days, reference: first?.reference ?? null })
    : done({ recommend: 'credit', days })
}

/** The days that a correction gave the month after the account had its credit. What a person granted otherwise stays so. */
function owedBeyond(credited: OtherClaim | undefined, { state, raisedAt, judged }: MonthFacts): number {
  const credit = credited?.credit
  if (!credit || state.kind !== 'closed' || raisedAt === null || credit.at >= raisedAt) return 0
  return Math.max(0, judged.creditDays - credit.days)
}

/** Two that came in the same millisecond go by their references. */
const precedes = (other: OtherClaim, claim: ClaimFacts): boolean =>
  other.received < claim.received || (other.received === claim.received && other.reference < claim.reference)

/** Of a reported time counts what lay before the claim came: nobody saw what came after. */
function compared(claim: ClaimFacts, facts: MonthFacts): Compared[] {
  const { outages, maintenance, unknown, tolerance, calendar } = facts
  return claim.reported.map(time => {
    const seen = { from: time.from, to: earlier(time.to, claim.received) }
    if (seen.from >= seen.to) return { ...time, standing: 'outside', outage: null, distance: null }
    return compare(seen, outages, maintenance, unknown, tolerance, earlier(calendar.to, claim.received))
  })
}

function metReason(facts: MonthFacts): DeclineReason {
  if (facts.judged.thresholds.some(t => t.verdict === 'missed')) return 'no-credit-agreed'
  return facts.outages.length === 0 ? 'no-downtime-and-met' : 'met'
}

import { accountKey } from './account.ts'
import type { DeclineReason, Recommendation } from './assess.ts'

/** Where one month of a claim stands. `held`: until the month is closed. */
export type ClaimState = 'new' | 'held' | 'assessed' | 'credited' | 'declined'

export type Choice =
  | { readonly outcome: 'credited'; readonly days: number }
  | { readonly outcome: 'declined'; readonly reason: DeclineReason }

export type DecisionRefusal =
  /** It was decided before; a decision stays. */
  | 'decided'
  | 'not-assessed'
  /** The month is not closed: only with a reason. */
  | 'held'
  /** It is not what was recommended: only with a reason. */
  | 'needs-reason'
  /** A credit needs an account to go to. */
  | 'no-account'
  /** A credit is of 1 to 3,650 whole days. */
  | 'days'

export type Decided =
  | {
      readonly ok: true
      readonly choice: Choice
      readonly reason: string | null
      readonly overrides: boolean
    }
  | { readonly ok: false; readonly why: DecisionRefusal }

/**
 * Whether a person may decide so. What was recommended is accepted as it is; everything else needs a reason in words: another
 * number of days, another ground, a month that is held, and what a person was told to look at.
 */
export function decide(
  current: {
    readonly state: ClaimState
    readonly recommended: Recommendation | null
    readonly account: string
  },
  choice: Choice,
  reason: string | null,
): Decided {
  const refuse = (why: DecisionRefusal): Decided => ({ ok: false, why })
  if (current.state === 'credited' || current.state === 'declined') return refuse('decided')
  if (current.recommended === null || current.state === 'new') return refuse('not-assessed')
  if (choice.outcome === 'credited') {
    if (!Number.isInteger(choice.days) || choice.days < 1 || choice.days > 3_650) return refuse('days')
    if (accountKey(current.account) === '') return refuse('no-account')
  }
  const words = (reason ?? '').trim().slice(0, 2_000)
  const overrides = !accepts(current.recommended, choice)
  if (overrides && words === '')
    return refuse(current.recommended.recommend === 'hold' ? 'held' : 'needs-reason')
  return { ok: true, choice, reason: words === '' ? null : words, overrides }
}

function accepts(recommended: Recommendation, choice: Choice): boolean {
  switch (recommended.recommend) {
    case 'credit':
      return choice.outcome === 'credited' && choice.days === recommended.days
    case 'decline':
      return choice.outcome === 'declined' && choice.reason === recommended.reason
    case 'hold':
    case 'look':
      return false
  }
}

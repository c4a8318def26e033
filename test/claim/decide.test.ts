import { describe, expect, it } from 'vitest'
import type { Recommendation } from '../../src/claim/assess.ts'
import { type Choice, type ClaimState, decide } from '../../src/claim/decide.ts'
import { instant } from '../../src/time/instant.ts'

const credit: Recommendation = { recommend: 'credit', days: 7 }
const late: Recommendation = { recommend: 'decline', reason: 'late', reference: null }
const hold: Recommendation = { recommend: 'hold', until: instant(1), reason: 'month-runs' }
const look: Recommendation = { recommend: 'look', reasons: ['uncertain'], days: 7, reference: null }
const seven: Choice = { outcome: 'credited', days: 7 }
const declined: Choice = { outcome: 'declined', reason: 'late' }

const outcome = (
  state: ClaimState,
  recommended: Recommendation | null,
  choice: Choice,
  reason: string | null = null,
  account = 'acme',
) => {
  const made = decide({ state, recommended, account }, choice, reason)
  return made.ok ? (made.overrides ? 'overrides' : 'accepts') : made.why
}

describe('a decision', () => {
  it.each<[string, ClaimState, Recommendation | null, Choice, string | null, string]>([
    ['accepts what is recommended, without words', 'assessed', credit, seven, null, 'accepts'],
    ['accepts a decline on the same ground', 'assessed', late, declined, null, 'accepts'],
    [
      'needs a reason for other days',
      'assessed',
      credit,
      { outcome: 'credited', days: 14 },
      null,
      'needs-reason',
    ],
    [
      'takes other days with a reason',
      'assessed',
      credit,
      { outcome: 'credited', days: 14 },
      'Goodwill',
      'overrides',
    ],
    ['needs a reason to decline a credit', 'assessed', credit, declined, ' \n ', 'needs-reason'],
    [
      'needs a reason for another ground',
      'assessed',
      late,
      { outcome: 'declined', reason: 'no-evidence' },
      null,
      'needs-reason',
    ],
    ['needs a reason to credit a late claim', 'assessed', late, seven, null, 'needs-reason'],
    ['needs a reason where a person had to look', 'assessed', look, seven, null, 'needs-reason'],
    ['takes one there', 'assessed', look, seven, 'Seen in the logs', 'overrides'],
    ['of a held month waits for its close', 'held', hold, seven, null, 'held'],
    ['of a held month is made with a reason', 'held', hold, seven, 'Contract ends', 'overrides'],
    ['comes after an assessment', 'new', null, seven, 'x', 'not-assessed'],
    ['stays', 'credited', credit, declined, 'x', 'decided'],
    ['stays also where it was a decline', 'declined', late, seven, 'x', 'decided'],
    ['is of whole days', 'assessed', credit, { outcome: 'credited', days: 1.5 }, 'x', 'days'],
    ['is of one day at least', 'assessed', credit, { outcome: 'credited', days: 0 }, 'x', 'days'],
  ])('%s', (_, state, recommended, choice, reason, expected) => {
    expect(outcome(state, recommended, choice, reason)).toBe(expected)
  })

  it('credits an account alone', () => {
    expect(outcome('assessed', credit, seven, 'x', ' ')).toBe('no-account')
    expect(outcome('assessed', late, declined, null, ' ')).toBe('accepts')
  })
})

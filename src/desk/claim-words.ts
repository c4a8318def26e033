import type { Assessment, DeclineReason, LookReason } from '../claim/assess.ts'
import type { DecisionRefusal } from '../claim/decide.ts'
import type { Standing } from '../claim/reported.ts'
import { listed, spoken, utcShort } from '../page/words.ts'
import type { Instant } from '../time/instant.ts'

export const GROUNDS: Readonly<Record<DeclineReason, string>> = {
  met: 'the guarantees were met',
  'no-downtime-and-met': 'nothing was down, and the guarantees were met',
  late: 'it came too late',
  duplicate: 'the account has its credit for the month already',
  'no-credit-agreed': 'no credit is agreed for what was missed',
  'no-evidence': 'the evidence that was asked for did not come',
}

const LOOKS: Readonly<Record<LookReason, string>> = {
  'credit-raised': 'a correction raised the month’s credit after the account had its own',
  'no-account': 'it names no account',
  'no-base': 'nothing is known of the month',
  uncertain: 'best and worst case do not agree',
  'contract-changed': 'the contract changed within the month',
  'no-time': 'no time of this month is reported',
  disagreement: 'the times reported are not in our record',
  'late-but-held': 'it is late, but came before the deadline that was told',
  'evidence-missing': 'the evidence is missing: ask for it',
  'other-claim': 'an earlier claim of the account is open',
}

export const dayWords = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`

/** What is recommended: one sentence, with the shape that goes with it. */
export function recommendation(
  assessment: Assessment | null,
  now: Instant,
): { readonly shape: string; readonly words: string } {
  switch (assessment?.recommend) {
    case undefined:
      return { shape: 'pending', words: 'Not assessed yet.' }
    case 'credit':
      return { shape: 'met', words: `Credit ${dayWords(assessment.days)}: every rule holds.` }
    case 'decline':
      return {
        shape: 'down',
        words: `Decline: ${GROUNDS[assessment.reason]}${assessment.reference === null ? '' : ` (${assessment.reference})`}.`,
      }
    case 'hold':
      return {
        shape: 'running',
        words: `Hold until ${utcShort(assessment.until)}${assessment.until > now ? `, in ${spoken(assessment.until - now)}` : ''}: the month ${assessment.reason === 'month-runs' ? 'still runs' : 'is not closed yet'}.`,
      }
    case 'look':
      return {
        shape: 'uncertain',
        words: `Needs a look: ${listed(assessment.reasons.map(reason => LOOKS[reason]))}.${dueWords(assessment)}`,
      }
  }
}

function dueWords({ reasons, days, reference }: Extract<Assessment, { recommend: 'look' }>): string {
  if (reasons.includes('credit-raised'))
    return ` ${dayWords(days)} are due beyond the credit of ${reference ?? 'the other claim'}: grant them by hand, outside of this claim, and decline it as a duplicate.`
  return days > 0
    ? ` Once that is settled, ${dayWords(days)} of credit ${days === 1 ? 'is' : 'are'} due.`
    : ''
}

/** What a list says of an assessment that it does not hold whole. */
export function shortWords(of: {
  readonly recommend: string | null
  readonly days: number | null
  readonly reason: string | null
}): { readonly shape: string; readonly words: string } {
  switch (of.recommend) {
    case 'credit':
      return { shape: 'met', words: `Credit ${dayWords(of.days ?? 0)}` }
    case 'decline':
      return { shape: 'down', words: `Decline: ${GROUNDS[of.reason as DeclineReason] ?? of.reason ?? ''}` }
    case 'hold':
      return { shape: 'running', words: 'On hold' }
    case 'look':
      return { shape: 'uncertain', words: 'Needs a look' }
    default:
      return { shape: 'pending', words: 'Not assessed yet' }
  }
}

export const STANDINGS: Readonly<Record<Standing, { readonly shape: string; readonly words: string }>> = {
  matches: { shape: 'met', words: 'In an outage' },
  near: { shape: 'verifying', words: 'Near an outage' },
  maintenance: { shape: 'maintenance', words: 'In maintenance' },
  unknown: { shape: 'unknown', words: 'Where nothing is known' },
  outside: { shape: 'down', words: 'Outside every outage' },
}

export const REFUSALS: Readonly<Record<DecisionRefusal | 'stale' | 'missing' | 'nothing-to-accept', string>> =
  {
    decided: 'It was decided meanwhile; a decision stays.',
    'not-assessed': 'It is not assessed yet. Let it be assessed first.',
    held: 'The month is not closed: decide otherwise only with a reason.',
    'needs-reason': 'This is not what is recommended: give the reason, for the record.',
    'no-account': 'A credit needs an account to go to. Read the claim again with one.',
    days: 'A credit is of 1 to 3,650 whole days.',
    stale:
      'Nothing was decided: the claim was assessed anew, or decided, since you opened it. What you see is how it stands now.',
    missing: 'This claim has no such month any more.',
    'nothing-to-accept': 'Nothing is recommended that could be accepted: decide yourself, with the reason.',
  }

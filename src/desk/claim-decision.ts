import type { DeclineReason } from '../claim/assess.ts'
import type { Choice } from '../claim/decide.ts'
import { GROUNDS, REFUSALS } from './claim-words.ts'
import type { FaultView } from './fields.ts'
import type { DeskForm } from './form.ts'

export const GROUND_KEYS = Object.keys(GROUNDS) as DeclineReason[]

/** What a person typed who decides otherwise than recommended. */
export interface TypedDecision {
  readonly outcome: string
  readonly days: string
  readonly ground: string
  readonly reason: string
  readonly told: string
}

export function typedDecision(fields: DeskForm): TypedDecision {
  return {
    outcome: fields.text('outcome'),
    days: fields.text('days').trim().slice(0, 20),
    ground: fields.text('ground'),
    reason: fields.text('reason').slice(0, 2_000),
    told: fields.text('told').slice(0, 1_000),
  }
}

/** What was chosen; null where it cannot be understood: `faults` says why. */
export function choiceOf(typed: TypedDecision, faults: FaultView[]): Choice | null {
  switch (typed.outcome) {
    case 'credited': {
      const days = /^\d{1,5}$/.test(typed.days) ? Number(typed.days) : 0
      if (days < 1 || days > 3_650) faults.push({ field: 'days', words: REFUSALS.days })
      return { outcome: 'credited', days }
    }
    case 'declined': {
      const ground = GROUND_KEYS.find(key => key === typed.ground)
      if (!ground)
        faults.push({ field: 'ground', words: 'Choose why it is declined: the customer reads it.' })
      return ground ? { outcome: 'declined', reason: ground } : null
    }
    default:
      faults.push({ field: 'outcome', words: 'Choose whether it is credited or declined.' })
      return null
  }
}

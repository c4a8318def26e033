import type { Problem } from '../support/intake.ts'

/** What is wrong with a form, as the summary above it lists it: each leads to its field. */
export interface FaultView {
  /** The id of the field; `form` where it is none. */
  readonly field: string
  readonly words: string
}

/** PURE. The first fault of each field that the form has, in the form's order; those of others are told of the form, before. */
export function faultViews(problems: readonly Problem[], fields: readonly string[]): FaultView[] {
  const faults: FaultView[] = []
  for (const { field, problem } of problems) {
    const shown = fields.includes(field) ? field : 'form'
    // Each file has its own.
    if (shown !== 'form' && shown !== 'evidence' && faults.some(fault => fault.field === shown)) continue
    faults.push({ field: shown, words: problem })
  }
  return faults.sort((a, b) => fields.indexOf(a.field) - fields.indexOf(b.field))
}

/** The trap for programs: people do not see it, and are told where a browser fills it in for them. */
export const TRAP = 'website'
export const TRAPPED: Problem = {
  field: TRAP,
  problem: 'The field “Leave this empty” has something in it. Empty it, and send the form again.',
}

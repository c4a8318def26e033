import type { MonthFigures, RecordedContract } from '../month/record.ts'
import { percentWords } from '../page/words.ts'
import { displayPercent, failureShare } from '../sla/percent.ts'
import { digits, grouped } from './moment.ts'

/** The narrowest or the widest that a month's checks allow. */
export interface Case {
  readonly name: 'Best case' | 'Worst case'
  /** How the checks are read in it. */
  readonly reading: string
  /** In ms; unknown time is never left out of the base. */
  readonly base: number
  readonly down: number
  readonly percent: string | null
  /** Whether it is the measured figure itself. */
  readonly same: boolean
}

const OUTAGES = {
  'Best case': 'each outage lasted only from its first failed check to its last one',
  'Worst case': 'each outage lasted from the last good check before it to the first good one after it',
} as const

const UNKNOWN = { 'Best case': 'up', 'Worst case': 'down' } as const

/** Best and worst case of a month; `corrected` where a correction gave or took the times of outages. Throws where their percentages do not follow from the record, which would be a fault of ours. */
export function casesOf(
  figures: MonthFigures,
  { maintenance }: RecordedContract,
  corrected: boolean,
): readonly [Case, Case] {
  const { ms, bounds, availability } = figures
  const base = ms.total - (maintenance === 'excluded' ? ms.maintenance : 0)
  const of = (name: Case['name'], down: number, percent: string | null): Case => {
    if (displayPercent(base, down) !== percent)
      throw new Error(`the ${name.toLowerCase()} of a recorded month does not follow from it`)
    return {
      name,
      reading: `${OUTAGES[name]}${corrected ? ', but for times that a correction gives' : ''}${ms.unknown > 0 ? `, and all unknown time was ${UNKNOWN[name]}` : ''}`,
      base,
      down,
      percent,
      same: base === figures.base && down === figures.counted,
    }
  }
  return [
    of('Best case', bounds.bestDown, availability.best),
    of('Worst case', bounds.worstDown, availability.worst),
  ]
}

/** How best and worst case are computed, a step each; in one line where both are the measured figure. */
export function caseSteps(figures: MonthFigures, contract: RecordedContract, corrected: boolean): string[] {
  const cases = casesOf(figures, contract, corrected)
  if (cases.some(c => c.percent === null)) return []
  return cases.every(c => c.same)
    ? ['Best and worst case: the same, since the checks leave no doubt about any of this.']
    : cases.map(c => step(c, figures))
}

function step(of: Case, figures: MonthFigures): string {
  const { name, reading, base, down, percent, same } = of
  if (same || percent === null) return `${name}: the same as measured.`
  const figure = `(${digits(base)} − ${digits(down)}) ÷ ${digits(base)} = ${percentWords(percent)}`
  return [
    `${name}: ${reading}. That is ${grouped(down)} down of ${base === figures.base ? 'the same base' : `a base of ${grouped(base)}, from which no unknown time is left out`}: ${figure}.`,
    ...otherVerdicts(of, figures),
  ].join(' ')
}

/** The thresholds whose verdict is another one in this case, compared as the measured figure is. */
const otherVerdicts = ({ base, down }: Case, { thresholds }: MonthFigures): string[] =>
  thresholds.flatMap(({ percent, verdict }) => {
    const { part, whole } = failureShare(percent)
    const [left, right] = [BigInt(down) * whole, BigInt(base) * part]
    const found = left > right ? 'missed' : 'met'
    return verdict === found || verdict === 'no-data'
      ? []
      : [
          `${percentWords(percent)} would then be ${found}: ${digits(down)} × ${digits(whole)} = ${digits(left)} is ${left > right ? '' : 'not '}greater than ${digits(base)} × ${digits(part)} = ${digits(right)}.`,
        ]
  })

import type { MonthFigures, MonthRecord, RecordedContract } from '../month/record.ts'
import { exact, monthName, percentWords } from '../page/words.ts'
import { failureShare } from '../sla/percent.ts'
import { caseSteps } from './cases.ts'
import { digits, grouped } from './moment.ts'

export interface Part {
  readonly word: string
  readonly length: string
  readonly ms: string
}

/** The parts of a month and what they sum to. Throws where they do not, which would be a fault of ours. */
export function partsOf({ ms }: MonthFigures): { readonly parts: readonly Part[]; readonly total: Part } {
  if (ms.up + ms.down + ms.unknown + ms.maintenance !== ms.total)
    throw new Error('the parts of a recorded month do not sum to it')
  const part = (word: string, length: number): Part => ({ word, length: exact(length), ms: grouped(length) })
  return {
    parts: [
      part('Up', ms.up),
      part('Maintenance', ms.maintenance),
      part('Unknown', ms.unknown),
      part('Down', ms.down),
    ],
    total: part('Together', ms.total),
  }
}

/**
 * How the figures follow from the parts, one line a step, with this month's numbers in it; every number is an integer.
 * `corrected` are the steps that lead to what a corrected month counts as down. Throws where the record's base or count
 * does not follow from its own rules, which would be a fault of ours.
 */
export function computation(
  record: MonthRecord,
  figures: MonthFigures,
  contract: RecordedContract,
  corrected: readonly string[] = [],
): string[] {
  const { ms, base, counted, availability } = figures
  const without = {
    maintenance: contract.maintenance === 'excluded' ? ms.maintenance : 0,
    unknown: contract.unknown === 'excluded' ? ms.unknown : 0,
  }
  const unknownDown = contract.unknown === 'counted-as-down' ? ms.unknown : 0
  if (base !== ms.total - without.maintenance - without.unknown || counted !== ms.down + unknownDown)
    throw new Error('the base of a recorded month does not follow from its contract')
  return [
    `The window: ${record.window.from} to ${record.window.to}, the part of ${monthName(record.month)} in ${record.timeZone} in which the service was watched: ${grouped(ms.total)}.`,
    contract.maintenance === 'excluded'
      ? `Announced maintenance is left out: ${grouped(ms.total)} − ${grouped(ms.maintenance)} = ${grouped(ms.total - ms.maintenance)}.`
      : `Announced maintenance, ${grouped(ms.maintenance)}, counts as up.`,
    unknownLine(ms.total - without.maintenance, ms.unknown, contract),
    `The base of the figure: ${grouped(base)}.`,
    ...corrected,
    unknownDown > 0
      ? `Counted as down: ${grouped(ms.down)} + ${grouped(ms.unknown)} unknown = ${grouped(counted)}.`
      : `Counted as down: ${grouped(counted)}${corrected.length > 0 ? '' : SUM}.`,
    availability.percent === null
      ? 'There is no base, so there is no figure.'
      : `Availability: (${digits(base)} − ${digits(counted)}) ÷ ${digits(base)} = ${percentWords(availability.percent)}, cut to three decimals, never rounded, and never compared with anything.`,
    ...figures.thresholds.map(t => comparison(figures, t)),
    ...caseSteps(figures, contract, corrected.length + record.corrections.length > 0),
  ]
}

const SUM = ', the sum of the outages within the window, outside maintenance and unknown time'

function unknownLine(before: number, unknown: number, contract: RecordedContract): string {
  switch (contract.unknown) {
    case 'excluded':
      return `Time of which nothing is known is left out: ${grouped(before)} − ${grouped(unknown)} = ${grouped(before - unknown)}.`
    case 'counted-as-down':
      return `Time of which nothing is known, ${grouped(unknown)}, counts as down.`
    case 'counted-as-up':
      return `Time of which nothing is known, ${grouped(unknown)}, counts as up.`
  }
}

const product = (a: bigint, b: bigint): string => `${digits(a)}\u00a0×\u00a0${digits(b)}`

/** A threshold, compared as the program compares it: both sides are times 10^n, so that nothing but integers remains. */
function comparison(figures: MonthFigures, threshold: MonthFigures['thresholds'][number]): string {
  const name = percentWords(threshold.percent)
  if (threshold.verdict === 'no-data') return `${name}: no base, so no verdict.`
  const { part, whole } = failureShare(threshold.percent)
  const down = BigInt(figures.counted)
  const base = BigInt(figures.base)
  const missed = down * whole > base * part
  if (missed !== (threshold.verdict === 'missed'))
    throw new Error(`the verdict on ${threshold.percent} % does not follow from the record`)
  return [
    `${name} is missed when down × 100 > base × (100 − ${threshold.percent}); in whole numbers, when down × ${digits(whole)} > base × ${digits(part)}.`,
    `${product(down, whole)} = ${digits(down * whole)};`,
    `${product(base, part)} = ${digits(base * part)}.`,
    `The first is ${missed ? 'greater: missed' : 'not greater: met'}${threshold.certain ? '' : ', though not in both the best and the worst case'}.`,
  ].join(' ')
}

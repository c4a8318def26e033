import type { MonthFigures, RecordedContract } from '../month/record.ts'
import { brief, count, exact, listed, percentWords } from '../page/words.ts'
import { grouped } from './moment.ts'

type Threshold = MonthFigures['thresholds'][number]

export interface Guarantee {
  /** `99.9 %` */
  readonly name: string
  readonly allowed: string
  readonly allowedMs: string
  readonly verdict: Threshold['verdict']
  /** `met, with 43 min to spare`, `missed by 1 min 42 s`, `no data` */
  readonly words: string
  readonly certain: boolean
  readonly credit: string
}

export interface VerdictView {
  /** `99.898 %`, or `no data`. */
  readonly figure: string
  readonly best: string
  readonly worst: string
  readonly down: string
  readonly downMs: string
  readonly sentence: string
  /** Where best and worst case do not agree with it; else null. */
  readonly doubt: string | null
  /** `7 days of service credit`; null where there is none. */
  readonly credit: string | null
  readonly guarantees: readonly Guarantee[]
}

export const percentOf = (percent: string | null): string =>
  percent === null ? 'no data' : percentWords(percent)

const creditWords = (days: number): string => `${count(days, 'day')} of service credit`

const guaranteesOf = (thresholds: readonly Threshold[]): string =>
  `the ${listed(thresholds.map(t => percentWords(t.percent)))} guarantee${thresholds.length === 1 ? '' : 's'}`

const excess = (figures: MonthFigures, threshold: Threshold): number =>
  Math.max(1, figures.counted - threshold.allowedMs)

/** What a closed month's figures mean, in words. */
export function verdictOf(figures: MonthFigures): VerdictView {
  const { availability, thresholds } = figures
  return {
    figure: percentOf(availability.percent),
    best: percentOf(availability.best),
    worst: percentOf(availability.worst),
    down: exact(figures.counted),
    downMs: grouped(figures.counted),
    sentence: sentence(figures),
    doubt: doubt(figures),
    credit: figures.creditDays > 0 ? creditWords(figures.creditDays) : null,
    guarantees: thresholds.map(t => ({
      name: percentWords(t.percent),
      allowed: t.verdict === 'no-data' ? '–' : exact(t.allowedMs),
      allowedMs: t.verdict === 'no-data' ? '–' : grouped(t.allowedMs),
      verdict: t.verdict,
      words: outcome(figures, t),
      certain: t.certain,
      credit: count(t.creditDays, 'day'),
    })),
  }
}

function outcome(figures: MonthFigures, threshold: Threshold): string {
  switch (threshold.verdict) {
    case 'met':
      return `met, with ${brief(threshold.remainingMs)} to spare`
    case 'missed':
      return `missed by ${exact(excess(figures, threshold))}`
    case 'no-data':
      return 'no data'
  }
}

function sentence(figures: MonthFigures): string {
  const { thresholds } = figures
  if (thresholds.length === 0) return 'The contract names no guarantee.'
  const missed = thresholds.filter(t => t.verdict === 'missed')
  const met = thresholds.filter(t => t.verdict === 'met')
  if (missed.length + met.length === 0) return 'Nothing is known of this month, so there is no verdict on it.'
  const parts = missed.map(t => `${guaranteesOf([t])} was missed by ${exact(excess(figures, t))}`)
  if (met.length > 0) {
    const spare = missed.length === 0 && met[0] ? `, with ${brief(met[0].remainingMs)} to spare` : ''
    parts.push(`${guaranteesOf(met)} ${met.length === 1 ? 'was' : 'were'} met${spare}`)
  }
  const text = parts.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function doubt({ availability, thresholds }: MonthFigures): string | null {
  const open = thresholds.filter(t => !t.certain && t.verdict !== 'no-data')
  if (open.length === 0) return null
  const cases = open.map(t =>
    t.verdict === 'met'
      ? `${guaranteesOf([t])} was met as measured, but missed in the worst case`
      : `${guaranteesOf([t])} was missed as measured, but met in the best case`,
  )
  const range =
    availability.best && availability.worst
      ? ` The true figure lies between ${percentWords(availability.worst)} and ${percentWords(availability.best)}.`
      : ''
  return `This is not certain: ${cases.join('; ')}.${range}`
}

/** `thresholds 99.9 % (7 days), 99 % (14 days)` */
export const thresholdWords = ({ thresholds }: RecordedContract): string =>
  thresholds.length === 0
    ? 'none'
    : thresholds.map(t => `${percentWords(t.percent)}: ${creditWords(t.creditDays)}`).join('; ')

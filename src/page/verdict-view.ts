import type { Figures } from '../availability/figures.ts'
import type { ThresholdVerdict } from '../sla/verdict.ts'
import type { Instant } from '../time/instant.ts'
import { claimOf } from './claim.ts'
import type { MonthReport } from './report.ts'
import { brief, dateName, exact, listed, monthName, percentWords } from './words.ts'

/**
 * How a month went: names its shape and colour. `running`: met so far. `missed` spares the lowest of several
 * guarantees, `failed` does not.
 */
export type Grade = 'met' | 'running' | 'missed' | 'failed' | 'uncertain' | 'no-data'

interface Mark {
  readonly grade: Grade
  /** Such as `99.9 % met so far`. */
  readonly words: string
}

export interface VerdictView {
  readonly grade: Grade
  readonly running: boolean
  /** `99.898 %`, or `no data`. */
  readonly figure: string
  readonly marks: readonly Mark[]
  readonly month: string
  /** The month and its figure: `October 2026: 99.898 %.` */
  readonly opening: string
  /** What it means: one sentence. */
  readonly sentence: string
  /** Where best and worst case disagree with it; else null. */
  readonly doubt: string | null
  readonly claim: string | null
}

export function grade(figures: Figures): Grade {
  const { thresholds } = figures
  if (thresholds.length === 0 || thresholds.every(t => t.verdict === 'no-data')) return 'no-data'
  if (thresholds.some(t => !t.certain)) return 'uncertain'
  const missed = thresholds.filter(t => t.verdict === 'missed').length
  if (missed === 0) return figures.complete ? 'met' : 'running'
  return missed === thresholds.length && missed > 1 ? 'failed' : 'missed'
}

/** By how much a threshold is exceeded, in ms. */
const excess = (figures: Figures, threshold: ThresholdVerdict): number =>
  Math.max(1, figures.counted - threshold.allowedMs)

function mark(threshold: ThresholdVerdict, { thresholds, complete }: Figures): Mark {
  const name = percentWords(threshold.percent)
  const running = !complete
  const lowest = thresholds.length > 1 && threshold === thresholds.at(-1)
  switch (threshold.verdict) {
    case 'no-data':
      return { grade: 'no-data', words: `${name} no data` }
    case 'met':
      return {
        grade: threshold.certain ? (running ? 'running' : 'met') : 'uncertain',
        words: `${name} met${running ? ' so far' : ''}${threshold.certain ? '' : ', not certain'}`,
      }
    case 'missed':
      return {
        grade: threshold.certain ? (lowest ? 'failed' : 'missed') : 'uncertain',
        words: `${name} missed${running ? ' already' : ''}${threshold.certain ? '' : ', not certain'}`,
      }
  }
}

const guarantees = (thresholds: readonly ThresholdVerdict[]): string =>
  `the ${listed(thresholds.map(t => percentWords(t.percent)))} guarantee${thresholds.length === 1 ? '' : 's'}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function sentence(figures: Figures): string {
  const { thresholds, complete } = figures
  const missed = thresholds.filter(t => t.verdict === 'missed')
  const met = thresholds.filter(t => t.verdict === 'met')
  const one = (list: readonly unknown[]) => list.length === 1
  if (thresholds.length === 0) return 'The contract names no guarantee.'
  if (missed.length + met.length === 0)
    return complete
      ? 'Nothing is known of this month, so there is no verdict on it.'
      : 'Nothing is known of this month yet, so there is no verdict on it.'
  const parts: string[] = []
  for (const t of missed)
    parts.push(
      `${guarantees([t])} ${complete ? 'was missed' : 'is missed already'} by ${exact(excess(figures, t))}`,
    )
  const verb = complete ? (one(met) ? 'was' : 'were') : one(met) ? 'is' : 'are'
  const spare = missed.length === 0 && met[0] ? met[0].remainingMs : null
  if (met.length > 0) {
    const end = complete ? 'met' : 'met so far'
    const left =
      spare === null
        ? ''
        : complete
          ? `, with ${brief(spare)} to spare`
          : `; ${brief(spare)} of downtime is left`
    parts.push(`${guarantees(met)} ${verb} ${end}${left}`)
  }
  return `${capital(parts.join('; '))}.`
}

function doubt(figures: Figures): string | null {
  const { availability, thresholds } = figures
  const open = thresholds.filter(t => !t.certain && t.verdict !== 'no-data')
  if (open.length === 0) return null
  const cases = open.map(t =>
    t.verdict === 'met'
      ? `${guarantees([t])} is met as measured, but missed in the worst case`
      : `${guarantees([t])} is missed as measured, but met in the best case`,
  )
  const range =
    availability.best && availability.worst
      ? ` The true figure lies between ${percentWords(availability.worst)} and ${percentWords(availability.best)}.`
      : ''
  return `This is not certain: ${cases.join('; ')}.${range}`
}

function claimWords(month: MonthReport, now: Instant): string | null {
  const claim = claimOf(month, now)
  if (!claim) return null
  const days = `${claim.creditDays} ${claim.creditDays === 1 ? 'day' : 'days'} of service credit`
  return claim.open
    ? `Customers may claim ${days} until ${dateName(claim.until)}.`
    : `Customers could claim ${days} until ${dateName(claim.until)}.`
}

/** What a month's figures mean, in words. */
export function verdictView(month: MonthReport, now: Instant): VerdictView {
  const { figures, calendar } = month
  const running = !figures.complete
  const { percent } = figures.availability
  const name = `${monthName(calendar.month).replace(' ', '\u00a0')}${running ? ' so far' : ''}`
  const figure = percent === null ? 'no data' : percentWords(percent)
  return {
    grade: grade(figures),
    running,
    figure,
    marks: figures.thresholds.map(t => mark(t, figures)),
    month: name,
    opening: `${name}: ${figure}.`,
    sentence: sentence(figures),
    doubt: doubt(figures),
    claim: claimWords(month, now),
  }
}

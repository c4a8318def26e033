import type { Contract } from '../sla/contract.ts'
import { monthPath } from './address.ts'
import type { CalendarMonth } from './calendar.ts'
import type { MonthReport, Report } from './report.ts'
import { type Grade, grade } from './verdict-view.ts'
import { percentWords, shortMonth } from './words.ts'

/** A month of a service in the grid. */
export interface MonthCell {
  readonly href: string
  readonly month: string
  readonly figure: string
  readonly grade: Grade
  readonly running: boolean
  /** What the shape says. */
  readonly words: string
}

export interface GridRow {
  readonly name: string
  readonly href: string
  /** Null in months before the first check. */
  readonly cells: readonly (MonthCell | null)[]
}

/** What each shape of the grid means under this contract, for cells and legend. */
export function gradeWords(contract: Contract): Readonly<Record<Grade, string>> {
  const names = [...contract.thresholds]
    .sort((a, b) => Number(b.percent) - Number(a.percent))
    .map(t => percentWords(t.percent))
  const top = names[0] ?? ''
  return {
    met: names.length > 1 ? 'all guarantees met' : `${top} met`,
    running: 'not over: met so far',
    missed: `${top} missed`,
    failed: `${names.at(-1) ?? ''} missed too`,
    uncertain: 'not certain',
    'no-data': 'no data',
  }
}

/** What a running month says for good. */
const ENDS: ReadonlySet<Grade> = new Set(['missed', 'failed'])

/** `Nov so far` */
export const soFar = (month: string): string => `${shortMonth(month).slice(0, 3)} so far`

export function monthCell(of: MonthReport, words: Readonly<Record<Grade, string>>): MonthCell {
  const { figures, calendar } = of
  const found = grade(figures)
  return {
    href: monthPath(of.of.record.id, calendar.month),
    month: figures.complete ? shortMonth(calendar.month) : soFar(calendar.month),
    figure: figures.availability.percent ?? 'no data',
    grade: found,
    running: !figures.complete,
    words: `${words[found]}${!figures.complete && ENDS.has(found) ? ' already' : ''}`,
  }
}

/** Whether the service was watched in a month at all. */
export const watched = (of: Report, month: CalendarMonth): boolean =>
  of.life !== null && of.life.from < month.to && of.life.to > month.from

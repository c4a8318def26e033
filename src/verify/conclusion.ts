import type { MonthFigures } from '../month/record.ts'
import type { Outcome, Shown } from './examine.ts'

/** What a reader is told in the end. */
export interface Conclusion {
  readonly tone: 'agrees' | 'differs' | 'open'
  readonly title: string
  readonly sentence: string
  /** Both figures, from the first row, the percentage, on; empty where none could be computed. */
  readonly rows: readonly {
    readonly name: string
    readonly shown: string
    readonly found: string
    readonly same: boolean
  }[]
  /** How the figure comes about, in exact ms: a line each. */
  readonly arithmetic: readonly string[]
}

/** `267,840` */
export const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')
const ms = (n: number): string => `${grouped(n)}\u00a0ms`
const percent = (text: string | null): string => (text === null ? 'no data' : `${text}\u00a0%`)
const credit = (days: number): string => (days === 0 ? 'none' : `${days} day${days === 1 ? '' : 's'}`)

/** Puts the outcome into words. */
export function conclude(outcome: Outcome, shown: Shown, wrong: number): Conclusion {
  const { figures } = outcome
  if (figures === null)
    return {
      tone: 'differs',
      title: 'This could not be recomputed.',
      sentence:
        'What the server sent is no sound bundle, so nothing here confirms the figure that this page shows. See above what is wrong.',
      rows: [],
      arithmetic: [],
    }
  return { ...judged(outcome, shown, wrong), rows: rowsOf(figures, shown), arithmetic: arithmeticOf(figures) }
}

function judged(
  { figures, holds, from, agrees, checks, sealed }: Outcome,
  shown: Shown,
  wrong: number,
): Pick<Conclusion, 'tone' | 'title' | 'sentence'> {
  const published = `Published ${percent(shown.percent)}.`
  const here = percent(figures?.availability.percent ?? null)
  const both =
    from === 'checks'
      ? `${published} Recomputed here, from ${grouped(checks)} checks: ${here}.`
      : `${published} In the sealed record: ${here}.`
  if (!agrees)
    return {
      tone: 'differs',
      title: 'They do not agree.',
      sentence: `${both} ${
        sealed
          ? `What this page shows is not what ${from === 'checks' ? 'the checks give' : 'the bundle says'}.`
          : 'But what the server sent is not what was sealed, so it is no evidence for any figure.'
      }`,
    }
  if (!holds)
    return {
      tone: 'differs',
      title: 'This does not hold.',
      sentence: `${both} The figures are alike, but ${wrong === 1 ? 'one thing' : `${wrong} things`} above ${wrong === 1 ? 'is' : 'are'} wrong, so they prove nothing.`,
    }
  return from === 'checks'
    ? { tone: 'agrees', title: 'They agree.', sentence: both }
    : {
        tone: 'open',
        title: 'The record agrees; it was not recomputed.',
        sentence: `${both} The raw checks are no longer kept, so the figure itself cannot be computed anew.`,
      }
}

function rowsOf(figures: MonthFigures, shown: Shown): Conclusion['rows'] {
  const row = (name: string, a: string, b: string) => ({ name, shown: a, found: b, same: a === b })
  return [
    row('Availability', percent(shown.percent), percent(figures.availability.percent)),
    row('Counted as down', ms(shown.counted), ms(figures.counted)),
    row('Base', ms(shown.base), ms(figures.base)),
    row('Service credit', credit(shown.creditDays), credit(figures.creditDays)),
  ]
}

function arithmeticOf({ ms: parts, base, counted, availability, thresholds }: MonthFigures): string[] {
  const { up, down, unknown, maintenance, total } = parts
  return [
    `Up ${ms(up)} + down ${ms(down)} + unknown ${ms(unknown)} + maintenance ${ms(maintenance)} = ${ms(total)}.`,
    availability.percent === null
      ? 'There is nothing to divide by, so no figure.'
      : `(${ms(base)} − ${ms(counted)}) ÷ ${ms(base)} = ${percent(availability.percent)}, cut to three decimals and never rounded.`,
    ...thresholds.map(({ percent: of, verdict, allowedMs }) =>
      verdict === 'no-data'
        ? `${percent(of)}: no data.`
        : `${percent(of)} allows ${ms(allowedMs)}; ${ms(counted)} is ${verdict === 'missed' ? 'more' : 'not more'}: ${verdict}.`,
    ),
  ]
}

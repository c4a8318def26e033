import type { RecordedPerformance } from '../month/record.ts'
import { monthName } from '../page/words.ts'
import { digits } from './moment.ts'

interface PerformanceRow {
  /** `95 % of checks within 800 ms` */
  readonly target: string
  /** `612.345 ms`, `about 612 ms`, or `no data`. */
  readonly measured: string
  readonly outcome: string
  readonly met: boolean | null
  /** All of it in one sentence. */
  readonly words: string
}

export interface PerformanceView {
  readonly rows: readonly PerformanceRow[]
  /** Of how many checks; null where there are none. */
  readonly checks: string | null
}

const ms = (n: number): string => `${digits(n)}\u00a0ms`

/** Microseconds as milliseconds, exact. */
const exactMs = (us: number): string => {
  const rest = us % 1_000
  const decimals = rest === 0 ? '' : `.${String(rest).padStart(3, '0').replace(/0+$/, '')}`
  return `${digits(Math.floor(us / 1_000))}${decimals}\u00a0ms`
}

const month = (text: string): string => monthName(text).split(' ')[0] ?? text

/**
 * The informal targets of a month. While it runs, what was measured comes from roll-ups and is given as such: to the
 * millisecond, and with "about". Null where there are no targets.
 */
export function performanceView(
  measured: readonly RecordedPerformance[],
  of: { readonly month: string; readonly running: boolean },
): PerformanceView | null {
  const [first] = measured
  if (!first) return null
  return {
    rows: measured.map(row => {
      const target = `${row.percentile}\u00a0% of checks within ${ms(row.belowMs)}`
      const outcome = row.met === null ? 'no data' : row.met ? 'met' : 'missed'
      const so = of.running && row.met !== null ? ' so far' : ''
      const value =
        row.measuredUs === null
          ? 'no data'
          : of.running
            ? `about ${ms(Math.round(row.measuredUs / 1_000))}`
            : exactMs(row.measuredUs)
      const found = row.measuredUs === null ? 'no data' : `${value} (${outcome}${so})`
      return {
        target,
        measured: value,
        outcome: `${outcome}${so}`,
        met: row.met,
        words: `Informal target, without credit: ${target}. ${month(of.month)}${of.running ? ' so far' : ''}: ${found}.`,
      }
    }),
    checks: first.checks === 0 ? null : digits(first.checks),
  }
}

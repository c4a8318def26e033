import type { Contract } from '../sla/contract.ts'
import { rfc3339 } from '../time/instant.ts'
import type { MonthReport } from './report.ts'
import { exact, monthName, percentWords } from './words.ts'

/** One of the parts that sum to the month. Places in per cent. */
interface Part {
  readonly kind: 'up' | 'down' | 'unknown' | 'maintenance'
  readonly word: string
  readonly length: string
  readonly ms: string
  readonly x: number
  readonly width: number
}

export interface PartsView {
  readonly parts: readonly Part[]
  readonly total: string
  readonly totalMs: string
}

/** `2,682,000,000 ms` */
const grouped = (ms: number): string => `${String(ms).replaceAll(/\B(?=(\d{3})+$)/g, ',')}\u00a0ms`

export function partsView(month: MonthReport): PartsView {
  const { measure } = month.figures
  const { total } = measure
  let x = 0
  const part = (kind: Part['kind'], word: string, ms: number): Part => {
    const width = total === 0 ? 0 : (ms / total) * 100
    const made = {
      kind,
      word,
      length: exact(ms),
      ms: grouped(ms),
      x: Math.min(round(x), 99.6),
      width: ms === 0 ? 0 : Math.max(0.4, round(width)),
    }
    x += width
    return made
  }
  return {
    parts: [
      part('up', 'Up', measure.up),
      part('maintenance', 'Maintenance', measure.maintenance),
      part('unknown', 'Unknown', measure.unknown),
      part('down', 'Down', measure.down),
    ],
    total: exact(total),
    totalMs: grouped(total),
  }
}

const round = (n: number): number => Math.round(n * 1_000) / 1_000

/** How the month was computed: one line a step, with its numbers. */
export function computation(month: MonthReport, contract: Contract): string[] {
  const { figures, calendar } = month
  const { measure, base, counted, availability } = figures
  const left: string[] = []
  if (contract.maintenance === 'excluded') left.push(`maintenance ${grouped(measure.maintenance)}`)
  if (contract.unknown === 'excluded') left.push(`unknown ${grouped(measure.unknown)}`)
  const less = left.length > 0 ? ` − ${left.join(' − ')}` : ''
  const withUnknown =
    contract.unknown === 'counted-as-down'
      ? `, of which ${grouped(measure.unknown)} unknown, counted as down`
      : ''
  return [
    `Window: ${rfc3339(measure.window.from)} to ${rfc3339(measure.window.to)}, the part of ${monthName(calendar.month)} in ${contract.timeZone} that was watched${figures.complete ? '' : ' until now'}: ${grouped(measure.total)}.`,
    `Base: ${grouped(measure.total)}${less} = ${grouped(base)}.`,
    `Down: ${grouped(counted)}${withUnknown}.`,
    availability.percent === null
      ? 'Availability: no base, so no figure.'
      : `Availability: (${grouped(base)} − ${grouped(counted)}) ÷ ${grouped(base)} = ${percentWords(availability.percent)}, cut and never rounded.`,
    verdictLine(month),
  ]
}

function verdictLine({ figures }: MonthReport): string {
  const lines = figures.thresholds.map(t => {
    const name = percentWords(t.percent)
    if (t.verdict === 'no-data') return `${name}: no data`
    const sign = t.verdict === 'missed' ? '>' : '≤'
    const allows = `${name} ${figures.complete ? 'allows' : 'allows in the whole month'} ${grouped(t.allowedMs)}`
    return `${allows}; ${grouped(figures.counted)} ${sign} that: ${t.verdict}`
  })
  return `Verdict: ${lines.join('. ')}.`
}

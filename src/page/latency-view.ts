import type { DayLatency } from '../record/source.ts'
import { shortDate } from './words.ts'

/** Response times by day, drawn on 1,000 by 200 units. */
export interface LatencyView {
  /** SVG path data; gaps where nothing was measured. */
  readonly p50: string
  readonly p95: string
  /** The value at the top of the chart, and at its middle. */
  readonly top: string
  readonly middle: string
  readonly first: string
  readonly last: string
  readonly rows: readonly {
    readonly day: string
    readonly p50: string
    readonly p95: string
    readonly count: number
  }[]
}

const CHART_WIDTH = 1_000
const CHART_HEIGHT = 200

/** Null where nothing was measured. */
export function latencyView(days: readonly DayLatency[]): LatencyView | null {
  const measured = days.filter(d => d.p50 !== null && d.p95 !== null)
  if (measured.length === 0) return null
  const top = roundUp(Math.max(...measured.map(d => d.p95 ?? 0)))
  return {
    p50: path(days, d => d.p50, top),
    p95: path(days, d => d.p95, top),
    top: milliseconds(top),
    middle: milliseconds(top / 2),
    first: shortDate(days[0]?.date ?? ''),
    last: shortDate(days.at(-1)?.date ?? ''),
    rows: days.map(d => ({
      day: shortDate(d.date),
      p50: d.p50 === null ? 'none' : milliseconds(d.p50),
      p95: d.p95 === null ? 'none' : milliseconds(d.p95),
      count: d.count,
    })),
  }
}

/** `12.5 ms`, `340 ms`, `1.20 s` */
export function milliseconds(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)}\u00a0s`
  return `${ms < 100 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`
}

/** The next plain number, for the top of an axis. */
function roundUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(ms, 1)))
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map(n => n * power).find(n => n >= ms) ?? 10 * power
}

function path(days: readonly DayLatency[], value: (d: DayLatency) => number | null, top: number): string {
  const step = CHART_WIDTH / days.length
  let out = ''
  let drawing = false
  for (const [i, day] of days.entries()) {
    const v = value(day)
    if (v !== null) {
      const y = Math.round(CHART_HEIGHT * (1 - v / top))
      // A level stretch for each day, so that a single one between gaps is seen too.
      const from = Math.round(i * step)
      out += `${drawing ? 'L' : 'M'}${from} ${y}H${Math.round((i + 1) * step)}`
    }
    drawing = v !== null
  }
  return out
}

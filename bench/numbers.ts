/** What several runs of one measure gave. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** PURE. By nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** PURE. */
export function spread(values: readonly number[]): Spread {
  return { median: percentile(values, 50), least: percentile(values, 0), most: percentile(values, 100) }
}

/** PURE. The ratio of each run to its baseline beside it. */
export const ratios = (values: readonly number[], baselines: readonly number[]): Spread =>
  spread(values.map((value, i) => value / (baselines[i] ?? Number.NaN)))

/** PURE. Numbers from 0 to 1 that look random and are the same each time. */
export function randoms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

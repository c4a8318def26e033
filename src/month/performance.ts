import type { PerformanceTarget } from '../catalog/model.ts'
import type { RecordedPerformance } from './record.ts'

/**
 * How a month's `up` checks stand to the informal targets. A percentile is exact, by nearest rank: the smallest
 * latency that at least so many percent of the checks do not exceed. A latency equal to the target is within it.
 * Latencies are integer microseconds, in any order. Throws a RangeError for a percentile outside 1 to 100.
 */
export function performance(
  targets: readonly PerformanceTarget[],
  latenciesUs: readonly number[],
): RecordedPerformance[] {
  if (targets.length === 0) return []
  const sorted = Float64Array.from(latenciesUs).sort()
  return targets.map(({ percentile, below }) => {
    const measuredUs = nearestRank(sorted, percentile)
    return {
      percentile,
      belowMs: below,
      measuredUs,
      checks: sorted.length,
      met: measuredUs === null ? null : measuredUs <= below * 1_000,
    }
  })
}

function nearestRank(sorted: Float64Array, percentile: number): number | null {
  if (!Number.isInteger(percentile) || percentile < 1 || percentile > 100)
    throw new RangeError(`not a percentile between 1 and 100: ${percentile}`)
  return sorted[Math.ceil((percentile * sorted.length) / 100) - 1] ?? null
}

import type { Measure } from '../availability/measure.ts'
import type { Contract, Threshold } from './contract.ts'
import { displayPercent, failureShare } from './percent.ts'

export type Verdict = 'met' | 'missed' | 'no-data'

export interface ThresholdVerdict extends Threshold {
  readonly verdict: Verdict
  /** Whether best and worst case agree with the verdict. */
  readonly certain: boolean
  /** Down time that the whole window allows, in ms, rounded down. */
  readonly allowedMs: number
  /** What is left of it, never below 0. */
  readonly remainingMs: number
}

export interface Judgement {
  /** What the percentage is a share of, in ms. */
  readonly base: number
  /** Time that counts as down, in ms: the down time, and the unknown time where the contract says so. */
  readonly counted: number
  readonly availability: {
    readonly percent: string | null
    readonly best: string | null
    readonly worst: string | null
  }
  /** From the highest threshold to the lowest. */
  readonly thresholds: readonly ThresholdVerdict[]
  /** Of the lowest threshold missed; 0 where none is. */
  readonly creditDays: number
}

interface Account {
  readonly base: number
  readonly down: number
}

function accounts(m: Measure, contract: Contract): Record<'measured' | 'best' | 'worst', Account> {
  const window = m.total - (contract.maintenance === 'excluded' ? m.maintenance : 0)
  return {
    measured: {
      base: window - (contract.unknown === 'excluded' ? m.unknown : 0),
      down: m.down + (contract.unknown === 'counted-as-down' ? m.unknown : 0),
    },
    best: { base: window, down: m.bestDown },
    worst: { base: window, down: m.worstDown },
  }
}

/** down x whole > base x part, in integers: exactly the threshold is met. */
function verdict(account: Account, toCome: number, threshold: Threshold): Verdict {
  if (account.base <= 0) return 'no-data'
  const { part, whole } = failureShare(threshold.percent)
  return BigInt(account.down) * whole > BigInt(account.base + toCome) * part ? 'missed' : 'met'
}

function allowed(base: number, threshold: Threshold): number {
  const { part, whole } = failureShare(threshold.percent)
  return Number((BigInt(base) * part) / whole)
}

/**
 * Compares a measured window with a contract, exactly. `toCome` is the part of the whole window that still lies
 * ahead and will count, in ms: 0 once it is over. While it runs, "missed" means that no future can save it, and "met" so far.
 */
export function judge(m: Measure, contract: Contract, toCome: number): Judgement {
  const { measured, best, worst } = accounts(m, contract)
  const thresholds = [...contract.thresholds]
    .sort((a, b) => Number(b.percent) - Number(a.percent))
    .map((threshold): ThresholdVerdict => {
      const found = verdict(measured, toCome, threshold)
      const allowedMs = allowed(measured.base + toCome, threshold)
      return {
        ...threshold,
        verdict: found,
        certain: [best, worst].every(account => verdict(account, toCome, threshold) === found),
        allowedMs,
        remainingMs: Math.max(0, allowedMs - measured.down),
      }
    })
  return {
    base: measured.base,
    counted: measured.down,
    availability: {
      percent: displayPercent(measured.base, measured.down),
      best: displayPercent(best.base, best.down),
      worst: displayPercent(worst.base, worst.down),
    },
    thresholds,
    creditDays: thresholds.findLast(t => t.verdict === 'missed')?.creditDays ?? 0,
  }
}

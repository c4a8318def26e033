import type { SecureContext } from 'node:tls'
import type { Target } from '../catalog/model.ts'
import type { Duration } from '../time/instant.ts'
import type { Outcome, ProbeResult } from './check.ts'
import type { Health } from './health.ts'
import { codeOf, down, unknown } from './outcome.ts'
import type { ProbeContext } from './probe.ts'
import type { References } from './references.ts'
import { probe } from './registry.ts'
import type { Resolve } from './resolve.ts'

export interface CheckerParts {
  readonly resolve: Resolve
  readonly tls: SecureContext
  readonly health: Health
  readonly references: () => References
  /** Whether the system's resolver answers anything at all. */
  readonly resolverAnswers: () => Promise<boolean>
  /** The probe of the target's kind, if not given. */
  readonly probe?: (target: Target, context: ProbeContext) => Promise<ProbeResult>
}

/** Makes one whole check of a target within `timeout` ms, and suspects ourselves before them. Never rejects. */
export type Checker = (target: Target, timeout: Duration) => Promise<ProbeResult>

export function createChecker(parts: CheckerParts): Checker {
  return async (target, timeout) => {
    const { result, fault } = await timed(parts, target, timeout)
    // An `up` under lag is set aside too: the target is up, but its latency and the instant are not to be trusted.
    const outcome = fault ?? (await secondOpinion(result.outcome, parts))
    return { ...result, outcome }
  }
}

async function timed(
  parts: CheckerParts,
  target: Target,
  timeout: Duration,
): Promise<{ result: ProbeResult; fault: Outcome | null }> {
  const deadline = new AbortController()
  const watch = parts.health.watch()
  const started = performance.now()
  const timer = setTimeout(() => deadline.abort(), timeout)
  const context = { signal: deadline.signal, timeout, resolve: parts.resolve, tls: parts.tls }
  try {
    const result = await (parts.probe ?? probe)(target, context)
    return { result, fault: watch.end(timeout) }
  } catch (error) {
    const outcome = unknown('unknown:internal', `the probe failed (${codeOf(error)})`)
    return { result: { outcome, timings: { total: performance.now() - started } }, fault: watch.end(timeout) }
  } finally {
    clearTimeout(timer)
  }
}

/** Before a target is called down, and where a name could not be resolved: is it us? */
async function secondOpinion(outcome: Outcome, parts: CheckerParts): Promise<Outcome> {
  if (outcome.state === 'down') {
    const standing = await parts.references().standing()
    if (standing !== 'offline') return outcome
    return unknown('unknown:offline', `no reference target answers either; seen: ${outcome.observed}`)
  }
  if (outcome.state === 'unknown' && outcome.reason === 'unknown:resolver') {
    const standing = await parts.references().standing()
    const theirs = standing === 'none' ? await parts.resolverAnswers() : standing === 'online'
    return theirs ? down('dns', outcome.observed) : outcome
  }
  return outcome
}

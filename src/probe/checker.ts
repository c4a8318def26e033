import type { SecureContext } from 'node:tls'
import type { Evidence, Target } from '../catalog/model.ts'
import type { Duration } from '../time/instant.ts'
import type { Outcome, ProbeResult } from './check.ts'
import { gather, redactorOf } from './gather.ts'
import type { Health } from './health.ts'
import { clean, codeOf, down, unknown } from './outcome.ts'
import type { ProbeContext, Probed } from './probe.ts'
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
  readonly probe?: (target: Target, context: ProbeContext) => Promise<Probed>
}

/** Which checks have evidence, and what of them is kept. */
export interface Wanted {
  readonly evidence: Evidence
  /** Also of a good check. */
  readonly ofGood: boolean
}

/**
 * Makes one whole check of a target within `timeout` ms, and suspects ourselves before them; with evidence where it is
 * wanted. Secrets of the target's configuration are in no part of the result. Never rejects.
 */
export type Checker = (target: Target, timeout: Duration, wanted?: Wanted) => Promise<ProbeResult>

export function createChecker(parts: CheckerParts): Checker {
  return async (target, timeout, wanted) => {
    const { result, fault } = await timed(parts, target, timeout, wanted?.evidence.body === true)
    // An `up` under lag is set aside too: the target is up, but its latency and the instant are not to be trusted.
    const outcome = fault ?? (await secondOpinion(result.outcome, parts))
    const { findings, timings, address, status } = result
    const seen = {
      outcome: outcome.state === 'up' ? outcome : withoutSecrets(outcome, target),
      timings,
      ...(address === undefined ? {} : { address }),
      ...(status === undefined ? {} : { status }),
    }
    if (outcome.state === 'up' && wanted?.ofGood !== true) return seen
    if (!wanted || !findings || outcome.state === 'unknown') return seen
    const references = outcome.state === 'down' ? (parts.references().said?.() ?? null) : null
    try {
      return { ...seen, evidence: gather(findings, target, wanted.evidence, references) }
    } catch {
      // The verdict stands without its evidence: a body that trips us must not turn `down` into our own fault.
      return seen
    }
  }
}

const withoutSecrets = (outcome: Outcome, target: Target): Outcome => ({
  ...outcome,
  observed: clean(redactorOf(target)(outcome.observed)),
})

async function timed(
  parts: CheckerParts,
  target: Target,
  timeout: Duration,
  excerpt: boolean,
): Promise<{ result: Probed; fault: Outcome | null }> {
  const deadline = new AbortController()
  const watch = parts.health.watch()
  const started = performance.now()
  const timer = setTimeout(() => deadline.abort(), timeout)
  const context = { signal: deadline.signal, timeout, resolve: parts.resolve, tls: parts.tls, excerpt }
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

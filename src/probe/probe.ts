import type { SecureContext } from 'node:tls'
import type { Target } from '../catalog/model.ts'
import type { Duration } from '../time/instant.ts'
import type { ProbeResult } from './check.ts'
import type { Exchange } from './exchange.ts'
import type { Resolve } from './resolve.ts'
import type { Presented } from './secure.ts'

/** What a probe may use. The caller owns the deadline: it aborts `signal`, and the probe returns at once. */
export interface ProbeContext {
  readonly signal: AbortSignal
  /** How long the caller waits, in ms; for wording alone. */
  readonly timeout: Duration
  readonly resolve: Resolve
  /** One for all checks: making one for each connection costs more than the rest of the check. */
  readonly tls: SecureContext
  /** Whether the beginning of a body is read that nothing else needs. */
  readonly excerpt?: boolean
}

/** What a probe came upon, as it is: nothing of it has been copied, and secrets are in it. */
export interface Findings {
  readonly resolved: readonly string[]
  readonly presented: Presented | null
  /** The last response, if one came. */
  readonly last: Exchange | null
  readonly hops: readonly URL[]
}

/** A result, with what its evidence can be made of. */
export interface Probed extends ProbeResult {
  readonly findings?: Findings
}

/**
 * Probes one target once. Whatever the target does is a value; a rejection is a fault of ours.
 * Adding a protocol is one file with one such function, and one line in `registry.ts`.
 */
export type Probe<T extends Target> = (target: T, context: ProbeContext) => Promise<Probed>

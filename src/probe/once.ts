import type { Target } from '../catalog/model.ts'
import type { Duration } from '../time/instant.ts'
import type { ProbeResult } from './check.ts'
import { createChecker } from './checker.ts'
import { createHealth } from './health.ts'
import { createReferences } from './references.ts'
import { createResolve, resolverAnswers } from './resolve.ts'
import { trust } from './secure.ts'

// Apart from `prober.ts`, so that a server loads the HTTP client in the prober's thread alone: it takes 15 MB.

export interface CheckOnceOptions {
  /** Certificate authorities (PEM) in place of Node's own. */
  readonly ca?: string
}

/** Checks one target once, in this thread, within `timeout` ms and with the same second opinions. Never rejects. */
export function checkOnce(
  target: Target,
  timeout: Duration,
  references: readonly string[] = [],
  options: CheckOnceOptions = {},
): Promise<ProbeResult> {
  const resolve = createResolve()
  const asked = createReferences(references, { resolve })
  const check = createChecker({
    resolve,
    tls: trust(options.ca),
    health: createHealth(),
    references: () => asked,
    resolverAnswers: () => resolverAnswers(1_000),
  })
  return check(target, timeout)
}

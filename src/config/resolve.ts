import type { Endpoint, EndpointId, Schedule, Service } from '../catalog/model.ts'
import { type Duration, duration, type Instant, instant } from '../time/instant.ts'
import type { Config, ContractConfig } from './config.ts'
import type { Path } from './problem.ts'
import type { ConfigInput } from './schema.ts'
import type { DefaultsInput, EndpointInput } from './sections/endpoint.ts'
import type { ServiceInput } from './sections/service.ts'

/** What the configuration needs to know of cron expressions. */
export interface Cron {
  isCron(text: string): boolean
  /** The shortest time between two runs after `from`. May throw a RangeError where there are no two. */
  shortestGap(cron: string, timeZone: string, from: Instant): Duration
  /** The first run after an instant, or null where there is none: with it, an expression that never runs is refused. */
  nextRun?(cron: string, timeZone: string, after: Instant): Instant | null
}

const DEFAULT_EVERY = duration(60_000)
const DEFAULT_TIMEOUT = duration(10_000)
const DEFAULT_FAILURES = 2
const DEFAULT_CONFIRM_EVERY = duration(10_000)
const LEAST_GAP = 1_000
/** Fixed, so that a file means the same whenever it is read, and a month can be recomputed years later. */
const GAPS_FROM = instant(Date.UTC(2026, 0, 1))

/** The shortest interval of each endpoint that runs by cron, and the paths of expressions that never run. */
export function cronGaps(input: ConfigInput, cron: Cron): { gaps: Map<EndpointId, Duration>; never: Path[] } {
  const gaps = new Map<EndpointId, Duration>()
  const never: Path[] = []
  for (const [i, { endpoints }] of input.services.entries()) {
    for (const [j, endpoint] of endpoints.entries()) {
      if (endpoint.cron === undefined) continue
      const zone = endpoint.timeZone ?? input.contract.timeZone
      if (cron.nextRun?.(endpoint.cron, zone, GAPS_FROM) === null) {
        never.push(['services', i, 'endpoints', j, 'cron'])
        continue
      }
      try {
        gaps.set(endpoint.id, duration(Math.max(cron.shortestGap(endpoint.cron, zone, GAPS_FROM), LEAST_GAP)))
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        never.push(['services', i, 'endpoints', j, 'cron'])
      }
    }
  }
  return { gaps, never }
}

/** Fills in every default. `gaps` holds the interval of each endpoint that runs by cron. */
export function resolve(input: ConfigInput, gaps: ReadonlyMap<EndpointId, Duration>): Config {
  const contract: ContractConfig = {
    ...input.contract,
    thresholds: input.contract.thresholds.toSorted((a, b) => Number(b.percent) - Number(a.percent)),
  }
  const rules = { defaults: input.defaults, timeZone: contract.timeZone, gaps }
  return {
    page: { title: input.page.title, url: input.page.url ?? null },
    contract,
    references: input.references,
    services: input.services.map(service => toService(service, rules)),
    maintenance: input.maintenance.map(({ announced, ...window }) => ({
      ...window,
      announced: announced ?? null,
      noted: null,
    })),
    retention: input.retention,
    closing: input.closing,
    evidence: input.evidence,
    support: input.support,
    mail: input.mail,
    people: input.people,
    server: input.server,
  }
}

interface Rules {
  readonly defaults: DefaultsInput
  readonly timeZone: string
  readonly gaps: ReadonlyMap<EndpointId, Duration>
}

function toService(input: ServiceInput, rules: Rules): Service {
  return {
    id: input.id,
    name: input.name ?? input.id,
    group: input.group ?? null,
    down: input.down,
    performance: input.performance,
    endpoints: input.endpoints.map(endpoint => toEndpoint(endpoint, rules)),
  }
}

function toEndpoint(input: EndpointInput, { defaults, timeZone, gaps }: Rules): Endpoint {
  const every = input.every ?? defaults.every ?? DEFAULT_EVERY
  const schedule: Schedule =
    input.cron === undefined
      ? { kind: 'every', every }
      : { kind: 'cron', cron: input.cron, timeZone: input.timeZone ?? timeZone }
  const interval = gaps.get(input.id) ?? every
  const timeout = input.timeout ?? defaults.timeout ?? DEFAULT_TIMEOUT
  const hold = input.hold !== undefined ? input.hold : defaults.hold
  const confirm = { ...defaults.confirm, ...input.confirm }
  return {
    id: input.id,
    name: input.name ?? input.id,
    schedule,
    timeout,
    hold: hold !== undefined ? hold : duration(2 * interval + timeout),
    confirm: {
      failures: confirm.failures ?? DEFAULT_FAILURES,
      every: duration(Math.min(confirm.every ?? DEFAULT_CONFIRM_EVERY, interval)),
    },
    paused: input.paused,
    evidence: input.evidence,
    target: {
      kind: 'http',
      url: input.url,
      method: input.method,
      headers: input.headers,
      body: input.body,
      redirects: input.redirects,
      expect: input.expect,
    },
  }
}

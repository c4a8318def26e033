import type { RunSpan } from '../../src/availability/history.ts'
import type { EndpointId, Maintenance, ServiceId } from '../../src/catalog/model.ts'
import type {
  EndpointNow,
  EndpointState,
  Observation,
  ServiceRecord,
  Source,
  StoredCheck,
} from '../../src/record/source.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { duration, FOREVER, type Instant, parseInstant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'

export const at = (text: string): Instant => {
  const found = parseInstant(text)
  if (found === null) throw new Error(`not an instant: ${text}`)
  return found
}

export const plus = (from: Instant, ms: number): Instant => (from + ms) as Instant

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

export const NOW = at('2026-11-12T09:23:41Z')

export const CONTRACT: Contract = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindow: duration(30 * DAY),
  maintenance: 'excluded',
  unknown: 'excluded',
}

const EVERY = 30 * SECOND

export interface Failure {
  readonly from: Instant
  /** Null while it lasts. */
  readonly to: Instant | null
  readonly reason?: string
  readonly confirmed?: boolean
  readonly startsAfter?: Instant | null
  readonly lastFailed?: Instant
}

/** A run of failed checks, every 30 s. */
export function run(of: Failure, now: Instant = NOW): RunSpan {
  return {
    from: of.from,
    to: of.to,
    failures: 5,
    startsAfter: of.startsAfter === undefined ? plus(of.from, -EVERY) : of.startsAfter,
    lastFailed:
      of.lastFailed ??
      (of.to === null ? plus(now, -11 * SECOND) : plus(of.from, Math.max(0, of.to - of.from - EVERY))),
    reason: of.reason ?? 'timeout',
    confirmedAt: of.confirmed === false ? null : of.from,
  }
}

interface EndpointSpec {
  readonly id: string
  readonly name?: string
  readonly state?: EndpointState
  readonly since?: Instant
  readonly runs?: readonly RunSpan[]
  readonly unknown?: readonly Interval[]
  readonly latencyMs?: number | null
}

export interface ServiceSpec {
  readonly id: string
  readonly name: string
  readonly group?: string | null
  readonly rule?: ServiceRecord['rule']
  readonly maintenance?: readonly Omit<Maintenance, 'services'>[]
  readonly endpoints: readonly EndpointSpec[]
}

const START = at('2025-09-08T10:00:00Z')

/** A service's record as the store would give it. */
export function service(spec: ServiceSpec, now: Instant = NOW): ServiceRecord {
  const pending = (e: EndpointSpec) => e.state === 'pending'
  const members = spec.endpoints
    .filter(e => !pending(e))
    .map(e => ({
      membership: { from: e.since ?? START, to: FOREVER },
      history: { endpoint: e.id as EndpointId, unknown: e.unknown ?? [], runs: e.runs ?? [] },
    }))
  const starts = members.flatMap(m => m.history.runs.filter(r => r.confirmedAt !== null).map(r => r.from))
  return {
    id: spec.id as ServiceId,
    name: spec.name,
    group: spec.group ?? null,
    removed: false,
    performance: [],
    settled: { months: new Map(), corrections: [] },
    declared: [],
    contracts: [],
    rule: spec.rule ?? { kind: 'any' },
    maintenance: (spec.maintenance ?? []).map(m => ({ ...m, services: [spec.id as ServiceId] })),
    members,
    outageIds: new Map(starts.map(from => [from, `${spec.id}-${from.toString(36)}`])),
    endpoints: spec.endpoints.map(
      (e): EndpointNow => ({
        id: e.id as EndpointId,
        name: e.name ?? e.id,
        state: e.state ?? (e.runs?.some(r => r.to === null && r.confirmedAt !== null) ? 'down' : 'up'),
        lastCheck: pending(e) ? null : plus(now, -11 * SECOND),
        latencyMs: pending(e) ? null : (e.latencyMs ?? 84.3),
        schedule: 'every 30 s',
        every: duration(EVERY),
      }),
    ),
  }
}

/** A source over records made anew for each reading, with checks, observations and latencies that fit them. */
export function source(
  records: (now: Instant) => readonly ServiceRecord[],
  now: () => Instant = () => NOW,
): Source {
  const runsOf = (endpoint: EndpointId) =>
    records(now()).flatMap(r =>
      r.members.filter(m => m.history.endpoint === endpoint).flatMap(m => m.history.runs),
    )
  return {
    services: async seen => records(seen),
    findOutage: async id => {
      for (const record of records(now()))
        for (const [from, known] of record.outageIds) {
          if (known === id) return { id, service: record.id, from }
          if (`old-${known}` === id) return { id: known, service: record.id, from }
        }
      return null
    },
    latency: async (endpoints, days) =>
      days.map((day, i) => {
        const seed = (endpoints[0]?.length ?? 3) * 7 + i
        const gap = i === 9
        const p50 = 70 + 14 * Math.sin(seed / 3) + (i % 5)
        return {
          ...day,
          count: gap ? 0 : 2_880,
          p50: gap ? null : p50,
          p95: gap ? null : p50 * 2.1 + (i % 7) * 9,
        }
      }),
    percentiles: async (_endpoints, _window, wanted) => ({ count: 2_880, ms: wanted.map(p => p * 5) }),
    checks: async (endpoint, window) => {
      const runs = runsOf(endpoint)
      const out: StoredCheck[] = []
      const grid =
        runs.find(r => r.from < window.to && (r.to ?? window.to) > window.from)?.from ?? window.from
      const first = window.from + ((((grid - window.from) % EVERY) + EVERY) % EVERY)
      for (let t = first; t < Math.min(window.to, now()); t += EVERY) {
        const failed = runs.find(r => r.from <= t && t < (r.to ?? Number.POSITIVE_INFINITY))
        out.push({
          at: t as Instant,
          state: failed ? 'down' : 'up',
          reason: failed ? failed.reason : null,
          latencyMs: failed ? null : 81,
        })
      }
      return out
    },
    observations: async (endpoints, window) => {
      const out: Observation[] = []
      for (const endpoint of endpoints)
        for (const r of runsOf(endpoint)) {
          if (r.from >= window.to || (r.to ?? window.to) <= window.from) continue
          const seen = (when: Instant, state: 'up' | 'down', observed: string): Observation => ({
            endpoint,
            at: when,
            state,
            reason: state === 'up' ? null : r.reason,
            observed,
            timings: { dns: 1.2, connect: 14.1, total: state === 'up' ? 82.4 : 5_000 },
            address: '203.0.113.7:443',
            status: state === 'up' ? 200 : null,
            evidence: null,
          })
          out.push(seen(r.from, 'down', 'no answer within 5 s'))
          out.push(seen(plus(r.from, 10 * SECOND), 'down', 'no answer within 5 s'))
          if (r.to !== null) out.push(seen(r.lastFailed, 'down', 'HTTP 503 Service Unavailable'))
          if (r.to !== null) out.push(seen(r.to, 'up', 'HTTP 200'))
        }
      return out
    },
  }
}

import { setImmediate as pause } from 'node:timers/promises'
import type { EndpointId, Maintenance, Service } from '../catalog/model.ts'
import type { Config } from '../config/config.ts'
import { transact } from '../db/open.ts'
import { writeMaintenance } from '../maintenance/store.ts'
import type { Check } from '../probe/check.ts'
import type { RawCheck } from '../record/check-store.ts'
import type { RecordStore } from '../record/store.ts'
import { duration, type Instant } from '../time/instant.ts'
import { add, earlier, type Interval, normalize, subtract } from '../time/interval.ts'
import { pastChecks, pastPolicy, withSight } from './checks.ts'
import { type Past, paceOf, planPast } from './plan.ts'

export interface Progress {
  /** The service that is being made, and how much of everything is done, from 0 to 1. */
  readonly service: string
  readonly share: number
}

export interface Made {
  readonly checks: number
}

/** So much is stored at once that a transaction takes a fraction of a second. */
const STRETCH = duration(30 * 86_400_000)

/**
 * Gives the services of the demo's configuration their past, up to `now`: real checks, folded by the real rules. The
 * checks that mark an outage are stored as live ones are, so that what was seen at them is kept; the rest is imported.
 * The same `now` makes the same record. What `progress` throws ends it.
 */
export async function makeHistory(
  store: RecordStore,
  config: Config,
  now: Instant,
  progress: (progress: Progress) => void = () => {},
): Promise<Made> {
  enterMaintenance(store, config.maintenance, now)
  await store.configure(config.services, config.maintenance, now)
  const pasts = planPast(config, now)
  const weight = (of: readonly Past[]) =>
    of.reduce((sum, { from }) => sum + (from === null ? 0 : now - from), 0)
  const all = Math.max(1, weight(pasts))
  let done = 0
  let checks = 0
  for (const service of config.services) {
    const own = pasts.filter(past => service.endpoints.some(e => e.id === past.endpoint.id))
    const share = weight(own)
    checks += await makeService(store, service, own, now, part =>
      progress({ service: service.name, share: (done + part * share) / all }),
    )
    done += share
  }
  return { checks }
}

/** Windows are entered when they are announced, as they should be. */
function enterMaintenance(store: RecordStore, windows: Config['maintenance'], now: Instant): void {
  const when = (window: Maintenance) => earlier(window.announced ?? window.from, now)
  const inOrder = windows.toSorted((a, b) => when(a) - when(b))
  transact(store.db, () => {
    for (const [i, window] of inOrder.entries())
      writeMaintenance(store.db, inOrder.slice(0, i + 1), when(window))
  })
}

async function makeService(
  store: RecordStore,
  service: Service,
  pasts: readonly Past[],
  now: Instant,
  progress: (part: number) => void,
): Promise<number> {
  const begin = Math.min(...pasts.map(past => past.from ?? now)) as Instant
  const lanes = pasts.map(past => ({ past, checks: pastChecks(past, now), next: 0 }))
  const policies = new Map(service.endpoints.map(e => [e.id, pastPolicy(e)]))
  for (const { live, to } of stretches(pasts, { from: begin, to: now })) {
    const group = lanes.map(lane => {
      const first = lane.next
      while ((lane.checks[lane.next]?.at ?? now) < to) lane.next++
      return { endpoint: lane.past.endpoint, checks: lane.checks.slice(first, lane.next) }
    })
    if (live) {
      const seen = group.flatMap(({ endpoint, checks }) =>
        checks.map((raw): Check => withSight(endpoint, raw)),
      )
      await store.append(
        seen.sort((a, b) => a.at - b.at),
        id => policies.get(id) ?? null,
      )
    } else {
      const past = group.filter(g => g.checks.length > 0).map(g => [g.endpoint.id, g.checks] as const)
      if (past.length > 0) await store.import(new Map<EndpointId, readonly RawCheck[]>(past))
    }
    progress((to - begin) / (now - begin))
    await pause()
  }
  return lanes.reduce((sum, lane) => sum + lane.checks.length, 0)
}

interface Stretch extends Interval {
  readonly live: boolean
}

/** The whole time in order: what is stored as if live, and in between what is imported, in pieces. */
function stretches(pasts: readonly Past[], whole: Interval): Stretch[] {
  const live = normalize(pasts.flatMap(markingChecks))
  const rest = subtract([whole], live).flatMap(({ from, to }) => {
    const pieces = Math.ceil((to - from) / STRETCH)
    return Array.from({ length: pieces }, (_, i) => ({
      from: add(from, i * STRETCH),
      to: i === pieces - 1 ? to : add(from, (i + 1) * STRETCH),
    }))
  })
  return [...live.map(i => ({ ...i, live: true })), ...rest.map(i => ({ ...i, live: false }))].sort(
    (a, b) => a.from - b.from,
  )
}

/** Of each outage the first failed and the confirming check, the last failed and the first good one. */
const markingChecks = ({ endpoint, events }: Past): Interval[] =>
  events
    .filter(event => event.state === 'down' && !event.blip)
    .flatMap(({ from, to }) => [
      { from, to: add(from, endpoint.confirm.every + 1) },
      { from: add(to, -paceOf(endpoint)), to: add(to, 1) },
    ])

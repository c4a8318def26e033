import type { Endpoint, Service } from '../catalog/model.ts'
import type { Policy } from '../outage/detect.ts'
import type { Check, DownReason } from '../probe/check.ts'
import type { RawCheck } from '../record/check-store.ts'
import { type Duration, duration, type Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import { type Event, onGrid, type Past, paceOf } from './plan.ts'
import { latencyAt, profileOf } from './profiles.ts'
import { seenDown, seenUp } from './seen.ts'

/** Between events a check every five minutes is kept: enough for the curve, and a tenth of what live checks would be. */
export const SPARSE = 300_000
/** Around an event every check is kept. */
const DENSE = 600_000

/** How the past is judged: its hold spans the checks that were not kept. */
export const pastPolicy = (endpoint: Endpoint): Policy => ({
  hold: holdOf(endpoint),
  failures: endpoint.confirm.failures,
})

const holdOf = ({ timeout }: Endpoint): Duration => duration(2 * SPARSE + timeout)

/** PURE. A service as it was watched in the past: what is published of it fits its checks. */
export const inThePast = (service: Service): Service => ({
  ...service,
  endpoints: service.endpoints.map(endpoint => ({
    ...endpoint,
    hold: holdOf(endpoint),
    ...(endpoint.schedule.kind === 'every'
      ? { schedule: { ...endpoint.schedule, every: duration(SPARSE) } }
      : {}),
  })),
})

/** PURE. Every check of an endpoint's past that started before `now`, in order. */
export function pastChecks(past: Past, now: Instant): RawCheck[] {
  const { endpoint, from, events, slow } = past
  if (from === null) return []
  const policy = pastPolicy(endpoint)
  const profile = profileOf(endpoint.id)
  const out: RawCheck[] = []
  const upAt = (at: Instant) =>
    out.push({ at, state: 'up', reason: null, policy, latency: latencyAt(profile, at, slow) })
  // What has been watched for minutes only has every check.
  const step = now - from < 6 * SPARSE ? paceOf(endpoint) : SPARSE
  const sparse = (begin: Instant, end: Instant) => {
    for (let at = begin; at < end; at = add(at, step)) upAt(at)
  }
  let next = from
  for (const event of events) {
    const times = timesAround(event, endpoint)
    sparse(next, times[0] ?? next)
    for (const at of times) {
      if (at < event.from || at >= event.to) upAt(at)
      else
        out.push({
          at,
          state: event.state,
          reason: event.reason,
          policy,
          latency: failedAfter(endpoint, event, at),
        })
    }
    const last = times.at(-1) ?? next
    next = onGrid(endpoint, Math.ceil((last + 1) / SPARSE) * SPARSE)
  }
  sparse(next, now)
  return out
}

/** The starts of the checks during an event and around it, as the schedule and its confirmation would have them. */
function timesAround({ from, to, blip }: Event, endpoint: Endpoint): Instant[] {
  if (blip) return [from, to]
  const pace = paceOf(endpoint)
  const times: Instant[] = []
  for (let at = from - Math.floor(DENSE / pace) * pace; at <= to + DENSE; at += pace)
    times.push(at as Instant)
  const confirming = add(from, endpoint.confirm.every)
  if (endpoint.confirm.every < pace && confirming < to) times.push(confirming)
  return times.sort((a, b) => a - b)
}

function failedAfter(endpoint: Endpoint, { state, reason }: Event, at: Instant): number | null {
  if (state === 'unknown') return null
  return Math.round(seenDown(endpoint, at, reason as DownReason).timings.total * 1_000)
}

/** PURE. A check of the past with all that was seen at it. */
export function withSight(endpoint: Endpoint, { at, state, reason, latency }: RawCheck): Check {
  const seen =
    state === 'down'
      ? seenDown(endpoint, at, reason as DownReason)
      : seenUp(endpoint, at, (latency ?? 0) / 1_000)
  return { endpoint: endpoint.id, at, ...seen }
}

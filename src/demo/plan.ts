import type { Endpoint, EndpointId, Service } from '../catalog/model.ts'
import type { Config } from '../config/config.ts'
import type { State } from '../probe/check.ts'
import { phase } from '../schedule/due.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import { addMonths, type Month, monthInterval, monthOf } from '../time/month.ts'
import { fillMonth } from './filling.ts'
import { chance, pick, seedOf } from './random.ts'
import { BLINDNESS, FRESH, RECENT, SLOW_WEEK, STORIES, type Story, TOLD, WATCHED } from './stories.ts'

/** A stretch of failed or unknown checks of an endpoint; both ends are starts of checks. */
export interface Event extends Interval {
  readonly state: Exclude<State, 'up'>
  readonly reason: string
  /** A single failure that is never confirmed. */
  readonly blip: boolean
}

/** All that ever happened to an endpoint. */
export interface Past {
  readonly endpoint: Endpoint
  /** Its first check; null where it has no past. */
  readonly from: Instant | null
  /** In order, well apart from each other. */
  readonly events: readonly Event[]
  readonly slow: Interval | null
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Events of one endpoint lie at least so far apart. */
const APART = 40 * MINUTE
/** The last stretch before `now` is left calm. */
const CALM = 2 * HOUR

/** How often an endpoint is checked, in ms. The demo's are all on an interval. */
export const paceOf = ({ schedule }: Endpoint): number =>
  schedule.kind === 'every' ? schedule.every : MINUTE

/** The endpoint's first regular check at `at` or later: on the very grid that its live checks will lie on. */
export function onGrid(endpoint: Endpoint, at: number): Instant {
  const pace = paceOf(endpoint)
  const offset = phase(endpoint.id, pace)
  return (offset + Math.ceil((at - offset) / pace) * pace) as Instant
}

/** The month so many months ago, in the contract's zone. */
export const monthAgo = (ago: number, config: Config, now: Instant): Month =>
  addMonths(monthOf(now, config.contract.timeZone), -ago)

/** A day and time of a month. Counted from its start, so that a change of clocks may shift it by an hour. */
export const within = (month: Interval, day: number, time: string): Instant => {
  const [hours, minutes] = time.split(':').map(Number)
  return add(month.from, (((day - 1) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * MINUTE)
}

/** PURE. The past of every endpoint of the demo's configuration, seen from `now`. */
export function planPast(config: Config, now: Instant): Past[] {
  return config.services.flatMap(service => {
    const told = toldOf(service, config, now)
    return service.endpoints.map(endpoint => pastOf(service, endpoint, told, config, now))
  })
}

function pastOf(
  service: Service,
  endpoint: Endpoint,
  told: ReadonlyMap<EndpointId, readonly Event[]>,
  config: Config,
  now: Instant,
): Past {
  const month = (ago: number): Interval => monthInterval(monthAgo(ago, config, now), config.contract.timeZone)
  const from = firstCheck(service, endpoint, month, now)
  if (from === null) return { endpoint, from, events: [], slow: null }
  const events: Event[] = []
  const live = { from: add(from, HOUR), to: add(now, -CALM) }
  const offer = (event: Event) => {
    const free = events.every(e => event.to + APART < e.from || e.to + APART < event.from)
    if (free && live.from <= event.from && event.to <= live.to) events.push(event)
  }
  for (const b of BLINDNESS) {
    const at = onGrid(endpoint, within(month(b.ago), b.day, b.time))
    offer({
      from: at,
      to: onGrid(endpoint, at + b.minutes * MINUTE),
      state: 'unknown',
      reason: b.reason,
      blip: false,
    })
  }
  for (const event of told.get(endpoint.id) ?? []) offer(event)
  for (let ago = 0; ago <= (WATCHED[service.id] ?? 0); ago++) {
    const name = `${endpoint.id} ${monthAgo(ago, config, now)}`
    const quiet = TOLD.includes(service.id) || BLINDNESS.some(b => b.ago === ago)
    for (const event of small(endpoint, name, month(ago), quiet)) offer(event)
  }
  const slow = SLOW_WEEK.service === service.id ? slowWeek(month(SLOW_WEEK.ago)) : null
  return { endpoint, from, events: events.sort((a, b) => a.from - b.from), slow }
}

const slowWeek = (month: Interval): Interval => ({
  from: within(month, SLOW_WEEK.from, '6:00'),
  to: within(month, SLOW_WEEK.to, '18:00'),
})

function firstCheck(
  service: Service,
  endpoint: Endpoint,
  month: (ago: number) => Interval,
  now: Instant,
): Instant | null {
  if (service.id === FRESH.service) return onGrid(endpoint, now - FRESH.minutes * MINUTE)
  const months = WATCHED[service.id]
  return months === undefined ? null : onGrid(endpoint, month(months).from)
}

/** The outages of a service that the stories tell, by endpoint. */
function toldOf(service: Service, config: Config, now: Instant): Map<EndpointId, Event[]> {
  const out = new Map<EndpointId, Event[]>(service.endpoints.map(({ id }) => [id, []]))
  const tell = (
    endpoints: readonly string[],
    reason: string,
    at: number,
    lasts: (pace: number) => number,
  ) => {
    const [first, ...others] = endpoints.flatMap(id => service.endpoints.filter(e => e.id === id))
    if (!first) return
    const from = onGrid(first, at)
    const whole = { from, to: add(from, lasts(paceOf(first))) }
    out.get(first.id)?.push(outage(whole, reason))
    for (const e of others) {
      const inner = { from: onGrid(e, whole.from + 1), to: add(onGrid(e, whole.to), -paceOf(e)) }
      out.get(e.id)?.push(outage(inner, reason))
    }
  }
  const stories = STORIES.filter(story => story.service === service.id)
  for (const story of stories) {
    const month = monthInterval(monthAgo(story.ago, config, now), config.contract.timeZone)
    const at = within(month, story.day, story.time)
    tell(story.endpoints, story.reason, at, pace => fillMonth(story, besides(story, stories), month, pace))
  }
  const running = monthInterval(monthAgo(0, config, now), config.contract.timeZone)
  for (const recent of RECENT.filter(r => r.service === service.id)) {
    const at = now - recent.hoursAgo * HOUR
    if (at < running.from + HOUR) continue
    tell(recent.endpoints, recent.reason, at, pace => Math.ceil((recent.minutes * MINUTE) / pace) * pace)
  }
  return out
}

/** How many minutes the other stories of a story's month take. */
const besides = (story: Story, stories: readonly Story[]): number =>
  stories.reduce(
    (sum, s) => (s !== story && s.ago === story.ago && typeof s.lasts === 'number' ? sum + s.lasts : sum),
    0,
  )

const outage = (span: Interval, reason: string): Event => ({ ...span, state: 'down', reason, blip: false })

const REASONS = ['timeout', 'status', 'connect-timeout', 'dns', 'tls', 'connect-refused'] as const
const BLIPS = ['timeout', 'connect-refused', 'status'] as const
const COUNTS = [0, 0, 0, 1, 1, 2] as const

/** Blips, and unless it is to be quiet some outages of a few minutes, drawn by the name of endpoint and month. */
function small(endpoint: Endpoint, name: string, month: Interval, quiet: boolean): Event[] {
  const seed = seedOf(name)
  const draw = (n: number) => chance(seed, n)
  const somewhere = (n: number) => onGrid(endpoint, month.from + draw(n) * (month.to - month.from - HOUR))
  const outages = Array.from({ length: quiet ? 0 : pick(COUNTS, draw(0)) }, (_, i): Event => {
    const from = somewhere(10 + i)
    const to = onGrid(endpoint, from + (1 + draw(20 + i) * 5) * MINUTE)
    return outage({ from, to }, pick(REASONS, draw(30 + i)))
  })
  const blips = Array.from({ length: 1 + Math.floor(draw(1) * 3) }, (_, i): Event => {
    const from = somewhere(40 + i)
    return {
      ...outage({ from, to: add(from, endpoint.confirm.every) }, pick(BLIPS, draw(50 + i))),
      blip: true,
    }
  })
  return [...outages, ...blips].filter(e => e.to < month.to)
}

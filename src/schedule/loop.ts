import type { Endpoint, EndpointId } from '../catalog/model.ts'
import type { Check, ProbeResult, State } from '../probe/check.ts'
import { type Duration, type Instant, instant } from '../time/instant.ts'
import { createDueQueue, type Now } from './due.ts'
import { stamp } from './stamp.ts'

interface Clock {
  /** Monotonic ms. */
  readonly mono: () => number
  /** UTC ms. */
  readonly wall: () => number
}

interface Timers {
  readonly set: (run: () => void, ms: number) => unknown
  readonly clear: (timer: unknown) => void
}

export interface LoopOptions {
  /** Makes one check. A rejection becomes `unknown:internal`. */
  readonly probe: (endpoint: Endpoint) => Promise<ProbeResult>
  /** Takes batches of checks: at most 100 ms old, at most 100 long, and at once where an endpoint changed its state. */
  readonly post: (checks: readonly Check[]) => void
  readonly clock?: Clock
  readonly timers?: Timers
  /** How many checks may be in flight, where it is not to follow the number of endpoints. */
  readonly concurrency?: number
  /** How many checks start in one turn of the event loop: many at once would measure each other. */
  readonly burst?: number
}

/** Starts checks when they are due and posts what they found. */
export interface Loop {
  /** Watches exactly these endpoints. One that became paused is posted as `unknown:paused`. */
  configure(endpoints: readonly Endpoint[]): void
  /** Starts no further check, waits up to `limit` ms for those in flight and posts them. Later ones are dropped. */
  drain(limit: Duration): Promise<void>
}

/**
 * How many checks may be in flight: half of the endpoints, so that as many may time out at once without making the others
 * late, and no more than the descriptors that a process has by default leave room for.
 */
const LEAST_CONCURRENCY = 256
const MOST_CONCURRENCY = 2_000
const BATCH = 100
const BATCH_AGE = 100
/** The longest sleep in ms, after which a wall clock that was set is noticed. */
const NAP = 5_000

const CLOCK: Clock = { mono: () => performance.now(), wall: () => Date.now() }
const TIMERS: Timers = {
  set: (run, ms) => setTimeout(run, ms),
  clear: timer => clearTimeout(timer as NodeJS.Timeout),
}

export function createLoop(options: LoopOptions): Loop {
  const { probe, post, clock = CLOCK, timers = TIMERS, burst = 8 } = options
  const queue = createDueQueue()
  /** What each endpoint was last stamped with and found to be. */
  const last = new Map<EndpointId, { at: Instant; state: State | null }>()
  const inFlight = new Map<EndpointId, { wanted: boolean }>()
  const batch: Check[] = []
  let alarm: { readonly timer: unknown; readonly due: number } | null = null
  let flushing: unknown = null
  let stopped = false
  let concurrency = options.concurrency ?? LEAST_CONCURRENCY
  let idle = (): void => {}

  const now = (): Now => ({ mono: clock.mono(), wall: instant(Math.floor(clock.wall())) })

  const flush = (): void => {
    if (flushing !== null) timers.clear(flushing)
    flushing = null
    while (batch.length > 0) post(batch.splice(0, BATCH))
  }

  const report = (check: Check): void => {
    const known = last.get(check.endpoint)
    const changed = known?.state !== null && known?.state !== check.outcome.state
    if (known) known.state = check.outcome.state
    batch.push(check)
    if (changed || batch.length >= BATCH) flush()
    else flushing ??= timers.set(flush, BATCH_AGE)
  }

  const stampOf = (id: EndpointId): Instant => {
    const known = last.get(id)
    const at = stamp(clock.wall(), known?.at)
    last.set(id, { at, state: known?.state ?? null })
    return at
  }

  const attempt = async (endpoint: Endpoint): Promise<ProbeResult> => {
    try {
      return await probe(endpoint)
    } catch (error) {
      return internal(error)
    }
  }

  const check = async (endpoint: Endpoint): Promise<void> => {
    const flight = { wanted: true }
    inFlight.set(endpoint.id, flight)
    const at = stampOf(endpoint.id)
    const result = await attempt(endpoint)
    inFlight.delete(endpoint.id)
    if (flight.wanted) report({ endpoint: endpoint.id, at, ...result })
    if (!stopped) {
      queue.finish(endpoint.id, result.outcome.state, now())
      arm()
    }
    if (inFlight.size === 0) idle()
  }

  const arm = (): void => {
    const due = stopped || inFlight.size >= concurrency ? null : queue.next()
    // One that rings in time is left alone: to set it anew with each check that ends would put it off again and again.
    if (due !== null && alarm !== null && alarm.due <= due) return
    if (alarm !== null) timers.clear(alarm.timer)
    alarm = null
    if (due === null) return
    // Rounded up, as a timer that fires early would only be set again.
    const timer = timers.set(turn, Math.max(0, Math.min(NAP, Math.ceil(due - clock.mono()))))
    alarm = { timer, due }
  }

  const turn = (): void => {
    alarm = null
    if (stopped) return
    const due = queue.take(now(), Math.min(burst, concurrency - inFlight.size))
    for (const { endpoint } of due) void check(endpoint)
    arm()
  }

  return {
    configure: endpoints => {
      if (stopped) return
      concurrency =
        options.concurrency ??
        Math.min(MOST_CONCURRENCY, Math.max(LEAST_CONCURRENCY, Math.ceil(endpoints.length / 2)))
      const { paused, removed } = queue.configure(endpoints, now())
      for (const id of [...removed, ...paused.map(endpoint => endpoint.id)]) {
        // Its result would come after the pause, with an instant before it; or for an endpoint that is gone.
        const flight = inFlight.get(id)
        if (flight) flight.wanted = false
      }
      for (const { id } of paused) {
        const outcome = { state: 'unknown', reason: 'unknown:paused', observed: 'paused' } as const
        report({ endpoint: id, at: stampOf(id), outcome, timings: { total: 0 } })
      }
      for (const id of removed) last.delete(id)
      arm()
    },

    drain: async limit => {
      stopped = true
      arm()
      if (inFlight.size > 0) {
        await new Promise<void>(done => {
          const late = timers.set(done, limit)
          idle = () => {
            timers.clear(late)
            done()
          }
        })
      }
      for (const flight of inFlight.values()) flight.wanted = false
      flush()
    },
  }
}

function internal(error: unknown): ProbeResult {
  const observed = `the probe failed (${error instanceof Error ? error.name : 'unknown error'})`
  return { outcome: { state: 'unknown', reason: 'unknown:internal', observed }, timings: { total: 0 } }
}

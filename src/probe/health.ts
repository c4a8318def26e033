import type { Outcome } from './check.ts'
import { unknown } from './outcome.ts'

/** Watches whether this process itself was fit to measure. */
export interface Health {
  watch(): Watch
}

interface Watch {
  /** Ends the watch: why a check with this timeout (ms) says nothing, or null where nothing was wrong with us. */
  end(timeout: number): Outcome | null
}

export interface HealthClock {
  /** Monotonic ms. */
  readonly mono: () => number
  /** UTC ms. */
  readonly wall: () => number
}

const PERIOD = 20
/** A loop that stood still, or clocks that drifted apart, for longer than this in ms: the process was suspended. */
const SUSPENDED = 2_000

const SYSTEM: HealthClock = { mono: () => performance.now(), wall: () => Date.now() }

interface Watched {
  readonly mono: number
  readonly wall: number
  stall: number
}

/**
 * A timer that should fire every 20 ms, running only while somebody watches, shows how long the event loop stood
 * still. The two clocks show what the timer cannot: while a machine sleeps the monotonic one stands still too.
 */
export function createHealth(clock: HealthClock = SYSTEM): Health {
  const watched = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  let last = 0

  const observe = (): void => {
    const now = clock.mono()
    // A stall counts for a watch only since it began.
    for (const one of watched) one.stall = Math.max(one.stall, Math.min(now - last - PERIOD, now - one.mono))
  }
  const tick = (): void => {
    observe()
    last = clock.mono()
  }

  return {
    watch: () => {
      if (watched.size === 0) {
        last = clock.mono()
        timer = setInterval(tick, PERIOD)
        timer.unref()
      }
      const own: Watched = { mono: clock.mono(), wall: clock.wall(), stall: 0 }
      watched.add(own)
      return {
        end: timeout => {
          observe()
          watched.delete(own)
          if (watched.size === 0) clearInterval(timer)
          return verdict(own, clock, timeout)
        },
      }
    },
  }
}

function verdict(own: Watched, clock: HealthClock, timeout: number): Outcome | null {
  const drift = Math.abs(clock.wall() - own.wall - (clock.mono() - own.mono))
  if (drift > SUSPENDED) {
    return unknown('unknown:suspended', `the clocks drifted ${Math.round(drift)} ms apart during the check`)
  }
  const stall = Math.round(own.stall)
  if (stall > SUSPENDED)
    return unknown('unknown:suspended', `this process stood still for ${stall} ms during the check`)
  if (stall > timeout / 4) {
    return unknown(
      'unknown:lag',
      `this process lagged ${stall} ms, over a quarter of the timeout of ${timeout} ms`,
    )
  }
  return null
}

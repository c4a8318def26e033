import type { Endpoint, EndpointId } from '../catalog/model.ts'
import type { State } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import { nextRun } from './cron.ts'
import { createHeap } from './heap.ts'

/** The same moment on both clocks: monotonic ms for intervals, UTC ms for cron. */
export interface Now {
  readonly mono: number
  readonly wall: Instant
}

interface Due {
  readonly endpoint: Endpoint
  /** When it should have started, in monotonic ms. */
  readonly due: number
}

/** What a new configuration did to endpoints that were being watched. */
interface Changes {
  readonly paused: readonly Endpoint[]
  readonly removed: readonly EndpointId[]
}

/** Which endpoint is to be checked next. It reads no clock: every moment is an argument. */
export interface DueQueue {
  /** Watches exactly these endpoints; those whose schedule did not change keep their next due time. */
  configure(endpoints: readonly Endpoint[], now: Now): Changes
  /** When the next check is due in monotonic ms, or null. */
  next(): number | null
  /** Starts up to `limit` checks that are due. An endpoint is not due again until its check is finished. */
  take(now: Now, limit: number): Due[]
  /** Ends a check that was taken, and sets the endpoint's next due time. */
  finish(id: EndpointId, state: State, now: Now): void
}

interface Entry {
  endpoint: Endpoint
  removed: boolean
  /** A moment of the endpoint's grid, in monotonic ms. */
  anchor: number
  /** Consecutive `down` checks. */
  failures: number
  running: { readonly start: number; readonly slot: number | null } | null
  /** The one slot of the heap that counts. */
  slot: Slot | null
}

interface Slot {
  readonly due: number
  readonly entry: Entry
  readonly onGrid: boolean
  /** The run of the cron expression that this is. */
  readonly run: Instant | null
}

/** New endpoints are first checked within a second, or 20 ms for each: a restart is neither blind nor a burst. */
const FIRST_SPREAD = 1_000
const FIRST_GAP = 20
/** The wall clock moved this far against the monotonic one, in ms: cron is reckoned anew. */
const STEP = 1_000

export function createDueQueue(): DueQueue {
  const entries = new Map<EndpointId, Entry>()
  const heap = createHeap<Slot>(slot => slot.due)
  let offset: number | null = null

  const put = (slot: Slot): void => {
    slot.entry.slot = slot
    heap.push(slot)
  }
  const putRun = (entry: Entry, run: Instant, now: Now): void => {
    put({ entry, due: now.mono + (run - now.wall), onGrid: true, run })
  }

  /** The first slot after `after` that the schedule itself names. */
  const putRegular = (entry: Entry, after: number, now: Now): void => {
    const { schedule: plan } = entry.endpoint
    if (plan.kind === 'every') {
      put({
        entry,
        due: gridAfter(entry.anchor, plan.every, Math.max(after, now.mono)),
        onGrid: true,
        run: null,
      })
      return
    }
    const run = nextRun(plan.cron, plan.timeZone, now.wall)
    if (run !== null) putRun(entry, run, now)
  }

  const begin = (entry: Entry, due: number, now: Now): void => {
    entry.anchor = anchorOf(entry.endpoint, now)
    if (entry.endpoint.schedule.kind === 'every') put({ entry, due, onGrid: false, run: null })
    else putRegular(entry, now.mono, now)
  }

  /** The live head of the heap; slots that were replaced fall away here. */
  const head = (): Slot | null => {
    for (let slot = heap.peek(); slot !== undefined; slot = heap.peek()) {
      if (slot.entry.slot === slot) return slot
      heap.pop()
    }
    return null
  }

  /** After the wall clock was set, or the machine slept, a cron run lies elsewhere on the monotonic clock. */
  const realign = (now: Now): void => {
    const found = now.wall - now.mono
    const moved = offset !== null && Math.abs(found - offset) >= STEP
    if (offset === null || moved) offset = found
    if (!moved) return
    for (const entry of entries.values()) {
      const run = entry.slot?.run ?? null
      if (run !== null) putRun(entry, run, now)
    }
  }

  return {
    configure: (endpoints, now) => {
      realign(now)
      const paused: Endpoint[] = []
      const removed: EndpointId[] = []
      const fresh: Entry[] = []
      const wanted = new Set(endpoints.map(endpoint => endpoint.id))
      for (const [id, entry] of entries) {
        if (wanted.has(id)) continue
        if (!entry.removed) removed.push(id)
        entry.removed = true
        entry.slot = null
        // One whose check is running stays until that ends, so that it never has two even if it comes back.
        if (entry.running === null) entries.delete(id)
      }
      for (const endpoint of endpoints) {
        const known = entries.get(endpoint.id)
        if (known === undefined) {
          const entry: Entry = { endpoint, removed: false, anchor: 0, failures: 0, running: null, slot: null }
          entries.set(endpoint.id, entry)
          if (!endpoint.paused) fresh.push(entry)
          continue
        }
        const before = known.endpoint
        const idle = before.paused || known.removed
        known.endpoint = endpoint
        known.removed = false
        if (endpoint.paused) {
          if (!idle) paused.push(endpoint)
          known.slot = null
          known.failures = 0
        } else if (idle) {
          known.failures = 0
          if (known.running === null) fresh.push(known)
          else known.anchor = anchorOf(endpoint, now)
        } else if (!sameSchedule(before, endpoint)) {
          known.anchor = anchorOf(endpoint, now)
          if (known.running === null) putRegular(known, now.mono, now)
        }
      }
      spread(fresh, (entry, delay) => begin(entry, now.mono + delay, now))
      return { paused, removed }
    },

    next: () => head()?.due ?? null,

    take: (now, limit) => {
      realign(now)
      const taken: Due[] = []
      for (let slot = head(); slot !== null && slot.due <= now.mono && taken.length < limit; slot = head()) {
        heap.pop()
        const { entry, run, due } = slot
        if (run !== null && now.wall < run) {
          putRun(entry, run, now)
          continue
        }
        entry.slot = null
        entry.running = { start: now.mono, slot: slot.onGrid ? due : null }
        taken.push({ endpoint: entry.endpoint, due })
      }
      return taken
    },

    finish: (id, state, now) => {
      const entry = entries.get(id)
      const running = entry?.running ?? null
      if (entry === undefined || running === null) return
      entry.running = null
      if (entry.removed) {
        entries.delete(id)
        return
      }
      if (entry.endpoint.paused) return
      if (state !== 'unknown') entry.failures = state === 'down' ? entry.failures + 1 : 0

      const { schedule: plan, confirm } = entry.endpoint
      const every = plan.kind === 'every' ? plan.every : Number.POSITIVE_INFINITY
      if (entry.failures > 0 && entry.failures < confirm.failures) {
        const due = Math.max(running.start + Math.min(confirm.every, every), now.mono)
        put({ entry, due, onGrid: false, run: null })
        return
      }
      // A check between two slots stands for the next one where that is near.
      putRegular(entry, running.slot ?? (plan.kind === 'every' ? running.start + every / 2 : now.mono), now)
    },
  }
}

/** PURE. Spreads the endpoints' phases evenly and for ever: FNV-1a (32 bits) with a finish that mixes its low bits. */
export function phase(id: EndpointId, every: number): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % every
}

/** The grid lies on the wall clock, so that a restart finds each endpoint's phase where it was. */
function anchorOf(endpoint: Endpoint, now: Now): number {
  const plan = endpoint.schedule
  if (plan.kind !== 'every') return now.mono
  const since = (now.wall - phase(endpoint.id, plan.every)) % plan.every
  return now.mono - since
}

function gridAfter(anchor: number, every: number, after: number): number {
  const due = anchor + (Math.floor((after - anchor) / every) + 1) * every
  // Guards against a rounded quotient: the slot must lie after.
  return due > after ? due : due + every
}

function spread(fresh: readonly Entry[], start: (entry: Entry, delay: number) => void): void {
  const order = fresh
    .map(entry => ({ entry, rank: phase(entry.endpoint.id, 2 ** 32) }))
    .sort((a, b) => a.rank - b.rank)
  const window = Math.max(FIRST_SPREAD, order.length * FIRST_GAP)
  order.forEach(({ entry }, i) => {
    const { schedule: plan } = entry.endpoint
    start(entry, (Math.min(window, plan.kind === 'every' ? plan.every : window) * i) / order.length)
  })
}

function sameSchedule(a: Endpoint, b: Endpoint): boolean {
  const [x, y] = [a.schedule, b.schedule]
  if (x.kind === 'every') return y.kind === 'every' && x.every === y.every
  return y.kind === 'cron' && x.cron === y.cron && x.timeZone === y.timeZone
}

import type { Instant } from '../time/instant.ts'

/** The failed sign-ins of one minute. */
export interface FailedSignIns {
  readonly minute: Instant
  readonly count: number
  /** Some of the people whom they named (ids), and the addresses that they came from. */
  readonly people: readonly string[]
  readonly addresses: readonly string[]
}

export interface FailureCount {
  readonly add: (now: Instant, person: string | null, address: string | null) => void
  /** Tells of the minutes that are over; of the running one too where `all`. */
  readonly flush: (now: Instant, all?: boolean) => void
}

const MINUTE = 60_000
const NAMED = 10

/** Counts failed sign-ins, and tells of them once a minute at most, however many there are. */
export function failureCount(tell: (failed: FailedSignIns) => void): FailureCount {
  let running: { minute: number; count: number; people: Set<string>; addresses: Set<string> } | null = null
  const flush = (now: Instant, all = false): void => {
    if (!running || (!all && Math.floor(now / MINUTE) * MINUTE === running.minute)) return
    const { minute, count, people, addresses } = running
    running = null
    tell({ minute: minute as Instant, count, people: [...people], addresses: [...addresses] })
  }
  return {
    add(now, person, address) {
      flush(now)
      running ??= {
        minute: Math.floor(now / MINUTE) * MINUTE,
        count: 0,
        people: new Set(),
        addresses: new Set(),
      }
      running.count += 1
      if (person !== null && running.people.size < NAMED) running.people.add(person)
      if (address !== null && running.addresses.size < NAMED) running.addresses.add(address)
    },
    flush,
  }
}

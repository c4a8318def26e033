import type { Instant } from '../time/instant.ts'

export interface Throttle {
  /** Counts one more for a key; false where that is more than is allowed. */
  allows(key: string, now: Instant): boolean
}

const MOST_KEYS = 10_000

/** Allows `most` for each key within every stretch of `per` ms. Forgets the oldest keys when there are very many. */
export function createThrottle(most: number, per: number): Throttle {
  const counts = new Map<string, { since: number; n: number }>()
  return {
    allows(key, now) {
      const found = counts.get(key)
      // A clock that was set back must not lock anyone out.
      if (found && now >= found.since && now - found.since < per) {
        found.n++
        return found.n <= most
      }
      counts.delete(key)
      counts.set(key, { since: now, n: 1 })
      if (counts.size > MOST_KEYS) {
        const [oldest] = counts.keys()
        if (oldest !== undefined) counts.delete(oldest)
      }
      return true
    },
  }
}

/** Who is behind an address: an IPv4 address, or the /64 that one subscriber of IPv6 has. */
export function subscriberOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!bare.includes(':')) return bare
  const [head = '', tail] = bare.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(8 - left.length - right.length, 0)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

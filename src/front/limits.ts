import { attempts } from '../people/attempts.ts'

const HOUR = 3_600_000

/** What an address may do in an hour. Kept in memory: a restart forgets it. */
export const limits = () => ({
  /** Claims and requests that are taken. */
  filings: attempts({ max: 10, within: HOUR }),
  /** Messages to cases. */
  messages: attempts({ max: 30, within: HOUR }),
  /** Cases that are not there. */
  misses: attempts({ max: 60, within: HOUR }),
  /** Forms that are sent, right or wrong. */
  posts: attempts({ max: 200, within: HOUR }),
})

/** PURE. Whom a limit is for: an IPv4 address, or the /64 network that an IPv6 subscriber is given. */
export function subscriber(address: string | null): string {
  if (address === null) return 'unknown'
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after]
  return `${all.slice(0, 4).join(':')}::/64`
}

/** PURE. How long to wait, in words. */
export const waitInWords = (ms: number): string => {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

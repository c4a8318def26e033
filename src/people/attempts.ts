import type { Instant } from '../time/instant.ts'

export interface Allowance {
  /** How many are allowed … */
  readonly max: number
  /** … within so many milliseconds of the first. */
  readonly within: number
}

/** Counts attempts by key. Takes one, and says how many milliseconds to wait where there is none left; 0 where there was. */
export interface Attempts {
  readonly take: (key: string, now: Instant) => number
  /** Gives one back, since it was none: the answer was right. */
  readonly giveBack: (key: string) => void
  readonly forget: (key: string) => void
}

/** More keys than this are never kept: the ones that began first are forgotten. */
const KEYS = 50_000

/** Attempts counted in memory: a restart forgets them, which a stranger cannot bring about. */
export function attempts({ max, within }: Allowance): Attempts {
  const counts = new Map<string, { n: number; since: number; until: number }>()
  return {
    take(key, now) {
      const found = counts.get(key)
      // A clock that was set back must not lock anyone out.
      if (found && runs(found, now)) {
        if (found.n >= max) return found.until - now
        found.n += 1
        return 0
      }
      counts.delete(key)
      for (const [old, count] of counts) {
        if (runs(count, now) && counts.size < KEYS) break
        counts.delete(old)
      }
      counts.set(key, { n: 1, since: now, until: now + within })
      return 0
    },
    giveBack(key) {
      const found = counts.get(key)
      if (found) found.n = Math.max(0, found.n - 1)
    },
    forget: key => void counts.delete(key),
  }
}

const runs = (count: { readonly since: number; readonly until: number }, now: Instant): boolean =>
  now >= count.since && now < count.until

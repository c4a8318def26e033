import type { Instant } from '../time/instant.ts'
import { type Attempts, attempts } from './attempts.ts'
import { network } from './network.ts'

const QUARTER = 15 * 60_000

/**
 * How often anyone may guess. An account has 10 wrong guesses in 15 minutes for all strangers together, so that many
 * addresses help nobody; a browser in which its owner has signed in before has 10 of its own, so that strangers who use
 * those up do not keep the owner out. An address has 30, whomever it names. What was right is not counted.
 */
export interface Guesses {
  /** Takes a guess; how many ms to wait where there is none left, and 0 where there was. */
  readonly take: (who: Guesser, now: Instant) => number
  readonly right: (who: Guesser) => void
  /** Whether a code of somebody's app comes for the first time: each is good for once (RFC 6238, 5.2). */
  readonly firstUse: (person: string, code: string, now: Instant) => boolean
  /** Runs work that hashes a password, a few at a time; null where too many wait already. */
  readonly hashing: <T>(work: () => Promise<T>) => Promise<T | null>
}

export interface Guesser {
  readonly account: string | null
  /** The name of a browser in which the account's owner signed in before. */
  readonly device: string | null
  readonly address: string | null
}

/** Hashing keeps threads busy that resolving names needs too, so two at once, and a short queue. */
const AT_ONCE = 2
const WAITING = 32

export function guesses(): Guesses {
  const byAccount = attempts({ max: 10, within: QUARTER })
  const byDevice = attempts({ max: 10, within: QUARTER })
  const byAddress = attempts({ max: 30, within: QUARTER })
  const keys = ({ account, device, address }: Guesser): [Attempts, string][] => [
    ...(address === null ? [] : [[byAddress, network(address)] satisfies [Attempts, string]]),
    ...(account === null
      ? []
      : [
          device === null
            ? ([byAccount, account] satisfies [Attempts, string])
            : ([byDevice, `${device} ${account}`] satisfies [Attempts, string]),
        ]),
  ]
  // Longer than a code and its neighbours are taken.
  const usedCodes = attempts({ max: 1, within: 150_000 })
  let busy = 0
  const queue: (() => void)[] = []
  return {
    take(who, now) {
      const taken: [Attempts, string][] = []
      for (const [counter, key] of keys(who)) {
        const wait = counter.take(key, now)
        if (wait > 0) {
          for (const [other, its] of taken) other.giveBack(its)
          return wait
        }
        taken.push([counter, key])
      }
      return 0
    },
    right(who) {
      for (const [counter, key] of keys(who)) counter.giveBack(key)
    },
    firstUse: (person, code, now) => usedCodes.take(`${person} ${code}`, now) === 0,
    async hashing(work) {
      if (busy >= AT_ONCE) {
        if (queue.length >= WAITING) return null
        await new Promise<void>(go => queue.push(go))
      } else busy += 1
      try {
        return await work()
      } finally {
        // Whoever waits takes the place over.
        const next = queue.shift()
        if (next) next()
        else busy -= 1
      }
    },
  }
}

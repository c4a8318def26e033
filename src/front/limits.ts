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

/** PURE. How long to wait, in words. */
export const waitInWords = (ms: number): string => {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

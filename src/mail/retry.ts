import { duration, type Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'

const MINUTE = 60_000
/** How long a letter belongs to the one who claimed it, in ms: longer than a delivery may take. */
export const CLAIM = duration(2 * MINUTE)
const LONGEST = 6 * 60 * MINUTE
/** How long a letter is tried, from the first attempt on (RFC 5321, 4.5.4.1 asks for four to five days at most). */
const PATIENCE = 3 * 24 * 60 * MINUTE

/** When to try again after the `attempts`th failure: in 1 min, 2 min, … 6 h. Null after three days: then it has failed. */
export function nextAttempt(attempts: number, firstTried: Instant, now: Instant): Instant | null {
  if (now - firstTried >= PATIENCE) return null
  return add(now, Math.min(MINUTE * 2 ** Math.min(Math.max(attempts - 1, 0), 30), LONGEST))
}

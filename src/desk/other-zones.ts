import { readTimes } from '../casework/reading.ts'
import type { Reading } from '../claim/when.ts'
import type { ReportedOutage } from '../page/report.ts'
import type { Instant } from '../time/instant.ts'
import { overlaps } from '../time/interval.ts'

/** A zone for most of the offsets that customers live in. */
const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Helsinki',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
]
const MOST = 3

/** That a time would lie in an outage, had it been written in another zone. */
export interface Elsewhere {
  readonly zone: string
  readonly outage: ReportedOutage
}

/**
 * PURE. Customers leave their zone out, and then are told that nothing was down: in which other zones a text's time, the
 * `index`th, would lie in an outage. Empty where the text names its zone. At most three, one for each time that it makes.
 */
export function elsewhere(
  text: string,
  index: number,
  reading: Reading,
  outages: readonly ReportedOutage[],
  now: Instant,
): readonly Elsewhere[] {
  if (!reading.assumed.some(words => words.startsWith('the zone '))) return []
  const found = new Map<number, Elsewhere>()
  for (const zone of ZONES) {
    const again = readTimes(text, zone, now).readings[index]
    const outage = again && outages.find(o => overlaps(again, { from: o.from, to: o.to ?? now }))
    if (outage && !found.has(again.from)) found.set(again.from, { zone, outage })
  }
  return [...found.values()].slice(0, MOST)
}

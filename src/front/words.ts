import { dateName, monthName, utcShort } from '../page/words.ts'
import type { Instant } from '../time/instant.ts'
import { rfc3339 } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { add } from '../time/interval.ts'
import { dateText, timeText, wallTime } from '../time/wall.ts'

/** PURE. `14:02`, with seconds and milliseconds where there are any. */
const clock = (at: Instant, zone: string): string => timeText(wallTime(at, zone)).replace(/:00$/, '')
const date = (at: Instant, zone: string): string => dateText(wallTime(at, zone))

/**
 * PURE. How a time was read, as the customer would write it: `14 October 2026, 14:02 to 14:49`. What was read to the minute
 * ends with its last minute, though it is counted to that minute's end.
 */
export function readingInWords({
  from,
  to,
  zone,
  assumed,
}: Interval & { readonly zone: string; readonly assumed: readonly string[] }): string {
  if (assumed.includes('the whole month')) return `all of ${monthName(date(from, zone))}`
  const lastDay = date(add(to, -1), zone)
  if (assumed.includes('the whole day'))
    return date(from, zone) === lastDay
      ? `${dateName(lastDay)}, all day`
      : `${dateName(date(from, zone))} to ${dateName(lastDay)}, all day`
  const end = assumed.includes('to the minute') ? add(to, -60_000) : to
  const begin = `${dateName(date(from, zone))}, ${clock(from, zone)}`
  if (end <= from) return begin
  return date(from, zone) === date(end, zone)
    ? `${begin} to ${clock(end, zone)}`
    : `${begin} to ${dateName(date(end, zone))}, ${clock(end, zone)}`
}

/** PURE. The same in UTC, where whole days of another zone are none. */
export const readingInUtc = ({
  from,
  to,
  assumed,
}: Interval & { readonly assumed: readonly string[] }): string =>
  readingInWords({ from, to, zone: 'UTC', assumed: assumed.filter(a => a === 'to the minute') })

/** PURE. What was assumed, without the zone, which stands beside the time. */
export const shownAssumptions = (assumed: readonly string[]): string[] =>
  assumed.filter(words => !words.startsWith('the zone '))

/** PURE. For a machine and in words. */
export const moment = (at: Instant): { readonly iso: string; readonly words: string } => ({
  iso: rfc3339(at),
  words: utcShort(at),
})

/** PURE. `480 kB` */
export const sizeInWords = (bytes: number): string =>
  bytes < 1_024 * 1_024
    ? `${Math.max(1, Math.round(bytes / 1_024))} kB`
    : `${(bytes / 1_048_576).toFixed(1)} MB`

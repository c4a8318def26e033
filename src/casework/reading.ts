import { parseWhen, type Reading } from '../claim/when.ts'
import type { Problem } from '../support/intake.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { isTimeZone } from '../time/month.ts'

/** A reported time, as the customer wrote it and as we read it. */
export interface ClaimReading extends Interval {
  readonly text: string
  /** IANA zone, or a fixed offset such as `+01:00`. */
  readonly zone: string
  readonly assumed: readonly string[]
}

export interface ReadTimes {
  /** With what else each may mean, for the customer to see before it is sent. */
  readonly readings: readonly Reading[]
  /** What was not read as a time; empty where all was. */
  readonly unread: string
  readonly problems: readonly Problem[]
}

/** As a claim keeps the words; longer texts are a mistake. */
export const MOST_TIMES = 4_000

export const EXAMPLES = 'such as “14 October 2026, 14:02 to 14:49” or “2026-10-14T13:02Z – 13:49Z”'

/** Where 03/04 is 4 March. */
const MONTH_FIRST =
  /^(?:US\/|America\/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Juneau|Indiana\/|Kentucky\/|North_Dakota\/)|Pacific\/Honolulu$)/

/** PURE. Reads the times of a claim in a zone, and says what is wrong with them. */
export function readTimes(text: string, zone: string, now: Instant): ReadTimes {
  const nothing = (field: string, problem: string): ReadTimes => ({
    readings: [],
    unread: text,
    problems: [{ field, problem }],
  })
  if (!isTimeZone(zone))
    return nothing('zone', 'Choose a time zone by its IANA name, such as Europe/London or America/New_York.')
  if (text.trim() === '') return nothing('times', `Say when it was down, ${EXAMPLES}.`)
  if (text.length > MOST_TIMES)
    return nothing(
      'times',
      `At most ${MOST_TIMES.toLocaleString('en')} characters; this has ${text.length.toLocaleString('en')}. Give the times alone.`,
    )
  const { readings, unread } = parseWhen(text, { zone, now, dayFirst: !MONTH_FIRST.test(zone) })
  if (readings.length === 0) return nothing('times', `No time can be read in this. Write it ${EXAMPLES}.`)
  const ahead = readings.find(reading => reading.from > now)
  const problems = ahead
    ? [
        {
          field: 'times',
          problem: `“${ahead.text}” lies in the future. If you mean another year or zone, write it out, ${EXAMPLES}.`,
        },
      ]
    : []
  return { readings, unread, problems }
}

/** PURE. What a claim keeps of readings. */
export const kept = (readings: readonly Reading[]): ClaimReading[] =>
  readings.map(({ from, to, text, zone, assumed }) => ({ from, to, text, zone, assumed }))

import { Temporal } from 'temporal-polyfill'
import type { Instant } from './instant.ts'

/** RFC 3339 with milliseconds and the zone's offset, such as `2026-10-04T14:00:00.000+01:00`. Throws a RangeError for an unknown zone. */
export const localTime = (at: Instant, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', fractionalSecondDigits: 3 })

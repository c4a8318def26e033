declare const brand: unique symbol

/** A point in time: integer UTC milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [brand]: 'Instant' }

/** A length of time: integer milliseconds. */
export type Duration = number & { readonly [brand]: 'Duration' }

/** The last millisecond that `Date` can name (ECMA-262, time values). */
const LAST = 8_640_000_000_000_000

/** Later than any `now`: the end of what lasts. */
export const FOREVER = LAST as Instant

/** Brands integer UTC milliseconds. Throws a RangeError for anything else. */
export function instant(ms: number): Instant {
  if (!Number.isSafeInteger(ms) || Math.abs(ms) > LAST) throw new RangeError(`not an instant in ms: ${ms}`)
  return ms as Instant
}

/** Brands integer milliseconds. Throws a RangeError for a fraction or a negative number. */
export function duration(ms: number): Duration {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`not a duration in ms: ${ms}`)
  return ms as Duration
}

/** RFC 3339 in UTC with milliseconds, such as `2026-10-01T00:00:00.000Z`. */
export function rfc3339(at: Instant): string {
  return new Date(at).toISOString()
}

/** RFC 3339 names the years 0000 to 9999. */
const FIRST_NAMED = -62_167_219_200_000
const LAST_NAMED = 253_402_300_799_999

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/**
 * Reads an RFC 3339 date-time (section 5.6), which always names its zone; digits beyond the millisecond are cut.
 * Null where the text is not one, or names a day or time that does not exist.
 */
export function parseInstant(text: string): Instant | null {
  const m = RFC3339.exec(text)
  if (!m) return null
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59) return null
  const millis = Number((m[7] ?? '').padEnd(3, '0').slice(0, 3))
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null
  const offset = (m[8] === '-' ? -1 : 1) * (Number(m[9] ?? 0) * 60 + Number(m[10] ?? 0)) * 60_000
  const ms = local.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1_000 + millis - offset
  return FIRST_NAMED <= ms && ms <= LAST_NAMED ? instant(ms) : null
}

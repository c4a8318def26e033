// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { z } from 'zod'
import { formatDuration, parseDuration } from '../../time/duration.ts'
import { type Duration, type Instant, parseInstant } from '../../time/instant.ts'
import { isTimeZone } from '../../time/month.ts'
import { nearest } from '../nearest.ts'

const SECOND = 1_000
const DAY = 86_400_000
/** So that an instant plus any length is still an instant. */
const CENTURY = 36_500 * DAY

/** Describes a key, with a value that is right. The last call in a chain, so that wrappers do not hide it. */
export function key<T extends z.ZodType>(schema: T, description: string, example: unknown): T {
  return schema.meta({ description, examples: [example] })
}

const AN_ID =
  'must be lower-case letters, digits and hyphens, at most 63 of them, and not begin with a hyphen'

/** A permanent, URL-safe name. */
export const id = z
  .string({ error: `${AN_ID}; a number must be in quotes` })
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: AN_ID })

/** Letters that cannot be seen, or that turn the reading order of what follows. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u

/** One line of text for people, trimmed, at most 200 characters. */
export const label = z
  .string({ error: 'must be text; a number must be in quotes' })
  .transform((text, ctx) => {
    const trimmed = text.trim()
    if (trimmed === '') ctx.addIssue('must not be blank')
    else if (INVISIBLE.test(trimmed)) ctx.addIssue('must be one line without control characters')
    else if (Array.from(trimmed).length > 200) ctx.addIssue('must have at most 200 characters')
    return trimmed
  })

/** A length of time, between `least` and `most` milliseconds. */
export function length({ least = SECOND, most = CENTURY }: { least?: number; most?: number } = {}) {
  const wanted = 'must be a length of time with its unit (ms, s, m, h or d)'
  return z
    .string({ error: wanted })
    .meta({ pattern: '^\\s*\\d{1,12}(\\.\\d{1,6})?\\s?(ms|s|m|h|d)\\s*$' })
    .transform((text, ctx): Duration => {
      const ms = parseDuration(text)
      if (ms === null) ctx.addIssue(wanted)
      else if (ms < least) ctx.addIssue(`must be at least ${formatDuration(least)}`)
      else if (ms > most) ctx.addIssue(`must be at most ${formatDuration(most)}`)
      else return ms
      return z.NEVER
    })
}

/** A length of time, or null for `forever`. */
export const holdLength = z
  .string({ error: 'must be a length of time with its unit (ms, s, m, h or d), or forever' })
  .meta({ pattern: '^\\s*(forever|\\d{1,12}(\\.\\d{1,6})?\\s?(ms|s|m|h|d))\\s*$' })
  .transform((text, ctx): Duration | null => {
    if (text.trim() === 'forever') return null
    const read = length({ least: 1 }).safeParse(text)
    if (read.success) return read.data
    for (const { message } of read.error.issues) ctx.addIssue(`${message}, or forever`)
    return z.NEVER
  })

/** An RFC 3339 date-time. */
export const moment = z
  .string({ error: 'must be an RFC 3339 time with its zone' })
  .meta({ pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$' })
  .transform((text, ctx): Instant => {
    const at = parseInstant(text)
    if (at !== null) return at
    const zoneless = parseInstant(`${text}Z`) !== null
    ctx.addIssue(
      zoneless ? 'lacks its zone: end it with Z or an offset' : 'must be an RFC 3339 time with its zone',
    )
    return z.NEVER
  })

/** The name of a time zone in the IANA database. */
export const zone = z.string({ error: 'must be the IANA name of a time zone' }).superRefine((text, ctx) => {
  if (isTimeZone(text)) return
  if (/^[+-]?\d/.test(text)) {
    ctx.addIssue('must be the IANA name of a time zone; an offset does not know of daylight saving')
    return
  }
  const near = nearest(text, Intl.supportedValuesOf('timeZone'))
  ctx.addIssue({
    code: 'custom',
    message: 'is not the IANA name of a time zone',
    params: near === null ? {} : { value: near },
  })
})

/** An address to probe or to link to: http or https, without a user name or password in it. */
export const address = z
  .string({ error: 'must be an http or https address' })
  .meta({ pattern: '^https?://' })
  .superRefine((text, ctx) => {
    if (!/^https?:\/\/[^/\\?#]/i.test(text) || /[\s\\\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) {
      ctx.addIssue('must be an http or https address')
      return
    }
    const { username, password } = new URL(text)
    if (username !== '' || password !== '') {
      ctx.addIssue({
        code: 'custom',
        message: 'must not hold a user name or password; send them in a header of the endpoint',
        params: { secret: true, example: 'headers: { authorization: "Basic ${LOGIN_BASIC}" }' },
      })
    }
  })

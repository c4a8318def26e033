import { spell } from '../time/duration.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { MONTHS } from '../time/month-names.ts'

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Keeps a number and its unit on one line. */
const NBSP = '\u00a0'

const nameOf = (month: string): string => MONTHS[Number(month.slice(5, 7)) - 1] ?? month

/** `October 2026`, from `2026-10` or any date in it. */
export const monthName = (month: string): string => `${nameOf(month)} ${month.slice(0, 4)}`

/** `Oct 2026` */
export const shortMonth = (month: string): string => `${nameOf(month).slice(0, 3)} ${month.slice(0, 4)}`

/** `4 October 2026` */
export const dateName = (date: string): string => `${Number(date.slice(8, 10))} ${monthName(date)}`

/** `Sun 4 Oct` */
export const shortDate = (date: string): string =>
  `${weekday(date)} ${Number(date.slice(8, 10))} ${nameOf(date).slice(0, 3)}`

export const weekday = (date: string): string =>
  WEEKDAYS[new Date(`${date.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? ''

/** `01:02:03 UTC`, with milliseconds where there are any. */
export function utcTime(at: Instant): string {
  const text = rfc3339(at)
  const time = at % 1_000 === 0 ? text.slice(11, 19) : text.slice(11, 23)
  return `${time}${NBSP}UTC`
}

/** `4 October 2026, 01:02:03 UTC` */
export const utcStamp = (at: Instant): string => `${dateName(rfc3339(at))}, ${utcTime(at)}`

/** `01:02 UTC` */
export const utcMinute = (at: Instant): string => `${rfc3339(at).slice(11, 16)}${NBSP}UTC`

/** `4 Oct 2026, 01:02 UTC`, for tables. */
export const utcShort = (at: Instant): string => `${utcDay(at)}, ${utcMinute(at)}`

/** `4 Oct 2026`, in UTC. */
function utcDay(at: Instant): string {
  const text = rfc3339(at)
  return `${Number(text.slice(8, 10))}${NBSP}${shortMonth(text).replace(' ', NBSP)}`
}

/** What is said of maintenance that nobody had entered when it began; null of any other. */
export const enteredLate = (from: Instant, noted: Instant | null): string | null =>
  noted !== null && noted > from ? `entered after it had begun, on ${utcDay(noted)}` : null

/** `99.951 %` */
export const percentWords = (percent: string): string => `${percent}${NBSP}%`

/** A length cut to its two largest units, for places where the exact one stands elsewhere. */
export function brief(ms: number): string {
  if (ms > 0 && ms < 1_000) return spell(ms).replaceAll(' ', NBSP)
  const words = spell(ms - (ms % 1_000)).split(' ')
  return words.slice(0, 4).join(NBSP)
}

/** A length, exact, with its numbers kept to their units. */
export const exact = (ms: number): string => spell(ms).replaceAll(/(\d) /g, `$1${NBSP}`)

/** `1 outage`, `2 outages` */
export const count = (n: number, noun: string): string => `${n}${NBSP}${noun}${n === 1 ? '' : 's'}`

/** A length as one says it: `23 minutes`, `3 hours 12 minutes`, `2 days 4 hours`. */
export function spoken(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 90) return count(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  const [big, small] =
    hours < 48
      ? [count(hours, 'hour'), count(minutes % 60, 'minute')]
      : [count(Math.floor(hours / 24), 'day'), count(hours % 24, 'hour')]
  return small.startsWith('0') ? big : `${big} ${small}`
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

const REASONS: Readonly<Record<string, string>> = {
  dns: 'the name did not resolve',
  'connect-refused': 'the connection was refused',
  'connect-timeout': 'the connection timed out',
  tls: 'the TLS handshake failed',
  'certificate-expiring': 'the certificate is about to expire',
  timeout: 'no answer in time',
  status: 'an unexpected status code',
  body: 'unexpected content',
  json: 'unexpected JSON',
  latency: 'too slow',
  redirect: 'too many redirects',
  'too-large': 'the answer was too large',
  protocol: 'the answer broke the protocol',
  'unknown:offline': 'our own network was down',
  'unknown:resolver': 'our own resolver failed',
  'unknown:suspended': 'our prober was suspended',
  'unknown:lag': 'our prober was overloaded',
  'unknown:guard': 'a redirect to a refused address',
  'unknown:paused': 'checks were paused',
  'unknown:internal': 'a fault of our prober',
}

/** Why a check failed, in words. Reasons of imported checks are free text and shown as they are. */
export const reasonWords = (reason: string): string =>
  Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? reason) : reason

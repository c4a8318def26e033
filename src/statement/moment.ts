import type { TimeSpan } from '../month/record.ts'
import { exact, shortMonth } from '../page/words.ts'
import { type Instant, parseInstant, rfc3339 } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { localTime } from '../time/local.ts'
import { isTimeZone } from '../time/month.ts'

/** An instant as a statement writes it. */
export interface Moment {
  readonly iso: string
  /** `4 Oct 2026, 13:00:00 UTC` */
  readonly utc: string
  /** `4 Oct 2026, 14:00:00 +01:00`; null where the contract's zone is UTC, or unknown to this machine. */
  readonly local: string | null
}

/** Reads an instant of a record. Throws where it is none, which would be a fault of ours. */
export function instantOf(text: string): Instant {
  const at = parseInstant(text)
  if (at === null) throw new Error(`the record holds no instant: ${text.slice(0, 40)}`)
  return at
}

/** The stretch between two instants of a record; one without an end lasts to `end`. */
export const intervalOf = (
  span: { readonly from: string; readonly to: string | null },
  end: Instant,
): Interval => ({
  from: instantOf(span.from),
  to: span.to === null ? end : instantOf(span.to),
})

const words = (iso: string, zone: string): string => {
  const time = iso.slice(19, 23) === '.000' ? iso.slice(11, 19) : iso.slice(11, 23)
  const date = `${Number(iso.slice(8, 10))} ${shortMonth(iso)}`.replaceAll(' ', '\u00a0')
  return `${date}, ${time}\u00a0${zone}`
}

/** The zone that local times are given in: null where they would say nothing new, or cannot be known. */
export const localZone = (timeZone: string): string | null =>
  timeZone === 'UTC' || !isTimeZone(timeZone) ? null : timeZone

export function moment(at: Instant, zone: string | null): Moment {
  const iso = rfc3339(at)
  const local = zone === null ? null : localTime(at, zone)
  return { iso, utc: words(iso, 'UTC'), local: local === null ? null : words(local, local.slice(23)) }
}

export const momentOf = (text: string, zone: string | null): Moment => moment(instantOf(text), zone)

export interface Stretch {
  readonly from: Moment
  readonly to: Moment
  /** Exact, in words. */
  readonly length: string
  readonly ms: string
}

export function stretch(span: TimeSpan, zone: string | null): Stretch {
  const from = instantOf(span.from)
  const to = instantOf(span.to)
  return { from: moment(from, zone), to: moment(to, zone), length: exact(to - from), ms: grouped(to - from) }
}

/** `2,682,000,000 ms` */
export const grouped = (ms: number | bigint): string => `${digits(ms)}\u00a0ms`

/** `2,682,000,000` */
export const digits = (n: number | bigint): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')

import { type Instant, parseInstant } from '../time/instant.ts'
import { wallInstants } from '../time/wall.ts'

export type TypedTime =
  | { readonly ok: true; readonly at: Instant }
  | { readonly ok: false; readonly words: string }

const WALL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/

/**
 * Reads a time to the millisecond: RFC 3339 with its zone, or `2026-10-14 14:02:10.250` as a clock in `zone` showed it.
 * What such a clock showed twice, or never, is refused. Throws a RangeError for an unknown zone.
 */
export function typedTime(text: string, zone: string): TypedTime {
  const no = (words: string): TypedTime => ({ ok: false, words })
  const trimmed = text.trim()
  if (trimmed === '') return no('Give a time, such as 2026-10-14 14:02:10.')
  const exact = parseInstant(trimmed.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'))
  if (exact !== null) return { ok: true, at: exact }
  const m = WALL.exec(trimmed)
  const [year, month, day, hour, minute, second, ms] = (m ?? [])
    .slice(1)
    .map((part, i) => Number(i === 6 ? (part ?? '').padEnd(3, '0') : (part ?? 0)))
  const wall =
    m &&
    wallInstants(
      {
        year: year ?? 0,
        month: month ?? 0,
        day: day ?? 0,
        hour: hour ?? 0,
        minute: minute ?? 0,
        second: second ?? 0,
        ms: ms ?? 0,
      },
      zone,
    )
  if (!wall) return no('Write it as 2026-10-14 14:02:10, or with its zone as 2026-10-14T14:02:10.250Z.')
  switch (wall.exists) {
    case 'once':
      return { ok: true, at: wall.earlier }
    case 'twice':
      return no(`Clocks in ${zone} showed this time twice. Write it in UTC, such as 2026-10-25T01:30:00Z.`)
    case 'never':
      return no(`Clocks in ${zone} skipped this time. Write it in UTC, such as 2026-03-29T01:30:00Z.`)
  }
}

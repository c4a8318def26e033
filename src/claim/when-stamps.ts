import { type Instant, instant, parseInstant } from '../time/instant.ts'
import { offsetZone } from '../time/zone-names.ts'
import { type Found, number, type Reader, type Rule, rule } from './when-rule.ts'
import { COUNT, countNamed, monthNamed, UNIT, unitNamed } from './when-words.ts'

const stamp = (from: Instant, unit: number, zone: string, ...assumed: string[]): Found => ({
  kind: 'stamp',
  from,
  unit,
  zone,
  assumed,
})

const units = (fraction: string | undefined): number => (fraction === undefined ? 1_000 : 1)

const RFC3339 = String.raw`(\d{4}-\d\d-\d\d)[t _](\d\d:\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(z|[+\-]\d\d:?\d\d)`
/** Without a T, a minus may be the dash of a range. */
const RFC3339_MINUTE = String.raw`(\d{4}-\d\d-\d\d)(?:[t ](?=\d\d:\d\d ?[z+])|t)(\d\d:\d\d) ?(z|[+\-]\d\d:?\d\d)`
const RFC2822 = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{4}) (\d\d:\d\d)(?::(\d\d))? ([+\-]\d{4}|gmt|utc|ut|z)`
const ACCESS_LOG = String.raw`(\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/(\d{4}):(\d\d:\d\d):(\d\d) ([+\-]\d{4})`

function exactly(
  date: string,
  minute: string,
  second: string,
  fraction: string | undefined,
  offset: string,
  unit: number,
): Found | null {
  const zone = /^(?:z|gmt|utc|ut|[+-]00:?00)$/.test(offset) ? 'UTC' : offsetZone(offset)
  if (zone === null) return null
  const shift = zone === 'UTC' ? 'Z' : zone
  const leap = second === '60'
  const at = parseInstant(
    `${date}T${minute}:${leap ? '59' : second}${fraction === undefined ? '' : `.${fraction}`}${shift}`,
  )
  return at === null ? null : stamp(at, unit, zone)
}

const dateFromName = (d: string, name: string, y: string): string =>
  `${y}-${String(monthNamed(name) ?? 0).padStart(2, '0')}-${d.padStart(2, '0')}`

/** 2015. Numbers below are no times that a customer reports, and so are those well ahead of now. */
const OLDEST = 1_420_070_400_000
const AHEAD = 366 * 86_400_000

function epoch(ms: number, unit: number, reader: Reader, why: string): Found | null {
  return ms < OLDEST || ms > reader.now + AHEAD ? null : stamp(instant(ms), unit, 'UTC', why)
}

/** Whole timestamps: RFC 3339, RFC 2822, access logs, Unix time, and times counted back from now. */
export const STAMPS: readonly Rule[] = [
  rule(RFC3339, m => exactly(m[1] ?? '', m[2] ?? '', m[3] ?? '', m[4], m[5] ?? '', units(m[4]))),
  rule(RFC3339_MINUTE, m => exactly(m[1] ?? '', m[2] ?? '', '00', undefined, m[3] ?? '', 60_000)),
  rule(RFC2822, m =>
    exactly(
      dateFromName(m[1] ?? '', m[2] ?? '', m[3] ?? ''),
      m[4] ?? '',
      m[5] ?? '00',
      undefined,
      m[6] ?? '',
      m[5] === undefined ? 60_000 : 1_000,
    ),
  ),
  rule(ACCESS_LOG, m =>
    exactly(
      dateFromName(m[1] ?? '', m[2] ?? '', m[3] ?? ''),
      m[4] ?? '',
      m[5] ?? '',
      undefined,
      m[6] ?? '',
      1_000,
    ),
  ),
  rule(String.raw`(\d{13})`, (m, reader) =>
    epoch(number(m[1]), 1, reader, 'a number of 13 digits is read as Unix time in ms'),
  ),
  rule(String.raw`(\d{10})(?:\.(\d{1,9}))?`, (m, reader) =>
    epoch(
      number(m[1]) * 1_000 + number((m[2] ?? '').padEnd(3, '0').slice(0, 3)),
      units(m[2]),
      reader,
      'a number of 10 digits is read as Unix time in seconds',
    ),
  ),
  rule(`(${COUNT}) ?(${UNIT})[sn]? ago|(?:vor|il y a) (${COUNT}) (${UNIT})[sn]?`, (m, reader) => {
    const ms = countNamed(m[1] ?? m[3] ?? '') * (unitNamed(m[2] ?? m[4] ?? '') ?? 0)
    const at = Math.floor((reader.now - ms) / 60_000) * 60_000
    return stamp(instant(at), 60_000, reader.zone, `“${m[0]}” is counted back from now`)
  }),
  rule('(?:right |just )?now|jetzt|maintenant', (_, reader) =>
    stamp(
      instant(Math.floor(reader.now / 60_000) * 60_000),
      60_000,
      reader.zone,
      '“now” is when this was read',
    ),
  ),
]

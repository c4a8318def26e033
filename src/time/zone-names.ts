import { isTimeZone } from './month.ts'

/** One reading of a name for a zone. */
export interface NamedZone {
  /** An IANA zone, or a fixed offset such as `+01:00`. */
  readonly zone: string
  /** What it is, in words. */
  readonly words: string
}

const fixed = (zone: string, words: string): NamedZone => ({ zone, words })

/** What abbreviations mean, the likeliest first. Where summer time is often written by winter's name, the place comes second. */
const ABBREVIATIONS: Readonly<Record<string, readonly NamedZone[]>> = {
  UTC: [fixed('UTC', 'UTC')],
  Z: [fixed('UTC', 'UTC')],
  GMT: [fixed('UTC', 'Greenwich Mean Time')],
  WET: [fixed('+00:00', 'Western European Time'), fixed('Europe/Lisbon', 'the time of Lisbon')],
  WEST: [fixed('+01:00', 'Western European Summer Time')],
  BST: [fixed('+01:00', 'British Summer Time'), fixed('Europe/London', 'the time of London')],
  CET: [fixed('+01:00', 'Central European Time'), fixed('Europe/Paris', 'the time of Paris and Berlin')],
  MEZ: [fixed('+01:00', 'Central European Time'), fixed('Europe/Berlin', 'the time of Berlin')],
  CEST: [
    fixed('+02:00', 'Central European Summer Time'),
    fixed('Europe/Paris', 'the time of Paris and Berlin'),
  ],
  MESZ: [fixed('+02:00', 'Central European Summer Time'), fixed('Europe/Berlin', 'the time of Berlin')],
  EET: [fixed('+02:00', 'Eastern European Time'), fixed('Europe/Helsinki', 'the time of Helsinki')],
  EEST: [fixed('+03:00', 'Eastern European Summer Time'), fixed('Europe/Helsinki', 'the time of Helsinki')],
  MSK: [fixed('+03:00', 'Moscow Time')],
  EST: [fixed('-05:00', 'Eastern Standard Time'), fixed('America/New_York', 'the time of New York')],
  EDT: [fixed('-04:00', 'Eastern Daylight Time'), fixed('America/New_York', 'the time of New York')],
  ET: [fixed('America/New_York', 'Eastern Time')],
  CST: [
    fixed('-06:00', 'Central Standard Time'),
    fixed('America/Chicago', 'the time of Chicago'),
    fixed('Asia/Shanghai', 'China Standard Time'),
  ],
  CDT: [fixed('-05:00', 'Central Daylight Time'), fixed('America/Chicago', 'the time of Chicago')],
  CT: [fixed('America/Chicago', 'Central Time')],
  MST: [fixed('-07:00', 'Mountain Standard Time'), fixed('America/Denver', 'the time of Denver')],
  MDT: [fixed('-06:00', 'Mountain Daylight Time'), fixed('America/Denver', 'the time of Denver')],
  MT: [fixed('America/Denver', 'Mountain Time')],
  PST: [fixed('-08:00', 'Pacific Standard Time'), fixed('America/Los_Angeles', 'the time of Los Angeles')],
  PDT: [fixed('-07:00', 'Pacific Daylight Time'), fixed('America/Los_Angeles', 'the time of Los Angeles')],
  PT: [fixed('America/Los_Angeles', 'Pacific Time')],
  IST: [
    fixed('Asia/Kolkata', 'India Standard Time'),
    fixed('Europe/Dublin', 'Irish Standard Time'),
    fixed('Asia/Jerusalem', 'Israel Standard Time'),
  ],
  SAST: [fixed('+02:00', 'South Africa Standard Time')],
  SGT: [fixed('+08:00', 'Singapore Time')],
  HKT: [fixed('+08:00', 'Hong Kong Time')],
  JST: [fixed('+09:00', 'Japan Standard Time')],
  KST: [fixed('+09:00', 'Korea Standard Time')],
  AEST: [
    fixed('+10:00', 'Australian Eastern Standard Time'),
    fixed('Australia/Sydney', 'the time of Sydney'),
  ],
  AEDT: [
    fixed('+11:00', 'Australian Eastern Daylight Time'),
    fixed('Australia/Sydney', 'the time of Sydney'),
  ],
  NZST: [fixed('+12:00', 'New Zealand Standard Time'), fixed('Pacific/Auckland', 'the time of Auckland')],
  NZDT: [fixed('+13:00', 'New Zealand Daylight Time'), fixed('Pacific/Auckland', 'the time of Auckland')],
}

export const ABBREVIATED: readonly string[] = Object.keys(ABBREVIATIONS)

/** What a zone's abbreviation may mean, the likeliest first; that of `home`, the zone of who wrote it, before the others. Empty for an unknown one. */
export function zonesOf(abbreviation: string, home: string): readonly NamedZone[] {
  const found = Object.hasOwn(ABBREVIATIONS, abbreviation) ? (ABBREVIATIONS[abbreviation] ?? []) : []
  const first = found.filter(z => z.zone === home && (abbreviation === 'IST' || abbreviation === 'CST'))
  return [...first, ...found.filter(z => !first.includes(z))]
}

/** Places that people name, and that no zone is called after. */
const PLACES: Readonly<Record<string, string>> = {
  uk: 'Europe/London',
  british: 'Europe/London',
  german: 'Europe/Berlin',
  munich: 'Europe/Berlin',
  frankfurt: 'Europe/Berlin',
  french: 'Europe/Paris',
  indian: 'Asia/Kolkata',
  india: 'Asia/Kolkata',
  eastern: 'America/New_York',
  central: 'America/Chicago',
  mountain: 'America/Denver',
  pacific: 'America/Los_Angeles',
  'san francisco': 'America/Los_Angeles',
  boston: 'America/New_York',
  washington: 'America/New_York',
  'central european': 'Europe/Paris',
}

let cities: ReadonlyMap<string, string> | null = null

function cityZones(): ReadonlyMap<string, string> {
  cities ??= new Map(
    Intl.supportedValuesOf('timeZone').map(zone => [
      (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ').toLowerCase(),
      zone,
    ]),
  )
  return cities
}

/** The zone of a place such as `Paris`, `New York` or `Eastern`; null where none is known by that name. */
export function zoneOfPlace(place: string): string | null {
  const name = place
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ')
    .trim()
  if (Object.hasOwn(PLACES, name)) return PLACES[name] ?? null
  return cityZones().get(name) ?? null
}

/** `+02:00` from `+2`, `+0200`, `+02:00` or `-5:30`; null beyond a day. */
export function offsetZone(text: string): string | null {
  const m = /^([+\-\u2212])(\d{1,2})(?::?([0-5]\d))?$/.exec(text)
  if (!m || Number(m[2]) > 14) return null
  return `${m[1] === '+' ? '+' : '-'}${(m[2] ?? '').padStart(2, '0')}:${m[3] ?? '00'}`
}

/** An IANA zone by its full name, such as `Europe/Paris`, as it is written; null for anything else. */
export const zoneByName = (text: string): string | null =>
  text.includes('/') && text.length <= 40 && isTimeZone(text) ? text : null

import {
  ABBREVIATED,
  type NamedZone,
  offsetZone,
  zoneByName,
  zoneOfPlace,
  zonesOf,
} from '../time/zone-names.ts'
import { type Found, type Rule, rule } from './when-rule.ts'

const zoned = (zones: readonly NamedZone[], text: string): Found | null =>
  zones.length > 0 ? { kind: 'zone', zones, text } : null

/** Zones by offset, IANA name, place and abbreviation. */
export const ZONES: readonly Rule[] = [
  rule(String.raw`(?:utc|gmt) ?([+\-\u2212]\d{1,2}(?::?[0-5]\d)?)`, (m, _, raw) => {
    const zone = offsetZone(m[1] ?? '')
    return zone === null ? null : zoned([{ zone, words: raw }], raw)
  }),
  // After minutes alone, a minus is the dash of a range.
  rule(String.raw`(?:(?<=\d ?)\+|(?<=:\d\d(?::\d\d|[.,]\d{1,9}) ?)-)\d\d:?[0-5]\d`, (m, _, raw) => {
    const zone = offsetZone(m[0])
    return zone === null ? null : zoned([{ zone, words: raw }], raw)
  }),
  rule(String.raw`[a-z]{2,20}(?:/[a-z_\-]{2,20}){1,2}`, (_, __, raw) => {
    const zone = zoneByName(raw)
    return zone === null ? null : zoned([{ zone, words: zone }], raw)
  }),
  rule('(?:local|my|our) time', (_, reader, raw) => zoned([{ zone: reader.zone, words: reader.zone }], raw)),
  rule(
    String.raw`heure de ([\p{L}\-]{2,20})|([\p{L}\-]{2,15}(?: [\p{L}\-]{2,15}){0,2})(?: standard| daylight| summer)? (?:time|zeit)`,
    (m, _, raw) => {
      const place = zoneOfPlace(m[1] ?? m[2] ?? '')
      return place === null ? null : zoned([{ zone: place, words: place }], raw)
    },
  ),
  rule(ABBREVIATED.map(a => a.toLowerCase()).join('|'), (_, reader, raw) =>
    // In lower case most of these are words of some language.
    raw === raw.toUpperCase() || /^(utc|gmt)$/i.test(raw)
      ? zoned(zonesOf(raw.toUpperCase(), reader.zone), raw.toUpperCase())
      : null,
  ),
]

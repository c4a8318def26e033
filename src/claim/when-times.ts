import { type Found, number, type Rule, rule } from './when-rule.ts'
import { PART, type PartOfDay, partNamed } from './when-words.ts'

function clock(
  hour: number,
  minute: string | undefined,
  second: string | undefined,
  ms: string | undefined,
  mark: string,
): Found | null {
  const suffix = mark.replaceAll('.', '').trim()
  const meridiem = suffix === 'am' || suffix === 'pm' ? suffix : null
  if (meridiem !== null && (hour < 1 || hour > 12)) return null
  if (hour > 24 || (hour === 24 && number(minute) + number(second) + number(ms) > 0)) return null
  const fraction = ms?.padEnd(3, '0').slice(0, 3)
  const unit = fraction !== undefined ? 1 : second !== undefined ? 1_000 : 60_000
  return {
    kind: 'time',
    time: {
      hour: meridiem === null ? hour : (hour % 12) + (meridiem === 'pm' ? 12 : 0),
      minute: number(minute),
      // A leap second is the last second of its minute.
      second: Math.min(59, number(second)),
      ms: number(fraction),
      unit,
      bare: meridiem === null && suffix === '' && hour >= 1 && hour <= 12,
      meridiem,
      part: null,
      dayShift: null,
      assumed: minute === undefined ? 'an hour alone is read as the minute at which it begins' : null,
    },
  }
}

const partTime = (part: PartOfDay, dayShift: number | null): Found => ({
  kind: 'time',
  time: {
    hour: part.from,
    minute: 0,
    second: 0,
    ms: 0,
    unit: (part.to - part.from) * 3_600_000,
    bare: false,
    meridiem: null,
    part,
    dayShift,
    assumed: `“${part.words}” is read as ${part.from}:00 to ${part.to % 24}:00`,
  },
})

function partOf(word: string, dayShift: number | null): Found | null {
  const part = partNamed(word)
  return part === null ? null : partTime(part, dayShift)
}

const MARK = String.raw`(?: ?(am(?! ?\d{1,2}\.)|pm|a\.m\.?|p\.m\.?|uhr|hrs|h))?`

/** Times of the clock, and parts of a day. */
export const TIMES: readonly Rule[] = [
  rule(`(last|this) (${PART})`, m => partOf(m[2] ?? '', m[1] === 'last' ? -1 : 0)),
  rule(String.raw`(\d{1,2}):([0-5]\d)(?::([0-5]\d|60)(?:[.,](\d{1,9}))?)?${MARK}`, m =>
    clock(number(m[1]), m[2], m[3], m[4], m[5] ?? ''),
  ),
  rule(String.raw`(\d{1,2}):([0-5]\d)`, m => clock(number(m[1]), m[2], undefined, undefined, '')),
  // The first of “2-3pm”.
  rule(String.raw`(\d{1,2})(?= ?(?:-|–|to|and) ?\d{1,2}(?::[0-5]\d)? ?(?:am|pm))`, m =>
    clock(number(m[1]), undefined, undefined, undefined, ''),
  ),
  rule(String.raw`(\d{1,2})h([0-5]\d)`, m => clock(number(m[1]), m[2], undefined, undefined, 'h')),
  rule(String.raw`(\d{1,2})\.([0-5]\d) ?(am|pm|a\.m\.?|p\.m\.?|uhr|hrs)`, m =>
    clock(number(m[1]), m[2], undefined, undefined, m[3] ?? ''),
  ),
  rule(String.raw`(\d{1,2}) ?(am|pm|a\.m\.?|p\.m\.?|uhr|h|heures?|o'clock)`, m =>
    clock(
      number(m[1]),
      undefined,
      undefined,
      undefined,
      /^(uhr|h|heures?)$/.test(m[2] ?? '') ? 'h' : (m[2] ?? '').replace("o'clock", ''),
    ),
  ),
  rule(String.raw`([01]\d|2[0-3])([0-5]\d) ?(?:hrs|hours|h)`, m =>
    clock(number(m[1]), m[2], undefined, undefined, 'h'),
  ),
  {
    pattern: /([01]\d|2[0-3])([0-5]\d)(?= ?(?:z|utc|gmt)(?![\p{L}\p{N}]))/uy,
    read: m => clock(number(m[1]), m[2], undefined, undefined, 'h'),
  },
  rule('noon|midday|mittags?|midi', () => clock(12, '00', undefined, undefined, 'h')),
  rule('midnight|mitternacht|minuit', () => {
    const found = clock(0, '00', undefined, undefined, 'h')
    if (found?.kind !== 'time') return null
    return { ...found, time: { ...found.time, assumed: 'midnight is read as the start of the day' } }
  }),
  rule(PART, m => partOf(m[0], null)),
]

import { addDays, type CalendarDate, isDate, weekdayOf } from '../time/wall.ts'
import { type Found, number, type Reader, type Rule, rule } from './when-rule.ts'
import { COUNT, countNamed, DAY, dayNamed, MONTH, monthNamed, WEEKDAY, weekdayNamed } from './when-words.ts'

const year = (text: string): number => {
  const digits = text.replace("'", '')
  return digits.length === 2 ? 2_000 + Number(digits) : Number(digits)
}

/** Also a date that no calendar has, such as 31 February: nothing near it may be read as if it were not there. */
function fixedDate(y: number | null, month: number, day: number | null, swappable = false): Found | null {
  const inYear = (m: number, d: number) => isDate({ year: y ?? LEAP, month: m, day: d })
  if (month < 1 || month > 12 || day === 0 || (day ?? 1) > 31 || !(y === null || inYear(1, 1))) return null
  const swapped =
    swappable && day !== null && day !== month && inYear(day, month) ? { month: day, day: month } : null
  return { kind: 'date', date: { year: y, month, day, swapped, weekday: false, guessed: false } }
}

/** Stands for the year that is not named. */
const LEAP = 2_000

/** Dots are written day first everywhere; slashes and dashes as the reader is told, unless a number settles it. */
function numericDate(
  a: number,
  b: number,
  separator: string,
  y: number | null,
  reader: Reader,
): Found | null {
  if (separator === '.') return fixedDate(y, b, a)
  const dayFirst = a > 12 || (b <= 12 && reader.dayFirst)
  return dayFirst ? fixedDate(y, b, a, true) : fixedDate(y, a, b, true)
}

const dayOf = (date: CalendarDate, weekday = false, guessed = false): Found => ({
  kind: 'date',
  date: { ...date, swapped: null, weekday, guessed },
})

/** The latest such day of a month. */
function dayOfMonth(day: number, { today }: Reader): Found | null {
  for (let back = 0; back < 3; back++) {
    const months = today.year * 12 + today.month - 1 - back
    const date = { year: Math.floor(months / 12), month: (months % 12) + 1, day }
    if (isDate(date) && (back > 0 || day <= today.day)) return dayOf(date, false, true)
  }
  return null
}

const YEAR = String.raw`(?:19|20)\d\d`
const ORDINAL = String.raw`(?:st|nd|rd|th|er|\.)?`

/** Dates and months in figures and words, and days counted back from today. */
export const DATES: readonly Rule[] = [
  {
    pattern: /(\d{4})-(\d\d)-(\d\d)[t_](?=\d)/uy,
    read: m => fixedDate(number(m[1]), number(m[2]), number(m[3])),
  },
  rule(String.raw`(\d{4})([\-/.])(\d{1,2})\2(\d{1,2})`, m =>
    fixedDate(number(m[1]), number(m[3]), number(m[4])),
  ),
  rule(`(${YEAR})(\\d\\d)(\\d\\d)`, m => fixedDate(number(m[1]), number(m[2]), number(m[3]))),
  rule(String.raw`(\d{1,2})([./\-])(\d{1,2})\2(\d{4}|\d{2})`, (m, reader) =>
    numericDate(number(m[1]), number(m[3]), m[2] ?? '', year(m[4] ?? ''), reader),
  ),
  rule(String.raw`(\d{1,2})/(\d{1,2})(?!/\d)`, (m, reader) =>
    numericDate(number(m[1]), number(m[2]), '/', null, reader),
  ),
  rule(String.raw`(\d{1,2})\.(\d{1,2})\.(?=\s|,|$)`, (m, reader) =>
    numericDate(number(m[1]), number(m[2]), '.', null, reader),
  ),
  rule(
    `(\\d{1,2})${ORDINAL}(?: of| de)?[ \\-/]{0,2}(${MONTH})\\.?(?:,? {1,2}(${YEAR})|[\\-/](${YEAR}|\\d\\d)| ?('\\d\\d))?`,
    m => {
      const y = m[3] ?? m[4] ?? m[5]
      return fixedDate(y === undefined ? null : year(y), monthNamed(m[2] ?? '') ?? 0, number(m[1]))
    },
  ),
  rule(`(${MONTH})\\.? {1,2}(${YEAR})`, m => fixedDate(number(m[2]), monthNamed(m[1] ?? '') ?? 0, null)),
  rule(`(${MONTH})\\.?[ \\-]{1,2}(?:the )?(\\d{1,2})${ORDINAL}(?:,? {1,2}(${YEAR})|-(${YEAR}))?`, m => {
    const y = m[3] ?? m[4]
    return fixedDate(y === undefined ? null : number(y), monthNamed(m[1] ?? '') ?? 0, number(m[2]))
  }),
  rule(String.raw`(\d{1,2})(?:st|nd|rd|th)`, (m, reader) => dayOfMonth(number(m[1]), reader)),
  rule(`(${YEAR})-(\\d\\d)`, m => fixedDate(number(m[1]), number(m[2]), null)),
  rule(`(${COUNT}) days? ago|vor (${COUNT}) tage?n?|il y a (${COUNT}) jours?`, (m, reader) =>
    dayOf(addDays(reader.today, -Math.round(countNamed(m[1] ?? m[2] ?? m[3] ?? '')))),
  ),
  rule(`(?:${DAY}|hier(?= (?:a|vers|soir|matin|apres-midi|entre|de) ?))`, (m, reader) => {
    const n = dayNamed(m[0])
    return n === null ? null : dayOf(addDays(reader.today, n))
  }),
  rule(`(?:(?:last|letzten|on|am) )?(${WEEKDAY})(?:s|\\.)?(?: dernier)?`, (m, reader) => {
    const wanted = weekdayNamed(m[1] ?? '')
    // “mon” and “sat” are words too.
    if (
      wanted === null ||
      ((m[1] ?? '').length <= 3 &&
        !/^[,.]? *\d/.test(m.input.slice(m.index + m[0].length, m.index + m[0].length + 4)))
    )
      return null
    const back = (weekdayOf(reader.today) - wanted + 7) % 7
    return dayOf(addDays(reader.today, -(back === 0 && m[0].startsWith('last') ? 7 : back)), true)
  }),
]

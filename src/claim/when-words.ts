/** Names of the months in English, German and French, and their short forms, in lower case and without accents. */
const MONTHS: readonly (readonly string[])[] = [
  ['january', 'jan', 'januar', 'janner', 'janvier', 'janv'],
  ['february', 'feb', 'februar', 'fevrier', 'fevr', 'fev'],
  ['march', 'mar', 'marz', 'mrz', 'mars'],
  ['april', 'apr', 'avril', 'avr'],
  ['may', 'mai'],
  ['june', 'jun', 'juni', 'juin'],
  ['july', 'jul', 'juli', 'juillet', 'juil'],
  ['august', 'aug', 'aout'],
  ['september', 'sept', 'sep', 'septembre'],
  ['october', 'oct', 'oktober', 'okt', 'octobre'],
  ['november', 'nov', 'novembre'],
  ['december', 'dec', 'dezember', 'dez', 'decembre'],
]

const WEEKDAYS: readonly (readonly string[])[] = [
  ['monday', 'mon', 'montag', 'lundi'],
  ['tuesday', 'tue', 'tues', 'dienstag', 'mardi'],
  ['wednesday', 'wed', 'mittwoch', 'mercredi'],
  ['thursday', 'thu', 'thur', 'thurs', 'donnerstag', 'jeudi'],
  ['friday', 'fri', 'freitag', 'vendredi'],
  ['saturday', 'sat', 'samstag', 'sonnabend', 'samedi'],
  ['sunday', 'sun', 'sonntag', 'dimanche'],
]

/** Days counted from today. */
const DAYS: Readonly<Record<string, number>> = {
  today: 0,
  heute: 0,
  "aujourd'hui": 0,
  yesterday: -1,
  gestern: -1,
  // In German it means “here”: only before what follows it in French.
  hier: -1,
  'the day before yesterday': -2,
  'day before yesterday': -2,
  vorgestern: -2,
  'avant-hier': -2,
}

/** A part of a day, in hours of the clock. */
export interface PartOfDay {
  readonly from: number
  /** Up to 30: 6 on the next day. */
  readonly to: number
  readonly words: string
}

const PARTS: Readonly<Record<string, PartOfDay>> = {
  morning: { from: 6, to: 12, words: 'morning' },
  vormittag: { from: 6, to: 12, words: 'morning' },
  matin: { from: 6, to: 12, words: 'morning' },
  afternoon: { from: 12, to: 18, words: 'afternoon' },
  nachmittag: { from: 12, to: 18, words: 'afternoon' },
  'apres-midi': { from: 12, to: 18, words: 'afternoon' },
  evening: { from: 18, to: 24, words: 'evening' },
  abend: { from: 18, to: 24, words: 'evening' },
  soir: { from: 18, to: 24, words: 'evening' },
  night: { from: 18, to: 30, words: 'night' },
}

const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  sec: 1_000,
  sekunde: 1_000,
  seconde: 1_000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  hr: 3_600_000,
  stunde: 3_600_000,
  heure: 3_600_000,
}

const BASE: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u00a0': ' ',
  '\u202f': ' ',
  '\t': ' ',
  ä: 'a',
  à: 'a',
  â: 'a',
  é: 'e',
  è: 'e',
  ê: 'e',
  û: 'u',
  ü: 'u',
}

/** Lower case, without accents, and exactly as long. */
export const plain = (text: string): string =>
  text.replaceAll(/[^\x20-\x60\x7b-\x7e]|[A-Z]/g, unit => {
    const lower = unit.toLowerCase()
    return lower.length === unit.length ? (BASE[lower] ?? lower) : unit
  })

const indexIn = (table: readonly (readonly string[])[], word: string): number | null => {
  const found = table.findIndex(names => names.includes(plain(word)))
  return found < 0 ? null : found + 1
}

const own = <T>(table: Readonly<Record<string, T>>, word: string): T | null => {
  const name = plain(word)
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null
}

/** 1 to 12. */
export const monthNamed = (word: string): number | null => indexIn(MONTHS, word)
/** 1 for Monday to 7. */
export const weekdayNamed = (word: string): number | null => indexIn(WEEKDAYS, word)
export const dayNamed = (word: string): number | null => own(DAYS, word)
export const partNamed = (word: string): PartOfDay | null => own(PARTS, word)
/** In ms. */
export const unitNamed = (word: string): number | null =>
  own(UNITS, word) ?? own(UNITS, word.replace(/[sn]$/i, ''))

const COUNTS: Readonly<Record<string, number>> = {
  'half an': 0.5,
  'einer halben': 0.5,
  'une demi': 0.5,
  'a few': 3,
  'a couple of': 2,
  an: 1,
  a: 1,
  one: 1,
  einer: 1,
  einem: 1,
  une: 1,
  un: 1,
  two: 2,
  zwei: 2,
  deux: 2,
  three: 3,
  drei: 3,
  trois: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
}

/** Digits, or a number in words. */
export const countNamed = (word: string): number => own(COUNTS, word) ?? Number(word)

const longest = (words: readonly string[]): string => [...words].sort((a, b) => b.length - a.length).join('|')

/** Alternatives for patterns over `plain` text. */
export const MONTH = longest(MONTHS.flat())
export const WEEKDAY = longest(WEEKDAYS.flat())
export const DAY = longest(Object.keys(DAYS).filter(word => word !== 'hier'))
export const PART = longest(Object.keys(PARTS))
export const COUNT = `\\d{1,3}|${longest(Object.keys(COUNTS))}`
export const UNIT = longest(Object.keys(UNITS))

/** Words between a date and a time, and between times, that mean nothing more. */
export const FILLER =
  /^(?:at|on|the|um|am|ab|uhr|gegen|circa|ca|approx|approximately|around|about|roughly|a|le|les|vers|de|du|of|in|was|it|between|from|since|entre|zwischen|von|vom|den|seit|depuis|just)$/

/** What makes a range of two times. */
export const LINK = /^(?:-{1,2}|–|—|→|->|to|until|till|til|through|bis|jusqu'a|\/|\.{2,3}|…)$/

/** What makes a range of two times after “between”. */
export const AND = /^(?:and|und|et)$/
export const BETWEEN = /(?:between|zwischen|entre)(?: +(?:the|le|um|about|around))? *$/

/** How a line begins that tells when it began, or ended. */
export const BEGAN =
  /^[^\p{L}]*(?:began|beginning|begin|started|start|from|since|von|ab|beginn|debut|down since|first seen)\b/u
export const ENDED =
  /^[^\p{L}]*(?:ended|end|finished|to|until|till|bis|ende|fin|recovered|resolved|back|up again)\b/u

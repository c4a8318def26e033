import type { Instant } from '../time/instant.ts'
import type { CalendarDate } from '../time/wall.ts'
import type { NamedZone } from '../time/zone-names.ts'
import type { PartOfDay } from './when-words.ts'

/** Where and when a text was written. */
export interface Reader {
  /** IANA zone. */
  readonly zone: string
  readonly now: Instant
  /** Today in that zone. */
  readonly today: CalendarDate
  /** How 03/04 is read: true for 3 April. */
  readonly dayFirst: boolean
}

/** A date as it was read. `day` null: the whole month. */
export interface DateRead {
  readonly year: number | null
  readonly month: number
  readonly day: number | null
  /** The other order of day and month, where both are possible. */
  readonly swapped: { readonly month: number; readonly day: number } | null
  /** A weekday alone: the latest one. */
  readonly weekday: boolean
  /** The month is not named: the latest one. */
  readonly guessed: boolean
}

export interface TimeRead {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
  /** What it is exact to, in ms. */
  readonly unit: number
  /** Between 1 and 12, with neither am nor pm: takes that of the other end of its range. */
  readonly bare: boolean
  readonly meridiem: 'am' | 'pm' | null
  readonly part: PartOfDay | null
  /** Where a day is named with it, counted from today: -1 for “last night”. */
  readonly dayShift: number | null
  readonly assumed: string | null
}

export interface Span {
  readonly at: number
  readonly end: number
}

export type Item = Span &
  (
    | {
        readonly kind: 'stamp'
        readonly from: Instant
        readonly unit: number
        readonly zone: string
        readonly assumed: readonly string[]
      }
    | { readonly kind: 'date'; readonly date: DateRead }
    | { readonly kind: 'time'; readonly time: TimeRead }
    | { readonly kind: 'zone'; readonly zones: readonly NamedZone[]; readonly text: string }
  )

export type Found = { [K in Item['kind']]: Omit<Extract<Item, { kind: K }>, 'at' | 'end'> }[Item['kind']]

export interface Rule {
  readonly pattern: RegExp
  /** Null: it only looked like it. */
  readonly read: (m: RegExpExecArray, reader: Reader, raw: string) => Found | null
}

/** A zone may follow without a space. */
const END = String.raw`(?:(?![\p{L}\p{N}]|[.:]\d)|(?=(?:z|utc|gmt|bst|cest|cet|e[sd]t|p[sd]t|ist)(?![\p{L}\p{N}])))`

/** A pattern over `plain` text, up to the end of its word. */
export const rule = (source: string, read: Rule['read']): Rule => ({
  pattern: new RegExp(`(?:${source})${END}`, 'uy'),
  read,
})

export const number = (text: string | undefined): number => Number(text ?? 0)

import type { Correction } from '../month/record.ts'
import { type Instant, parseInstant } from '../time/instant.ts'
import { later } from '../time/interval.ts'

/** What of a correction says whether it raised the credit of months that were closed. */
export type Raising = Pick<Correction, 'at'> & {
  readonly months: readonly {
    readonly month: string
    readonly before: { readonly creditDays: number }
    readonly after: { readonly creditDays: number }
  }[]
}

/** The months whose credit a correction raised. */
export const raisedMonths = ({ months }: Raising): string[] =>
  months.filter(({ before, after }) => after.creditDays > before.creditDays).map(({ month }) => month)

/** When the latest correction that raised the days of credit of a closed month was made; null where none did. */
export const raisedAt = (corrections: readonly Raising[], month: string): Instant | null =>
  corrections
    .filter(correction => raisedMonths(correction).includes(month))
    .flatMap(({ at }) => parseInstant(at) ?? [])
    .reduce<Instant | null>((latest, at) => (latest === null ? at : later(latest, at)), null)

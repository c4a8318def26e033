import type { Declared } from '../availability/measure.ts'
import { type Instant, parseInstant } from '../time/instant.ts'
import { type Interval, overlaps } from '../time/interval.ts'
import type { Correction, TimeSpan } from './record.ts'

/** Reads an RFC 3339 instant of a record. Throws a RangeError for anything else. */
export function at(text: string): Instant {
  const read = parseInstant(text)
  if (read === null) throw new RangeError(`not an instant: ${text}`)
  return read
}

export const spanOf = ({ from, to }: TimeSpan): Interval => ({ from: at(from), to: at(to) })

/** What corrections declare, in their order: an outage that is excluded or moved was up, and where it is added or moved to it was down. */
export const declaredBy = (
  corrections: readonly Pick<Correction, 'before' | 'after' | 'startsAfter'>[],
): Declared[] =>
  corrections.flatMap(({ before, after, startsAfter }): Declared[] => [
    ...(before
      ? [
          {
            ...spanOf(before),
            state: 'up' as const,
            startsAfter: startsAfter === null ? null : at(startsAfter),
          },
        ]
      : []),
    ...(after ? [{ ...spanOf(after), state: 'down' as const, startsAfter: null }] : []),
  ])

/** Whether a correction can change anything in a window: also where only the worst case reached into it. */
export const touches = (
  { before, after, startsAfter }: Pick<Correction, 'before' | 'after' | 'startsAfter'>,
  window: Interval,
): boolean =>
  [
    ...(before ? [{ from: at(startsAfter ?? before.from), to: at(before.to) }] : []),
    ...(after ? [spanOf(after)] : []),
  ].some(stretch => overlaps(stretch, window))

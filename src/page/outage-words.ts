import { exact, listed } from './words.ts'

/** What an outage's length, from begin to end, is made of, in ms. */
export interface OutageParts {
  readonly down: number
  readonly unknown: number
  /** What of the unknown time the contract counts as down. */
  readonly unknownCounted: number
  readonly maintenance: number
}

export const countedOf = ({ down, unknownCounted }: Pick<OutageParts, 'down' | 'unknownCounted'>): number =>
  down + unknownCounted

/** What lies between begin and end beside the down time, a sentence each: what is not counted is no part of what is. */
export function besidesWords({ unknown, unknownCounted, maintenance }: OutageParts): string[] {
  const rest = unknown - unknownCounted
  return [
    ...(unknownCounted > 0
      ? [`${exact(unknownCounted)} of it is unknown, which the contract counts as down.`]
      : []),
    ...(rest > 0 ? [`Besides, ${exact(rest)} in it is unknown, and not counted.`] : []),
    ...(maintenance > 0
      ? [`Besides, ${exact(maintenance)} in it lay within announced maintenance, and is not counted.`]
      : []),
  ]
}

/** What of an outage's length does not count; null where all of it does. */
export function lessWords(parts: OutageParts): string | null {
  const unknown = parts.unknown - parts.unknownCounted
  const less = [
    ...(unknown > 0 ? [`${exact(unknown)} of it is unknown`] : []),
    ...(parts.maintenance > 0 ? [`${exact(parts.maintenance)} of it lay within announced maintenance`] : []),
  ]
  const counted = countedOf(parts)
  return less.length === 0
    ? null
    : `${counted === 0 ? 'None' : exact(counted)} of it counts as downtime: ${listed(less)}.`
}

/** Its part of the best and of the worst case; null where these leave nothing open. */
export function rangeWords(
  { least, most }: { readonly least: number; readonly most: number },
  { unknown }: Pick<OutageParts, 'unknown'>,
): string | null {
  if (least === most) return null
  return unknown > 0
    ? `It was down for at least ${exact(least)}, and for at most ${exact(most)} if it was down all the unknown time too.`
    : `It was down for at least ${exact(least)} and at most ${exact(most)}.`
}

import type { EndpointId } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { chance, seedOf } from './random.ts'

/** What an endpoint of the demo pretends to be. */
export interface Profile {
  /** Where its past was recorded: names and addresses that are reserved for documentation. */
  readonly host: string
  readonly address: string
  /** Its usual latency at night, in ms. */
  readonly usual: number
  readonly seed: number
}

const KNOWN: Readonly<Record<string, readonly [host: string, address: string, usual: number]>> = {
  'iam-login': ['login.example.com', '192.0.2.10:443', 74],
  'iam-token': ['token.example.com', '192.0.2.11:443', 31],
  'shop-front': ['shop.example.com', '192.0.2.40:443', 128],
  'shop-checkout': ['checkout.example.com', '192.0.2.41:443', 186],
  'payments-eu': ['eu.pay.example.com', '198.51.100.5:443', 48],
  'payments-us': ['us.pay.example.com', '198.51.100.69:443', 117],
  'payments-ap': ['ap.pay.example.com', '198.51.100.133:443', 214],
  'storage-a': ['a.storage.example.com', '203.0.113.20:443', 22],
  'storage-b': ['b.storage.example.com', '203.0.113.21:443', 24],
  'docs-site': ['docs.example.com', '203.0.113.80:443', 63],
  'search-query': ['search.example.com', '192.0.2.90:443', 41],
}

export function profileOf(id: EndpointId): Profile {
  const [host, address, usual] = KNOWN[id] ?? ['www.example.com', '192.0.2.1:443', 50]
  return { host, address, usual, seed: seedOf(id) }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * The latency of a good answer in microseconds: slower by day than by night and on working days than at weekends,
 * with noise, now and then an outlier, and about twice as slow in the middle of a slow week.
 */
export function latencyAt(profile: Profile, at: Instant, slow: Interval | null): number {
  const hour = (at % DAY) / HOUR
  const daily = 1 + 0.32 * (1 - Math.cos(((hour - 3) / 12) * Math.PI)) * 0.5
  // The epoch began on a Thursday.
  const weekend = (Math.floor(at / DAY) + 4) % 7 === 0 || (Math.floor(at / DAY) + 4) % 7 === 6
  const week = slow && slow.from <= at && at < slow.to ? 1 + swell(at, slow) : 1
  const bell = chance(profile.seed, at) + chance(profile.seed + 1, at) + chance(profile.seed + 2, at) - 1.5
  const tail = chance(profile.seed + 3, at)
  const outlier = tail > 0.992 ? 1.8 + (tail - 0.992) * 400 : 1
  return Math.round(
    profile.usual * 1_000 * daily * (weekend ? 0.88 : 1) * week * Math.exp(bell * 0.35) * outlier,
  )
}

/** From 0 at the edges to 1.1 in the middle. */
const swell = (at: number, { from, to }: Interval): number =>
  1.1 * Math.sin(((at - from) / (to - from)) * Math.PI)

import type { Endpoint } from '../catalog/model.ts'
import type { Duration } from '../time/instant.ts'
import type { Check } from './check.ts'

/** What a prober is told. Plain data, so that a prober may be a thread or another machine. */
export type ToProber =
  /** All endpoints and reference targets there are; those not named are dropped. */
  | {
      readonly kind: 'configure'
      readonly endpoints: readonly Endpoint[]
      readonly references: readonly string[]
    }
  /** Start no further check, wait up to `limit` ms for those in flight, and answer `drained`. */
  | { readonly kind: 'drain'; readonly limit: Duration }

/** What a prober tells. */
export type FromProber =
  /** It is listening. */
  | { readonly kind: 'ready' }
  /** Checks that were made, each endpoint's in the order of their start. */
  | { readonly kind: 'checks'; readonly checks: readonly Check[] }
  /** Something failed outside of any check; probing goes on. */
  | { readonly kind: 'fault'; readonly message: string }
  /** Nothing is in flight, and nothing follows. */
  | { readonly kind: 'drained' }

import type { Casework } from '../casework/casework.ts'
import type { By } from '../casework/trail.ts'
import type { Source } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import type { Tier } from '../support/priority.ts'
import type { SupportStore } from '../support/store.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { SentForm } from './form.ts'

/** What the operator sets of the forms; read anew each time, since the configuration reloads. */
export interface FrontSettings {
  readonly title: string
  readonly url: string | null
  readonly contract: Contract
  /** Reverse proxies whose word on addresses is taken. */
  readonly trustedProxies: readonly string[]
  readonly tolerance: Duration
  readonly evidence: 'required' | 'optional'
  /** How soon the first answer is due, in ms of worked time. */
  readonly tiers: Readonly<Record<Tier, number>>
}

export type Limited = 'filings' | 'messages' | 'misses' | 'posts'
type Headers = Readonly<Record<string, string>>

/** What a page of the front works with. */
export interface FrontContext {
  readonly casework: Casework
  readonly support: Pick<SupportStore, 'findBySecret'>
  readonly source: Source
  readonly settings: () => FrontSettings
  readonly now: Instant
  /** The customer, with their IP address. */
  readonly by: By
  /** Without the prefix and the query. */
  readonly path: string
  /** The empty string where it is not given; never longer than 1,000 characters. */
  readonly query: (name: string) => string
  readonly param: (name: string) => string
  /** Renders `views/front/TEMPLATE.eta`, which sees `it.view`. */
  readonly page: (
    template: string,
    view: object,
    about: { readonly title: string; readonly status: number; readonly headers?: Headers },
  ) => Response
  readonly message: (status: number, heading: string, words: string, headers?: Headers) => Response
  /** Goes to a path of ours (303). */
  readonly redirect: (path: string, headers?: Headers) => Response
  /** The public address of a path of ours. */
  readonly link: (path: string) => string
  /** Takes one of what an address may do in an hour: the answer (429) where none is left. */
  readonly take: (what: Limited) => Response | null
  readonly giveBack: (what: Limited) => void
}

export type FrontRoute =
  | {
      readonly method: 'GET'
      readonly path: string
      readonly handle: (context: FrontContext) => Promise<Response>
    }
  | {
      readonly method: 'POST'
      readonly path: string
      readonly handle: (context: FrontContext, sent: SentForm) => Promise<Response>
    }

import type { Maintenance, Service } from '../catalog/model.ts'
import type { Contract } from '../sla/contract.ts'
import type { Duration } from '../time/instant.ts'
import type { ClosingConfig } from './sections/closing.ts'
import type { EvidenceConfig } from './sections/evidence.ts'
import type { MailConfig } from './sections/mail.ts'
import type { PeopleConfig } from './sections/people.ts'
import type { ServerConfig } from './sections/server.ts'
import type { SupportConfig } from './sections/support.ts'

interface Page {
  readonly title: string
  /** Public address, without a trailing slash; null where links stay relative. */
  readonly url: string | null
}

/** The rules of the SLA, with thresholds from the highest percentage to the lowest. */
export interface ContractConfig extends Contract {
  readonly publish: Publish
}

/** What sealed months say in public of how they were measured. */
export interface Publish {
  /** Of the addresses that are probed: all but the query, the host alone, or nothing. */
  readonly addresses: 'full' | 'host' | 'none'
}

/** A whole configuration file: checked, with every default filled in. */
export interface Config {
  readonly page: Page
  readonly contract: ContractConfig
  /** Addresses that tell "we are offline" from "they are down". */
  readonly references: readonly string[]
  readonly services: readonly Service[]
  readonly maintenance: readonly Maintenance[]
  readonly retention: { readonly checks: Duration }
  readonly closing: ClosingConfig
  readonly evidence: EvidenceConfig
  readonly support: SupportConfig
  readonly mail: MailConfig
  readonly people: PeopleConfig
  readonly server: ServerConfig
}

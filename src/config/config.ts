import type { Maintenance, Service } from '../catalog/model.ts'
import type { Contract } from '../sla/contract.ts'
import type { Duration } from '../time/instant.ts'

interface Page {
  readonly title: string
  /** Public address, without a trailing slash; null where links stay relative. */
  readonly url: string | null
}

/** The rules of the SLA, with thresholds from the highest percentage to the lowest. */
export type ContractConfig = Contract

/** A whole configuration file: checked, with every default filled in. */
export interface Config {
  readonly page: Page
  readonly contract: ContractConfig
  /** Addresses that tell "we are offline" from "they are down". */
  readonly references: readonly string[]
  readonly services: readonly Service[]
  readonly maintenance: readonly Maintenance[]
  readonly retention: { readonly checks: Duration }
}

import type { Config } from '../config/config.ts'
import type { ClosingSettings } from './close.ts'

/** What closing needs to know of a configuration. */
export function closingSettings(config: Config): ClosingSettings {
  const services = new Map(config.services.map(service => [service.id, service]))
  const paused = new Set(
    config.services.flatMap(service => service.endpoints.filter(e => e.paused).map(e => e.id)),
  )
  return {
    contract: config.contract,
    addresses: config.contract.publish.addresses,
    after: config.closing.after,
    targetsOf: service => services.get(service)?.performance ?? [],
    paused: endpoint => paused.has(endpoint),
  }
}

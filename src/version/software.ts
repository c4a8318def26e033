import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

/** Of Nines. */
export const SOFTWARE = version

/** Of the IANA time-zone database that this runtime carries, such as `2026a`. */
export const TIME_ZONE_DATA = process.versions['tz'] ?? 'unknown'

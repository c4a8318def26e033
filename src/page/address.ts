/** The public addresses. Ids come from a configuration and are encoded wherever they enter one. */
const encode = encodeURIComponent

export const servicePath = (id: string): string => `/services/${encode(id)}`
export const monthPath = (id: string, month: string): string => `/services/${encode(id)}/${month}`
/** The place of a day on its month's page, to be appended to the service's address. */
export const dayTail = (date: string): string => `/${date.slice(0, 7)}#d${date}`
export const statementPath = (id: string, month: string): string => `${monthPath(id, month)}/statement`
export const checkPath = (id: string, month: string): string => `${monthPath(id, month)}/check`
export const bundlePath = (id: string, month: string): string =>
  `/api/v1/services/${encode(id)}/months/${month}/bundle`
/** The entries of the log from one on. */
export const logPath = (from: number): string => `/api/v1/log/entries.ndjson?from=${from}`
/** The form for a claim, with what it is about filled in. */
export const claimPath = (service: string, about: { month?: string; outage?: string }): string =>
  `/claim?service=${encode(service)}${about.month ? `&month=${about.month}` : ''}${about.outage ? `&outage=${encode(about.outage)}` : ''}`
export const outagePath = (id: string): string => `/outages/${encode(id)}`
export const picturePath = (outage: string, sha256: string): string =>
  `${outagePath(outage)}/screenshot/${sha256}`
export const feedPath = (service: string | null): string =>
  service === null ? '/feed.xml' : `${servicePath(service)}/feed.xml`
export const dataPath = (id: string, month: string): string =>
  `/api/v1/services/${encode(id)}/availability?month=${month}`

/** The path of the public address, under which the pages link to each other: `/status`, or empty. */
export function prefixOf(base: string | null): string {
  if (base === null || !URL.canParse(base)) return ''
  return new URL(base).pathname.replace(/\/+$/, '')
}

/** A request's path without the prefix, which a proxy may or may not have taken off. */
export function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || !path.startsWith(prefix)) return path
  const rest = path.slice(prefix.length)
  if (rest === '') return '/'
  return rest.startsWith('/') ? rest : path
}

/** The path under the public address, or alone where none is configured. */
export function absolute(base: string | null, path: string): string {
  if (base === null || !/^https?:\/\//i.test(base)) return path
  return `${base.replace(/\/+$/, '')}${path}`
}

import type { DownRule, Endpoint, Expect, JsonExpectation } from '../catalog/model.ts'
import type { PublishedEndpoint } from '../month/record.ts'
import { formatDuration } from '../time/duration.ts'
import type { Instant } from '../time/instant.ts'

/** Something that was configured so from `from` until `to` (null: it still is). */
export interface Version<T> {
  readonly version: string
  readonly from: Instant
  readonly to: Instant | null
  readonly content: T
}

/** What is kept of a service's configuration. */
export interface ServiceContent {
  readonly name: string
  readonly down: DownRule
}

/** How much of an address is published: all but its query, the host alone, or nothing. */
export type PublishedAddresses = 'full' | 'host' | 'none'

/** What is kept of an endpoint's configuration: what may be published, and its whole address without query. */
export interface EndpointContent extends Omit<PublishedEndpoint, 'address'> {
  readonly address: string
}

export function endpointContent(endpoint: Endpoint): EndpointContent {
  const { target, schedule } = endpoint
  const url = new URL(target.url)
  return {
    name: endpoint.name,
    address: url.origin + url.pathname,
    method: target.method,
    schedule:
      schedule.kind === 'every'
        ? `every ${formatDuration(schedule.every)}`
        : `cron ${schedule.cron} (${schedule.timeZone})`,
    timeoutMs: endpoint.timeout,
    holdMs: endpoint.hold,
    confirm: { failures: endpoint.confirm.failures, everyMs: endpoint.confirm.every },
    redirects: target.redirects,
    expect: expectWords(target.expect),
    paused: endpoint.paused,
  }
}

export function published(content: EndpointContent, addresses: PublishedAddresses): PublishedEndpoint {
  switch (addresses) {
    case 'full':
      return content
    case 'host':
      return { ...content, address: new URL(content.address).host }
    case 'none':
      return { ...content, address: null }
  }
}

/** A text that a response is compared with may be a secret, such as one that `${NAME}` filled in: it is not published. */
const UNPUBLISHED = 'a text that is not published'
const shown = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? UNPUBLISHED : JSON.stringify(value)

/** What a response must be, a line each. */
function expectWords(expect: Expect): string[] {
  const { contains, notContains, maxLatency, certificateDays } = expect
  return [
    `status ${expect.status.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')}`,
    ...(contains === undefined ? [] : [`contains ${UNPUBLISHED}`]),
    ...(notContains === undefined ? [] : [`does not contain ${UNPUBLISHED}`]),
    ...expect.json.flatMap(jsonWords),
    ...(maxLatency === undefined ? [] : [`answers within ${formatDuration(maxLatency)}`]),
    ...(certificateDays === undefined ? [] : [`certificate valid for ${certificateDays} days`]),
  ]
}

const jsonWords = ({ path, exists, equals, notEquals, lessThan, greaterThan }: JsonExpectation): string[] => [
  ...(exists === undefined ? [] : [`${path} ${exists ? 'exists' : 'does not exist'}`]),
  ...(equals === undefined ? [] : [`${path} equals ${shown(equals)}`]),
  ...(notEquals === undefined ? [] : [`${path} does not equal ${shown(notEquals)}`]),
  ...(lessThan === undefined ? [] : [`${path} is less than ${lessThan}`]),
  ...(greaterThan === undefined ? [] : [`${path} is greater than ${greaterThan}`]),
]

/** Those that were in force at some time of `[from, to)`, in order. */
export const inForce = <T>(versions: readonly Version<T>[], from: Instant, to: Instant): Version<T>[] =>
  versions.filter(v => v.from < to && (v.to === null || v.to > from))

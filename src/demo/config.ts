import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import * as cron from '../schedule/cron.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import { addMonths, monthInterval, monthOf } from '../time/month.ts'
import { within } from './plan.ts'
import { WINDOWS } from './stories.ts'

export interface DemoAddresses {
  /** Of the status page. */
  readonly page: string
  /** Of the local server that is always up, without a trailing slash. */
  readonly steady: string
  /** Of the local server that goes down and comes back. */
  readonly shaky: string
}

const TIME_ZONE = 'Europe/London'
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The demo's configuration: the text, as an operator would write it, and what it says. */
export function demoConfig(
  at: DemoAddresses,
  now: Instant,
): { readonly text: string; readonly config: Config } {
  const text = demoText(at, now)
  const loaded = loadConfig(text, 'nines.yaml', {}, { cron })
  if (!loaded.ok)
    throw new Error(`the demo's configuration:\n${loaded.problems.map(formatProblem).join('\n')}`)
  return { text, config: loaded.config }
}

const demoText = ({ page, steady, shaky }: DemoAddresses, now: Instant): string => `\
# The configuration of "nines demo". Its targets are local; its past is made up.

page:
  title: Nines demo
  url: ${page}

contract:
  timeZone: ${TIME_ZONE}
  thresholds:
    - { percent: "99.9", creditDays: 7 }
    - { percent: "99", creditDays: 14 }
  claimWindow: 30d

defaults: { every: 30s, timeout: 5s, confirm: { failures: 2, every: 10s } }

services:
  - id: live
    name: Live example
    group: Watch this one
    endpoints:
      - id: live-target
        name: Goes down and comes back
        url: ${shaky}/
        every: 5s
        timeout: 2s
        confirm: { failures: 2, every: 2s }

  - id: iam
    name: IAM Services
    group: Platform
    down: any                            # either endpoint being down is an outage
    performance: [{ percentile: 95, below: 120ms }]   # informal, without credit
    endpoints:
      - id: iam-login
        name: Login
        url: ${steady}/iam-login
        every: 10s
        expect: { status: [200-299], contains: Sign in, maxLatency: 2s }
      - id: iam-token
        name: Token API
        url: ${steady}/iam-token
        every: 10s
        expect: { json: [{ path: status, equals: ok }] }

  - id: storage
    name: Object storage
    group: Platform
    down: all                            # one cell is enough
    endpoints:
      - { id: storage-a, name: Cell A, url: "${steady}/storage-a" }
      - { id: storage-b, name: Cell B, url: "${steady}/storage-b" }

  - id: shop
    name: Web shop
    group: Customers
    performance: [{ percentile: 95, below: 250ms }, { percentile: 50, below: 100ms }]
    endpoints:
      - { id: shop-front, name: Shop front, url: "${steady}/shop-front" }
      - { id: shop-checkout, name: Checkout, url: "${steady}/shop-checkout" }

  - id: payments
    name: Payments API
    group: Customers
    down: { quorum: 2 }                  # two of three regions carry the load
    endpoints:
      - { id: payments-eu, name: Europe, url: "${steady}/payments-eu" }
      - { id: payments-us, name: Americas, url: "${steady}/payments-us" }
      - { id: payments-ap, name: Asia Pacific, url: "${steady}/payments-ap" }

  - id: search
    name: Search
    group: Customers
    endpoints:
      - { id: search-query, name: Query, url: "${steady}/search-query", every: 10s }

  - id: docs
    name: Documentation
    endpoints:
      - { id: docs-site, name: Web site, url: "${steady}/docs-site", every: 60s }

maintenance:
${windows(now)}
retention: { checks: 500d }
`

/** The windows of the past, and one to come. */
function windows(now: Instant): string {
  const past = WINDOWS.map(({ id, service, title, ago, day, time, hours }) => {
    const from = within(monthInterval(addMonths(monthOf(now, TIME_ZONE), -ago), TIME_ZONE), day, time)
    return entry(id, service, title, { from, to: add(from, hours * HOUR) })
  })
  const night = add((Math.ceil(now / DAY) * DAY) as Instant, 4 * DAY + 2 * HOUR)
  return [
    ...past,
    entry('storage-move', 'storage', 'Cell A moves house', { from: night, to: add(night, 3 * HOUR) }),
  ].join('')
}

const entry = (id: string, service: string, title: string, { from, to }: Interval): string => `\
  - id: ${id}
    services: [${service}]
    title: ${title}
    from: ${rfc3339(from)}
    to: ${rfc3339(to)}
    announced: ${rfc3339(add(from, -7 * DAY))}
`

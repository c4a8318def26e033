// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { type Duration, duration } from '../../src/time/instant.ts'

/** The example file, as the contract gives it. */
export const EXAMPLE = `page:
  title: Example status
  url: https://status.example.com      # public address for links and feeds
contract:                              # these are the defaults
  timeZone: Europe/London
  thresholds:
    - { percent: "99.9", creditDays: 7 }
    - { percent: "99", creditDays: 14 }
  claimWindow: 30d
  maintenance: excluded                # or counted-as-up
  unknown: excluded                    # or counted-as-down, counted-as-up
defaults: { every: 60s, timeout: 10s, confirm: { failures: 2, every: 10s } }
references: []                         # targets that tell "we are offline" from "they are down"
services:
  - id: iam                            # permanent: history follows it through renames
    name: IAM Services
    group: Platform
    down: any                          # any | all | { quorum: 2 }
    endpoints:
      - id: iam-login                  # unique over all services
        name: Login
        url: https://login.example.com/health
        every: 30s                     # or  cron: "*/5 8-18 * * 1-5"  (with timeZone)
        timeout: 5s
        hold: 65s                      # or forever; default 2 x interval + timeout
        confirm: { failures: 3, every: 5s }
        method: GET
        headers: { authorization: "Bearer \${LOGIN_TOKEN}" }   # \${NAME}: environment; a missing one is an error
        body: ""
        redirects: 5
        expect:
          status: [200-299]
          contains: ok                 # also notContains
          json: [{ path: data.ready, equals: true }]          # also exists, notEquals, lessThan, greaterThan
          maxLatency: 2s
          certificateDays: 14
maintenance:
  - { id: db-upgrade, services: [iam], from: 2026-10-04T01:00:00Z, to: 2026-10-04T03:00:00Z, title: Database upgrade, announced: 2026-09-30T09:00:00Z }
retention: { checks: 400d }
`

export const ENV = { LOGIN_TOKEN: 's3cr3t-t0ken' }

/** Knows five-field expressions of the plain kind, and that they run five minutes apart. */
export const OPTIONS = {
  cron: {
    isCron: (text: string): boolean => /^([\d*/,-]+ ){4}[\d*/,-]+$/.test(text),
    shortestGap(cron: string): Duration {
      if (cron === '0 0 30 2 *') throw new RangeError('never')
      return duration(300_000)
    },
  },
}

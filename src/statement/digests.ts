import type { MonthRecord } from '../month/record.ts'
import { count } from '../page/words.ts'
import { digits, momentOf } from './moment.ts'
import { plain } from './plain.ts'

/** What an endpoint's checks of the month hash to. */
export interface DigestView {
  readonly id: string
  readonly name: string
  /** When it counted for the service. */
  readonly counted: readonly string[]
  readonly days: readonly { readonly date: string; readonly checks: string; readonly sha256: string }[]
  /** How many days are not written out. */
  readonly more: number
  readonly checks: string
  readonly after: { readonly checks: string; readonly sha256: string } | null
}

/** Over all endpoints. */
const MOST_DAYS = 620
const MOST_STRETCHES = 20

export function digestViews(record: MonthRecord, zone: string | null): DigestView[] {
  let left = MOST_DAYS
  return record.endpoints.map(endpoint => {
    const shown = endpoint.days.slice(0, left)
    left -= shown.length
    const at = (text: string) => momentOf(text, zone).utc
    return {
      id: plain(endpoint.id, 80),
      name: plain(endpoint.name),
      counted: endpoint.counted
        .slice(0, MOST_STRETCHES)
        .map(({ from, to }) => `from ${at(from)}${to === null ? ' on' : ` to ${at(to)}`}`),
      days: shown.map(day => ({
        date: plain(day.date, 20),
        checks: digits(day.checks),
        sha256: plain(day.sha256, 80),
      })),
      more: endpoint.days.length - shown.length,
      checks: count(
        endpoint.days.reduce((n, day) => n + day.checks, 0),
        'check',
      ),
      after:
        endpoint.after.checks === 0
          ? null
          : { checks: count(endpoint.after.checks, 'check'), sha256: plain(endpoint.after.sha256, 80) },
    }
  })
}

import { contractAsOf } from '../month/as-of.ts'

import { outagesIn, report } from '../page/report.ts'
import { dateName } from '../page/words.ts'
import type { ServiceRecord, Source } from '../record/source.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { later } from '../time/interval.ts'
import { monthInterval, parseMonth } from '../time/month.ts'

/** What a link to the form says that it is about. */
export interface Prefill {
  readonly service: string
  /** Lines of times from our record; empty where none are known. */
  readonly times: string
}

const MOST = 20

/** Fills in a service and the exact times of an outage, or of those of a month. What leads nowhere fills in nothing. */
export async function prefill(
  query: { readonly service: string; readonly month: string; readonly outage: string },
  source: Source,
  contract: Contract,
  now: Instant,
): Promise<Prefill> {
  const records = await source.services(now)
  const found = query.outage === '' ? null : await source.findOutage(query.outage.slice(0, 200))
  const record = records.find(r => r.id === (found?.service ?? query.service))
  if (!record) return { service: '', times: '' }
  if (found) return { service: record.id, times: timesOf(record, null, found.from, now) }
  const month = parseMonth(query.month)
  if (month === null) return { service: record.id, times: '' }
  const { timeZone } = contractAsOf(record, month, contract)
  const times = timesOf(record, monthInterval(month, timeZone), null, now)
  return { service: record.id, times }
}

/** A line as one writes it, that is read back to the very millisecond: `14 October 2026, 14:02:10.250 to 14:49:33.000 UTC`. */
function lineOf(from: Instant, to: Instant): string {
  const [begin, end] = [rfc3339(from), rfc3339(to)]
  const [first, last] = [dateName(begin), dateName(end)]
  return `${first}, ${begin.slice(11, 23)} to ${first === last ? '' : `${last}, `}${end.slice(11, 23)} UTC`
}

/** The outages of a window, or the one that began at an instant, a line each. */
function timesOf(
  record: ServiceRecord,
  window: { readonly from: Instant; readonly to: Instant } | null,
  from: Instant | null,
  now: Instant,
): string {
  const of = report(record, now)
  if (!of.life) return ''
  return outagesIn(of, window ?? of.life, now)
    .filter(outage => from === null || outage.from === from)
    .slice(0, MOST)
    .map(outage => lineOf(outage.from, later(outage.from, outage.to ?? now)))
    .join('\n')
}

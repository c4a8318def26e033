import type { RunSpan } from '../availability/history.ts'
import type { EndpointId } from '../catalog/model.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { clip, earlier, type Interval, later } from '../time/interval.ts'
import { type TimeView, timeView } from './outage-list-view.ts'
import { outagesIn, type Report } from './report.ts'
import { brief, count, exact, reasonWords, spoken } from './words.ts'

/** An endpoint's confirmed failure that did not bring the service down, or only for the lesser part of it. */
interface FailureRow {
  readonly endpoint: string
  readonly from: TimeView
  /** Null while it lasts. */
  readonly to: TimeView | null
  readonly length: string
  readonly reason: string
  /** What the service was down of it; null where nothing. */
  readonly share: string | null
}

/** Failed checks that were never confirmed. */
interface BlipRow {
  readonly endpoint: string
  readonly at: TimeView
  readonly checks: string
  readonly reason: string
}

export interface FailuresView {
  /** Newest first. */
  readonly failures: readonly FailureRow[]
  readonly blips: readonly BlipRow[]
  /** How many more there are than are listed. */
  readonly more: { readonly failures: number; readonly blips: number }
}

const LISTED = 100

interface Found extends Interval {
  readonly endpoint: EndpointId
  readonly run: RunSpan
}

/** What failed in a window besides the service's outages. */
export function failuresView(of: Report, window: Interval, now: Instant, limit = LISTED): FailuresView {
  const { record } = of
  const names = new Map(record.endpoints.map(e => [e.id, e.name]))
  const name = (id: EndpointId) => names.get(id) ?? id
  const runs = runsIn(record, window, now)
  const reach = runs.reduce<Interval>(
    (all, f) => ({ from: earlier(all.from, f.from), to: later(all.to, f.to) }),
    window,
  )
  const outages = outagesIn(of, reach, now)
  const down = (failure: Interval) =>
    outages.reduce((ms, o) => {
      const part = clip({ from: o.from, to: o.to ?? now }, failure)
      return part ? ms + part.to - part.from : ms
    }, 0)
  const failures = runs.filter(f => f.run.confirmedAt !== null && down(f) * 2 < f.to - f.from)
  const blips = runs.filter(
    f =>
      f.run.confirmedAt === null && f.run.to !== null && window.from <= f.run.from && f.from === f.run.from,
  )
  return {
    failures: failures.slice(0, limit).map(({ endpoint, run, from, to }) => {
      const together = down({ from, to })
      return {
        endpoint: name(endpoint),
        from: timeView(from),
        to: run.to === null ? null : timeView(to),
        length: run.to === null ? `${spoken(to - from)} so far` : exact(to - from),
        reason: reasonWords(run.reason),
        share: together === 0 ? null : `for ${brief(together)} of it the service was down`,
      }
    }),
    blips: blips.slice(0, limit).map(({ endpoint, run }) => ({
      endpoint: name(endpoint),
      at: timeView(run.from),
      checks: count(run.failures, 'check'),
      reason: reasonWords(run.reason),
    })),
    more: {
      failures: Math.max(0, failures.length - limit),
      blips: Math.max(0, blips.length - limit),
    },
  }
}

/** The endpoints' runs that touch a window, each within its membership, newest first. */
function runsIn({ members }: ServiceRecord, window: Interval, now: Instant): Found[] {
  return members
    .flatMap(({ membership, history }) =>
      history.runs.flatMap((run): Found[] => {
        const part = clip({ from: run.from, to: run.to ?? now }, membership)
        return part && part.from < window.to && window.from < part.to
          ? [{ ...part, endpoint: history.endpoint, run }]
          : []
      }),
    )
    .sort((a, b) => b.from - a.from)
}

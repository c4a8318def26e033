import type { Correction, MonthRecord, RecordedOutage } from '../month/record.ts'
import { outagePath } from '../page/address.ts'
import { count, enteredLate, exact, reasonWords } from '../page/words.ts'
import { total } from '../time/interval.ts'
import { countedIn, type MonthTime } from './down-time.ts'
import { grouped, instantOf, type Moment, moment, momentOf, type Stretch, stretch } from './moment.ts'
import { plain } from './plain.ts'

/** So many rows are written out; what is beyond is in the JSON. */
const MOST_OUTAGES = 5_000
const MOST_OTHERS = 100

export interface Rows<T> {
  readonly rows: readonly T[]
  /** How many are not written out. */
  readonly more: number
  readonly all: number
}

function capped<S, T>(list: readonly S[], most: number, row: (item: S) => T): Rows<T> {
  return { rows: list.slice(0, most).map(row), more: Math.max(0, list.length - most), all: list.length }
}

export interface OutageRow {
  readonly id: string
  readonly href: string
  readonly from: Moment
  readonly to: Moment | null
  /** Within the month, exact. */
  readonly counted: string
  readonly countedMs: string
  /** What of it does not count, and how much of it lies in other months. */
  readonly notes: readonly string[]
  readonly bounds: readonly string[]
  readonly reason: string
  readonly endpoints: readonly string[]
  /** The later corrections that changed it. */
  readonly corrected: readonly string[]
}

export interface OutageRows extends Rows<OutageRow> {
  readonly total: string
  readonly totalMs: string
  /** Where the outages do not sum to the down time of the closed month: said openly, in words. */
  readonly difference: string | null
}

export function outageRows(
  record: MonthRecord,
  time: MonthTime,
  corrections: readonly Correction[],
  zone: string | null,
): OutageRows {
  const changes = new Map<string, string[]>()
  for (const { id, outage } of corrections)
    changes.set(outage, [...(changes.get(outage) ?? []), plain(id, 80)])
  const all = total(time.down)
  return {
    ...capped(record.outages, MOST_OUTAGES, outage =>
      outageRow(outage, time, changes.get(outage.id) ?? [], zone),
    ),
    total: exact(all),
    totalMs: grouped(all),
    difference:
      all === record.ms.down
        ? null
        : `The listed outages sum to ${grouped(all)}; the figure counts ${grouped(record.ms.down)} as down.`,
  }
}

function outageRow(
  outage: RecordedOutage,
  time: MonthTime,
  corrected: readonly string[],
  zone: string | null,
): OutageRow {
  const from = instantOf(outage.from)
  const to = outage.to === null ? null : instantOf(outage.to)
  const inside = total(countedIn(time, { from, to: to ?? time.window.to }))
  const notes: string[] = []
  if (inside !== outage.ms) notes.push(`in all of it: ${exact(outage.ms)}`)
  if (outage.unknownMs > 0) notes.push(`${exact(outage.unknownMs)} of it is unknown`)
  if (outage.maintenanceMs > 0)
    notes.push(`${exact(outage.maintenanceMs)} of it lay within announced maintenance`)
  return {
    id: outage.id,
    href: outagePath(outage.id),
    from: moment(from, zone),
    to: to === null ? null : moment(to, zone),
    counted: exact(inside),
    countedMs: grouped(inside),
    notes,
    bounds: boundsOf(outage, zone),
    reason: plain(reasonWords(outage.reason)),
    endpoints: outage.endpoints.map(e => plain(e, 80)),
    corrected,
  }
}

/** What is certain of the begin and the end. */
function boundsOf({ from, to, startsAfter, endsAfter }: RecordedOutage, zone: string | null): string[] {
  const at = (text: string) => momentOf(text, zone).utc
  const lines = [
    startsAfter === null ? 'No check was good before it.' : `Last good check: ${at(startsAfter)}.`,
    `Last failed check: ${at(endsAfter)}.`,
  ]
  if (to !== null) {
    const least = instantOf(endsAfter) - instantOf(from)
    const most = instantOf(to) - instantOf(startsAfter ?? from)
    if (least >= 0 && most >= least) lines.push(`It lasted at least ${exact(least)}, at most ${exact(most)}.`)
  }
  return lines
}

export const unknownRows = (record: MonthRecord, zone: string | null): Rows<Stretch> =>
  capped(record.unknown, MOST_OTHERS, span => stretch(span, zone))

export interface MaintenanceRow extends Stretch {
  readonly id: string
  readonly title: string
  /** Null where it was not announced. */
  readonly announced: Moment | null
  /** Where it was announced no earlier than it began. */
  readonly late: boolean
  /** Where it was entered after it had begun: that, in words. */
  readonly entered: string | null
}

export const maintenanceRows = (record: MonthRecord, zone: string | null): Rows<MaintenanceRow> =>
  capped(record.maintenance, MOST_OTHERS, window => ({
    ...stretch(window, zone),
    id: plain(window.id, 80),
    title: plain(window.title),
    announced: window.announced === null ? null : momentOf(window.announced, zone),
    late: window.announced !== null && instantOf(window.announced) >= instantOf(window.from),
    entered: enteredLate(instantOf(window.from), window.noted === null ? null : instantOf(window.noted)),
  }))

export interface BlipRow extends Stretch {
  readonly endpoint: string
  readonly failures: string
  readonly reason: string
}

export const blipRows = (record: MonthRecord, zone: string | null): Rows<BlipRow> =>
  capped(record.blips, MOST_OTHERS, blip => ({
    ...stretch(blip, zone),
    endpoint: plain(blip.endpoint, 80),
    failures: count(blip.failures, 'check'),
    reason: plain(reasonWords(blip.reason)),
  }))

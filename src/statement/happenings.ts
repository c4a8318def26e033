import type { Correction, MonthRecord, RecordedContract, RecordedOutage } from '../month/record.ts'
import { outagePath } from '../page/address.ts'
import { rangeWords } from '../page/outage-words.ts'
import { count, enteredLate, exact, reasonWords } from '../page/words.ts'
import { total } from '../time/interval.ts'
import { figuresInForce } from './corrections.ts'
import { countedIn, type MonthTime, outageBounds } from './down-time.ts'
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
  /** That the rows are as the month was closed, where corrections came after it; else null. */
  readonly asClosed: string | null
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
  const inForce = figuresInForce(record, corrections)
  return {
    ...capped(record.outages, MOST_OUTAGES, outage =>
      outageRow(record, outage, time, changes.get(outage.id) ?? [], zone),
    ),
    total: exact(all),
    totalMs: grouped(all),
    asClosed:
      corrections.length === 0
        ? null
        : `As the month was closed: ${grouped(record.ms.down)} down. ${corrections.length === 1 ? 'The correction' : 'The corrections'} after closing, listed above, ${corrections.length === 1 ? 'makes' : 'make'} it ${grouped(inForce.ms.down)}.`,
    difference:
      all === record.ms.down
        ? null
        : `The listed outages sum to ${grouped(all)}; the figure counts ${grouped(record.ms.down)} as down.`,
  }
}

/** Unknown time is listed, and counted, in a table of its own. */
const UNKNOWN: Readonly<Record<RecordedContract['unknown'], string>> = {
  excluded: '',
  'counted-as-up': '',
  'counted-as-down': ', which counts as down too',
}

function outageRow(
  record: MonthRecord,
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
  const rule = record.versions.contract.at(-1)?.contract.unknown ?? 'excluded'
  if (outage.unknownMs > 0) notes.push(`besides, ${exact(outage.unknownMs)} in it is unknown${UNKNOWN[rule]}`)
  if (outage.maintenanceMs > 0)
    notes.push(`besides, ${exact(outage.maintenanceMs)} in it lay within announced maintenance`)
  return {
    id: outage.id,
    href: outagePath(outage.id),
    from: moment(from, zone),
    to: to === null ? null : moment(to, zone),
    counted: exact(inside),
    countedMs: grouped(inside),
    notes,
    bounds: boundsOf(record, outage, time, zone),
    reason: plain(reasonWords(outage.reason)),
    endpoints: outage.endpoints.map(e => plain(e, 80)),
    corrected,
  }
}

/** What is certain of the begin and the end, and for how long it was down in the month. */
function boundsOf(
  record: MonthRecord,
  outage: RecordedOutage,
  time: MonthTime,
  zone: string | null,
): string[] {
  const { to, startsAfter, endsAfter, endpoints } = outage
  const at = (text: string) => momentOf(text, zone).utc
  const bounds = outageBounds(time, outage, record.corrections)
  const range = bounds && rangeWords(bounds, { unknown: outage.unknownMs })
  const { window } = time
  const crosses = instantOf(outage.from) < window.from || (to !== null && instantOf(to) > window.to)
  return [
    startsAfter === null ? 'No check was good before it.' : `Last good check: ${at(startsAfter)}.`,
    `Last failed check: ${at(endsAfter)}.`,
    ...(range === null ? [] : [crosses ? `In this month i${range.slice(1)}` : range]),
    ...(to !== null && endpoints.length > 1 ? [SEVERAL] : []),
  ]
}

const SEVERAL =
  'Several endpoints failed in it; for how long it was down at least and at most, its own page says.'

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

import { type Cell, csv } from '../csv/csv.ts'
import type { MonthFigures, MonthRecord, TimeSpan } from '../month/record.ts'
import { reasonWords } from '../page/words.ts'
import { total } from '../time/interval.ts'
import { localTime } from '../time/local.ts'
import { type Case, casesOf } from './cases.ts'
import { correctionsOf, figuresInForce } from './corrections.ts'
import { countedIn, monthTime } from './down-time.ts'
import type { Issue } from './issue.ts'
import { instantOf, localZone } from './moment.ts'

const HEADER = [
  'kind',
  'id',
  'from_utc',
  'to_utc',
  'from_local',
  'to_local',
  'milliseconds',
  'counted_ms',
  'detail',
] as const

/**
 * A statement as one flat table. `milliseconds` is a row's length and `counted_ms` what of it counted as down in the
 * month; of a correction, by how much it changed that; of the best and the worst case, what they count. The first `figure`
 * is the one that holds.
 */
export function statementCsv(record: MonthRecord, issue: Pick<Issue, 'corrections'>): string {
  const zone = localZone(record.timeZone)
  const time = monthTime(record)
  const contract = record.versions.contract.at(-1)?.contract
  const corrections = correctionsOf(record, issue.corrections)
  const local = (text: string) => (zone === null ? text : localTime(instantOf(text), zone))
  const row = (
    kind: string,
    id: string,
    span: { readonly from: string; readonly to: string | null } | null,
    counted: number | null,
    detail: string,
  ): Cell[] => [
    kind,
    id,
    span?.from ?? null,
    span?.to ?? null,
    span ? local(span.from) : null,
    span?.to ? local(span.to) : null,
    span?.to ? instantOf(span.to) - instantOf(span.from) : null,
    counted,
    detail,
  ]
  const figure = (figures: MonthFigures, state: string) =>
    row(
      'figure',
      `${record.service.id}/${record.month}`,
      record.window,
      figures.counted,
      `${state}: ${figureDetail(figures)}`,
    )
  const figureAndCases = (figures: MonthFigures, state: string, later: number): Cell[][] => [
    figure(figures, state),
    ...(contract ? casesOf(figures, contract, record.corrections.length + later > 0) : []).map(c =>
      row(
        c.name.toLowerCase(),
        `${record.service.id}/${record.month}`,
        record.window,
        c.down,
        `${state}: ${caseDetail(c)}`,
      ),
    ),
  ]
  const unknownCounts = contract?.unknown === 'counted-as-down'
  const length = (span: TimeSpan) => instantOf(span.to) - instantOf(span.from)
  return csv([
    [...HEADER],
    ...(corrections.length > 0
      ? figureAndCases(figuresInForce(record, corrections), 'corrected', corrections.length)
      : []),
    ...figureAndCases(record, 'as closed', 0),
    ...record.outages.map(o => {
      const inside = countedIn(time, {
        from: instantOf(o.from),
        to: o.to === null ? time.window.to : instantOf(o.to),
      })
      const detail = `${reasonWords(o.reason)}; endpoints ${o.endpoints.join(' ')}; last good check before ${o.startsAfter ?? 'none'}; last failed check ${o.endsAfter}; ${o.ms} ms in all of it; ${o.unknownMs} ms unknown; ${o.maintenanceMs} ms in maintenance`
      return row('outage', o.id, o, total(inside), detail)
    }),
    ...record.unknown.map(u => row('unknown', '', u, unknownCounts ? length(u) : 0, '')),
    ...record.maintenance.map(m =>
      row(
        'maintenance',
        m.id,
        m,
        0,
        `${m.title}; ${m.announced ? `announced ${m.announced}` : 'not announced'}; entered ${m.noted ?? 'at a time that is not known'}`,
      ),
    ),
    ...record.blips.map(b =>
      row(
        'blip',
        b.endpoint,
        b,
        0,
        `${b.failures} failed check${b.failures === 1 ? '' : 's'}; ${reasonWords(b.reason)}`,
      ),
    ),
    ...corrections.map(c => {
      const effect = c.months.find(m => m.month === record.month)
      const change = effect ? effect.after.counted - effect.before.counted : null
      return row(
        'correction',
        c.id,
        c.after ?? c.before,
        change,
        `${c.kind} of ${c.outage} at ${c.at} by ${c.author}: ${c.reason}`,
      )
    }),
  ])
}

const caseDetail = ({ same, reading, base, down, percent }: Case): string =>
  percent === null
    ? 'no data'
    : same
      ? `the same as measured, ${percent} %`
      : `${reading}; base ${base} ms; (${base} - ${down}) / ${base} = ${percent} %`

function figureDetail({ availability, ms, base, thresholds, creditDays }: MonthFigures): string {
  const percent = (text: string | null) => (text === null ? 'no data' : `${text} %`)
  return [
    `availability ${percent(availability.percent)}`,
    `best ${percent(availability.best)}`,
    `worst ${percent(availability.worst)}`,
    `up ${ms.up} ms`,
    `down ${ms.down} ms`,
    `unknown ${ms.unknown} ms`,
    `maintenance ${ms.maintenance} ms`,
    `base ${base} ms`,
    ...thresholds.map(t => `${t.percent} % ${t.verdict}${t.certain ? '' : ' (not certain)'}`),
    `${creditDays} days of credit`,
  ].join('; ')
}

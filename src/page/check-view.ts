import { correctedFigures } from '../month/closed.ts'
import type { SealedMonth } from '../month/months.ts'
import type { MonthFigures, MonthRecord } from '../month/record.ts'
import { parseInstant } from '../time/instant.ts'
import { absolute, bundlePath, logPath, monthPath, servicePath } from './address.ts'
import type { Grade } from './verdict-view.ts'
import { count, monthName, percentWords, utcShort } from './words.ts'

interface Stamp {
  readonly iso: string
  readonly words: string
}

export interface CheckView {
  readonly id: string
  readonly service: string
  readonly serviceHref: string
  /** `2026-10` */
  readonly month: string
  /** `October 2026` */
  readonly monthName: string
  readonly monthHref: string
  /** `99.898 %`, or `no data`: after corrections, as the month's page shows it. */
  readonly figure: string
  /** `2,730,000 ms down of 2,678,400,000 ms` */
  readonly exact: string
  readonly marks: readonly { readonly grade: Grade; readonly words: string }[]
  /** What was sealed first, where corrections made another figure of it; else null. */
  readonly sealedFigure: string | null
  readonly corrections: number
  readonly closed: Stamp
  readonly entry: number
  /** How many entries the newest checkpoint covers; null where the record is not signed yet. */
  readonly signed: number | null
  readonly key: string | null
  /** What a script compares with what it computes. */
  readonly data: {
    readonly percent: string
    readonly counted: number
    readonly base: number
    readonly creditDays: number
  }
  readonly checks: number
  /** `267,840` */
  readonly checksWords: string
  /** `3 endpoints` */
  readonly endpoints: string
  readonly days: readonly { readonly date: string; readonly day: number }[]
  readonly bundle: string
  /** To be run in a shell. */
  readonly commands: string
}

/** `2,678,400,000` */
const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')
const figureWords = ({ availability }: MonthFigures): string =>
  availability.percent === null ? 'no data' : percentWords(availability.percent)

/** The page on which a reader recomputes a closed month. `base`: the public address, null where none is configured. */
export function checkView(sealed: SealedMonth, base: string | null): CheckView {
  const { record, index, corrections } = sealed
  const figures = correctedFigures({ month: record.month as never, index }, corrections) ?? record
  const { id } = record.service
  const checks = record.endpoints.reduce(
    (sum, e) => sum + e.after.checks + e.days.reduce((n, day) => n + day.checks, 0),
    0,
  )
  const bundle = bundlePath(id, record.month)
  const sealedFigure = figureWords(record)
  return {
    id,
    service: record.service.name,
    serviceHref: servicePath(id),
    month: record.month,
    monthName: monthName(record.month),
    monthHref: monthPath(id, record.month),
    figure: figureWords(figures),
    exact: `${grouped(figures.counted)}\u00a0ms down of ${grouped(figures.base)}\u00a0ms`,
    marks: figures.thresholds.map((threshold, i) =>
      mark(threshold, i > 0 && i === figures.thresholds.length - 1),
    ),
    sealedFigure: figures === record || sealedFigure === figureWords(figures) ? null : sealedFigure,
    corrections: record.corrections.length + corrections.length,
    closed: stamp(record.closedAt),
    entry: index,
    signed: sealed.checkpoint?.size ?? null,
    key: sealed.verifierKey,
    data: {
      percent: figures.availability.percent ?? '',
      counted: figures.counted,
      base: figures.base,
      creditDays: figures.creditDays,
    },
    checks,
    checksWords: grouped(checks),
    endpoints: count(record.endpoints.length, 'endpoint'),
    days: daysOf(record),
    bundle,
    commands: commands(
      { file: `${id.replaceAll(/[^\w-]/g, '')}-${record.month}.nines.json`, url: absolute(base, bundle) },
      absolute(base, logPath(index)),
      sealed.verifierKey,
    ),
  }
}

function mark(
  { percent, verdict, certain }: MonthFigures['thresholds'][number],
  lowest: boolean,
): CheckView['marks'][number] {
  const name = percentWords(percent)
  if (verdict === 'no-data') return { grade: 'no-data', words: `${name} no data` }
  if (!certain) return { grade: 'uncertain', words: `${name} ${verdict}, not certain` }
  return { grade: verdict === 'missed' && lowest ? 'failed' : verdict, words: `${name} ${verdict}` }
}

function stamp(iso: string): Stamp {
  const at = parseInstant(iso)
  return { iso, words: at === null ? iso : utcShort(at) }
}

const daysOf = ({ endpoints }: MonthRecord): CheckView['days'] =>
  [...new Set(endpoints.flatMap(e => e.days.map(day => day.date)))]
    .sort()
    .map(date => ({ date, day: Number(date.slice(8)) }))

/** In single quotes nothing is special to a shell but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

function commands(
  bundle: { readonly file: string; readonly url: string },
  log: string,
  key: string | null,
): string {
  const download = (file: string, url: string) =>
    `curl --fail --compressed -o ${quoted(file)} ${quoted(url.startsWith('/') ? `https://SERVER${url}` : url)}`
  const known = key === null ? '' : ` --key ${quoted(key)}`
  return [
    download(bundle.file, bundle.url),
    download('log.ndjson', log),
    `nines verify ${quoted(bundle.file)}${known} --log log.ndjson`,
  ].join('\n')
}

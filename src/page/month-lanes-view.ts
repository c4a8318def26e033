import { clipAll } from '../availability/history.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { clip, type Interval } from '../time/interval.ts'
import type { Day } from '../time/month.ts'
import { outagePath } from './address.ts'
import type { CalendarMonth } from './calendar.ts'
import type { Report, ReportedOutage } from './report.ts'
import { dayParts, dayWords } from './strip-view.ts'
import { brief, exact, utcTime, weekday } from './words.ts'

/** A stretch of a day at its true place and length, in per cent of the widest day. */
interface LaneMark {
  /** `spared`: down within maintenance, which is not counted. */
  readonly kind: 'down' | 'spared' | 'unknown' | 'maintenance'
  readonly x: number
  readonly width: number
  readonly label: string
  readonly href: string | null
}

interface Lane {
  /** `YYYY-MM-DD`; the row is found by it. */
  readonly date: string
  readonly label: string
  /** `25 h`, where the day is not of 24 hours. */
  readonly hours: string | null
  /** The part of the day that was watched; null where none was. */
  readonly watched: { readonly x: number; readonly width: number } | null
  readonly marks: readonly LaneMark[]
  /** All of it, exact. */
  readonly words: string
  /** The same shorter, part by part, worst first. */
  readonly parts: readonly string[]
}

export interface LanesView {
  readonly lanes: readonly Lane[]
  /** Hours of the axis, with their place in per cent. */
  readonly hours: readonly { readonly x: number; readonly label: string }[]
  /** Whether there is such a mark in the month. */
  readonly spared: boolean
}

const HOUR = 3_600_000
/** The least width at which a mark is still seen, in per cent. */
const LEAST = 0.3

/** The month to scale: a row for each day, up left blank. */
export function lanesView(
  of: Report,
  month: CalendarMonth,
  outages: readonly ReportedOutage[],
  now: Instant,
): LanesView {
  const widest = Math.max(...month.days.map(d => d.to - d.from), 24 * HOUR)
  return {
    lanes: month.days.map(day => lane(of, day, widest, outages, now)),
    spared: clipAll(of.spared, month).length > 0,
    hours: [0, 6, 12, 18, 24].map(h => ({
      x: percent(h * HOUR, widest),
      label: `${String(h).padStart(2, '0')}:00`,
    })),
  }
}

const percent = (part: number, whole: number): number => Math.round((part / whole) * 100_000) / 1_000

function lane(of: Report, day: Day, widest: number, outages: readonly ReportedOutage[], now: Instant): Lane {
  const seen = of.life ? clip(of.life, day) : null
  const length = day.to - day.from
  const place = (i: Interval) => ({
    x: percent(i.from - day.from, widest),
    width: Math.max(LEAST, percent(i.to - i.from, widest)),
  })
  const sum = (list: readonly Interval[]) => list.reduce((ms, i) => ms + i.to - i.from, 0)
  const down = clipAll(of.down, day)
  const spared = clipAll(of.spared, day)
  const unknown = clipAll(of.unknown, day)
  const maintenance = clipAll(of.maintenance, day)
  const holding = (i: Interval) => outages.find(o => o.from <= i.from && i.from < (o.to ?? now))
  const marks = (kind: LaneMark['kind'], list: readonly Interval[]) =>
    list.map((i): LaneMark => {
      const outage = kind === 'down' || kind === 'spared' ? holding(i) : undefined
      return {
        kind,
        ...place(i),
        label: `${KINDS[kind]} from ${rfc3339(i.from).slice(0, 10)} ${utcTime(i.from)} for ${exact(i.to - i.from)}`,
        href: outage?.id ? outagePath(outage.id) : null,
      }
    })
  return {
    date: day.date,
    label: `${weekday(day.date)} ${Number(day.date.slice(8, 10))}`,
    hours: length === 24 * HOUR ? null : `${length / HOUR}\u00a0h`,
    watched: seen ? place(seen) : null,
    marks: [
      ...marks('maintenance', maintenance),
      ...marks('unknown', unknown),
      ...marks('spared', spared),
      ...marks('down', down),
    ],
    words: seen
      ? dayWords(sum(down), sum(unknown), sum(maintenance))
      : day.from > now
        ? 'to come'
        : 'not watched',
    parts: seen ? dayParts(sum(down), sum(unknown), sum(maintenance), brief) : [],
  }
}

const KINDS = {
  down: 'Down',
  spared: 'Down within maintenance, not counted,',
  unknown: 'Unknown',
  maintenance: 'Maintenance',
} as const

import { clipAll } from '../availability/history.ts'
import type { EndpointNow, StoredCheck } from '../record/source.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, earlier, type Interval, later } from '../time/interval.ts'
import { reasonWords, utcTime } from './words.ts'

/** What frames the checks of an outage. */
export interface Bounds {
  readonly from: Instant
  readonly to: Instant | null
  readonly startsAfter: Instant | null
  readonly endsAfter: Instant
}

/** One scale of checks: all of an outage, or its beginning, or its end. */
export interface CheckWindow extends Interval {
  readonly title: string
}

const WHOLE = 120
const EDGE = 12
const MARGIN = 4

/** The stretches whose checks are drawn: both ends apart where the whole would be too dense to read. */
export function checkWindows(of: Bounds, every: number, now: Instant): CheckWindow[] {
  const to = of.to ?? now
  const first = add(earlier(of.startsAfter ?? of.from, of.from), -MARGIN * every)
  const last = earlier(add(to, MARGIN * every), now)
  if (to - of.from <= WHOLE * every) return [{ title: 'The checks, to scale', from: first, to: last }]
  return [
    { title: 'How it began, to scale', from: first, to: add(of.from, EDGE * every) },
    {
      title: of.to === null ? 'The latest checks, to scale' : 'How it ended, to scale',
      from: later(add(of.endsAfter, -EDGE * every), of.from),
      to: last,
    },
  ]
}

interface CheckMark {
  readonly x: number
  readonly state: StoredCheck['state']
  readonly label: string
}

interface Stretch {
  readonly x: number
  readonly width: number
  readonly label: string
}

/** What of an outage's time counted as what. */
export interface Course {
  readonly down: readonly Interval[]
  /** Down within maintenance. */
  readonly spared: readonly Interval[]
  readonly unknown: readonly Interval[]
  readonly maintenance: readonly Interval[]
}

/** The same drawn on one scale, in per cent. */
export type CourseView = { readonly [part in keyof Course]: readonly Stretch[] }

const COURSE_WORDS: { readonly [part in keyof Course]: string } = {
  down: 'Counted as down',
  spared: 'Down within maintenance, not counted',
  unknown: 'Unknown',
  maintenance: 'Announced maintenance',
}

export interface CheckStrip {
  readonly title: string
  readonly from: { readonly iso: string; readonly words: string }
  readonly to: { readonly iso: string; readonly words: string }
  /** Where the true begin and end lie, in per cent. */
  readonly doubt: readonly Stretch[]
  readonly course: CourseView
  readonly lanes: readonly {
    readonly name: string
    readonly checks: readonly CheckMark[]
    readonly words: string
  }[]
}

export interface EndpointChecks {
  readonly endpoint: Pick<EndpointNow, 'name'>
  readonly checks: readonly StoredCheck[]
}

const DRAWN = 400
/** The least width at which a stretch is still seen, in per cent. */
const LEAST = 0.3

function scaleOf(window: Interval) {
  const length = Math.max(1, window.to - window.from)
  const place = (at: number) =>
    Math.round((Math.min(Math.max(at - window.from, 0), length) / length) * 100_000) / 1_000
  const stretch = (from: Instant, to: Instant) => ({
    x: place(from),
    width: Math.round((place(to) - place(from)) * 1_000) / 1_000,
  })
  return { place, stretch }
}

export function courseView(course: Course, window: Interval): CourseView {
  const { stretch } = scaleOf(window)
  const drawn = (part: keyof Course): Stretch[] =>
    clipAll(course[part], window).map(i => {
      const { x, width } = stretch(i.from, i.to)
      return {
        x: Math.min(x, 100 - LEAST),
        width: Math.max(LEAST, width),
        label: `${COURSE_WORDS[part]}: ${utcTime(i.from)} to ${utcTime(i.to)}`,
      }
    })
  return {
    down: drawn('down'),
    spared: drawn('spared'),
    unknown: drawn('unknown'),
    maintenance: drawn('maintenance'),
  }
}

export function checkStrip(
  window: CheckWindow,
  lanes: readonly EndpointChecks[],
  of: Bounds,
  course: Course,
): CheckStrip {
  const { place, stretch } = scaleOf(window)
  const time = (at: Instant) => ({ iso: rfc3339(at), words: utcTime(at) })
  const doubt = [
    ...(of.startsAfter === null
      ? []
      : [{ ...stretch(of.startsAfter, of.from), label: 'The true beginning lies in here' }]),
    ...(of.to === null ? [] : [{ ...stretch(of.endsAfter, of.to), label: 'The true end lies in here' }]),
  ]
  return {
    title: window.title,
    from: time(window.from),
    to: time(window.to),
    doubt: doubt.filter(d => d.width > 0),
    course: courseView(course, window),
    lanes: lanes.map(({ endpoint, checks }) => {
      const inside = checks.filter(c => window.from <= c.at && c.at < window.to)
      const n = (state: StoredCheck['state']) => inside.filter(c => c.state === state).length
      return {
        name: endpoint.name,
        checks: inside.slice(-DRAWN).map(c => ({
          x: place(c.at),
          state: c.state,
          label: `${utcTime(c.at)}: ${c.state}${c.reason === null ? '' : `, ${reasonWords(c.reason)}`}`,
        })),
        words: `${inside.length} checks: ${n('up')} up, ${n('down')} down, ${n('unknown')} unknown`,
      }
    }),
  }
}

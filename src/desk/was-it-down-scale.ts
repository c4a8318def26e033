import { clipAll } from '../availability/history.ts'
import type { AskedBlip } from '../claim/was-it-down.ts'
import { type CourseView, courseView } from '../page/checks-view.ts'
import { outagesIn, type Report } from '../page/report.ts'
import { count, reasonWords, utcShort, utcTime } from '../page/words.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, clip, earlier, type Interval } from '../time/interval.ts'

interface Stretch {
  readonly x: number
  readonly width: number
  readonly label: string
}

/** What was recorded around the times that somebody names, on one scale, in per cent. */
export interface ScaleView {
  readonly label: string
  readonly from: { readonly iso: string; readonly words: string }
  readonly to: { readonly iso: string; readonly words: string }
  readonly asked: readonly Stretch[]
  readonly course: CourseView
  /** Recorded, and neither down nor unknown; what is not recorded is left blank. */
  readonly up: readonly Stretch[]
  /** Where an outage may have begun, or may have been over, unseen. */
  readonly doubt: readonly Stretch[]
  readonly blips: readonly { readonly x: number; readonly label: string }[]
  /** What lies ahead of now. */
  readonly ahead: Stretch | null
}

/** The least width at which a stretch is still seen, in per cent. */
const LEAST = 0.4
const DRAWN = 200

/** Draws `asked` (at least one) with half its length, or `around` ms where that is more, on either side. */
export function scaleView(
  of: Report,
  asked: readonly Interval[],
  blips: readonly AskedBlip[],
  around: number,
  now: Instant,
): ScaleView {
  const from = Math.min(...asked.map(i => i.from)) as Instant
  const to = Math.max(...asked.map(i => i.to)) as Instant
  const margin = Math.max(Math.round((to - from) / 2), around, 1)
  const window = { from: add(from, -margin), to: add(to, margin) }
  const length = window.to - window.from
  const place = (at: number) => Math.round(((at - window.from) / length) * 100_000) / 1_000
  const stretch = (of: Interval, label: string): Stretch[] => {
    const seen = clip(of, window)
    if (!seen) return []
    const x = place(seen.from)
    return [
      {
        x: Math.min(x, 100 - LEAST),
        width: Math.max(LEAST, Math.round((place(seen.to) - x) * 1_000) / 1_000),
        label,
      },
    ]
  }
  const outages = outagesIn(of, window, now)
  const doubt = outages.flatMap(({ from, to, startsAfter, endsAfter }) => [
    ...(startsAfter === null
      ? []
      : stretch({ from: startsAfter, to: from }, 'The true beginning lies in here: no check between')),
    ...(to === null ? [] : stretch({ from: endsAfter, to }, 'The true end lies in here: no check between')),
  ])
  const spans = (n: number, what: string) => (n === 0 ? [] : [count(n, what)])
  const drawn = courseView(
    { down: of.down, spared: of.spared, unknown: of.unknown, maintenance: of.maintenance },
    window,
  )
  const found = [
    ...spans(outages.length, 'outage'),
    ...spans(drawn.unknown.length, 'stretch of unknown time').map(w =>
      w.replace('stretchs of', 'stretches of'),
    ),
    ...spans(drawn.maintenance.length, 'maintenance window'),
    ...spans(blips.length, 'blip'),
  ]
  return {
    label: `From ${utcShort(window.from)} to ${utcShort(window.to)}, to scale: ${found.length > 0 ? found.join(', ') : 'nothing but good checks'} around the time that was asked for`,
    from: { iso: rfc3339(window.from), words: utcShort(window.from) },
    to: { iso: rfc3339(window.to), words: utcShort(window.to) },
    asked: asked
      .slice(0, DRAWN)
      .flatMap(i => stretch(i, `Asked for: ${utcTime(i.from)} to ${utcTime(i.to)}`)),
    course: drawn,
    up: clipAll(of.up, window)
      .slice(0, DRAWN)
      .flatMap(i => stretch(i, `Up: ${utcTime(i.from)} to ${utcTime(i.to)}`)),
    doubt: doubt.filter(d => d.width > 0),
    blips: blips
      .filter(b => window.from <= b.from && b.from < window.to)
      .slice(0, DRAWN)
      .map(b => ({
        x: place(b.from),
        label: `${utcTime(b.from)}: ${count(b.failures, 'check')} failed, not confirmed: ${reasonWords(b.reason)}`,
      })),
    ahead: stretch({ from: earlier(now, window.to), to: window.to }, 'Not yet')[0] ?? null,
  }
}

import type { EndpointId } from '../catalog/model.ts'
import { type EndedRun, type Run, type Standing, unknownTail } from '../outage/detect.ts'
import type { Instant } from '../time/instant.ts'
import { clip, type Interval, normalize, subtract } from '../time/interval.ts'

/** A run of failed checks, seen from some `now`: `to` is null while no `up` check has ended it. */
export interface RunSpan extends Run {
  readonly to: Instant | null
}

/** What is recorded of one endpoint, seen from `now`. */
export interface History {
  readonly endpoint: EndpointId
  /** Normalized; up to `now` where the endpoint is unknown now. */
  readonly unknown: readonly Interval[]
  /** In order of their start, confirmed or not. */
  readonly runs: readonly RunSpan[]
}

/** Joins the closed spans of an endpoint with what its standing says of the time from its last check to `now`. */
export function history(
  endpoint: EndpointId,
  closed: { readonly unknown: readonly Interval[]; readonly runs: readonly EndedRun[] },
  standing: Standing | null,
  now: Instant,
): History {
  const tail = standing && unknownTail(standing, now)
  const open: RunSpan[] = standing?.run ? [{ ...standing.run, to: null }] : []
  return {
    endpoint,
    unknown: normalize(tail ? [...closed.unknown, tail] : closed.unknown),
    runs: [...closed.runs, ...open],
  }
}

/** Disjoint down and unknown time of one endpoint; the rest of its membership is up. */
export interface Spans {
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
}

/**
 * How an outage's bounds and unknown time are read (README, How the number is made, 6).
 * `measured`: first failed to first good check, unknown time apart.
 * `best`: first to last failed check, unknown time is up.
 * `worst`: last good check before to first good check after, unknown time is down.
 */
export type Reading = 'measured' | 'best' | 'worst'

export function spans(record: History, reading: Reading, now: Instant): Spans {
  const outages = record.runs.filter(run => run.confirmedAt !== null)
  switch (reading) {
    case 'measured':
      return {
        down: subtract(normalize(outages.map(run => whole(run, now))), record.unknown),
        unknown: record.unknown,
      }
    case 'best': {
      const narrow = outages.map(run => ({ from: run.from, to: run.lastFailed }))
      return { down: subtract(normalize(narrow), record.unknown), unknown: [] }
    }
    case 'worst': {
      const wide = outages.map(run => ({ from: run.startsAfter ?? run.from, to: run.to ?? now }))
      return { down: normalize([...wide, ...record.unknown]), unknown: [] }
    }
  }
}

/** From the first failed check to the first good one, or to `now` while there is none. */
export const whole = (run: RunSpan, now: Instant): Interval => ({ from: run.from, to: run.to ?? now })

export const clipAll = (intervals: readonly Interval[], to: Interval): Interval[] =>
  intervals.flatMap(i => clip(i, to) ?? [])

import { clipAll } from '../availability/history.ts'
import type { KeptPicture, PictureSource } from '../evidence/picture.ts'
import type { Observation, Source } from '../record/source.ts'
import type { Instant } from '../time/instant.ts'
import { add, earlier } from '../time/interval.ts'
import {
  type CheckStrip,
  type Course,
  type CourseView,
  checkStrip,
  checkWindows,
  courseView,
} from './checks-view.ts'
import type { Report, ReportedOutage } from './report.ts'

export interface Evidence {
  readonly strips: readonly CheckStrip[]
  /** All of the outage on one scale, where the strips show its ends alone. */
  readonly course: CourseView | null
  readonly observations: readonly Observation[]
  readonly pictures?: readonly KeptPicture[]
}

/** An outage of more endpoints shows the checks of the first ones. */
const CHECKED_ENDPOINTS = 8

/** What the prober recorded of an outage: the checks around it, and what marks it. */
export async function evidence(
  source: Source,
  of: Report,
  outage: ReportedOutage,
  now: Instant,
  pictures?: PictureSource,
): Promise<Evidence> {
  const configured = new Map(of.record.endpoints.map(e => [e.id, e]))
  const involved = outage.endpoints.slice(0, CHECKED_ENDPOINTS)
  const every = Math.min(...involved.map(id => configured.get(id)?.every ?? 60_000))
  const windows = checkWindows(outage, every, now)
  const whole = { from: outage.from, to: outage.to ?? now }
  const course: Course = {
    down: clipAll(of.down, whole),
    spared: clipAll(of.spared, whole),
    unknown: clipAll(of.unknown, whole),
    maintenance: of.maintenance,
  }
  const strips = await Promise.all(
    windows.map(async window => {
      const lanes = involved.map(async id => ({
        endpoint: { name: configured.get(id)?.name ?? id },
        checks: await source.checks(id, window),
      }))
      return checkStrip(window, await Promise.all(lanes), outage, course)
    }),
  )
  const observations = await source.observations(outage.endpoints, {
    from: outage.startsAfter ?? outage.from,
    to: add(outage.to ?? now, 1),
  })
  return {
    strips,
    course: windows.length > 1 ? courseView(course, whole) : null,
    observations,
    pictures: pictures ? await picturesOf(pictures, of, outage, now) : [],
  }
}

/** The pictures of the endpoints' own outages that make up the service's one. They may have begun before it. */
export async function picturesOf(
  pictures: PictureSource,
  of: Report,
  outage: ReportedOutage,
  now: Instant,
): Promise<readonly KeptPicture[]> {
  const end = outage.to ?? add(now, 1)
  const involved = new Set(outage.endpoints)
  const begins = of.record.members
    .filter(m => involved.has(m.history.endpoint))
    .flatMap(m => m.history.runs)
    .filter(run => run.from < end && (run.to ?? end) > outage.from)
    .map(run => run.from)
  const found = await pictures.list(outage.endpoints, { from: begins.reduce(earlier, outage.from), to: end })
  return found.filter(picture => picture.at >= outage.from)
}

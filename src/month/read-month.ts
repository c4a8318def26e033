import { setImmediate as pause } from 'node:timers/promises'
import type { Member } from '../availability/measure.ts'
import type { EndpointId } from '../catalog/model.ts'
import { detect, type Standing } from '../outage/detect.ts'
import { prunedStanding } from '../record/memory.ts'
import type { RecordStore } from '../record/store.ts'
import { FOREVER, type Instant, rfc3339 } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { days } from '../time/month.ts'
import { checkLines, digest, type LineCheck } from './check-lines.ts'
import { type EndpointMonth, folder } from './compute.ts'
import { openingOf } from './raw.ts'
import type { DayDigest, RecordedEndpoint } from './record.ts'

const DAY = 86_400_000

/** Throws where the catalog does not hold the endpoint. */
export function keyOf(store: RecordStore, endpoint: EndpointId): number {
  const stored = store.memory.catalog.endpoints.get(endpoint)
  if (!stored) throw new Error(`endpoint ${endpoint} is not in the catalog`)
  return stored.key
}

/** The checks of an endpoint's month, a day at a time. */
export async function* monthChecks(
  store: RecordStore,
  key: number,
  calendar: Interval,
  timeZone: string,
): AsyncGenerator<{ readonly date: string; readonly checks: readonly LineCheck[] }> {
  for (const { date, from, to } of days(calendar, timeZone)) {
    yield { date, checks: store.checks.read(key, from, to) }
    // Other work, such as storing checks, goes on in between.
    await pause()
  }
}

/** The first checks after a month, `enough` of them; all where it never says so. */
export async function checksAfter(
  store: RecordStore,
  key: number,
  end: Instant,
  enough: (checks: readonly LineCheck[]) => number | null,
): Promise<readonly LineCheck[]> {
  const last = store.memory.standing(key)?.last.at ?? end
  let checks: LineCheck[] = []
  for (let from: number = end; from <= last; from += DAY) {
    checks = [...checks, ...store.checks.read(key, from, from + DAY)]
    const count = enough(checks)
    if (count !== null) return checks.slice(0, count)
    await pause()
  }
  return checks
}

/**
 * How many of the checks after a month settle where it ended. Failures that began in it: up to the first good check, or
 * a day of them where an outage goes on for longer. Others, since their outage may have begun after the last good check
 * of the month: up to the one that confirms it. Null while they do not settle it.
 */
function settledBy(end: Standing, checks: readonly LineCheck[]): number | null {
  let standing = end
  let goesOnSince: Instant | null = null
  for (const [i, check] of checks.entries()) {
    const confirmed = standing.run !== null && standing.run.confirmedAt !== null
    if (confirmed && end.run === null) return i
    if (confirmed && goesOnSince !== null && check.at >= goesOnSince + DAY) return i
    standing = detect(standing, check).standing
    if (check.state === 'up') return i + 1
    if (check.state === 'down') goesOnSince ??= check.at
  }
  return null
}

/** Folds and digests an endpoint's month. */
export async function readEndpointMonth(
  store: RecordStore,
  id: EndpointId,
  members: readonly Member[],
  calendar: Interval,
  timeZone: string,
): Promise<{ readonly part: EndpointMonth; readonly recorded: RecordedEndpoint }> {
  const key = keyOf(store, id)
  const counted = members
    .filter(m => m.history.endpoint === id)
    .map(({ membership: { from, to } }) => ({ from, to: to >= calendar.to ? FOREVER : to }))
  const opening = openingStanding(store, key, calendar.from)
  const fold = folder(opening, calendar)
  const digests: DayDigest[] = []
  for await (const { date, checks } of monthChecks(store, key, calendar, timeZone)) {
    for (const check of checks) fold.take(check)
    digests.push({ date, checks: checks.length, sha256: digest(checkLines(checks)) })
  }
  const end = fold.done().standing
  const later = end ? await checksAfter(store, key, calendar.to, checks => settledBy(end, checks)) : []
  // Without a failure they say nothing of the month.
  const tail = end?.run || later.some(check => check.state === 'down') ? later : []
  for (const check of tail) fold.take(check)
  const after = { checks: tail.length, sha256: digest(checkLines(tail)) }
  return {
    part: { endpoint: id, counted, fold: fold.done() },
    recorded: {
      id,
      name: store.memory.catalog.endpoints.get(id)?.name ?? id,
      counted: counted.map(({ from, to }) => ({
        from: rfc3339(from),
        to: to === FOREVER ? null : rfc3339(to),
      })),
      before: opening && openingOf(opening),
      days: digests,
      after,
    },
  }
}

/** Where an endpoint stood after its last check before an instant. */
function openingStanding(store: RecordStore, key: number, at: Instant): Standing | null {
  const up = store.checks.lastUpBefore(key, at)
  let standing = up ? detect(null, up).standing : prunedStanding(store.db, key)
  const since = standing ? standing.last.at + 1 : 0
  for (const check of store.checks.read(key, since, at)) standing = detect(standing, check).standing
  return standing
}

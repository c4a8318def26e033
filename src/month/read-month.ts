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
import { openingOf, settlingChecks } from './raw.ts'
import type { DayDigest, RecordedEndpoint } from './record.ts'

const DAY = 86_400_000

/** Throws where the catalog does not hold the endpoint. */
export function keyOf(store: RecordStore, endpoint: EndpointId): number {
  const stored = store.memory.catalog.endpoints.get(endpoint)
  if (!stored) throw new Error(`endpoint ${endpoint} is not in the catalog`)
  return stored.key
}

/** The checks of an endpoint's month, a day at a time, and then those after it that settle it. */
export async function* monthChecks(
  store: RecordStore,
  key: number,
  calendar: Interval,
  timeZone: string,
  failing: () => boolean,
): AsyncGenerator<{ readonly date: string | null; readonly checks: readonly LineCheck[] }> {
  for (const { date, from, to } of days(calendar, timeZone)) {
    yield { date, checks: store.checks.read(key, from, to) }
    // Other work, such as storing checks, goes on in between.
    await pause()
  }
  const after = failing() ? store.checks.read(key, calendar.to, calendar.to + DAY) : []
  yield { date: null, checks: settlingChecks(after) }
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
  let after = { checks: 0, sha256: digest('') }
  const failing = () => fold.done().standing?.run != null
  for await (const { date, checks } of monthChecks(store, key, calendar, timeZone, failing)) {
    for (const check of checks) fold.take(check)
    const sealed = { checks: checks.length, sha256: digest(checkLines(checks)) }
    if (date === null) after = sealed
    else digests.push({ date, ...sealed })
  }
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

import { and, asc, eq, gte, lte } from 'drizzle-orm'
import type { EndpointId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import type { Run, Step } from '../outage/detect.ts'
import type { Check } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import type { Observation } from './source.ts'
import { observations } from './tables.ts'

/** Keeps what was seen at the checks that mark a run: first failed, confirming, last failed, first good. */
export function keepObservation(
  db: Database,
  endpoint: number,
  check: Check,
  before: Run | null,
  step: Step,
): void {
  const { run } = step.standing
  if (check.outcome.state === 'unknown' || (check.outcome.state === 'up' && !step.ended)) return
  if (run && before && before.lastFailed !== before.from && before.lastFailed !== before.confirmedAt) {
    db.orm
      .delete(observations)
      .where(and(eq(observations.endpoint, endpoint), eq(observations.at, before.lastFailed)))
      .run()
  }
  const seen = written({
    state: check.outcome.state,
    reason: 'reason' in check.outcome ? check.outcome.reason : null,
    observed: check.outcome.observed,
    timings: check.timings,
    address: check.address ?? null,
    status: check.status ?? null,
    evidence: check.evidence ?? null,
  })
  db.orm.insert(observations).values({ endpoint, at: check.at, seen }).onConflictDoNothing().run()
}

/** What was seen of an endpoint from `from` to `to`, both included. */
export function readObservations(
  db: Database,
  endpoint: { readonly key: number; readonly id: EndpointId },
  from: number,
  to: number,
): Observation[] {
  return db.orm
    .select()
    .from(observations)
    .where(and(eq(observations.endpoint, endpoint.key), gte(observations.at, from), lte(observations.at, to)))
    .orderBy(asc(observations.at))
    .all()
    .map(row => ({
      endpoint: endpoint.id,
      at: row.at as Instant,
      ...read(row.seen),
    }))
}

type Seen = Omit<Observation, 'endpoint' | 'at'>

/** The most that one row holds, in bytes. A prober keeps well below it; this is where it is not trusted to. */
const MOST = 8_192

function written(seen: Seen): string {
  const text = JSON.stringify(seen)
  return Buffer.byteLength(text) <= MOST ? text : JSON.stringify({ ...seen, evidence: null })
}

/** Rows from before evidence was kept have fewer fields. */
const read = (text: string): Seen => ({ evidence: null, ...(JSON.parse(text) as Omit<Seen, 'evidence'>) })

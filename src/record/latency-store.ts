import { and, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Interval } from '../time/interval.ts'
import type { Row } from './block.ts'
import { decodeHistogram, encodeHistogram, type Histogram, merge, observe } from './histogram.ts'
import { latencyHours, recentChecks } from './tables.ts'

const HOUR = 3_600_000

interface Hour {
  up: number
  down: number
  unknown: number
  readonly histogram: Histogram
}

/** Adds packed rows, each once, to the sums of their UTC hours. */
export function addToHours(db: Database, endpoint: number, rows: readonly Row[]): void {
  const hours = new Map<number, Hour>()
  for (const row of rows) {
    const hour = Math.floor(row.at / HOUR)
    const sums: Hour = hours.get(hour) ?? { up: 0, down: 0, unknown: 0, histogram: new Map() }
    hours.set(hour, sums)
    if (row.code % 4 === 0) sums.up++
    else if (row.code % 4 === 1) sums.down++
    else sums.unknown++
    if (isMeasured(row)) observe(sums.histogram, row.latency)
  }
  const { find, write } = statements(db)
  for (const [hour, sums] of hours) {
    const known = find.get({ endpoint, hour })
    if (known) merge(sums.histogram, decodeHistogram(known.histogram))
    write.run({
      endpoint,
      hour,
      up: sums.up + (known?.up ?? 0),
      down: sums.down + (known?.down ?? 0),
      unknown: sums.unknown + (known?.unknown ?? 0),
      histogram: encodeHistogram(sums.histogram),
    })
  }
}

/** An import writes tens of thousands of hours: to build the statements for each would take most of its time. */
function statements({ orm }: Database) {
  const value = sql.placeholder
  const find = orm
    .select()
    .from(latencyHours)
    .where(and(eq(latencyHours.endpoint, value('endpoint')), eq(latencyHours.hour, value('hour'))))
    .prepare()
  const write = orm
    .insert(latencyHours)
    .values({
      endpoint: value('endpoint'),
      hour: value('hour'),
      up: value('up'),
      down: value('down'),
      unknown: value('unknown'),
      histogram: value('histogram'),
    })
    .onConflictDoUpdate({
      target: [latencyHours.endpoint, latencyHours.hour],
      set: {
        up: sql`excluded.up`,
        down: sql`excluded.down`,
        unknown: sql`excluded.unknown`,
        histogram: sql`excluded.histogram`,
      },
    })
    .prepare()
  return { find, write }
}

/** Only the latency of a good answer says how fast the service is: a fast refusal or a time-out would distort it. */
const isMeasured = (row: Row): row is Row & { latency: number } => row.code % 4 === 0 && row.latency !== null

/** The latencies of endpoints together, by window; an hour belongs to the window in which it begins. */
export function readHistograms(
  db: Database,
  endpoints: readonly number[],
  windows: readonly Interval[],
): Histogram[] {
  const out = windows.map((): Histogram => new Map())
  const from = windows[0]?.from
  const to = windows.at(-1)?.to
  if (from === undefined || to === undefined || endpoints.length === 0) return out
  const windowOf = (at: number): Histogram | undefined =>
    out[windows.findIndex(w => w.from <= at && at < w.to)]
  const hours = db.orm
    .select({ hour: latencyHours.hour, histogram: latencyHours.histogram })
    .from(latencyHours)
    .where(
      and(
        inArray(latencyHours.endpoint, [...endpoints]),
        gte(latencyHours.hour, Math.floor(from / HOUR)),
        lt(latencyHours.hour, Math.ceil(to / HOUR)),
      ),
    )
    .all()
  for (const { hour, histogram } of hours) {
    const window = windowOf(hour * HOUR)
    if (window) merge(window, decodeHistogram(histogram))
  }
  const { at, code, policy, latency } = recentChecks
  const recent = db.orm
    .select({ at, code, policy, latency })
    .from(recentChecks)
    .where(and(inArray(recentChecks.endpoint, [...endpoints]), gte(at, from), lt(at, to)))
    .all()
  for (const row of recent) {
    if (!isMeasured(row)) continue
    const window = windowOf(Math.floor(row.at / HOUR) * HOUR)
    if (window) observe(window, row.latency)
  }
  return out
}

import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { ServiceId } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import { canonicalBytes } from '../log/canonical.ts'
import { type Instant, parseInstant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import type { ClosedMonth, StoredCorrection } from './closed.ts'
import type { Correction, MonthRecord, RecordedContract } from './record.ts'
import { corrections, monthRecords } from './tables.ts'

/** The contract that a record was judged by: the last that was in force. */
export function judgingContract(record: MonthRecord): RecordedContract {
  const last = record.versions.contract.at(-1)
  if (!last) throw new RangeError(`the record of ${record.month} names no contract`)
  return last.contract
}

const textOf = (value: object): string => new TextDecoder().decode(canonicalBytes(value))

/** Adds the record of a month, in the caller's transaction. Throws where the month is closed already. */
export function addMonthRecord(db: Database, record: MonthRecord, logIndex: number): void {
  const { ms, bounds, base, counted, availability, thresholds, creditDays } = record
  const summary = {
    calendar: record.calendar,
    window: record.window,
    contract: judgingContract(record),
    down: record.service.down,
    maintenance: record.maintenance,
    figures: { ms, bounds, base, counted, availability, thresholds, creditDays },
    blips: record.blips.length,
  }
  db.orm
    .insert(monthRecords)
    .values({
      service: record.service.id,
      month: record.month,
      closedAt: parseInstant(record.closedAt) as Instant,
      logIndex,
      summary: JSON.stringify(summary),
      record: textOf(record),
    })
    .run()
}

/** Reads those of the log's entries from `after` (exclusive) on, in the order of the log. Prepared: asked at every commit. */
export function closedMonthsReader(db: Database): (after: number) => ClosedMonth[] {
  const select = db.orm
    .select({
      service: monthRecords.service,
      month: monthRecords.month,
      closedAt: monthRecords.closedAt,
      index: monthRecords.logIndex,
      summary: monthRecords.summary,
    })
    .from(monthRecords)
    .where(gt(monthRecords.logIndex, sql.placeholder('after')))
    .orderBy(asc(monthRecords.logIndex))
    .prepare()
  return after =>
    select.all({ after }).map(({ summary, ...row }) => ({ ...row, ...JSON.parse(summary) }) as ClosedMonth)
}

/** The whole record of a closed month; null where it is not closed. */
export function readMonthRecord(
  db: Database,
  service: ServiceId,
  month: Month,
): { readonly record: MonthRecord; readonly index: number } | null {
  const row = db.orm
    .select()
    .from(monthRecords)
    .where(and(eq(monthRecords.service, service), eq(monthRecords.month, month)))
    .get()
  return row ? { record: JSON.parse(row.record) as MonthRecord, index: row.logIndex } : null
}

/** Adds a correction, in the caller's transaction. */
export function addCorrection(db: Database, correction: Correction, logIndex: number): void {
  db.orm
    .insert(corrections)
    .values({
      logIndex,
      id: correction.id,
      service: correction.service,
      at: parseInstant(correction.at) as Instant,
      correction: textOf(correction),
    })
    .run()
}

/** The same of corrections. */
export function correctionsReader(db: Database): (after: number) => StoredCorrection[] {
  const select = db.orm
    .select()
    .from(corrections)
    .where(gt(corrections.logIndex, sql.placeholder('after')))
    .orderBy(asc(corrections.logIndex))
    .prepare()
  return after =>
    select
      .all({ after })
      .map(row => ({ index: row.logIndex, correction: JSON.parse(row.correction) as Correction }))
}

/** Those of the log's entries from `after` (exclusive) on, in the order of the log. */
export const readCorrections = (db: Database, after: number): StoredCorrection[] =>
  correctionsReader(db)(after)

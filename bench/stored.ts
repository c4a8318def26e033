import { asc, gte } from 'drizzle-orm'
import { endpoints } from '../src/catalog/tables.ts'
import { openForReading } from '../src/db/open.ts'
import { decodeBlock, type Row } from '../src/record/block.ts'
import { checkBlocks, recentChecks } from '../src/record/tables.ts'

/** A check as it stands in the record. */
export interface Stored {
  readonly endpoint: string
  readonly at: number
  readonly up: boolean
  /** Milliseconds. */
  readonly latency: number
}

/** All checks that started at `since` or later, each endpoint's in order. */
export function storedChecks(data: string, since: number): readonly Stored[] {
  const db = openForReading(data)
  if (!db) throw new Error(`nothing is stored in ${data}`)
  try {
    const ids = new Map(
      db.orm
        .select({ key: endpoints.key, id: endpoints.id })
        .from(endpoints)
        .all()
        .map(({ key, id }) => [key, id]),
    )
    const stored = (endpoint: number, row: Row): Stored => ({
      endpoint: ids.get(endpoint) ?? '',
      at: row.at,
      up: row.code % 4 === 0,
      latency: (row.latency ?? Number.NaN) / 1_000,
    })
    const packed = db.orm
      .select()
      .from(checkBlocks)
      .where(gte(checkBlocks.toAt, since))
      .orderBy(asc(checkBlocks.fromAt))
      .all()
      .flatMap(block => decodeBlock(block.data, block.fromAt).map(row => stored(block.endpoint, row)))
    const recent = db.orm
      .select()
      .from(recentChecks)
      .where(gte(recentChecks.at, since))
      .orderBy(asc(recentChecks.id))
      .all()
      .map(row => stored(row.endpoint, row))
    return [...packed.filter(({ at }) => at >= since), ...recent]
  } finally {
    db.close()
  }
}

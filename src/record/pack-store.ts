import { setImmediate as pause } from 'node:timers/promises'
import { and, asc, between, eq, gt, lt } from 'drizzle-orm'
import { detect } from '../outage/detect.ts'
import type { Instant } from '../time/instant.ts'
import { decodeBlock, type Row } from './block.ts'
import { addToHours } from './latency-store.ts'
import { prunedStanding, writeStanding } from './memory.ts'
import type { RecordStore } from './store.ts'
import { checkBlocks, recentChecks, standings } from './tables.ts'

/** So few rows or endpoints a step that a step takes milliseconds: checks and pages wait for no more. */
const STEP_ROWS = 5_000
const STEP_ENDPOINTS = 20

/**
 * Moves the latest checks that started before `before` into the endpoints' blocks. A kill in between leaves some in
 * both places, which the next call puts right. `before` must lie further back than any check that is still to be stored.
 */
export async function packChecks(
  store: RecordStore,
  before: Instant,
  stopped: () => boolean = () => false,
): Promise<void> {
  const { orm } = store.db
  const byEndpoint = new Map<number, Row[]>()
  const taken: number[] = []
  for (let cursor = 0; ; ) {
    const rows = orm
      .select()
      .from(recentChecks)
      .where(gt(recentChecks.id, cursor))
      .orderBy(asc(recentChecks.id))
      .limit(STEP_ROWS)
      .all()
    for (const { id, endpoint, ...row } of rows) {
      if (row.at >= before) continue
      taken.push(id)
      const list = byEndpoint.get(endpoint)
      if (list) list.push(row)
      else byEndpoint.set(endpoint, [row])
    }
    const last = rows.at(-1)
    if (!last) break
    cursor = last.id
    await pause()
  }
  const endpoints = [...byEndpoint]
  for (let i = 0; i < endpoints.length; i += STEP_ENDPOINTS) {
    if (stopped()) return
    store.write(() => {
      for (const [endpoint, rows] of endpoints.slice(i, i + STEP_ENDPOINTS)) {
        addToHours(store.db, endpoint, store.checks.addToBlocks(endpoint, rows))
        const standing = store.memory.standing(endpoint)
        if (standing) writeStanding(store.db, endpoint, standing)
      }
    })
    await pause()
  }
  for (let i = 0; i < taken.length; i += STEP_ROWS) {
    if (stopped()) return
    const [first, last] = [taken[i] ?? 0, taken[Math.min(i + STEP_ROWS, taken.length) - 1] ?? 0]
    store.write(() =>
      orm
        .delete(recentChecks)
        .where(and(between(recentChecks.id, first, last), lt(recentChecks.at, before)))
        .run(),
    )
    await pause()
  }
}

/**
 * Removes packed checks that ended before `before`, a block at a time, and keeps where the fold stood after them, so that
 * what remains can still be folded again. Spans and outages stay.
 */
export async function pruneChecks(
  store: RecordStore,
  before: Instant,
  stopped: () => boolean = () => false,
): Promise<number> {
  const { orm } = store.db
  let removed = 0
  for (;;) {
    const blocks = orm
      .select()
      .from(checkBlocks)
      .where(lt(checkBlocks.toAt, before))
      .orderBy(asc(checkBlocks.endpoint), asc(checkBlocks.fromAt))
      .limit(STEP_ENDPOINTS)
      .all()
    if (blocks.length === 0 || stopped()) return removed
    store.write(() => {
      for (const block of blocks) {
        let standing = prunedStanding(store.db, block.endpoint)
        for (const row of decodeBlock(block.data, block.fromAt)) {
          if (!standing || row.at > standing.last.at)
            standing = detect(standing, store.checks.unpack(row)).standing
        }
        const pruned = JSON.stringify(standing)
        orm
          .insert(standings)
          .values({ endpoint: block.endpoint, pruned })
          .onConflictDoUpdate({ target: standings.endpoint, set: { pruned } })
          .run()
        orm.delete(checkBlocks).where(eq(checkBlocks.id, block.id)).run()
      }
    })
    removed += blocks.reduce((n, block) => n + block.count, 0)
    await pause()
  }
}

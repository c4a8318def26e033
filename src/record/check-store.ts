import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Policy, Sample } from '../outage/detect.ts'
import type { State } from '../probe/check.ts'
import type { Instant } from '../time/instant.ts'
import { BLOCK_ROWS, decodeBlock, encodeBlock, type Row } from './block.ts'
import { checkBlocks, policies, reasons, recentChecks } from './tables.ts'

/** A check as it is folded: what detection needs, and its latency in microseconds. */
export interface RawCheck extends Sample {
  readonly latency: number | null
}

const ROW = {
  at: recentChecks.at,
  code: recentChecks.code,
  policy: recentChecks.policy,
  latency: recentChecks.latency,
}

const STATES: readonly State[] = ['up', 'down', 'unknown']

/**
 * The stored checks of all endpoints: the latest in `recent_checks`, the rest in `check_blocks`. A check may for a
 * while stand in both; it is read once. Every method runs inside the caller's transaction.
 */
export class CheckStore {
  private readonly db: Database
  private readonly reasonIds = new Map<string, number>()
  private readonly reasonTexts = new Map<number, string>()
  private readonly policyIds = new Map<string, number>()
  private readonly policyById = new Map<number, Policy>()
  private readonly insert

  constructor(db: Database) {
    this.db = db
    this.insert = db.orm
      .insert(recentChecks)
      .values({
        at: sql.placeholder('at'),
        endpoint: sql.placeholder('endpoint'),
        code: sql.placeholder('code'),
        policy: sql.placeholder('policy'),
        latency: sql.placeholder('latency'),
      })
      .prepare()
  }

  /** Forgets what was read or written: after a rollback, or when another process wrote. */
  forget(): void {
    this.reasonIds.clear()
    this.reasonTexts.clear()
    this.policyIds.clear()
    this.policyById.clear()
  }

  pack(check: RawCheck): Row {
    return {
      at: check.at,
      code: this.reasonId(check.reason ?? '') * 4 + STATES.indexOf(check.state),
      policy: this.policyId(check.policy),
      latency: check.latency,
    }
  }

  unpack(row: Row): RawCheck {
    const reason = this.reasonText(Math.floor(row.code / 4))
    return {
      at: row.at as Instant,
      state: STATES[row.code % 4] ?? 'unknown',
      reason: reason === '' ? null : reason,
      policy: this.policy(row.policy),
      latency: row.latency,
    }
  }

  /** Stores a check among the latest. It must be later than every one of its endpoint. */
  append(endpoint: number, check: RawCheck): void {
    this.insert.run({ endpoint, ...this.pack(check) })
  }

  /** The checks of an endpoint that started in `[from, to)`, in order. */
  read(endpoint: number, from: number, to: number): RawCheck[] {
    return this.rows(endpoint, from, to).map(row => this.unpack(row))
  }

  /** The same, of an endpoint whose checks are all packed. */
  readPacked(endpoint: number, from: number, to: number): RawCheck[] {
    return this.packed(endpoint, from, to).map(row => this.unpack(row))
  }

  private rows(endpoint: number, from: number, to: number): Row[] {
    const recent = this.db.orm
      .select(ROW)
      .from(recentChecks)
      .where(and(eq(recentChecks.endpoint, endpoint), gte(recentChecks.at, from), lt(recentChecks.at, to)))
      .orderBy(asc(recentChecks.id))
      .all()
    return mergeRows(this.packed(endpoint, from, to), recent)
  }

  private packed(endpoint: number, from: number, to: number): Row[] {
    return this.db.orm
      .select()
      .from(checkBlocks)
      .where(and(eq(checkBlocks.endpoint, endpoint), lt(checkBlocks.fromAt, to), gte(checkBlocks.toAt, from)))
      .orderBy(asc(checkBlocks.fromAt))
      .all()
      .flatMap(block => decodeBlock(block.data, block.fromAt))
      .filter(row => from <= row.at && row.at < to)
  }

  /** The latest checks of endpoints that are not packed yet. */
  recentOf(endpoints: readonly number[]): Map<number, Row[]> {
    const wanted = new Set(endpoints)
    const rows = this.db.orm
      .select({ endpoint: recentChecks.endpoint, ...ROW })
      .from(recentChecks)
      .where(wanted.size === 1 ? eq(recentChecks.endpoint, endpoints[0] ?? 0) : undefined)
      .orderBy(asc(recentChecks.id))
      .all()
    const found = new Map<number, Row[]>()
    for (const { endpoint, ...row } of rows) {
      const list = found.get(endpoint)
      if (list) list.push(row)
      else if (wanted.has(endpoint)) found.set(endpoint, [row])
    }
    return found
  }

  /** Removes endpoints' checks from among the latest. */
  removeRecent(endpoints: readonly number[]): void {
    for (let i = 0; i < endpoints.length; i += 500)
      this.db.orm
        .delete(recentChecks)
        .where(inArray(recentChecks.endpoint, endpoints.slice(i, i + 500)))
        .run()
  }

  /** The last packed `up` check that started before `at`; null if none. */
  lastUpBefore(endpoint: number, at: number): RawCheck | null {
    return this.find(endpoint, at, true)
  }

  /** The first packed `up` check that started after `at`; null if none. */
  firstUpAfter(endpoint: number, at: number): RawCheck | null {
    return this.find(endpoint, at, false)
  }

  private find(endpoint: number, at: number, backwards: boolean): RawCheck | null {
    const isUp = (row: Row) => row.code % 4 === 0 && (backwards ? row.at < at : row.at > at)
    for (let edge = at; ; ) {
      const block = this.db.orm
        .select()
        .from(checkBlocks)
        .where(
          and(
            eq(checkBlocks.endpoint, endpoint),
            backwards ? lt(checkBlocks.fromAt, edge) : gt(checkBlocks.toAt, edge),
          ),
        )
        .orderBy(backwards ? desc(checkBlocks.fromAt) : asc(checkBlocks.fromAt))
        .limit(1)
        .get()
      if (!block) return null
      const rows = decodeBlock(block.data, block.fromAt)
      const found = backwards ? rows.findLast(isUp) : rows.find(isUp)
      if (found) return this.unpack(found)
      edge = backwards ? block.fromAt : block.toAt
    }
  }

  /** Packs rows, in order of `at`, into blocks, and returns those that were in none before. */
  addToBlocks(endpoint: number, rows: readonly Row[]): Row[] {
    const first = rows[0]
    const last = rows.at(-1)
    if (!first || !last) return []
    const touched = this.blocksAround(endpoint, first.at, last.at)
    const old = touched.flatMap(block => decodeBlock(block.data, block.fromAt))
    const known = new Set(old.map(row => row.at))
    const added = rows.filter((row, i) => !known.has(row.at) && rows[i - 1]?.at !== row.at)
    if (added.length === 0) return []
    for (let i = 0; i < touched.length; i += 500) {
      const ids = touched.slice(i, i + 500).map(block => block.id)
      this.db.orm.delete(checkBlocks).where(inArray(checkBlocks.id, ids)).run()
    }
    const merged = mergeRows(old, added)
    for (let i = 0; i < merged.length; i += BLOCK_ROWS) {
      const part = merged.slice(i, i + BLOCK_ROWS)
      this.db.orm
        .insert(checkBlocks)
        .values({
          endpoint,
          fromAt: part[0]?.at ?? 0,
          toAt: part.at(-1)?.at ?? 0,
          count: part.length,
          data: encodeBlock(part),
        })
        .run()
    }
    return added
  }

  /** Blocks that rows from `from` to `to` (both included) go between: the overlapping ones, and the one before if it has room. */
  private blocksAround(endpoint: number, from: number, to: number) {
    const before = this.db.orm
      .select()
      .from(checkBlocks)
      .where(and(eq(checkBlocks.endpoint, endpoint), lt(checkBlocks.fromAt, from)))
      .orderBy(desc(checkBlocks.fromAt))
      .limit(1)
      .get()
    const edge = before && (before.count < BLOCK_ROWS || before.toAt >= from) ? before.fromAt : from
    return this.db.orm
      .select()
      .from(checkBlocks)
      .where(
        and(
          eq(checkBlocks.endpoint, endpoint),
          gte(checkBlocks.fromAt, edge),
          sql`${checkBlocks.fromAt} <= ${to}`,
        ),
      )
      .orderBy(asc(checkBlocks.fromAt))
      .all()
  }

  private reasonId(text: string): number {
    const known = this.reasonIds.get(text)
    if (known !== undefined) return known
    this.db.orm.insert(reasons).values({ text }).onConflictDoNothing().run()
    const row = this.db.orm.select().from(reasons).where(eq(reasons.text, text)).get()
    if (!row) throw new Error('a reason was not stored')
    this.reasonIds.set(text, row.id)
    return row.id
  }

  private reasonText(id: number): string {
    const known = this.reasonTexts.get(id)
    if (known !== undefined) return known
    const text = this.db.orm.select().from(reasons).where(eq(reasons.id, id)).get()?.text
    if (text === undefined) throw new Error(`no reason ${id} is stored`)
    this.reasonTexts.set(id, text)
    return text
  }

  private policyId(policy: Policy): number {
    const key = `${policy.hold}/${policy.failures}`
    const known = this.policyIds.get(key)
    if (known !== undefined) return known
    const same = and(sql`${policies.hold} IS ${policy.hold}`, eq(policies.failures, policy.failures))
    const { hold, failures } = policy
    const row =
      this.db.orm.select().from(policies).where(same).get() ??
      this.db.orm.insert(policies).values({ hold, failures }).returning().get()
    this.policyIds.set(key, row.id)
    return row.id
  }

  private policy(id: number): Policy {
    const known = this.policyById.get(id)
    if (known) return known
    const row = this.db.orm.select().from(policies).where(eq(policies.id, id)).get()
    if (!row) throw new Error(`no policy ${id} is stored`)
    const policy = { hold: row.hold, failures: row.failures }
    this.policyById.set(id, policy)
    return policy
  }
}

/** Joins two lists in order of `at`; of two rows with one `at`, the first list's stays. */
function mergeRows(a: readonly Row[], b: readonly Row[]): Row[] {
  const out: Row[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const x = a[i]
    const y = b[j]
    if (x && (!y || x.at <= y.at)) {
      out.push(x)
      i++
      if (y?.at === x.at) j++
    } else if (y) {
      out.push(y)
      j++
    }
  }
  return out
}

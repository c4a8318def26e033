import { eq, isNotNull } from 'drizzle-orm'
import type { Rules } from '../availability/compose.ts'
import { history } from '../availability/history.ts'
import type { Member } from '../availability/measure.ts'
import type { ServiceId } from '../catalog/model.ts'
import { type Catalog, type ReadCatalog, readCatalog, type StoredEndpoint } from '../catalog/store.ts'
import type { Database } from '../db/open.ts'
import { rulesOver } from '../month/as-of.ts'
import { SettledMemory } from '../month/memory.ts'
import type { RecordedContract } from '../month/record.ts'
import { detect, type EndedRun, type Standing } from '../outage/detect.ts'
import { readOutageIds, readSpans } from '../outage/store.ts'
import { FOREVER, type Instant } from '../time/instant.ts'
import { type Interval, later } from '../time/interval.ts'
import { allServiceVersions, contractVersions } from '../version/store.ts'
import type { ServiceContent, Version } from '../version/version.ts'
import type { CheckStore, RawCheck } from './check-store.ts'
import { recentChecks, standings } from './tables.ts'

interface Spans {
  readonly unknown: Interval[]
  readonly runs: EndedRun[]
}

interface Versions {
  readonly contracts: readonly Version<RecordedContract>[]
  readonly services: ReadonlyMap<string, readonly Version<ServiceContent>[]>
}

/**
 * The record as it was last read, so that neither a page nor a check has to read it again: the catalog, where each
 * endpoint stands, its spans. Whoever writes keeps it true; what another process wrote is noticed by `refresh`.
 */
export class Memory {
  private readonly db: Database
  private readonly checks: CheckStore
  private version: unknown
  private catalogRead: ReadCatalog | null = null
  private standingsRead: Map<number, Standing> | null = null
  private readonly spansRead = new Map<number, Spans>()
  /** What takes back each change since `begin`; null outside a transaction. */
  private undo: (() => void)[] | null = null
  private readonly idsRead = new Map<ServiceId, ReadonlyMap<Instant, string>>()
  private versionsRead: Versions | null = null
  /** Closed months and corrections. */
  readonly settled: SettledMemory

  constructor(db: Database, checks: CheckStore) {
    this.db = db
    this.checks = checks
    this.settled = new SettledMemory(db)
  }

  begin(): void {
    this.undo = []
  }

  commit(): void {
    this.undo = null
  }

  /** Takes back what was noted since `begin`, so that a failed transaction does not cost reading everything again. */
  rollback(): void {
    for (const back of this.undo?.reverse() ?? []) back()
    this.undo = null
    this.checks.forget()
    this.settled.forget()
  }

  /** Forgets everything if another process has written since; returns whether it did. */
  refresh(): boolean {
    const version = this.db.connection.pragma('data_version', { simple: true })
    if (version === this.version) return false
    this.version = version
    this.forget()
    return true
  }

  forget(): void {
    this.checks.forget()
    this.catalogRead = null
    this.standingsRead = null
    this.spansRead.clear()
    this.idsRead.clear()
    this.versionsRead = null
  }

  forgetCatalog(): void {
    this.catalogRead = null
    this.undo?.push(() => {
      this.catalogRead = null
    })
  }

  forgetVersions(): void {
    this.versionsRead = null
    this.undo?.push(() => {
      this.versionsRead = null
    })
  }

  /** What was configured when. */
  get versions(): Versions {
    this.versionsRead ??= { contracts: contractVersions(this.db), services: allServiceVersions(this.db) }
    return this.versionsRead
  }

  forgetIds(service: ServiceId): void {
    this.idsRead.delete(service)
    this.undo?.push(() => this.idsRead.delete(service))
  }

  noteFirstCheck(endpoint: StoredEndpoint, at: Instant): void {
    // In place: thousands of endpoints have their first checks within the same seconds.
    const { endpoints } = this.ownCatalog
    const before = endpoints.get(endpoint.id)
    if (before) this.undo?.push(() => endpoints.set(endpoint.id, before))
    endpoints.set(endpoint.id, { ...endpoint, firstAt: at })
  }

  get catalog(): Catalog {
    return this.ownCatalog
  }

  private get ownCatalog(): ReadCatalog {
    this.catalogRead ??= readCatalog(this.db)
    return this.catalogRead
  }

  standing(endpoint: number): Standing | null {
    this.standingsRead ??= this.readStandings()
    return this.standingsRead.get(endpoint) ?? null
  }

  setStanding(endpoint: number, standing: Standing): void {
    this.standingsRead ??= this.readStandings()
    const all = this.standingsRead
    const before = all.get(endpoint)
    this.undo?.push(() => (before ? all.set(endpoint, before) : all.delete(endpoint)))
    all.set(endpoint, standing)
  }

  /** Of the latest check known here, in microseconds. */
  latency(endpoint: number): number | null {
    const last: Partial<RawCheck> | undefined = this.standing(endpoint)?.last
    return last?.latency ?? null
  }

  /** The closed spans of an endpoint; a writer adds to them what it stores. */
  spans(endpoint: number): Spans {
    const known = this.spansRead.get(endpoint)
    if (known) return known
    const { unknown, runs } = readSpans(this.db, endpoint, 0)
    const read = { unknown: [...unknown], runs: [...runs] }
    this.spansRead.set(endpoint, read)
    return read
  }

  addRun(endpoint: number, run: EndedRun): void {
    const { runs } = this.spans(endpoint)
    this.undo?.push(() => runs.pop())
    runs.push(run)
  }

  addUnknown(endpoint: number, span: Interval): void {
    const { unknown } = this.spans(endpoint)
    const last = unknown.at(-1)
    if (last?.to === span.from) {
      const end = unknown.length - 1
      this.undo?.push(() => {
        unknown[end] = last
      })
      unknown[end] = { from: last.from, to: span.to }
    } else {
      this.undo?.push(() => unknown.pop())
      unknown.push(span)
    }
  }

  forgetSpans(endpoint: number): void {
    this.spansRead.delete(endpoint)
    this.undo?.push(() => this.spansRead.delete(endpoint))
  }

  /** The permanent ids of a service's outages, by their start. */
  outageIds(service: ServiceId): ReadonlyMap<Instant, string> {
    const known = this.idsRead.get(service)
    if (known) return known
    const read = new Map(readOutageIds(this.db, service, 0).map(o => [o.from, o.id]))
    this.idsRead.set(service, read)
    return read
  }

  /** The rules that a service's outages are told by over time (see `rulesOver`). */
  rules(service: ServiceId): Rules | null {
    const stored = this.catalog.services.get(service)
    if (!stored) return null
    this.settled.refresh()
    return rulesOver(
      stored.rule,
      this.versions.services.get(service) ?? [],
      [...this.settled.of(service).months.values()],
      this.versions.contracts.at(-1)?.content.timeZone ?? 'UTC',
    )
  }

  /** The endpoints that ever counted for a service, seen from `now`. Those that were never checked do not appear. */
  members(service: ServiceId, now: Instant): Member[] {
    return this.catalog.memberships.flatMap(m => {
      if (m.service !== service) return []
      const endpoint = this.catalog.endpoints.get(m.endpoint)
      if (!endpoint || endpoint.firstAt === null) return []
      const membership = { from: later(m.from ?? endpoint.firstAt, endpoint.firstAt), to: m.to ?? FOREVER }
      return membership.from < membership.to ? [{ membership, history: this.history(endpoint, now) }] : []
    })
  }

  private history(endpoint: StoredEndpoint, now: Instant) {
    return history(endpoint.id, this.spans(endpoint.key), this.standing(endpoint.key), now)
  }

  /** The stored standings, with the latest checks folded on top. */
  private readStandings(): Map<number, Standing> {
    const rows = this.db.orm.select().from(standings).where(isNotNull(standings.current)).all()
    const read = new Map(rows.map(row => [row.endpoint, JSON.parse(row.current ?? 'null') as Standing]))
    for (const row of this.db.orm.select().from(recentChecks).orderBy(recentChecks.id).all()) {
      const before = read.get(row.endpoint) ?? null
      if (before && row.at <= before.last.at) continue
      read.set(row.endpoint, detect(before, this.checks.unpack(row)).standing)
    }
    return read
  }
}

/** Stores where the fold of an endpoint stands. */
export function writeStanding(db: Database, endpoint: number, standing: Standing): void {
  const current = JSON.stringify(standing)
  db.orm
    .insert(standings)
    .values({ endpoint, current })
    .onConflictDoUpdate({ target: standings.endpoint, set: { current } })
    .run()
}

/** The standing after the last check that retention has removed: where a fold of the stored checks begins. */
export function prunedStanding(db: Database, endpoint: number): Standing | null {
  const row = db.orm.select().from(standings).where(eq(standings.endpoint, endpoint)).get()
  return row?.pruned ? (JSON.parse(row.pruned) as Standing) : null
}

import { noteAudit } from '../audit/store.ts'
import type { EndpointId, Maintenance, Service } from '../catalog/model.ts'
import { noteFirstCheck, type StoredEndpoint, writeCatalog } from '../catalog/store.ts'
import { type Database, transact } from '../db/open.ts'
import { readMaintenance, writeMaintenance } from '../maintenance/store.ts'
import { spanOf } from '../month/declared.ts'
import { detect, type EndedRun, type Policy, type Step } from '../outage/detect.ts'
import { addRun, addSpans, addUnknown, removeSpans } from '../outage/store.ts'
import type { Check } from '../probe/check.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { type Interval, later, normalize } from '../time/interval.ts'
import { writeVersions } from '../version/store.ts'
import { CheckStore, type RawCheck } from './check-store.ts'
import { noteImport } from './import-store.ts'
import { addToHours } from './latency-store.ts'
import { Memory, prunedStanding, writeStanding } from './memory.ts'
import { type Change, changeOf, joinChanges, nameOutages, nameOutagesOf } from './naming.ts'
import { keepObservation } from './observation-store.ts'

export interface Imported {
  /** Checks that were not stored before. */
  readonly stored: number
  readonly known: number
  /** Left out, since their month is closed, or retention has removed the checks of their time. */
  readonly closed: number
}

/** A run of failed checks that began at `from` and is an outage now. */
export interface Confirmed {
  readonly endpoint: EndpointId
  readonly from: Instant
}

/** What came of storing a group of checks. */
export interface Appended {
  /** Whether any span or outage changed. */
  readonly changed: boolean
  /** Runs of failures that these checks made outages. */
  readonly confirmed: readonly Confirmed[]
}

/** Who changes what the configuration file says. */
const CONFIGURATION = { actor: { kind: 'nines.yaml' }, address: null } as const

/** Writes the record. Each method is one transaction; a failed one leaves the database and the memory as they were. */
export class RecordStore {
  readonly db: Database
  readonly checks: CheckStore
  readonly memory: Memory

  constructor(db: Database) {
    this.db = db
    this.checks = new CheckStore(db)
    this.memory = new Memory(db, this.checks)
  }

  /** Brings the catalog and the maintenance windows in line with the configuration; with `keep` it only adds (see `writeCatalog`). */
  async configure(
    services: readonly Service[],
    maintenance: readonly Maintenance[],
    now: Instant,
    keep = false,
  ): Promise<void> {
    this.write(() => {
      writeCatalog(this.db, services, now, keep)
      this.writeMaintenance(maintenance, now, keep)
      this.memory.forgetCatalog()
      this.nameAll(now)
    })
  }

  /** Stores a group of checks with all that follows from them. Checks of endpoints that no policy is known for are dropped. */
  async append(
    group: readonly Check[],
    policyOf: (endpoint: EndpointId) => Policy | null,
  ): Promise<Appended> {
    return this.write(() => {
      const touched = new Map<EndpointId, Change>()
      const confirmed: Confirmed[] = []
      this.memory.settled.refresh()
      const lastSealed = this.memory.settled.end
      const touch = (id: EndpointId, change: Change | null) => {
        const known = touched.get(id)
        if (change) touched.set(id, known ? joinChanges(known, change) : change)
      }
      for (const check of group) {
        const policy = policyOf(check.endpoint)
        const endpoint = this.memory.catalog.endpoints.get(check.endpoint)
        if (!policy || !endpoint) continue
        const raw = rawCheck(check, policy)
        if (check.at < lastSealed && this.isSealed(check)) continue
        const before = this.memory.standing(endpoint.key)
        if (before && check.at <= before.last.at) {
          if (check.at <= (this.closedUntil(check.endpoint) ?? -1)) continue
          const since = this.addPast(endpoint, [raw]).since
          touch(check.endpoint, since === null ? null : { since, certain: true })
          continue
        }
        if (endpoint.firstAt === null) this.noteFirst(endpoint, check.at)
        this.checks.append(endpoint.key, raw)
        const step = detect(before, raw)
        this.apply(endpoint.key, step)
        const { run } = step.standing
        if (run?.confirmedAt === check.at) confirmed.push({ endpoint: check.endpoint, from: run.from })
        keepObservation(this.db, endpoint.key, check, before?.run ?? null, step)
        touch(check.endpoint, changeOf(step))
      }
      for (const [id, change] of touched) nameOutagesOf(this.db, this.memory, id, change)
      return { changed: touched.size > 0, confirmed }
    })
  }

  /** Notes the contract and the configuration that are in force from `now` on (see `writeVersions`). */
  async noteVersions(contract: Contract, services: readonly Service[], now: Instant): Promise<void> {
    this.write(() => {
      this.memory.forgetVersions()
      for (const { kind, subject, before, after } of writeVersions(this.db, contract, services, now))
        noteAudit(this.db, {
          ...CONFIGURATION,
          at: now,
          action: `configuration.${before === null ? 'added' : after === null ? 'removed' : 'changed'}`,
          subject: { kind, id: subject === '' ? kind : subject },
          before,
          after,
        })
    })
  }

  /** Stores past checks, all or none. `now`, where given, is noted: the months concerned are closed later. */
  async import(
    past: ReadonlyMap<EndpointId, readonly RawCheck[]>,
    now: Instant | null = null,
  ): Promise<Imported> {
    return this.write(() => {
      this.settle([...past.keys()].flatMap(id => this.memory.catalog.endpoints.get(id)?.key ?? []))
      let stored = 0
      let lines = 0
      let closed = 0
      const since = new Map<EndpointId, Instant>()
      for (const [id, checks] of past) {
        const endpoint = this.memory.catalog.endpoints.get(id)
        if (!endpoint) throw new Error(`endpoint ${id} is not in the catalog`)
        lines += checks.length
        const end = this.closedUntil(id)
        const kept = checks.filter(check => end === null || check.at > end)
        const sealed = this.notStored(endpoint.key, kept, this.sealed(id))
        const open = kept.filter(check => !sealed.has(check.at)).sort((a, b) => a.at - b.at)
        closed += checks.length - open.length
        const added = this.addPast(endpoint, open)
        stored += added.count
        if (added.since !== null) since.set(id, added.since)
        const [first, last] = [open[0], open.at(-1)]
        if (now !== null && added.count > 0 && first && last) {
          noteImport(this.db, now, { from: first.at, to: last.at }, added.count)
          noteAudit(this.db, {
            at: now,
            actor: { kind: 'system' },
            address: null,
            action: 'checks.imported',
            subject: { kind: 'endpoint', id },
            after: { checks: added.count, from: rfc3339(first.at), to: rfc3339(last.at) },
          })
        }
      }
      for (const [id, from] of since) nameOutagesOf(this.db, this.memory, id, { since: from, certain: true })
      return { stored, known: lines - stored - closed, closed }
    })
  }

  /** Folds the stored checks of every endpoint again and replaces its spans with what comes of it. */
  async recompute(): Promise<readonly { readonly endpoint: EndpointId; readonly checks: number }[]> {
    return this.write(() => {
      const done: { endpoint: EndpointId; checks: number }[] = []
      const endpoints = [...this.memory.catalog.endpoints.values()]
      this.settle(endpoints.map(e => e.key))
      for (const { id, key } of endpoints) {
        const checks = this.refold(key, 0 as Instant, Number.MAX_SAFE_INTEGER as Instant)
        done.push({ endpoint: id, checks: checks.count })
      }
      this.nameAll()
      return done
    })
  }

  /** Start of the latest check of all; null where there is none. */
  lastStored(): Instant | null {
    this.memory.refresh()
    const last = [...this.memory.catalog.endpoints.values()].flatMap(
      e => this.memory.standing(e.key)?.last.at ?? [],
    )
    return last.length > 0 ? last.reduce(later) : null
  }

  /** When retention has removed the checks of an endpoint up to some instant, that instant: the past before it is closed. */
  closedUntil(endpoint: EndpointId): Instant | null {
    const stored = this.memory.catalog.endpoints.get(endpoint)
    return stored ? (prunedStanding(this.db, stored.key)?.last.at ?? null) : null
  }

  private writeMaintenance(configured: readonly Maintenance[], now: Instant, keep: boolean): void {
    const windows = () => new Map(readMaintenance(this.db).map(window => [window.id, window]))
    const before = windows()
    writeMaintenance(this.db, configured, now, keep)
    const after = windows()
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(id) ?? null, after.get(id) ?? null]
      if (JSON.stringify(was) === JSON.stringify(is)) continue
      noteAudit(this.db, {
        ...CONFIGURATION,
        at: now,
        action: `maintenance.${was === null ? 'added' : is === null ? 'removed' : 'changed'}`,
        subject: { kind: 'maintenance', id },
        before: was,
        after: is,
      })
    }
  }

  /** The closed months in which an endpoint counted for a service: no check is added to them any more. */
  private sealed(endpoint: EndpointId): Interval[] {
    const { settled, catalog } = this.memory
    settled.refresh()
    return normalize(
      catalog.memberships
        .filter(m => m.endpoint === endpoint)
        .flatMap(m =>
          [...settled.of(m.service).months.values()]
            .map(month => spanOf(month.calendar))
            .filter(i => (m.from === null || m.from < i.to) && (m.to === null || i.from < m.to)),
        ),
    )
  }

  private isSealed({ endpoint, at }: Check): boolean {
    return this.sealed(endpoint).some(month => month.from <= at && at < month.to)
  }

  /** The starts of those checks that lie in one of the intervals and are not stored. */
  private notStored(
    endpoint: number,
    checks: readonly RawCheck[],
    within: readonly Interval[],
  ): ReadonlySet<Instant> {
    const missing = new Set<Instant>()
    for (const { from, to } of within) {
      const inside = checks.filter(check => from <= check.at && check.at < to)
      if (inside.length === 0) continue
      const stored = new Set(this.checks.read(endpoint, from, to).map(check => check.at))
      for (const { at } of inside) if (!stored.has(at)) missing.add(at)
    }
    return missing
  }

  /** Runs `work` in a transaction, with a memory that is true before and after it, whether it succeeds or not. */
  write<T>(work: () => T): T {
    try {
      const done = transact(this.db, () => {
        this.memory.refresh()
        this.memory.begin()
        return work()
      })
      this.memory.commit()
      return done
    } catch (error) {
      this.memory.rollback()
      throw error
    }
  }

  /** Adds checks, in order, to an endpoint's past and folds that stretch again. `since`: from when on its spans may have changed. */
  private addPast(
    endpoint: StoredEndpoint,
    sorted: readonly RawCheck[],
  ): { count: number; since: Instant | null } {
    this.settle([endpoint.key])
    const rows = sorted.map(check => this.checks.pack(check))
    const added = this.checks.addToBlocks(endpoint.key, rows)
    const first = added[0]?.at
    const last = added.at(-1)?.at
    if (first === undefined || last === undefined) return { count: 0, since: null }
    addToHours(this.db, endpoint.key, added)
    if (endpoint.firstAt === null || first < endpoint.firstAt) this.noteFirst(endpoint, first as Instant)
    return { count: added.length, since: this.refold(endpoint.key, first as Instant, last as Instant).since }
  }

  /** Moves the latest checks of endpoints into their blocks, so that their past lies in one place. */
  private settle(endpoints: readonly number[]): void {
    for (const [endpoint, rows] of this.checks.recentOf(endpoints)) {
      addToHours(this.db, endpoint, this.checks.addToBlocks(endpoint, rows))
      const standing = this.memory.standing(endpoint)
      if (standing) writeStanding(this.db, endpoint, standing)
    }
    this.checks.removeRecent(endpoints)
  }

  /**
   * Folds again the stretch in which checks were added, from the last `up` check before it to the first one after it:
   * an `up` check determines the standing whole, so nothing beyond them can have changed.
   */
  private refold(endpoint: number, first: Instant, last: Instant): { since: Instant; count: number } {
    const up = this.checks.lastUpBefore(endpoint, first)
    const anchor = up ? detect(null, up).standing : prunedStanding(this.db, endpoint)
    const resync = this.checks.firstUpAfter(endpoint, last)
    const since = (anchor ? anchor.last.at : 0) as Instant
    const until = resync ? resync.at : Number.MAX_SAFE_INTEGER - 1
    removeSpans(this.db, endpoint, since, until)
    this.memory.forgetSpans(endpoint)
    const unknown: Interval[] = []
    const runs: EndedRun[] = []
    let standing = anchor
    const checks = this.checks.readPacked(endpoint, anchor ? since + 1 : 0, until + 1)
    for (const check of checks) {
      const step = detect(standing, check)
      standing = step.standing
      if (step.unknown) unknown.push(step.unknown)
      if (step.ended) runs.push(step.ended)
    }
    addSpans(this.db, endpoint, { unknown, runs })
    if (!resync && standing) {
      writeStanding(this.db, endpoint, standing)
      this.memory.setStanding(endpoint, standing)
    }
    return { since: anchor?.run?.from ?? since, count: checks.length }
  }

  private nameAll(now?: Instant): void {
    for (const id of this.memory.catalog.services.keys())
      nameOutages(this.db, this.memory, id, 0 as Instant, now)
  }

  private noteFirst(endpoint: StoredEndpoint, at: Instant): void {
    noteFirstCheck(this.db, endpoint.key, at)
    this.memory.noteFirstCheck(endpoint, at)
  }

  private apply(endpoint: number, step: Step): void {
    // The memory first: it reads from the database what it does not know yet.
    if (step.unknown) {
      this.memory.addUnknown(endpoint, step.unknown)
      addUnknown(this.db, endpoint, step.unknown)
    }
    if (step.ended) {
      this.memory.addRun(endpoint, step.ended)
      addRun(this.db, endpoint, step.ended)
    }
    this.memory.setStanding(endpoint, step.standing)
  }
}

function rawCheck(check: Check, policy: Policy): RawCheck {
  return {
    at: check.at,
    state: check.outcome.state,
    reason: 'reason' in check.outcome ? check.outcome.reason : null,
    policy,
    latency: Math.round(check.timings.total * 1_000),
  }
}

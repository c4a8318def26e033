import { and, eq, isNull } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { changes, type Membership } from './membership.ts'
import type { DownRule, EndpointId, Service, ServiceId } from './model.ts'
import { endpoints, memberships, services } from './tables.ts'

export interface StoredService {
  readonly id: ServiceId
  readonly name: string
  readonly group: string | null
  readonly rule: DownRule
}

export interface StoredEndpoint {
  readonly key: number
  readonly id: EndpointId
  readonly name: string
  readonly firstAt: Instant | null
}

export interface Catalog {
  readonly services: ReadonlyMap<ServiceId, StoredService>
  readonly endpoints: ReadonlyMap<EndpointId, StoredEndpoint>
  readonly memberships: readonly Membership[]
}

/** A catalog that its reader owns. */
export interface ReadCatalog extends Catalog {
  readonly endpoints: Map<EndpointId, StoredEndpoint>
}

/** Every service and endpoint that was ever watched. To be called in a transaction or for one look. */
export function readCatalog(db: Database): ReadCatalog {
  const stored = db.orm.select().from(endpoints).all() as StoredEndpoint[]
  const byKey = new Map(stored.map(e => [e.key, e.id]))
  return {
    services: new Map(
      db.orm
        .select()
        .from(services)
        .all()
        .map(s => [s.id as ServiceId, { ...s, id: s.id as ServiceId, rule: JSON.parse(s.rule) as DownRule }]),
    ),
    endpoints: new Map(stored.map(e => [e.id, e])),
    memberships: db.orm
      .select()
      .from(memberships)
      .all()
      .map(m => ({
        service: m.service as ServiceId,
        endpoint: byKey.get(m.endpoint) as EndpointId,
        from: m.fromAt as Instant | null,
        to: m.toAt as Instant | null,
      })),
  }
}

/**
 * Writes the configured services and endpoints, in a transaction of the caller's. Nothing is ever deleted: an endpoint
 * that is no longer configured stops counting at `now`, unless `keep` is set, which only adds.
 */
export function writeCatalog(
  db: Database,
  configured: readonly Service[],
  now: Instant,
  keep: boolean,
): void {
  const wanted = new Map<EndpointId, ServiceId>()
  for (const service of configured) {
    const row = { name: service.name, group: service.group, rule: JSON.stringify(service.down) }
    db.orm
      .insert(services)
      .values({ id: service.id, ...row })
      .onConflictDoUpdate({ target: services.id, set: row })
      .run()
    for (const { id, name } of service.endpoints) {
      wanted.set(id, service.id)
      db.orm
        .insert(endpoints)
        .values({ id, name })
        .onConflictDoUpdate({ target: endpoints.id, set: { name } })
        .run()
    }
  }
  const catalog = readCatalog(db)
  const key = (id: EndpointId) => catalog.endpoints.get(id)?.key ?? Number.NaN
  const { ended, begun } = changes(catalog.memberships, wanted, now)
  const counted = new Set(catalog.memberships.map(m => m.endpoint))
  for (const m of keep ? [] : ended) {
    db.orm
      .update(memberships)
      .set({ toAt: m.to })
      .where(
        and(
          eq(memberships.service, m.service),
          eq(memberships.endpoint, key(m.endpoint)),
          isNull(memberships.toAt),
        ),
      )
      .run()
  }
  for (const m of keep ? begun.filter(b => !counted.has(b.endpoint)) : begun) {
    db.orm
      .insert(memberships)
      .values({ service: m.service, endpoint: key(m.endpoint), fromAt: m.from, toAt: null })
      .run()
  }
}

/** Notes that an endpoint's record begins no later than `at`. */
export function noteFirstCheck(db: Database, key: number, at: Instant): void {
  db.orm.update(endpoints).set({ firstAt: at }).where(eq(endpoints.key, key)).run()
}

import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Service } from '../catalog/model.ts'
import type { Database } from '../db/open.ts'
import { canonicalBytes } from '../log/canonical.ts'
import { recordedContract } from '../month/build.ts'
import type { RecordedContract } from '../month/record.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { versions } from './tables.ts'
import { type EndpointContent, endpointContent, type ServiceContent, type Version } from './version.ts'

type Kind = (typeof versions.$inferSelect)['kind']

interface Configured {
  readonly kind: Kind
  readonly subject: string
  /** All of it, for the digest alone. */
  readonly whole: unknown
  readonly content: object
  readonly salted: boolean
}

/** That something is configured otherwise than before; null: not at all. */
export interface VersionChange {
  readonly kind: Kind
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
}

/**
 * Notes what is configured from `now` on, in the caller's transaction: a new version of whatever differs from the one in
 * force. What is no longer configured is in force no longer. Returns what changed.
 */
export function writeVersions(
  db: Database,
  contract: Contract,
  services: readonly Service[],
  now: Instant,
): VersionChange[] {
  const changes: VersionChange[] = []
  const wanted: Configured[] = [
    {
      kind: 'contract',
      subject: '',
      whole: recordedContract(contract),
      content: recordedContract(contract),
      salted: false,
    },
    ...services.flatMap((service): Configured[] => {
      const content = { name: service.name, down: service.down } satisfies ServiceContent
      return [
        { kind: 'service', subject: service.id, whole: content, content, salted: false },
        ...service.endpoints.map(
          (endpoint): Configured => ({
            kind: 'endpoint',
            subject: endpoint.id,
            whole: endpoint,
            content: endpointContent(endpoint),
            salted: true,
          }),
        ),
      ]
    }),
  ]
  const open = new Map(
    db.orm
      .select()
      .from(versions)
      .where(isNull(versions.toAt))
      .all()
      .map(row => [`${row.kind} ${row.subject}`, row]),
  )
  for (const one of wanted) {
    const key = `${one.kind} ${one.subject}`
    const known = open.get(key)
    open.delete(key)
    if (known && digestOf(known.salt, one.whole) === known.digest) continue
    if (known) end(db, known.id, now)
    changes.push({
      kind: one.kind,
      subject: one.subject,
      before: known ? JSON.parse(known.content) : null,
      after: one.content,
    })
    const salt = one.salted ? randomBytes(16).toString('hex') : ''
    db.orm
      .insert(versions)
      .values({
        kind: one.kind,
        subject: one.subject,
        fromAt: now,
        toAt: null,
        salt,
        digest: digestOf(salt, one.whole),
        content: JSON.stringify(one.content),
      })
      .run()
  }
  for (const { id, kind, subject, content } of open.values()) {
    end(db, id, now)
    changes.push({ kind, subject, before: JSON.parse(content), after: null })
  }
  return changes
}

const end = (db: Database, id: number, now: Instant): void => {
  db.orm.update(versions).set({ toAt: now }).where(eq(versions.id, id)).run()
}

const digestOf = (salt: string, whole: unknown): string =>
  createHash('sha256').update(salt).update(canonicalBytes(whole)).digest('hex')

function read<T>(db: Database, kind: Kind, subject: string): Version<T>[] {
  return db.orm
    .select()
    .from(versions)
    .where(and(eq(versions.kind, kind), eq(versions.subject, subject)))
    .orderBy(asc(versions.fromAt), asc(versions.id))
    .all()
    .map(row => versionOf<T>(row))
}

const versionOf = <T>(row: typeof versions.$inferSelect): Version<T> => ({
  version: row.digest,
  from: row.fromAt as Instant,
  to: row.toAt as Instant | null,
  content: JSON.parse(row.content) as T,
})

/** The versions of every service, by its id. */
export function allServiceVersions(db: Database): Map<string, Version<ServiceContent>[]> {
  const found = new Map<string, Version<ServiceContent>[]>()
  const rows = db.orm
    .select()
    .from(versions)
    .where(eq(versions.kind, 'service'))
    .orderBy(asc(versions.fromAt), asc(versions.id))
    .all()
  for (const row of rows) {
    const known = found.get(row.subject) ?? []
    known.push(versionOf(row))
    found.set(row.subject, known)
  }
  return found
}

/** Every version, in order of when it came into force. To be called in a transaction or for one look. */
export const contractVersions = (db: Database): Version<RecordedContract>[] => read(db, 'contract', '')
export const serviceVersions = (db: Database, id: string): Version<ServiceContent>[] =>
  read(db, 'service', id)
export const endpointVersions = (db: Database, id: string): Version<EndpointContent>[] =>
  read(db, 'endpoint', id)

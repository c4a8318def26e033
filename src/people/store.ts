import { randomBytes } from 'node:crypto'
import { and, asc, desc, eq, isNotNull, lt, ne } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import { type Instant, instant } from '../time/instant.ts'
import type { Person, PersonId, Role } from './person.ts'
import { accounts, people, secondFactors, sessions, verifications } from './tables.ts'

/** A person as the administrators see them. */
export interface Member extends Person {
  readonly active: boolean
  readonly secondFactor: boolean
  /** Whether they have a password, or an account with the issuer. */
  readonly proof: { readonly password: boolean; readonly issuer: boolean }
  readonly since: Instant
  /** The last time a session of theirs was seen, of those that go on. */
  readonly seen: Instant | null
}

const newId = (): PersonId => randomBytes(12).toString('base64url') as PersonId

/** Whether somebody who can sign in administers this. */
export function hasAdministrator(db: Database, but?: PersonId): boolean {
  const found = db.orm
    .select({ id: people.id })
    .from(people)
    .innerJoin(accounts, eq(accounts.userId, people.id))
    .where(
      and(
        eq(people.role, 'admin'),
        eq(people.active, true),
        but === undefined ? undefined : ne(people.id, but),
      ),
    )
    .limit(1)
    .get()
  return found !== undefined
}

/** Everybody, by name. */
export function listPeople(db: Database): readonly Member[] {
  return db.orm
    .select()
    .from(people)
    .orderBy(asc(people.name), asc(people.id))
    .all()
    .map(row => member(db, row))
}

export function findPerson(db: Database, id: string): Member | null {
  const row = db.orm.select().from(people).where(eq(people.id, id)).get()
  return row ? member(db, row) : null
}

export function findByEmail(db: Database, email: string): Member | null {
  const row = db.orm.select().from(people).where(eq(people.email, email)).get()
  return row ? member(db, row) : null
}

function member(db: Database, row: typeof people.$inferSelect): Member {
  const proofs = db.orm
    .select({ provider: accounts.providerId })
    .from(accounts)
    .where(eq(accounts.userId, row.id))
    .all()
  const last = db.orm
    .select({ at: sessions.updatedAt })
    .from(sessions)
    .where(eq(sessions.userId, row.id))
    .orderBy(desc(sessions.updatedAt))
    .limit(1)
    .get()
  return {
    id: row.id as PersonId,
    name: row.name,
    email: row.email,
    role: row.role as Role,
    active: row.active,
    secondFactor: row.twoFactorEnabled === true,
    proof: {
      password: proofs.some(p => p.provider === 'credential'),
      issuer: proofs.some(p => p.provider !== 'credential'),
    },
    since: instant(row.createdAt.getTime()),
    seen: last ? instant(last.at.getTime()) : null,
  }
}

/**
 * Adds a person; to be called inside the caller's transaction. Their address counts as verified, because an
 * administrator vouches for it: it is what an account with the issuer is matched by.
 */
export function addPerson(
  db: Database,
  { name, email, role }: Pick<Person, 'name' | 'email' | 'role'>,
  now: Instant,
): PersonId {
  const id = newId()
  const at = new Date(now)
  db.orm
    .insert(people)
    .values({ id, name, email, role, emailVerified: true, active: true, createdAt: at, updatedAt: at })
    .run()
  return id
}

export function updatePerson(
  db: Database,
  id: PersonId,
  change: Partial<Pick<Member, 'name' | 'role' | 'active'>>,
  now: Instant,
): void {
  db.orm
    .update(people)
    .set({ ...change, updatedAt: new Date(now) })
    .where(eq(people.id, id))
    .run()
}

/** The hash of a person's password; null where they have none. */
export function passwordHash(db: Database, id: PersonId): string | null {
  const row = db.orm
    .select({ password: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, id), eq(accounts.providerId, 'credential'), isNotNull(accounts.password)))
    .get()
  return row?.password ?? null
}

/** Gives a person a password by its hash; to be called inside the caller's transaction. */
export function setPassword(db: Database, id: PersonId, hash: string, now: Instant): void {
  const at = new Date(now)
  db.orm
    .insert(accounts)
    .values({
      id: newId(),
      userId: id,
      providerId: 'credential',
      accountId: id,
      password: hash,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoUpdate({
      target: [accounts.providerId, accounts.accountId],
      set: { password: hash, updatedAt: at },
    })
    .run()
}

/** Ends every session of a person, and every sign-in of theirs that waits for its second factor. */
export function endSessions(db: Database, id: PersonId): void {
  db.orm.delete(sessions).where(eq(sessions.userId, id)).run()
  db.orm.delete(verifications).where(eq(verifications.value, id)).run()
}

export function endSession(db: Database, person: PersonId, session: string): boolean {
  return (
    db.orm
      .delete(sessions)
      .where(and(eq(sessions.userId, person), eq(sessions.id, session)))
      .run().changes > 0
  )
}

export interface Session {
  readonly id: string
  readonly from: Instant
  readonly seen: Instant
  readonly address: string | null
  readonly device: string | null
}

/** A person's sessions, the one last seen first. */
export function listSessions(db: Database, id: PersonId): readonly Session[] {
  return db.orm
    .select()
    .from(sessions)
    .where(eq(sessions.userId, id))
    .orderBy(desc(sessions.updatedAt))
    .limit(100)
    .all()
    .map(row => ({
      id: row.id,
      from: instant(row.createdAt.getTime()),
      seen: instant(row.updatedAt.getTime()),
      address: row.ipAddress === '' ? null : row.ipAddress,
      device: row.userAgent === '' ? null : row.userAgent,
    }))
}

/** What is stored, encrypted, of a person's second factor: its secret and the backup codes. Null where there is none. */
export function storedSecondFactor(db: Database, id: PersonId): readonly string[] | null {
  const row = db.orm.select().from(secondFactors).where(eq(secondFactors.userId, id)).get()
  return row ? [row.secret, row.backupCodes] : null
}

/** Takes a person's second factor away; to be called inside the caller's transaction. */
export function dropSecondFactor(db: Database, id: PersonId, now: Instant): void {
  db.orm.delete(secondFactors).where(eq(secondFactors.userId, id)).run()
  db.orm
    .update(people)
    .set({ twoFactorEnabled: false, updatedAt: new Date(now) })
    .where(eq(people.id, id))
    .run()
}

/** Removes what is over: sessions, and what unfinished sign-ins remembered. */
export function sweepSessions(db: Database, now: Instant): void {
  db.orm
    .delete(sessions)
    .where(lt(sessions.expiresAt, new Date(now)))
    .run()
  db.orm
    .delete(verifications)
    .where(lt(verifications.expiresAt, new Date(now)))
    .run()
}

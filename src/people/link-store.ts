import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, isNull, lt } from 'drizzle-orm'
import { noteAudit } from '../audit/store.ts'
import { type Database, transact } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { dropSecondFactor, endSessions, findByEmail, hasAdministrator } from './store.ts'
import { links } from './tables.ts'

export type LinkKind = 'setup' | 'invitation' | 'reset'

/** How long a link is good for, in milliseconds. */
export const LINK_LASTS: Readonly<Record<LinkKind, number>> = {
  setup: 24 * 3_600_000,
  invitation: 7 * 24 * 3_600_000,
  reset: 24 * 3_600_000,
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** Makes a link's token, in the place of all of its kind for the same person; to be called inside the caller's transaction. */
export function makeLink(db: Database, kind: LinkKind, person: string | null, now: Instant): string {
  const token = randomBytes(24).toString('base64url')
  dropLinks(db, kind, person)
  db.orm
    .insert(links)
    .values({ hash: hashOf(token), kind, person, expiresAt: now + LINK_LASTS[kind] })
    .run()
  return token
}

/** Makes every unused link of a kind and person worthless; to be called inside the caller's transaction. */
export function dropLinks(db: Database, kind: LinkKind, person: string | null): void {
  db.orm
    .delete(links)
    .where(
      and(
        eq(links.kind, kind),
        person === null ? isNull(links.person) : eq(links.person, person),
        isNull(links.usedAt),
      ),
    )
    .run()
}

const good = (kind: LinkKind, token: string, now: Instant) =>
  and(eq(links.hash, hashOf(token)), eq(links.kind, kind), isNull(links.usedAt), gt(links.expiresAt, now))

/** Whom a link is for; undefined where it is wrong, used or too old. */
export function readLink(
  db: Database,
  kind: LinkKind,
  token: string,
  now: Instant,
): { readonly person: string | null } | undefined {
  return db.orm
    .select({ person: links.person })
    .from(links)
    .where(good(kind, token, now))
    .get()
}

/** Uses a link up, for one caller only; to be called inside the caller's transaction. */
export function useLink(
  db: Database,
  kind: LinkKind,
  token: string,
  now: Instant,
): { readonly person: string | null } | undefined {
  return db.orm
    .update(links)
    .set({ usedAt: now })
    .where(good(kind, token, now))
    .returning({ person: links.person })
    .get()
}

/**
 * A fresh token to set up the first administrator with at `/desk/setup?token=…`, good for 24 hours, in the place of any
 * before; null where there is an administrator who can sign in.
 */
export function setupLink(db: Database, now: Instant): string | null {
  return transact(db, () => (hasAdministrator(db) ? null : makeLink(db, 'setup', null, now)))
}

/** As `setupLink`, for whoever runs Nines; it is noted in the audit trail. */
export function askedSetupLink(db: Database, now: Instant): string | null {
  return transact(db, () => {
    if (hasAdministrator(db)) return null
    noteAudit(db, {
      at: now,
      actor: { kind: 'system' },
      address: null,
      action: 'person.setup-link-made',
      subject: { kind: 'link', id: 'setup' },
      reason: 'Asked for on the command line.',
    })
    return makeLink(db, 'setup', null, now)
  })
}

/**
 * A token by which somebody chooses a new password at `/desk/reset?token=…`, for whoever runs Nines; null where nobody
 * who may sign in has this address. With `secondFactor` theirs is taken away at once, and every session of theirs ends.
 */
export function resetLink(db: Database, email: string, now: Instant, secondFactor = false): string | null {
  return transact(db, () => {
    const person = findByEmail(db, email.trim().toLowerCase())
    if (!person?.active) return null
    const noted = (action: string) =>
      noteAudit(db, {
        at: now,
        actor: { kind: 'system' },
        address: null,
        action,
        subject: { kind: 'person', id: person.id },
        reason: 'Asked for on the command line.',
      })
    if (secondFactor && person.secondFactor) {
      dropSecondFactor(db, person.id, now)
      endSessions(db, person.id)
      noted('person.second-factor-removed')
    }
    noted('person.reset-link-made')
    return makeLink(db, 'reset', person.id, now)
  })
}

/** Removes links that nobody can use any more. */
export function sweepLinks(db: Database, now: Instant): void {
  db.orm.delete(links).where(lt(links.expiresAt, now)).run()
}

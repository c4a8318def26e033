import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { transact } from '../db/open.ts'
import { BUSY, type Faults } from './joining.ts'
import { dropLinks } from './link-store.ts'
import { passwordFault } from './password.ts'
import type { Person } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import { openSession } from './sessions.ts'
import { endSessions, passwordHash, setPassword } from './store.ts'

/** Changes a person's own password; every session ends, and the one that they are in begins anew. */
export async function changePassword(
  room: Room,
  visit: Visit,
  person: Person,
  given: { readonly current: string; readonly next: string },
): Promise<
  | { readonly kind: 'done'; readonly cookies: readonly string[] }
  | { readonly kind: 'faults'; readonly faults: Faults }
> {
  const faulty = (faults: Faults) => ({ kind: 'faults', faults }) as const
  const current = await ownPassword(room, visit, person, given.current)
  if (!current.ok) return faulty({ current: current.fault })
  const weak = passwordFault(given.next, person)
  if (weak !== null) return faulty({ next: weak })
  const hash = await room.guesses.hashing(() => hashPassword(given.next))
  if (hash === null) return faulty({ next: BUSY })
  const done = transact(room.db, (): boolean => {
    if (passwordHash(room.db, person.id) !== current.hash) return false
    setPassword(room.db, person.id, hash, room.now())
    endSessions(room.db, person.id)
    dropLinks(room.db, 'reset', person.id)
    note(room, visit, person, 'person.password-changed', person)
    return true
  })
  if (!done) return faulty({ current: WRONG })
  return { kind: 'done', cookies: await openSession(room, visit, person) }
}

const WRONG = 'This is not your current password.'

/** Whether somebody who is signed in knows their password, with the same limit on guesses as a sign-in. */
export async function ownPassword(
  room: Room,
  visit: Visit,
  person: Person,
  password: string,
): Promise<{ readonly ok: true; readonly hash: string } | { readonly ok: false; readonly fault: string }> {
  const who = { account: `own ${person.id}`, device: null, address: visit.address }
  const wait = room.guesses.take(who, room.now())
  if (wait > 0)
    return { ok: false, fault: `Too many wrong passwords. Try again in ${Math.ceil(wait / 60_000)} minutes.` }
  const hash = passwordHash(room.db, person.id)
  if (hash === null) return { ok: false, fault: 'You have no password here.' }
  const right = await room.guesses.hashing(() => verifyPassword({ hash, password: password.slice(0, 1_000) }))
  if (right === null) return { ok: false, fault: BUSY }
  if (!right) return { ok: false, fault: WRONG }
  room.guesses.right(who)
  return { ok: true, hash }
}

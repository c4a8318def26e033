import { hashPassword } from 'better-auth/crypto'
import { transact } from '../db/open.ts'
import { makeLink, readLink, useLink } from './link-store.ts'
import { passwordFault } from './password.ts'
import { cleanEmail, cleanName, type Person, type Role } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import { openSession } from './sessions.ts'
import {
  addPerson,
  endSessions,
  findByEmail,
  findPerson,
  hasAdministrator,
  type Member,
  setPassword,
} from './store.ts'

/** What is wrong with a form, by its fields. */
export type Faults = Readonly<Record<string, string>>

const EMAIL = 'This is not an e-mail address. One looks like name@example.com.'
export const NAME = 'Give a name of 1 to 100 characters.'
const TAKEN = 'Somebody with this e-mail address is here already.'
export const BUSY = 'Too many people do this at the moment. Try again in a few seconds.'

export type Entry =
  | { readonly kind: 'done'; readonly person: Person; readonly cookies: readonly string[] }
  /** The password is chosen, but the second factor has to be given too. */
  | { readonly kind: 'sign-in' }
  /** The link is wrong, used or too old. */
  | { readonly kind: 'link' }
  | { readonly kind: 'faults'; readonly faults: Faults }

/** Whether a token still opens the setting up. */
export const mayBeSetUp = (room: Room, token: string): boolean =>
  !hasAdministrator(room.db) && readLink(room.db, 'setup', token, room.now()) !== undefined

/** Makes the first administrator. Of several who use the link at once, one becomes it. */
export async function setUp(
  room: Room,
  visit: Visit,
  given: { readonly token: string; readonly name: string; readonly email: string; readonly password: string },
): Promise<Entry> {
  if (!mayBeSetUp(room, given.token)) return { kind: 'link' }
  const name = cleanName(given.name)
  const email = cleanEmail(given.email)
  const weak = passwordFault(given.password, { name: name ?? '', email: email ?? '' })
  const faults: Faults = {
    ...(name === null ? { name: NAME } : {}),
    ...(email === null ? { email: EMAIL } : {}),
    ...(weak === null ? {} : { password: weak }),
  }
  if (name === null || email === null || weak !== null) return { kind: 'faults', faults }
  const hash = await room.guesses.hashing(() => hashPassword(given.password))
  if (hash === null) return { kind: 'faults', faults: { password: BUSY } }
  const made = transact(room.db, (): Person | 'link' | 'taken' => {
    const now = room.now()
    if (hasAdministrator(room.db)) return 'link'
    if (findByEmail(room.db, email)) return 'taken'
    if (!useLink(room.db, 'setup', given.token, now)) return 'link'
    const person: Person = {
      id: addPerson(room.db, { name, email, role: 'admin' }, now),
      name,
      email,
      role: 'admin',
    }
    setPassword(room.db, person.id, hash, now)
    note(room, visit, person, 'setup.done', person, { after: { name, email, role: 'admin' } })
    return person
  })
  if (made === 'link') return { kind: 'link' }
  if (made === 'taken') return { kind: 'faults', faults: { email: TAKEN } }
  return { kind: 'done', person: made, cookies: await openSession(room, visit, made) }
}

export type Invited =
  | { readonly kind: 'done'; readonly person: Person; readonly token: string }
  | { readonly kind: 'faults'; readonly faults: Faults }

/** Adds a person, who chooses a password with a link that is good for 7 days and for once. */
export function invite(
  room: Room,
  visit: Visit,
  by: Person,
  given: { readonly name: string; readonly email: string; readonly role: Role | null },
): Invited {
  const name = cleanName(given.name)
  const email = cleanEmail(given.email)
  const { role } = given
  const faults: Faults = {
    ...(name === null ? { name: NAME } : {}),
    ...(email === null ? { email: EMAIL } : {}),
    ...(role === null ? { role: 'Choose what they may do.' } : {}),
  }
  if (name === null || email === null || role === null) return { kind: 'faults', faults }
  return transact(room.db, (): Invited => {
    if (findByEmail(room.db, email)) return { kind: 'faults', faults: { email: TAKEN } }
    const now = room.now()
    const id = addPerson(room.db, { name, email, role }, now)
    note(room, visit, by, 'person.invited', { id }, { after: { name, email, role } })
    return {
      kind: 'done',
      person: { id, name, email, role },
      token: makeLink(room.db, 'invitation', id, now),
    }
  })
}

export type Handed =
  | { readonly kind: 'invitation' | 'reset'; readonly person: Member; readonly token: string }
  | { readonly kind: 'none' }

/** A link by which a person chooses a new password, or their first one; null for nobody, or somebody deactivated. */
export function handLink(room: Room, visit: Visit, by: Person, id: string): Handed {
  return transact(room.db, (): Handed => {
    const person = findPerson(room.db, id)
    if (!person?.active) return { kind: 'none' }
    const kind = person.proof.password || person.proof.issuer ? 'reset' : 'invitation'
    const action = kind === 'reset' ? 'person.reset-link-made' : 'person.invited-again'
    note(room, visit, by, action, person)
    return { kind, person, token: makeLink(room.db, kind, person.id, room.now()) }
  })
}

/** Whom an invitation or a link to reset is for; null where it is wrong, used or too old. */
export function linkOwner(room: Room, kind: 'invitation' | 'reset', token: string): Member | null {
  const id = readLink(room.db, kind, token, room.now())?.person
  const person = id ? findPerson(room.db, id) : null
  return person?.active ? person : null
}

/** Takes the password that a person chose with a link; every session of theirs ends. */
export async function choosePassword(
  room: Room,
  visit: Visit,
  kind: 'invitation' | 'reset',
  given: { readonly token: string; readonly password: string },
): Promise<Entry> {
  const owner = linkOwner(room, kind, given.token)
  if (!owner) return { kind: 'link' }
  const weak = passwordFault(given.password, owner)
  if (weak !== null) return { kind: 'faults', faults: { password: weak } }
  const hash = await room.guesses.hashing(() => hashPassword(given.password))
  if (hash === null) return { kind: 'faults', faults: { password: BUSY } }
  const done = transact(room.db, (): boolean => {
    const now = room.now()
    if (!findPerson(room.db, owner.id)?.active || !useLink(room.db, kind, given.token, now)) return false
    setPassword(room.db, owner.id, hash, now)
    endSessions(room.db, owner.id)
    note(room, visit, owner, kind === 'reset' ? 'person.password-reset' : 'person.joined', owner)
    return true
  })
  if (!done) return { kind: 'link' }
  if (owner.secondFactor) return { kind: 'sign-in' }
  return { kind: 'done', person: owner, cookies: await openSession(room, visit, owner) }
}

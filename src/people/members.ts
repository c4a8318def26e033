import { transact } from '../db/open.ts'
import { NAME } from './joining.ts'
import { dropLinks } from './link-store.ts'
import { cleanName, type Person, type Role } from './person.ts'
import { note, type Room, type Visit } from './room.ts'
import {
  dropSecondFactor,
  endSessions,
  findPerson,
  hasAdministrator,
  type Member,
  updatePerson,
} from './store.ts'

export type Changed =
  | { readonly kind: 'done'; readonly person: Member }
  | { readonly kind: 'none' }
  /** Nobody would be left who can administer this. */
  | { readonly kind: 'last' }

/** Gives a person the name that they want; null where it is one, else what is wrong with it. What was signed before keeps the old one. */
export function changeName(room: Room, visit: Visit, person: Person, given: string): string | null {
  const name = cleanName(given)
  if (name === null) return NAME
  if (name === person.name) return null
  transact(room.db, () => {
    updatePerson(room.db, person.id, { name }, room.now())
    note(room, visit, person, 'person.name-changed', person, {
      before: { name: person.name },
      after: { name },
    })
  })
  return null
}

/** Gives a person another role; every session of theirs ends. */
export function changeRole(room: Room, visit: Visit, by: Person, id: string, role: Role): Changed {
  return transact(room.db, (): Changed => {
    const person = findPerson(room.db, id)
    if (!person) return { kind: 'none' }
    if (person.role === role) return { kind: 'done', person }
    if (person.role === 'admin' && !hasAdministrator(room.db, person.id)) return { kind: 'last' }
    updatePerson(room.db, person.id, { role }, room.now())
    endSessions(room.db, person.id)
    note(room, visit, by, 'person.role-changed', person, { before: { role: person.role }, after: { role } })
    return { kind: 'done', person: { ...person, role } }
  })
}

/** Deactivates a person (every session and link of theirs ends), or lets them in again. */
export function setActive(room: Room, visit: Visit, by: Person, id: string, active: boolean): Changed {
  return transact(room.db, (): Changed => {
    const person = findPerson(room.db, id)
    if (!person) return { kind: 'none' }
    if (person.active === active) return { kind: 'done', person }
    if (!active && person.role === 'admin' && !hasAdministrator(room.db, person.id)) return { kind: 'last' }
    updatePerson(room.db, person.id, { active }, room.now())
    endSessions(room.db, person.id)
    for (const kind of ['invitation', 'reset'] as const) dropLinks(room.db, kind, person.id)
    note(room, visit, by, active ? 'person.activated' : 'person.deactivated', person)
    return { kind: 'done', person: { ...person, active } }
  })
}

/** Takes the second factor of somebody who lost it away; every session of theirs ends. */
export function removeSecondFactor(room: Room, visit: Visit, by: Person, id: string): Changed {
  return transact(room.db, (): Changed => {
    const person = findPerson(room.db, id)
    if (!person) return { kind: 'none' }
    if (!person.secondFactor) return { kind: 'done', person }
    dropSecondFactor(room.db, person.id, room.now())
    endSessions(room.db, person.id)
    note(room, visit, by, 'person.second-factor-removed', person)
    return { kind: 'done', person: { ...person, secondFactor: false } }
  })
}

/** Gives somebody the role that their issuer says they have: they are about to begin a session. */
export function followIssuer(room: Room, visit: Visit, person: Person, role: Role): void {
  if (person.role === role) return
  transact(room.db, () => {
    updatePerson(room.db, person.id, { role }, room.now())
    endSessions(room.db, person.id)
    note(room, visit, { ...person, role }, 'person.role-changed', person, {
      before: { role: person.role },
      after: { role },
      reason: 'The role follows the claims of the issuer.',
    })
  })
}

import type { Actor, AuditEntry } from '../audit/entry.ts'
import { noteAudit } from '../audit/store.ts'
import type { Database } from '../db/open.ts'
import { type Instant, instant } from '../time/instant.ts'
import type { Auth } from './auth.ts'
import type { FailureCount } from './failures.ts'
import type { Guesses } from './guesses.ts'
import type { Person } from './person.ts'

/** What is known of whoever sent a request. */
export interface Visit {
  /** The request's own `Cookie` header. */
  readonly cookie: string | undefined
  readonly address: string | null
  /** What the browser calls itself. */
  readonly agent: string | null
}

/** What every part of the room works with. */
export interface Room {
  readonly db: Database
  readonly secret: string
  readonly now: () => Instant
  readonly auth: () => Auth
  readonly guesses: Guesses
  readonly failures: FailureCount
}

export const actorOf = ({ id, name, role }: Person): Actor => ({ kind: 'person', id, name, role })

/** Notes what a person did, or what was done to one; to be called inside the caller's transaction. */
export function note(
  room: Room,
  visit: Visit,
  by: Person,
  action: string,
  subject: { readonly id: string },
  rest: Pick<AuditEntry, 'before' | 'after' | 'reason'> = {},
): void {
  noteAudit(room.db, {
    at: instant(room.now()),
    actor: actorOf(by),
    address: visit.address,
    action,
    subject: { kind: 'person', id: subject.id },
    ...rest,
  })
}

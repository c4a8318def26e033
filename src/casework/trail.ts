import type { Actor } from '../audit/entry.ts'
import { noteAudit } from '../audit/store.ts'
import type { Database } from '../db/open.ts'
import type { Reference } from '../support/reference.ts'
import type { Instant } from '../time/instant.ts'
import type { Doer } from './room.ts'

/** Who acts: one of the desk, or a customer, of whom we know the IP address at most. */
export type By = Doer | { readonly id: null; readonly address: string | null }

export interface Trace {
  /** `system`: nobody asked for it. */
  readonly by: By | 'system'
  readonly at: Instant
  readonly action: `claim.${string}` | `request.${string}`
  readonly reference: Reference
  readonly before?: object
  readonly after?: object
  readonly reason?: string | null
}

/** Notes in the audit trail what was done to a case, inside the caller's transaction. */
export function trace(
  db: Database,
  { by, at, action, reference, before, after, reason = null }: Trace,
): void {
  noteAudit(db, {
    at,
    actor: actorOf(by),
    address: by === 'system' ? null : by.address,
    action,
    subject: { kind: 'request', id: reference },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    reason,
  })
}

function actorOf(by: Trace['by']): Actor {
  if (by === 'system') return { kind: 'system' }
  return by.id === null ? { kind: 'customer' } : { kind: 'person', id: by.id, name: by.name, role: by.role }
}

/** Notes that a customer's message opened a closed case again, inside the caller's transaction. */
export const traceReopened = (db: Database, by: By, at: Instant, reference: Reference): void =>
  trace(db, {
    by,
    at,
    action: 'request.reopened',
    reference,
    before: { status: 'closed' },
    after: { status: 'open' },
    reason: 'the customer wrote',
  })

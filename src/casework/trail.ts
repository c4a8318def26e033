import { noteAudit } from '../audit/store.ts'
import type { Database } from '../db/open.ts'
import type { Reference } from '../support/reference.ts'
import type { Instant } from '../time/instant.ts'
import type { Doer } from './room.ts'

/** Who acts: one of the desk, or a customer, of whom we know the IP address at most. */
export type By = Doer | { readonly id: null; readonly address: string | null }

export interface Trace {
  readonly by: By
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
    actor:
      by.id === null ? { kind: 'customer' } : { kind: 'person', id: by.id, name: by.name, role: by.role },
    address: by.address,
    action,
    subject: { kind: 'request', id: reference },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    reason,
  })
}

import { asc, eq } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { dueAt, type Guarantee } from './clock.ts'
import { cut, LIMITS, oneLine, type Problem } from './intake.ts'
import { priorityOf, type RequestKind, type Tier, tierRefusal } from './priority.ts'
import type { RequestId, Status, SupportRequest } from './request.ts'
import { asRequest, findRequest } from './request-store.ts'
import { requestChanges, requests } from './tables.ts'

/** Who changes a request, why, and which version of it they have seen. */
export interface Doing {
  readonly now: Instant
  readonly who: string
  readonly reason: string | null
  readonly version: number
}

export type Changed =
  | { readonly kind: 'changed'; readonly request: SupportRequest }
  /** Someone has changed the request since: it is given as it is now. */
  | { readonly kind: 'stale'; readonly request: SupportRequest }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unknown' }

export interface Change {
  readonly at: Instant
  readonly who: string
  readonly what: 'tier' | 'kind' | 'assignee' | 'status'
  readonly before: string | null
  readonly after: string | null
  readonly reason: string | null
}

/**
 * Sets the tier, inside the caller's transaction. What is due is worked out again from when the request came. Refused where
 * that would hide a late answer (see `tierRefusal`).
 */
export const setTier = (
  db: Database,
  id: RequestId,
  tier: Tier,
  guarantee: Guarantee,
  doing: Doing,
): Changed =>
  change(db, id, 'tier', doing, request => {
    const problem = tierRefusal(request, tier, doing.now)
    if (problem !== null) return { refused: [{ field: 'tier', problem }] }
    return {
      before: request.tier,
      after: tier,
      set: { tier, priorityBy: 'desk', dueAt: dueAt(tier, request.receivedAt, guarantee) },
    }
  })

/**
 * Says what kind of request it is, as a mail cannot, inside the caller's transaction. A feature request becomes low; one
 * that turns out to be none gets the tier that it would have had. Where `setTier` would refuse that, the tier stays.
 */
export function setKind(
  db: Database,
  id: RequestId,
  kind: RequestKind,
  guarantee: Guarantee,
  doing: Doing,
): Changed {
  const changed = change(db, id, 'kind', doing, request => ({
    before: request.kind,
    after: kind,
    set: { kind },
  }))
  if (changed.kind !== 'changed') return changed
  const { request } = changed
  if (kind !== 'feature' && request.priorityBy !== 'kind') return changed
  const { tier, by } = priorityOf({ channel: request.via, kind, subject: request.subject, chosen: null })
  if (tierRefusal(request, tier, doing.now) !== null) return changed
  return change(db, id, 'tier', { ...doing, version: request.version }, () => ({
    before: request.tier,
    after: tier,
    set: { tier, priorityBy: by, dueAt: dueAt(tier, request.receivedAt, guarantee) },
  }))
}

/** Gives the request to one of the desk, or to nobody (null), inside the caller's transaction. */
export function assign(db: Database, id: RequestId, assignee: string | null, doing: Doing): Changed {
  const name = cut(oneLine(assignee ?? ''), LIMITS.name) || null
  return change(db, id, 'assignee', doing, request => ({
    before: request.assignee,
    after: name,
    set: { assignee: name },
  }))
}

/** Closes the request, opens it again, or marks it as waiting for the customer, inside the caller's transaction. */
export const setStatus = (db: Database, id: RequestId, status: Status, doing: Doing): Changed =>
  change(db, id, 'status', doing, request => ({
    before: request.status,
    after: status,
    set: { status, closedAt: status === 'closed' ? doing.now : null },
  }))

interface Step {
  readonly before: string | null
  readonly after: string | null
  readonly set: Partial<SupportRequest>
}

/** One change of one request, with its trace. Nothing happens where it is that way already. */
function change(
  db: Database,
  id: RequestId,
  what: Change['what'],
  doing: Doing,
  step: (request: SupportRequest) => Step | { readonly refused: readonly Problem[] },
): Changed {
  const request = findRequest(db, id)
  if (!request) return { kind: 'unknown' }
  if (request.version !== doing.version) return { kind: 'stale', request }
  const made = step(request)
  if ('refused' in made) return { kind: 'refused', problems: made.refused }
  const { before, after, set } = made
  if (before === after) return { kind: 'changed', request }
  const row = db.orm
    .update(requests)
    .set({ ...set, version: request.version + 1 })
    .where(eq(requests.id, id))
    .returning()
    .get()
  noteChange(db, id, { at: doing.now, who: doing.who, what, before, after, reason: doing.reason })
  return { kind: 'changed', request: asRequest(row) }
}

/** Keeps the trace of a change, inside the caller's transaction. */
export function noteChange(db: Database, request: RequestId, { who, reason, ...rest }: Change): void {
  db.orm
    .insert(requestChanges)
    .values({
      request,
      ...rest,
      who: cut(oneLine(who), LIMITS.email),
      reason: cut(oneLine(reason ?? ''), LIMITS.reason) || null,
    })
    .run()
}

/** What was changed of a request, oldest first. */
export function readChanges(db: Database, request: RequestId): Change[] {
  return db.orm
    .select()
    .from(requestChanges)
    .where(eq(requestChanges.request, request))
    .orderBy(asc(requestChanges.id))
    .all()
    .map(({ at, who, what, before, after, reason }) => ({
      at: at as Instant,
      who,
      what,
      before,
      after,
      reason,
    }))
}

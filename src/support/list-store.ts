import { and, asc, count, desc, eq, gte, inArray, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import type { Answerable } from './attainment.ts'
import type { RequestKind, Tier } from './priority.ts'
import type { RequestId, Status, SupportRequest } from './request.ts'
import { asRequest } from './request-store.ts'
import { requests } from './tables.ts'

/** Which requests to list; what is left out selects all. */
export interface Filter {
  readonly statuses?: readonly Status[]
  readonly tiers?: readonly Tier[]
  readonly kinds?: readonly RequestKind[]
  /** Null: those that nobody has taken. */
  readonly assignee?: string | null
  readonly service?: string
  /** Only those without an answer, or those of them that are late. */
  readonly only?: 'unanswered' | 'late'
  /** Words that the reference, subject, name, address or account holds. */
  readonly text?: string
}

export interface Page {
  readonly requests: readonly SupportRequest[]
  /** How many the filter selects. */
  readonly total: number
}

/** How many a page holds at most. */
export const PAGE = 100

/**
 * A page of requests (from 0) in the order in which they want work: without an answer by when it is due, so late ones
 * first; then the answered ones and then the closed ones, each by the latest message.
 */
export function listRequests(db: Database, filter: Filter, now: Instant, page = 0, size = 50): Page {
  const where = and(...conditions(filter, now))
  const rank = sql`case when ${requests.status} = 'closed' then 2 when ${requests.firstAnswerAt} is null then 0 else 1 end`
  const limit = Math.min(Math.max(1, Math.floor(size)), PAGE)
  const offset = Math.min(Math.max(0, Math.floor(page)), 1_000_000) * limit
  const rows = db.orm
    .select()
    .from(requests)
    .where(where)
    .orderBy(
      rank,
      sql`case when ${rank} = 0 then coalesce(${requests.dueAt}, 9e15) end`,
      desc(requests.lastMessageAt),
      asc(requests.id),
    )
    .limit(limit)
    .offset(offset)
    .all()
  const total = db.orm.select({ n: count() }).from(requests).where(where).get()?.n ?? 0
  return { requests: rows.map(asRequest), total }
}

export interface Counts {
  /** Without an answer, late ones among them. */
  readonly unanswered: number
  readonly late: number
  readonly open: number
  readonly waiting: number
  readonly closed: number
}

/** How many requests stand how, of those that a filter selects. */
export function countRequests(db: Database, filter: Filter, now: Instant): Counts {
  const number = (...more: (SQL | undefined)[]) =>
    db.orm
      .select({ n: count() })
      .from(requests)
      .where(and(...conditions(filter, now), ...more))
      .get()?.n ?? 0
  return {
    unanswered: number(UNANSWERED),
    late: number(UNANSWERED, lt(requests.dueAt, now)),
    open: number(eq(requests.status, 'open')),
    waiting: number(eq(requests.status, 'waiting')),
    closed: number(eq(requests.status, 'closed')),
  }
}

/** What the guarantee asks of the requests that came in `[from, to)`, in order. */
export function readAnswerable(db: Database, window: Interval): Answerable[] {
  return db.orm
    .select({
      tier: requests.tier,
      receivedAt: requests.receivedAt,
      dueAt: requests.dueAt,
      firstAnswerAt: requests.firstAnswerAt,
      closedAt: requests.closedAt,
    })
    .from(requests)
    .where(and(gte(requests.receivedAt, window.from), lt(requests.receivedAt, window.to)))
    .orderBy(asc(requests.receivedAt))
    .all() as Answerable[]
}

/** How many requests came from an address since an instant, up to one of them where it is given. */
export const countFrom = (db: Database, email: string, since: Instant, upTo?: RequestId): number =>
  db.orm
    .select({ n: count() })
    .from(requests)
    .where(
      and(
        eq(sql`lower(${requests.email})`, email.toLowerCase()),
        gte(requests.receivedAt, since),
        upTo === undefined ? undefined : lte(requests.id, upTo),
      ),
    )
    .get()?.n ?? 0

/** An address may stand in the form of anybody, so after so many requests in an hour no letter goes to it by itself. */
const MOST_FORMS = 3
const HOUR = 3_600_000

/** Whether a request came by the form after others of its address in the same hour: it gets no automatic letters. */
export const isOneOfMany = (db: Database, { id, via, email, receivedAt }: SupportRequest): boolean =>
  via === 'form' && countFrom(db, email, add(receivedAt, -HOUR), id) > MOST_FORMS

const UNANSWERED = and(isNull(requests.firstAnswerAt), ne(requests.status, 'closed'))

function conditions(filter: Filter, now: Instant): (SQL | undefined)[] {
  const { statuses, tiers, kinds, assignee, service, only, text } = filter
  return [
    statuses && inArray(requests.status, [...statuses]),
    tiers && inArray(requests.tier, [...tiers]),
    kinds && inArray(requests.kind, [...kinds]),
    assignee === undefined
      ? undefined
      : assignee === null
        ? isNull(requests.assignee)
        : eq(requests.assignee, assignee),
    service === undefined ? undefined : eq(requests.service, service),
    only && UNANSWERED,
    only === 'late' ? lt(requests.dueAt, now) : undefined,
    ...words(text ?? '').map(holds),
  ]
}

const words = (text: string): string[] => text.slice(0, 200).split(/\s+/).filter(Boolean).slice(0, 8)

function holds(word: string): SQL | undefined {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
  const { reference, subject, name, email, account } = requests
  return or(
    ...[reference, subject, name, email, account].map(column => sql`${column} like ${pattern} escape '\\'`),
  )
}

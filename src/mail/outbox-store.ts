import { and, asc, count, desc, eq, inArray, lte, min } from 'drizzle-orm'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import type { LetterKind } from './letters.ts'
import { CLAIM, nextAttempt } from './retry.ts'
import { letters } from './tables.ts'
import { oneLine } from './text.ts'

export interface Letter {
  readonly id: number
  readonly kind: LetterKind
  readonly about: string | null
  readonly createdAt: Instant
  readonly toName: string
  readonly toAddress: string
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
  /** How often it was tried, the running attempt included. */
  readonly attempts: number
  readonly firstTriedAt: Instant | null
  readonly nextAt: Instant
  readonly lastError: string | null
  readonly sentAt: Instant | null
}

const letterOf = ({ claimedUntil: _, ...row }: typeof letters.$inferSelect): Letter => ({
  ...row,
  kind: row.kind as LetterKind,
  createdAt: row.createdAt as Instant,
  references: row.references === '' ? [] : row.references.split(' '),
  firstTriedAt: row.firstTriedAt as Instant | null,
  nextAt: row.nextAt as Instant,
  sentAt: row.sentAt as Instant | null,
})

/** A letter that is ours to send until its claim ends. */
export interface Claim {
  readonly letter: Letter
  readonly until: Instant
}

export interface Pending {
  readonly waiting: number
  readonly failed: number
  /** When the oldest waiting letter was queued. */
  readonly oldest: Instant | null
}

export interface OutboxStore {
  /** Claims the letter that has been due longest, for two minutes; null where none is due. */
  claim(now: Instant): Promise<Claim | null>
  sent(claim: Claim, now: Instant): Promise<void>
  /** Puts the letter back for a later attempt, or gives it up after three days. Not where another worker has claimed it since. */
  postpone(claim: Claim, why: string, now: Instant): Promise<void>
  /** Gives the letter up: it was refused for good. Not where another worker has claimed it since. */
  refuse(claim: Claim, why: string): Promise<void>
  /** When the next letter becomes due; null where none waits. */
  nextDue(): Promise<Instant | null>
  pending(): Promise<Pending>
  /** The letters that could not be sent, the latest first, for staff to see. */
  failures(limit: number): Promise<readonly Letter[]>
  /** The letters about a request, in the order they were queued. */
  about(reference: string): Promise<readonly Letter[]>
  /** Tries a failed letter once more, as if it were new. False where it has not failed. */
  again(id: number, now: Instant): Promise<boolean>
}

const OPEN = ['waiting', 'sending'] as const

export function outboxStore(db: Database): OutboxStore {
  const open = inArray(letters.state, [...OPEN])
  const mine = ({ letter, until }: Claim) =>
    and(eq(letters.id, letter.id), eq(letters.state, 'sending'), eq(letters.claimedUntil, until))
  const giveUp = (claim: Claim, why: string): void => {
    db.orm
      .update(letters)
      .set({ state: 'failed', claimedUntil: null, lastError: oneLine(why, 500) })
      .where(mine(claim))
      .run()
  }
  return {
    async claim(now) {
      for (;;) {
        const due = db.orm
          .select()
          .from(letters)
          .where(and(open, lte(letters.nextAt, now)))
          .orderBy(asc(letters.nextAt), asc(letters.id))
          .limit(1)
          .get()
        if (!due) return null
        const until = add(now, CLAIM)
        const claimed = {
          state: 'sending' as const,
          attempts: due.attempts + 1,
          firstTriedAt: due.firstTriedAt ?? now,
          claimedUntil: until,
          nextAt: until,
        }
        // Where another worker was faster, one of these has changed.
        const { changes } = db.orm
          .update(letters)
          .set(claimed)
          .where(
            and(eq(letters.id, due.id), eq(letters.state, due.state), eq(letters.attempts, due.attempts)),
          )
          .run()
        if (changes === 1) return { letter: letterOf({ ...due, ...claimed }), until }
      }
    },

    async sent({ letter }, now) {
      // Whoever holds the claim by now: it has been sent.
      db.orm
        .update(letters)
        .set({ state: 'sent', sentAt: now, claimedUntil: null, lastError: null })
        .where(and(eq(letters.id, letter.id), open))
        .run()
    },

    async postpone(claim, why, now) {
      const { attempts, firstTriedAt } = claim.letter
      const nextAt = nextAttempt(attempts, firstTriedAt ?? now, now)
      if (nextAt === null) return giveUp(claim, `given up after ${attempts} attempts: ${why}`)
      db.orm
        .update(letters)
        .set({ state: 'waiting', claimedUntil: null, nextAt, lastError: oneLine(why, 500) })
        .where(mine(claim))
        .run()
    },

    refuse: async (claim, why) => giveUp(claim, why),

    async nextDue() {
      const row = db.orm
        .select({ at: min(letters.nextAt) })
        .from(letters)
        .where(open)
        .get()
      return (row?.at ?? null) as Instant | null
    },

    async pending() {
      const waiting = db.orm
        .select({ n: count(), oldest: min(letters.createdAt) })
        .from(letters)
        .where(open)
        .get()
      const failed = db.orm.select({ n: count() }).from(letters).where(eq(letters.state, 'failed')).get()
      return {
        waiting: waiting?.n ?? 0,
        failed: failed?.n ?? 0,
        oldest: (waiting?.oldest ?? null) as Instant | null,
      }
    },

    async failures(limit) {
      return db.orm
        .select()
        .from(letters)
        .where(eq(letters.state, 'failed'))
        .orderBy(desc(letters.id))
        .limit(limit)
        .all()
        .map(letterOf)
    },

    async about(reference) {
      return db.orm
        .select()
        .from(letters)
        .where(eq(letters.about, reference))
        .orderBy(asc(letters.id))
        .all()
        .map(letterOf)
    },

    async again(id, now) {
      const { changes } = db.orm
        .update(letters)
        .set({ state: 'waiting', attempts: 0, firstTriedAt: null, nextAt: now, lastError: null })
        .where(and(eq(letters.id, id), eq(letters.state, 'failed')))
        .run()
      return changes === 1
    },
  }
}

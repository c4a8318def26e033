import { randomBytes } from 'node:crypto'
import type { ServiceId } from '../catalog/model.ts'
import type { DeclineReason } from '../claim/assess.ts'
import type { Choice, DecisionRefusal } from '../claim/decide.ts'
import type { DecisionRecord } from '../claim/decision.ts'
import { decideMonth, setLogIndex } from '../claim/decision-store.ts'
import type { MonthFacts } from '../claim/facts.ts'
import {
  othersOf,
  readClaim,
  readClaimMonth,
  readClaimMonths,
  readClaimsOf,
  type StoredClaim,
} from '../claim/store.ts'
import type { Database } from '../db/open.ts'
import { transactPatiently } from '../db/patiently.ts'
import { appendEntry } from '../log/store.ts'
import { setStatus } from '../support/change-store.ts'
import { manyLines } from '../support/intake.ts'
import type { SupportRequest } from '../support/request.ts'
import { findByReference, findRequest } from '../support/request-store.ts'
import type { Instant } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import { assessCase, readFacts } from './assess.ts'
import { figureOf, tell } from './letters.ts'
import type { CaseworkOptions, Doer } from './room.ts'
import { trace } from './trail.ts'
import { declineInWords } from './words.ts'

/** What a person decides of one month of a claim. `reason` is for the record alone; `told` is read by the customer. */
export type Wish =
  /** What is recommended. */
  | { readonly accept: true }
  | { readonly outcome: 'credited'; readonly days: number; readonly reason: string | null }
  | {
      readonly outcome: 'declined'
      readonly ground: DeclineReason
      readonly reason: string | null
      readonly told?: string
    }

export type Ruling =
  | { readonly kind: 'decided'; readonly record: DecisionRecord; readonly logIndex: number }
  | {
      readonly kind: 'refused'
      /** `nothing-to-accept`: a person is asked to look, or the month is held. */
      readonly why: DecisionRefusal | 'stale' | 'missing' | 'nothing-to-accept'
    }
  /** The account has its credit for the month, by the claim of this reference. */
  | { readonly kind: 'duplicate'; readonly reference: string }

const missing: Ruling = { kind: 'refused', why: 'missing' }

/**
 * Decides one month of a claim, for good: the decision, its salted hash in the log, the letter, the first answer and the
 * audit trail in one transaction; then the log is signed. `version` is the month's that the person saw; `service` is
 * needed where the case claims for several.
 */
export async function decideCase(
  room: CaseworkOptions,
  reference: string,
  month: Month,
  wish: Wish,
  person: Doer,
  version: number,
  service: ServiceId | null = null,
): Promise<Ruling> {
  const { db } = room
  const request = findByReference(db, reference)
  const found = request ? readClaimsOf(db, request.id) : []
  const claim =
    service === null ? (found.length === 1 ? found[0] : undefined) : found.find(c => c.service === service)
  if (!request || !claim) return missing
  const read = await readFacts(room, claim.service, month)
  if (!read) return missing
  const secret = await room.support.followSecret(request)
  const at = room.now()
  const salt = randomBytes(32).toString('hex')
  const ruling = await transactPatiently(db, (): Ruling => {
    const choice = choiceOf(db, claim, month, wish)
    if (!choice) return { kind: 'refused', why: 'nothing-to-accept' }
    const reason = 'accept' in wish ? null : wish.reason
    const by = person.name
    const decision = decideMonth(db, { claim: claim.id, month, version, choice, reason, by, at, salt })
    if (decision.kind !== 'decided') return decision
    const logIndex = appendEntry(db, decision.leaf.type, decision.leaf, at)
    setLogIndex(db, claim.id, month, logIndex)
    const told = 'accept' in wish || wish.outcome === 'credited' ? '' : (wish.told ?? '')
    announce(db, room, {
      request,
      secret,
      person,
      choice,
      told,
      facts: read.facts,
      name: read.record.name,
      at,
    })
    const after = {
      month,
      service: claim.service,
      outcome: decision.record.outcome,
      days: decision.record.days,
      logIndex,
    }
    trace(db, {
      by: person,
      at,
      action: 'claim.decided',
      reference: request.reference,
      after,
      reason: decision.record.reason,
    })
    closeWhenDone(db, request, person, at)
    return { kind: 'decided', record: decision.record, logIndex }
  })
  if (ruling.kind === 'decided') await afterwards(room, claim, month)
  return ruling
}

function choiceOf(db: Database, claim: StoredClaim, month: Month, wish: Wish): Choice | null {
  if (!('accept' in wish))
    return wish.outcome === 'credited'
      ? { outcome: 'credited', days: wish.days }
      : { outcome: 'declined', reason: wish.ground }
  const stored = readClaimMonth(db, claim.id, month)
  // What is decided, or was never assessed, is refused as such.
  if (!stored?.assessment || stored.decision) return { outcome: 'credited', days: 1 }
  const { assessment } = stored
  switch (assessment.recommend) {
    case 'credit':
      return { outcome: 'credited', days: assessment.days }
    case 'decline':
      return { outcome: 'declined', reason: assessment.reason }
    case 'hold':
    case 'look':
      return null
  }
}

interface Announced {
  readonly request: SupportRequest
  readonly secret: string
  readonly person: Doer
  readonly choice: Choice
  readonly told: string
  readonly facts: MonthFacts
  /** The service's. */
  readonly name: string
  readonly at: Instant
}

/** Tells the customer, which answers the request. */
function announce(db: Database, room: CaseworkOptions, of: Announced): void {
  const { choice, facts, request, secret, name, at } = of
  const figure = figureOf(facts, name, room.settings().url, at)
  const by = { request, secret, automatic: false, author: of.person.name, at } as const
  if (choice.outcome === 'credited')
    tell(db, room, { ...by, kind: 'claim-credit', facts: { days: choice.days, figure } })
  else {
    const words = manyLines(of.told).replaceAll(/\s+/g, ' ')
    const reasons = [
      declineInWords(choice.reason, { service: name, month: facts.month }),
      ...(words === '' ? [] : [words]),
    ]
    tell(db, room, { ...by, kind: 'claim-declined', facts: { reasons, figure, objectBy: null } })
  }
}

/** A case of which everything is decided is done, until the customer writes again. */
function closeWhenDone(db: Database, { id }: SupportRequest, person: Doer, now: Instant): void {
  const undecided = readClaimsOf(db, id).some(c => readClaimMonths(db, c.id).some(m => m.decision === null))
  const current = findRequest(db, id)
  if (undecided || !current || current.status === 'closed') return
  const reason = 'all of it is decided'
  setStatus(db, id, 'closed', { now, who: person.name, reason, version: current.version })
  trace(db, {
    by: person,
    at: now,
    action: 'request.closed',
    reference: current.reference,
    before: { status: current.status },
    after: { status: 'closed' },
    reason,
  })
}

/** What needs no transaction of its own: a kill in between is caught up at the next start, or by the next look. */
async function afterwards(room: CaseworkOptions, { id }: StoredClaim, month: Month): Promise<void> {
  room.poke()
  try {
    const signed = await room.log.sign(room.now())
    if (signed.ok) room.onSealed()
    else room.onError(new Error(`the log was not signed: ${signed.message}`))
    const claim = readClaim(room.db, id)
    const others = claim ? othersOf(room.db, claim, month) : []
    for (const { reference, state } of others) if (state === 'open') await assessCase(room, reference)
  } catch (error) {
    room.onError(error)
  }
}

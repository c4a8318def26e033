import type { ServiceId } from '../catalog/model.ts'
import type { DeclineReason } from '../claim/assess.ts'
import type { Compared } from '../claim/reported.ts'
import { readClaimMonths, readClaimsOf, type StoredClaim, type StoredClaimMonth } from '../claim/store.ts'
import { contractAsOf } from '../month/as-of.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { Attachment } from '../support/attachment-store.ts'
import { sameAddress } from '../support/intake.ts'
import { isOneOfMany } from '../support/list-store.ts'
import type { Direction } from '../support/message-store.ts'
import type { RequestKind } from '../support/priority.ts'
import type { Reference } from '../support/reference.ts'
import type { Status, SupportRequest } from '../support/request.ts'
import { findByReference } from '../support/request-store.ts'
import type { Case } from '../support/store.ts'
import type { Instant } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { type Month, monthInterval } from '../time/month.ts'
import { backBy } from './assess.ts'
import { factsOf, nameOf } from './facts.ts'
import { missingFrom } from './missing.ts'
import type { ClaimReading } from './reading.ts'
import type { CaseworkOptions } from './room.ts'
import { readReadings } from './store.ts'
import { declineInWords, maskedAddress } from './words.ts'

/** A claim with all that the desk sees of it. */
export interface ClaimOfCase {
  readonly claim: StoredClaim
  /** The service's. */
  readonly name: string
  readonly readings: readonly ClaimReading[]
  readonly months: readonly StoredClaimMonth[]
}

/** Everything that the desk sees of a case. */
export interface CaseFile extends Case {
  /** One for each service; none of a request that is no claim. */
  readonly claims: readonly ClaimOfCase[]
}

/** Null for a reference that nobody has. */
export async function caseOf(room: CaseworkOptions, reference: string): Promise<CaseFile | null> {
  const request = findByReference(room.db, reference)
  const opened = request && (await room.support.open(request.id))
  if (!opened) return null
  const records = await room.source.services(room.now())
  return { ...opened, claims: claimsOf(room, request, records) }
}

const claimsOf = (
  room: CaseworkOptions,
  request: SupportRequest,
  records: readonly ServiceRecord[],
): ClaimOfCase[] =>
  readClaimsOf(room.db, request.id).map(claim => ({
    claim,
    name: nameOf(records, claim.service),
    readings: readReadings(room.db, claim.id),
    months: readClaimMonths(room.db, claim.id),
  }))

export interface PublicFile {
  readonly name: string
  readonly bytes: number
}

export interface PublicMessage {
  readonly at: Instant
  readonly from: 'customer' | 'support' | 'other'
  /** Of somebody else, so much of the address that those who know it know it again; null of the others. */
  readonly address: string | null
  readonly automatic: boolean
  readonly body: string
  readonly files: readonly PublicFile[]
}

/** A reported time beside our record, which is public. */
export interface PublicComparison extends Interval {
  readonly standing: Compared['standing']
  /** The outage's permanent id. */
  readonly outage: string | null
}

export interface PublicMonth {
  readonly month: Month
  readonly state: 'new' | 'held' | 'assessed' | 'credited' | 'declined'
  readonly closed: boolean
  /** When it is over. */
  readonly ends: Instant
  /** By when we come back; null once it is decided, and where no time is promised. */
  readonly back: Instant | null
  readonly compared: readonly PublicComparison[]
  readonly decision: {
    readonly at: Instant
    readonly days: number
    /** Why there is no credit. */
    readonly why: string | null
    /** Where its sealed hash stands in the log. */
    readonly logIndex: number | null
  } | null
}

export interface PublicClaim {
  readonly service: { readonly id: ServiceId; readonly name: string }
  readonly readings: readonly ClaimReading[]
  readonly months: readonly PublicMonth[]
}

/** What the customer may see of a case: their own words, what they were told, and what is public. No notes, no names of the desk, nobody else's claims. */
export interface PublicCase {
  readonly reference: Reference
  readonly kind: RequestKind
  readonly subject: string
  readonly body: string
  readonly name: string
  readonly email: string
  readonly account: string | null
  readonly service: { readonly id: string; readonly name: string } | null
  readonly received: Instant
  readonly status: Status
  /** When the first answer is due; null once it came, and where none is promised. */
  readonly answerBy: Instant | null
  readonly answered: boolean
  /** Whether a letter says at once that it is here. */
  readonly confirmed: boolean
  /** What the claim cannot be decided without, in words. */
  readonly missing: readonly string[]
  readonly files: readonly PublicFile[]
  readonly messages: readonly PublicMessage[]
  readonly claims: readonly PublicClaim[]
}

/** Null for a reference that nobody has. Whoever asks must have shown the secret before. */
export async function publicCase(room: CaseworkOptions, reference: string): Promise<PublicCase | null> {
  const request = findByReference(room.db, reference)
  const opened = request && (await room.support.open(request.id))
  if (!opened) return null
  const now = room.now()
  const records = await room.source.services(now)
  const { attachments, messages } = opened
  const filesOf = (message: Attachment['message']): PublicFile[] =>
    attachments.filter(file => file.message === message).map(({ name, bytes }) => ({ name, bytes }))
  const r = opened.request
  const claims = claimsOf(room, r, records)
  // A mail names neither in a field of its own.
  const account = r.account ?? (claims.map(of => of.claim.account).find(name => name !== '') || null)
  const service = r.service ?? claims[0]?.claim.service ?? null
  const open = claims.some(of => of.months.some(month => month.decision === null))
  return {
    reference: r.reference,
    kind: r.kind,
    subject: r.subject,
    body: r.body,
    name: r.name,
    email: r.email,
    account,
    service: service === null ? null : { id: service, name: nameOf(records, service) },
    received: r.receivedAt,
    status: r.status,
    answerBy: r.firstAnswerAt === null && r.status !== 'closed' ? r.dueAt : null,
    answered: r.firstAnswerAt !== null,
    confirmed: !isOneOfMany(room.db, r),
    missing: open ? missingFrom(room.settings(), { request: { account }, attachments }) : [],
    files: filesOf(null),
    messages: messages
      .filter(message => message.direction !== 'note')
      .map(({ id, at, direction, author, automatic, body }) => ({
        at,
        ...writerOf(r, direction, author),
        automatic,
        body,
        files: filesOf(id),
      })),
    claims: claims.map(of => ({
      service: { id: of.claim.service, name: of.name },
      readings: of.readings,
      months: of.months.map(month => publicMonth(room, r, of, month, records, now)),
    })),
  }
}

function writerOf(
  { email }: SupportRequest,
  direction: Direction,
  author: string,
): Pick<PublicMessage, 'from' | 'address'> {
  if (direction !== 'in') return { from: 'support', address: null }
  return sameAddress(author, email)
    ? { from: 'customer', address: null }
    : { from: 'other', address: maskedAddress(author) }
}

function publicMonth(
  room: CaseworkOptions,
  request: SupportRequest,
  { claim, name }: ClaimOfCase,
  { month, state, assessment, decision }: StoredClaimMonth,
  records: readonly ServiceRecord[],
  now: Instant,
): PublicMonth {
  const settings = room.settings()
  const record = records.find(r => r.id === claim.service)
  const zone = record ? contractAsOf(record, month, settings.contract).timeZone : settings.contract.timeZone
  const back =
    state === 'held' && record
      ? backBy(factsOf(room.db, record, month, settings, now), request, settings.support)
      : null
  return {
    month,
    state,
    closed: record?.settled.months.has(month) ?? false,
    ends: monthInterval(month, zone).to,
    back,
    compared: (assessment?.reported ?? []).map(({ from, to, standing, outage }) => ({
      from,
      to,
      standing,
      outage: outage?.id ?? null,
    })),
    decision: decision && {
      at: decision.at,
      days: decision.record.days,
      why:
        decision.record.outcome === 'declined'
          ? declineInWords(groundOf(decision.record.reason), { service: name, month })
          : null,
      logIndex: decision.logIndex,
    },
  }
}

/** A decision's ground stands before the words for the record, which are not the customer's. */
const groundOf = (reason: string | null): DeclineReason => (reason ?? '').split(':')[0] as DeclineReason

import type { ServiceId } from '../catalog/model.ts'
import { addClaim } from '../claim/store.ts'
import type { Database } from '../db/open.ts'
import { readAttachments } from '../support/attachment-store.ts'
import { isOneOfMany } from '../support/list-store.ts'
import type { SupportRequest } from '../support/request.ts'
import type { Month } from '../time/month.ts'
import { answerFacts, tell } from './letters.ts'
import { missingFrom } from './missing.ts'
import type { ClaimReading } from './reading.ts'
import type { CaseworkOptions } from './room.ts'
import { putReadings } from './store.ts'

/** Opens the claim of a request with its months, inside the caller's transaction. */
export function openClaim(
  db: Database,
  request: SupportRequest,
  claim: {
    readonly service: ServiceId
    readonly account: string
    /** The words that the times were read from. */
    readonly times: string
    readonly readings: readonly ClaimReading[]
    readonly months: readonly Month[]
  },
): number {
  const { id } = addClaim(
    db,
    {
      request: request.id,
      reference: request.reference,
      account: claim.account,
      service: claim.service,
      reported: claim.readings.map(({ from, to }) => ({ from, to })),
      seen: claim.times,
      received: request.receivedAt,
    },
    claim.months,
  )
  putReadings(db, id, claim.readings)
  return id
}

/** Tells a customer that their claim is here, and what it still needs, unless it is one of many; inside the caller's transaction. */
export function acknowledgeClaim(
  db: Database,
  room: CaseworkOptions,
  request: SupportRequest,
  secret: string,
  claim: { readonly service: string; readonly months: readonly Month[] },
): void {
  if (isOneOfMany(db, request)) return
  const attachments = readAttachments(db, request.id)
  const missing = missingFrom(room.settings(), { request, attachments })
  tell(db, room, {
    request,
    secret,
    kind: 'claim-received',
    facts: { ...answerFacts(room, request), ...claim, missing },
    automatic: true,
    author: room.settings().title,
    at: request.receivedAt,
  })
}

export function acknowledge(
  db: Database,
  room: CaseworkOptions,
  request: SupportRequest,
  secret: string,
): void {
  if (isOneOfMany(db, request)) return
  tell(db, room, {
    request,
    secret,
    kind: 'received',
    facts: answerFacts(room, request),
    automatic: true,
    author: room.settings().title,
    at: request.receivedAt,
  })
}

import type { ServiceId } from '../catalog/model.ts'
import { months } from '../claim/months.ts'
import { changeReport, readClaimMonths, readClaimsOf } from '../claim/store.ts'
import { transactPatiently } from '../db/patiently.ts'
import type { Upload } from '../support/attachments.ts'
import { setKind, setStatus, setTier } from '../support/change-store.ts'
import { LIMITS, manyLines, oneLine, type Problem } from '../support/intake.ts'
import { addMessage } from '../support/message-store.ts'
import type { Tier } from '../support/priority.ts'
import type { SupportRequest } from '../support/request.ts'
import { findByReference } from '../support/request-store.ts'
import { rfc3339 } from '../time/instant.ts'
import type { Month } from '../time/month.ts'
import { assessCase } from './assess.ts'
import { tell } from './letters.ts'
import { openClaim } from './opening.ts'
import { type ClaimReading, kept, readTimes } from './reading.ts'
import type { CaseworkOptions, Doer } from './room.ts'
import { putReadings, readReadings } from './store.ts'
import { type By, trace, traceReopened } from './trail.ts'

export type Acted =
  | { readonly kind: 'done'; readonly request: SupportRequest }
  /** Someone has changed the case since: it is given as it is now. */
  | { readonly kind: 'stale'; readonly request: SupportRequest }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** A part of the claim is decided, and stays as it is. */
  | { readonly kind: 'decided' }
  | { readonly kind: 'unknown' }

/** Answers a case, by letter. `version` is the request's that the person saw. */
export async function answer(
  room: CaseworkOptions,
  reference: string,
  text: string,
  person: Doer,
  version: number,
): Promise<Acted> {
  const request = findByReference(room.db, reference)
  if (!request) return { kind: 'unknown' }
  const secret = await room.support.followSecret(request)
  const at = room.now()
  const acted = await transactPatiently(room.db, (): Acted => {
    const added = tell(room.db, room, {
      request,
      secret,
      kind: 'answer',
      facts: { subject: request.subject, text, by: person.name },
      automatic: false,
      author: person.name,
      at,
      body: text,
      version,
    })
    if (added.kind === 'known') throw new Error('an answer has no mail of its own yet')
    if (added.kind !== 'added') return added
    trace(room.db, { by: person, at, action: 'request.answered', reference: request.reference })
    return { kind: 'done', request: added.request }
  })
  if (acted.kind === 'done') room.poke()
  return acted
}

/** Keeps a note among the desk. */
export async function note(
  room: CaseworkOptions,
  reference: string,
  text: string,
  person: Doer,
): Promise<Acted> {
  return transactPatiently(room.db, (): Acted => {
    const request = findByReference(room.db, reference)
    if (!request) return { kind: 'unknown' }
    const at = room.now()
    const added = addMessage(room.db, request.id, { at, direction: 'note', author: person.name, body: text })
    if (added.kind === 'known') return { kind: 'done', request }
    if (added.kind !== 'added') return added
    trace(room.db, { by: person, at, action: 'request.noted', reference: request.reference })
    return { kind: 'done', request: added.request }
  })
}

export async function changeTier(
  room: CaseworkOptions,
  reference: string,
  tier: Tier,
  reason: string | null,
  person: Doer,
  version: number,
): Promise<Acted> {
  return transactPatiently(room.db, (): Acted => {
    const request = findByReference(room.db, reference)
    if (!request) return { kind: 'unknown' }
    const now = room.now()
    const doing = { now, who: person.name, reason, version }
    const changed = setTier(room.db, request.id, tier, room.settings().support, doing)
    if (changed.kind !== 'changed') return changed
    const before = { tier: request.tier }
    trace(room.db, {
      by: person,
      at: now,
      action: 'request.tier',
      reference: request.reference,
      before,
      after: { tier },
      reason,
    })
    return { kind: 'done', request: changed.request }
  })
}

export async function close(
  room: CaseworkOptions,
  reference: string,
  reason: string | null,
  person: Doer,
  version: number,
): Promise<Acted> {
  return transactPatiently(room.db, (): Acted => {
    const request = findByReference(room.db, reference)
    if (!request) return { kind: 'unknown' }
    const open = readClaimsOf(room.db, request.id).some(claim =>
      readClaimMonths(room.db, claim.id).some(month => month.decision === null),
    )
    if (open)
      return {
        kind: 'refused',
        problems: [{ field: 'status', problem: 'A month of the claim is not decided yet. Decide it first.' }],
      }
    const now = room.now()
    const doing = { now, who: person.name, reason, version }
    const changed = setStatus(room.db, request.id, 'closed', doing)
    if (changed.kind !== 'changed') return changed
    trace(room.db, { by: person, at: now, action: 'request.closed', reference: request.reference, reason })
    return { kind: 'done', request: changed.request }
  })
}

/** What a claim is about, as one of the desk reads it out of a request. */
export interface ClaimReport {
  readonly service: string
  readonly account: string
  /** As written; read in `zone` where they name none. */
  readonly times: string
  readonly zone: string
}

/** Makes a claim of a request, or corrects the one that it is: its months are then assessed anew. It counts as received when the request was. */
export async function turnIntoClaim(
  room: CaseworkOptions,
  reference: string,
  report: ClaimReport,
  person: Doer,
  version: number,
): Promise<Acted> {
  const { db } = room
  const now = room.now()
  const records = await room.source.services(now)
  const record = records.find(r => r.id === report.service)
  const read = readTimes(report.times, report.zone, now)
  const account = oneLine(report.account)
  const problems = [
    ...(record ? [] : [{ field: 'service', problem: 'Choose one of the services in the list.' }]),
    ...(account.length > LIMITS.account
      ? [{ field: 'account', problem: `At most ${LIMITS.account} characters; this has ${account.length}.` }]
      : []),
    ...read.problems,
  ]
  if (!record || problems.length > 0) return { kind: 'refused', problems }
  const readings = kept(read.readings)
  const claimed = months(readings, room.settings().contract.timeZone).map(m => m.month)
  const acted = await transactPatiently(db, (): Acted => {
    const request = findByReference(db, reference)
    if (!request) return { kind: 'unknown' }
    const service = record.id as ServiceId
    const before = readClaimsOf(db, request.id).find(claim => claim.service === service)
    if (before && readClaimMonths(db, before.id).some(month => month.decision !== null))
      return { kind: 'decided' }
    const doing = { now, who: person.name, reason: null, version }
    const changed = setKind(db, request.id, 'claim', room.settings().support, doing)
    if (changed.kind !== 'changed') return changed
    const times = manyLines(report.times)
    const reported = readings.map(({ from, to }) => ({ from, to }))
    const was = before
      ? reportOf(
          service,
          before.account,
          before.seen,
          readReadings(db, before.id),
          readClaimMonths(db, before.id).map(m => m.month),
        )
      : { kind: request.kind, tier: request.tier }
    if (before) {
      changeReport(db, before.id, { account, reported, seen: times }, claimed)
      putReadings(db, before.id, readings)
    } else openClaim(db, changed.request, { service, account, times, readings, months: claimed })
    const is = reportOf(service, account, times, readings, claimed)
    const { kind, tier } = changed.request
    trace(db, {
      by: person,
      at: now,
      action: before ? 'claim.corrected' : 'claim.made',
      reference: request.reference,
      before: was,
      after: before ? is : { kind, tier, ...is },
    })
    return { kind: 'done', request: changed.request }
  })
  if (acted.kind === 'done') await assessCase(room, reference).catch(room.onError)
  return acted
}

/** What a claim says, for the audit trail: the words once, and what each was read as. */
const reportOf = (
  service: ServiceId,
  account: string,
  times: string,
  readings: readonly ClaimReading[],
  claimed: readonly Month[],
) => ({
  service,
  account,
  months: claimed,
  readings: readings.map(({ from, to, zone }) => ({ from: rfc3339(from), to: rfc3339(to), zone })),
  times,
})

/** What a customer adds to their case, with files. */
export async function customerWrites(
  room: CaseworkOptions,
  request: SupportRequest,
  text: string,
  uploads: readonly Upload[],
  by: By,
): Promise<Acted> {
  const at = room.now()
  const body = text.trim() === '' && uploads.length > 0 ? 'Files for this case.' : text
  const message = { at, direction: 'in', author: request.email, body } as const
  const added = await room.support.addMessage(request.id, message, uploads, outcome => {
    if (outcome.kind !== 'added') return
    const { reference } = request
    trace(room.db, { by, at, action: 'request.added', reference, after: { files: uploads.length } })
    if (outcome.reopened) traceReopened(room.db, by, at, reference)
  })
  if (added.kind === 'known') return { kind: 'done', request: added.request }
  if (added.kind !== 'added') return added
  if (request.kind === 'claim') await assessCase(room, request.reference).catch(room.onError)
  return { kind: 'done', request: added.request }
}

import type { ServiceId } from '../catalog/model.ts'
import { type Assessment, assess } from '../claim/assess.ts'
import { dueMonths, putAssessment } from '../claim/assessment-store.ts'
import type { MonthFacts } from '../claim/facts.ts'
import { months } from '../claim/months.ts'
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
import { withoutLinks } from '../mail/text.ts'
import { contractAsOf } from '../month/as-of.ts'
import type { ServiceRecord } from '../record/source.ts'
import { readAttachments } from '../support/attachment-store.ts'
import { dueAt } from '../support/clock.ts'
import type { RequestId, SupportRequest } from '../support/request.ts'
import { findByReference, findRequest, moveDue } from '../support/request-store.ts'
import { spell } from '../time/duration.ts'
import type { Instant } from '../time/instant.ts'
import { add } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import { monthInWords, timeInWords } from '../time/wall-clock.ts'
import { factsOf } from './facts.ts'
import { tell } from './letters.ts'
import type { CaseworkOptions } from './room.ts'
import { noteTold, undecidedClaims, wasTold } from './store.ts'

export type Assessed =
  | {
      readonly kind: 'assessed'
      readonly months: readonly { readonly month: Month; readonly assessment: Assessment }[]
    }
  | { readonly kind: 'unknown' }

/** Assesses every month of a case that is not decided, with what is known now. */
export async function assessCase(room: CaseworkOptions, reference: string): Promise<Assessed> {
  const request = findByReference(room.db, reference)
  if (!request) return { kind: 'unknown' }
  const done: { month: Month; assessment: Assessment }[] = []
  for (const claim of readClaimsOf(room.db, request.id))
    for (const { month } of readClaimMonths(room.db, claim.id)) {
      const assessment = await assessMonth(room, claim.id, month)
      if (assessment) done.push({ month, assessment })
    }
  return { kind: 'assessed', months: done }
}

/** Assesses what nobody has decided of a service's month: after it was closed, or corrected. */
export async function monthClosed(room: CaseworkOptions, service: ServiceId, month: Month): Promise<number> {
  let n = 0
  for (const claim of undecidedClaims(room.db, service, month)) if (await assessMonth(room, claim, month)) n++
  return n
}

/** Assesses what is new, and what was held until now. */
export async function catchUp(room: CaseworkOptions, now: Instant): Promise<number> {
  let n = 0
  for (const { claim, month } of dueMonths(room.db, now)) if (await assessMonth(room, claim, month)) n++
  return n
}

/** The service's record, and the facts of its month. Null for a service that was never watched. */
export async function readFacts(
  room: CaseworkOptions,
  service: ServiceId,
  month: Month,
): Promise<{ readonly record: ServiceRecord; readonly facts: MonthFacts } | null> {
  const now = room.now()
  const record = (await room.source.services(now)).find(r => r.id === service)
  return record ? { record, facts: factsOf(room.db, record, month, room.settings(), now) } : null
}

/**
 * Assesses one month of a claim and tells the customer what changes what they were told, in one transaction. Null where
 * it is decided, or gone. Writes nothing where nothing changed.
 */
async function assessMonth(room: CaseworkOptions, id: number, month: Month): Promise<Assessment | null> {
  const { db } = room
  const claim = readClaim(db, id)
  const request = claim && findRequest(db, claim.request as RequestId)
  const read = claim && (await readFacts(room, claim.service, month))
  if (!claim || !request || !read) return null
  const { facts, record } = read
  const secret = await room.support.followSecret(request)
  const now = room.now()
  let told = false
  const assessment = await transactPatiently(db, () => {
    told = false
    const current = readClaim(db, id)
    const stored = readClaimMonth(db, id, month)
    if (!current || !stored || stored.decision !== null) return null
    const { timeZone } = contractAsOf(record, month, room.settings().contract)
    const made = assess(
      {
        reference: current.reference,
        account: current.account,
        received: current.received,
        reported: months(current.reported, timeZone).find(m => m.month === month)?.reported ?? [],
        evidence: readAttachments(db, request.id).length,
        others: othersOf(db, current, month),
        promised: stored.promised,
      },
      facts,
    )
    if (JSON.stringify(made) !== JSON.stringify(stored.assessment))
      putAssessment(db, current, month, stored.version, made, now)
    told = tellStanding(db, room, { claim: current, request, secret, made, facts, name: record.name, now })
    return made
  })
  if (told) room.poke()
  return assessment
}

interface Standing {
  readonly claim: StoredClaim
  readonly request: SupportRequest
  readonly secret: string
  readonly made: Assessment
  readonly facts: MonthFacts
  readonly name: string
  readonly now: Instant
}

/** Tells, once each, that a month still runs, and to those who were told so that it is closed. */
function tellStanding(db: Database, room: CaseworkOptions, of: Standing): boolean {
  const { claim, made, facts, now, name, secret } = of
  const { month } = facts
  const request = findRequest(db, of.request.id) ?? of.request
  const { support, title } = room.settings()
  const by = { request, secret, automatic: true, author: title, at: now } as const
  if (made.recommend === 'hold') {
    if (made.reason !== 'month-runs' || !noteTold(db, claim.id, month, 'held', now)) return false
    const back = backBy(facts, request, support)
    // The letter names the day; until the month is closed nobody can answer.
    moveDue(db, request.id, back)
    tell(db, room, {
      ...by,
      kind: 'claim-held',
      facts: { service: name, month, ends: facts.calendar.to, back },
    })
    return true
  }
  if (facts.state.kind !== 'closed' || !wasTold(db, claim.id, month, 'held')) return false
  if (!noteTold(db, claim.id, month, 'closed', now)) return false
  moveDue(db, request.id, dueAt(request.tier, now, support))
  tell(db, room, {
    ...by,
    kind: 'answer',
    facts: { subject: withoutLinks(request.subject), text: closedText(of, room), by: '' },
    body: closedText(of, room),
  })
  return true
}

/** By when we come back to a claim for a month that runs: in the time of its priority, once the month is closed. */
export function backBy(
  { calendar, state }: MonthFacts,
  request: Pick<SupportRequest, 'tier'>,
  guarantee: Parameters<typeof dueAt>[2],
): Instant {
  const closes = state.kind === 'closed' ? state.closed : state.closes
  return dueAt(request.tier, closes, guarantee) ?? add(calendar.to, 7 * 86_400_000)
}

function closedText({ facts, name, request, now }: Standing, room: CaseworkOptions): string {
  const { judged, month } = facts
  const { contract, support } = room.settings()
  const figure = judged.availability.percent === null ? 'no data' : `${judged.availability.percent} %`
  const agreed = judged.thresholds.map(t => `${t.percent} %`).join(' and ')
  const by = dueAt(request.tier, now, support)
  return [
    `${monthInWords(month)} is over, and its figures are closed: ${name} was available for ${figure} of it${agreed === '' ? '' : ` (agreed: ${agreed})`}, with ${spell(judged.counted)} counted as down.`,
    `Your claim waited for that, and is now looked at.${by === null ? '' : ` You will have our decision by ${timeInWords(by, contract.timeZone)}.`}`,
  ].join('\n\n')
}

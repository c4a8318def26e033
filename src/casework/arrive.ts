import { months } from '../claim/months.ts'
import { setKind } from '../support/change-store.ts'
import { cut, LIMITS, manyLines } from '../support/intake.ts'
import type { IncomingMail, Received } from '../support/receive.ts'
import { assessCase } from './assess.ts'
import { claimOfMail } from './mail-claim.ts'
import { acknowledge, acknowledgeClaim, openClaim } from './opening.ts'
import { kept } from './reading.ts'
import type { CaseworkOptions } from './room.ts'
import { trace, traceReopened } from './trail.ts'

const CUSTOMER = { id: null, address: null } as const
/** Who changes a request that reads as a claim. */
const WE = 'Nines'

/**
 * Takes a mail in: a message of the case that it answers, a claim where it can be read as one, or else a request. All that
 * follows is written with it, the acknowledgement too, which no program gets. A mail that came before changes nothing.
 */
export async function mailArrived(room: CaseworkOptions, mail: IncomingMail): Promise<Received> {
  const { db } = room
  const now = room.now()
  const { contract, support } = room.settings()
  const records = (await room.source.services(now)).filter(record => !record.removed)
  const found = claimOfMail(mail, records, contract.timeZone, now)
  const received = await room.support.receive(mail, now, outcome => {
    if (outcome.kind === 'message') {
      const { reference } = outcome.request
      trace(db, { by: CUSTOMER, at: now, action: 'request.added', reference, after: { via: 'mail' } })
      if (outcome.reopened) traceReopened(db, CUSTOMER, now, reference)
    }
    if (outcome.kind !== 'filed') return
    const { secret, acknowledge: wanted } = outcome
    const { id, reference, version, receivedAt } = outcome.request
    if (!found) {
      const after = { kind: outcome.request.kind, tier: outcome.request.tier, via: 'mail' }
      trace(db, { by: CUSTOMER, at: now, action: 'request.filed', reference, after })
      if (wanted) acknowledge(db, room, outcome.request, secret)
      return
    }
    const doing = { now, who: WE, reason: 'the mail names a service and when it was down', version }
    const changed = setKind(db, id, 'claim', support, doing)
    if (changed.kind !== 'changed') throw new Error(`request ${id} changed within a transaction`)
    const { kind, tier } = changed.request
    trace(db, {
      by: 'system',
      at: now,
      action: 'request.kind',
      reference,
      before: { kind: outcome.request.kind, tier: outcome.request.tier },
      after: { kind, tier },
      reason: doing.reason,
    })
    const readings = kept(found.readings)
    const claimed = months(readings, contract.timeZone).map(m => m.month)
    const name = records.find(record => record.id === found.service)?.name ?? found.service
    openClaim(db, changed.request, {
      ...found,
      times: cut(manyLines(found.times), LIMITS.body),
      readings,
      months: claimed,
    })
    trace(db, {
      by: CUSTOMER,
      at: receivedAt,
      action: 'claim.filed',
      reference,
      after: { service: found.service, months: claimed, via: 'mail' },
    })
    const request = { ...changed.request, account: found.account }
    if (wanted) acknowledgeClaim(db, room, request, secret, { service: name, months: claimed })
  })
  if (received.kind === 'filed' || received.kind === 'message') {
    room.poke()
    await assessCase(room, received.request.reference).catch(room.onError)
  }
  return received
}

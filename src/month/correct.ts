import { figures } from '../availability/figures.ts'
import { lifetime } from '../availability/measure.ts'
import { outagesIn, type ServiceOutage } from '../availability/outages.ts'
import type { ServiceId } from '../catalog/model.ts'
import { appendEntry } from '../log/store.ts'
import { readMaintenance } from '../maintenance/store.ts'
import { deriveId } from '../outage/store.ts'
import type { RecordStore } from '../record/store.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, type Interval, normalize, overlaps } from '../time/interval.ts'
import { maintenanceOver } from './as-of.ts'
import { contractOf, monthFigures, timeSpan } from './build.ts'
import { correctedFigures } from './closed.ts'
import { declaredBy, spanOf, touches } from './declared.ts'
import type { Correction } from './record.ts'
import { addCorrection, judgingContract, readMonthRecord } from './store.ts'

/** What is to be corrected. */
export type Change =
  /** There was no outage. */
  | { readonly kind: 'exclude'; readonly outage: string }
  /** There was one that the prober missed. */
  | { readonly kind: 'add'; readonly span: Interval; readonly reportedBy: string }
  /** It began or ended otherwise. */
  | { readonly kind: 'bounds'; readonly outage: string; readonly span: Interval }

export interface CorrectionRequest {
  readonly service: ServiceId
  /** A public name. */
  readonly author: string
  /** Public, in one or more sentences. */
  readonly reason: string
  readonly change: Change
}

export type Corrected =
  | { readonly ok: true; readonly correction: Correction; readonly index: number }
  /** `field` is where the mistake lies. */
  | {
      readonly ok: false
      readonly field: 'service' | 'outage' | 'span' | 'reason' | 'reportedBy'
      readonly message: string
    }

const no = (field: Extract<Corrected, { ok: false }>['field'], message: string): Corrected => ({
  ok: false,
  field,
  message,
})

const LONGEST_REASON = 2_000
const LONGEST_NAME = 200

/**
 * Appends a correction, and what it makes of the months that are closed. Nothing that was recorded is changed.
 * `id` is new and random. In one transaction; sign the log afterwards.
 */
export async function correct(
  store: RecordStore,
  request: CorrectionRequest,
  id: string,
  now: Instant,
  alsoWrite: (correction: Correction) => void = () => undefined,
): Promise<Corrected> {
  const { change } = request
  const reason = request.reason.trim()
  if (reason === '' || reason.length > LONGEST_REASON)
    return no('reason', `Say why, in at most ${LONGEST_REASON} characters: it is published.`)
  const reportedBy = change.kind === 'add' ? change.reportedBy.trim() : null
  if (reportedBy !== null && (reportedBy === '' || reportedBy.length > LONGEST_NAME))
    return no(
      'reportedBy',
      'Say who reported it, such as "a customer" or "our data centre": it is published.',
    )
  return store.write((): Corrected => {
    const { memory, db } = store
    memory.settled.refresh()
    const stored = memory.catalog.services.get(request.service)
    const members = memory.members(request.service, now)
    const life = lifetime(members, now)
    if (!stored || !life) return no('service', 'Nothing is recorded of this service yet.')
    const { corrections, months } = memory.settled.of(request.service)
    const declared = declaredBy(corrections.map(c => c.correction))
    const maintenance = normalize(
      maintenanceOver(
        readMaintenance(db).filter(m => m.services.includes(request.service)),
        [...months.values()],
      ),
    )
    const outages = outagesIn(
      members,
      memory.rules(request.service) ?? stored.rule,
      maintenance,
      life,
      now,
      declared,
    )
    const ids = new Map([
      ...memory.outageIds(request.service),
      ...corrections.flatMap(({ correction: c }) =>
        c.after ? [[spanOf(c.after).from, c.outage] as const] : [],
      ),
    ])

    let before: ServiceOutage | null = null
    if (change.kind !== 'add') {
      before =
        outages.find(o => (ids.get(o.from) ?? deriveId(request.service, o.from)) === change.outage) ?? null
      if (!before)
        return no('outage', 'There is no outage with this id that counts; it may be excluded already.')
      if (before.to === null) return no('outage', 'This outage still goes on; correct it when it is over.')
    }
    const after = change.kind === 'exclude' ? null : change.span
    if (after) {
      const fault = spanFault(after, life, now)
      if (fault !== null) return no('span', fault)
      const covered = outages.find(o => o.from <= after.from && after.to <= (o.to ?? now))
      if (change.kind === 'add' && covered)
        return no(
          'span',
          'The record holds an outage over all of this time already; change its bounds instead.',
        )
      if (before && before.from === after.from && before.to === after.to)
        return no('span', 'These are its times already.')
      const other = outages.find(o => o !== before && overlaps({ from: o.from, to: o.to ?? now }, after))
      if (change.kind === 'bounds' && other)
        return no('span', `It would reach into the outage that began at ${rfc3339(other.from)}.`)
    }
    const made: Omit<Correction, 'months'> = {
      type: 'nines.correction/1',
      id,
      service: request.service,
      at: rfc3339(now),
      author: request.author,
      reason,
      reportedBy,
      kind: change.kind,
      outage: change.kind === 'add' ? deriveId(request.service, change.span.from) : change.outage,
      before: before && before.to !== null ? timeSpan({ from: before.from, to: before.to }) : null,
      startsAfter: before?.startsAfter == null ? null : rfc3339(before.startsAfter),
      after: after && timeSpan(after),
    }
    const correction: Correction = {
      ...made,
      months: [...months.values()]
        .filter(m => touches(made, spanOf(m.calendar)))
        .sort((a, b) => (a.month < b.month ? -1 : 1))
        .flatMap(closed => {
          const found = readMonthRecord(db, request.service, closed.month)
          if (!found) return []
          const { record } = found
          const calendar = spanOf(record.calendar)
          const all = [...corrections.map(c => c.correction), made].filter(c => touches(c, calendar))
          const corrected = figures(
            {
              rule: record.service.down,
              members,
              maintenance: record.maintenance.map(spanOf),
              declared: declaredBy(all),
            },
            calendar,
            contractOf(judgingContract(record)),
            now,
          )
          return [
            {
              month: closed.month,
              before: correctedFigures(closed, corrections) ?? closed.figures,
              after: monthFigures(corrected),
            },
          ]
        }),
    }
    const index = appendEntry(db, correction.type, correction, now)
    addCorrection(db, correction, index)
    alsoWrite(correction)
    return { ok: true, correction, index }
  })
}

function spanFault({ from, to }: Interval, life: Interval, now: Instant): string | null {
  if (from >= to) return 'It must end after it begins.'
  if (to > now) return 'It must be over.'
  if (from < life.from || to > add(life.to, 1))
    return `The service is watched since ${rfc3339(life.from)}; no outage can be added before that.`
  return null
}

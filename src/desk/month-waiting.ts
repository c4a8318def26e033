import type { ServiceId } from '../catalog/model.ts'
import type { ClosingSettings } from '../month/close.ts'
import { overMonths, waiting } from '../month/due.ts'
import { utcShort } from '../page/words.ts'
import { lastImport } from '../record/import-store.ts'
import { prunedStanding } from '../record/memory.ts'
import type { RecordStore } from '../record/store.ts'
import type { Instant } from '../time/instant.ts'
import { overlaps } from '../time/interval.ts'
import type { Month } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import { contractVersions } from '../version/store.ts'

export interface WaitingMonth {
  readonly service: ServiceId
  readonly month: Month
  /** In whole sentences. */
  readonly why: string
}

/** The months that are over and not closed, with why. */
export function waitingMonths(store: RecordStore, settings: ClosingSettings, now: Instant): WaitingMonth[] {
  const { memory, db } = store
  memory.refresh()
  memory.settled.refresh()
  const contracts = contractVersions(db)
  const contractOf = (month: Month) => judging(contracts, month, settings.contract)
  return [...memory.catalog.services.keys()].flatMap(service => {
    const members = memory.members(service, now)
    return overMonths(members, memory.settled.of(service).months, contractOf, now).map(
      ({ month, calendar }) => {
        const counted = members.filter(m => overlaps(m.membership, calendar))
        const ids = [...new Set(counted.map(m => m.history.endpoint))].sort()
        const keys = new Map(ids.map(id => [id, memory.catalog.endpoints.get(id)?.key] as const))
        const standings = ids.map(endpoint => {
          const key = keys.get(endpoint)
          return {
            endpoint,
            standing: key === undefined ? null : memory.standing(key),
            paused: settings.paused(endpoint),
          }
        })
        const wait = waiting(calendar, counted, standings, lastImport(db, calendar), settings.after, now)
        const pruned = [...keys.values()].some(
          key => key !== undefined && (prunedStanding(db, key)?.last.at ?? -1) >= calendar.from,
        )
        return {
          service,
          month,
          why: whyWords(wait, pruned, id => memory.catalog.endpoints.get(id)?.name ?? id),
        }
      },
    )
  })
}

function whyWords(
  wait: ReturnType<typeof waiting>,
  pruned: boolean,
  nameOf: (endpoint: NonNullable<WaitingEndpoint>) => string,
): string {
  if (wait?.kind === 'settling')
    return `It settles until ${utcShort(wait.until)}, in case checks of it still come in.`
  if (wait?.kind === 'unsettled')
    return `Checks of ${nameOf(wait.endpoint)} that began to fail in it still fail: what it was is known when they are over.`
  if (pruned) return 'Some of its checks were removed before it was closed, so that it cannot be sealed.'
  return 'Nothing stands against it: it is closed at the next look, every ten minutes. Where it stays here, the log of Nines says why.'
}

type WaitingEndpoint = Extract<ReturnType<typeof waiting>, { kind: 'unsettled' }>['endpoint']

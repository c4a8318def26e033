import type { LogStore } from '../log/store.ts'
import type { Job } from '../record/housekeeping.ts'
import { prunedStanding } from '../record/memory.ts'
import type { RecordStore } from '../record/store.ts'
import { FOREVER, type Instant } from '../time/instant.ts'
import { earlier, overlaps } from '../time/interval.ts'
import { type Month, monthInterval, monthOf } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import { contractVersions } from '../version/store.ts'
import { type ClosingSettings, closeMonths, type Outcome } from './close.ts'
import { overMonths } from './due.ts'

export interface ClosingJob {
  readonly store: RecordStore
  readonly log: LogStore
  /** See `ClosingOptions`. */
  readonly unstoredFrom?: () => Instant | null
  readonly settings: () => ClosingSettings
  readonly software: string
  readonly timeZoneData: string
  /** Told of months that were closed, and of those that a fault keeps open. */
  readonly onOutcome: (outcome: Outcome) => void
  readonly onSigned?: () => void
  /** Told why the log cannot be signed. */
  readonly onUnsigned: (message: string) => void
}

/** Closes what is due, and signs what the log holds: the regular job, and `nines close`. */
export async function closeAndSign(
  job: ClosingJob,
  now: Instant,
  stopped: () => boolean = () => false,
): Promise<Outcome[]> {
  const outcomes = await closeMonths({
    ...job,
    now,
    stopped,
    onOutcome: outcome => {
      if (outcome.closed || outcome.fault) job.onOutcome(outcome)
    },
  })
  const signed = await job.log.sign(now)
  if (signed.ok) job.onSigned?.()
  else job.onUnsigned(signed.message)
  return outcomes
}

export const closingJob = (job: ClosingJob): Job => ({
  name: 'closing months',
  cron: '*/10 * * * *',
  work: (now, stopped) => closeAndSign(job, now, stopped),
})

/** From when on raw checks are needed, so that the months that are not closed yet can be. */
export function unclosedSince(store: RecordStore, settings: () => ClosingSettings, now: Instant): Instant {
  const { memory, db } = store
  memory.refresh()
  memory.settled.refresh()
  const contracts = contractVersions(db)
  const contractOf = (month: Month) => judging(contracts, month, settings().contract)
  let since: Instant = FOREVER
  for (const service of memory.catalog.services.keys()) {
    const members = memory.members(service, now)
    const pruned = members
      .map(m => memory.catalog.endpoints.get(m.history.endpoint)?.key)
      .flatMap(key => {
        const at = key === undefined ? null : (prunedStanding(db, key)?.last.at ?? null)
        return at === null ? [] : [at]
      })
    const running = monthOf(now, settings().contract.timeZone)
    const open = [
      ...overMonths(members, memory.settled.of(service).months, contractOf, now).map(m => m.calendar),
      monthInterval(running, settings().contract.timeZone),
    ].filter(
      calendar =>
        members.some(m => overlaps(m.membership, calendar)) && !pruned.some(at => at >= calendar.from),
    )
    for (const calendar of open) since = earlier(since, calendar.from)
  }
  return since
}

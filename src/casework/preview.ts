import type { ServiceId } from '../catalog/model.ts'
import type { MonthFacts } from '../claim/facts.ts'
import { months } from '../claim/months.ts'
import { type Compared, compare } from '../claim/reported.ts'
import type { Instant } from '../time/instant.ts'
import { earlier } from '../time/interval.ts'
import { backBy } from './assess.ts'
import { factsOf } from './facts.ts'
import { type ReadTimes, readTimes } from './reading.ts'
import type { CaseworkOptions } from './room.ts'

/** What we make of a claim before it is sent: how its times are read, and what is known of their months. */
export interface ClaimPreview extends ReadTimes {
  /** The readings beside our record, in their order; null where the service is unknown, or the time is longer than its months. */
  readonly compared: readonly (Compared | null)[]
  readonly months: readonly {
    readonly facts: MonthFacts
    /** By when we come back, where the month is not closed. */
    readonly back: Instant | null
  }[]
}

/** Reads a claim as `fileClaim` would, and stores nothing. */
export async function previewClaim(
  room: CaseworkOptions,
  claim: { readonly service: string; readonly times: string; readonly zone: string },
): Promise<ClaimPreview> {
  const now = room.now()
  const settings = room.settings()
  const read = readTimes(claim.times, claim.zone, now)
  const record = (await room.source.services(now)).find(r => r.id === (claim.service as ServiceId))
  if (!record) return { ...read, compared: read.readings.map(() => null), months: [] }
  const found = months(read.readings, settings.contract.timeZone).map(({ month }) =>
    factsOf(room.db, record, month, settings, now),
  )
  return {
    ...read,
    compared: read.readings.map(({ from, to }) => {
      const facts = found.filter(f => f.calendar.from < to && from < f.calendar.to)
      if (facts.length === 0 || from > now) return null
      return compare(
        { from, to: earlier(to, now) },
        facts.flatMap(f => f.outages),
        facts.flatMap(f => f.maintenance),
        facts.flatMap(f => f.unknown),
        settings.support.tolerance,
        now,
      )
    }),
    months: found.map(facts => ({
      facts,
      back: facts.state.kind === 'closed' ? null : backBy(facts, { tier: 'medium' }, settings.support),
    })),
  }
}

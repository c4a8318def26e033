import { nameOf } from '../casework/facts.ts'
import type { ClaimInput } from '../casework/file.ts'
import type { ClaimPreview } from '../casework/preview.ts'
import type { Compared } from '../claim/reported.ts'
import { monthPath, outagePath } from '../page/address.ts'
import { exact, monthName, percentWords } from '../page/words.ts'
import type { ServiceRecord } from '../record/source.ts'
import { spell } from '../time/duration.ts'
import type { Duration, Instant } from '../time/instant.ts'
import { dayInWords, timeInWords } from '../time/wall-clock.ts'
import type { FrontSettings } from './context.ts'
import { readingInUtc, readingInWords, shownAssumptions } from './words.ts'

export interface ReadingView {
  readonly wrote: string
  readonly read: string
  /** The zone that it was read in. */
  readonly zone: string
  /** Null where it is read in UTC. */
  readonly utc: string | null
  readonly assumed: readonly string[]
  readonly others: readonly { readonly words: string; readonly choice: string }[]
  readonly record: { readonly words: string; readonly href: string | null; readonly agrees: boolean } | null
}

/** What a claim says, as we read it, for the customer to confirm. */
export function checkView(
  given: Omit<ClaimInput, 'once'>,
  preview: ClaimPreview,
  records: readonly ServiceRecord[],
  settings: FrontSettings,
  now: Instant,
) {
  const service = nameOf(records, given.service)
  return {
    service,
    readings: preview.readings.map((reading, i): ReadingView => {
      const found = preview.compared[i] ?? null
      return {
        wrote: reading.text,
        read: readingInWords(reading),
        zone: reading.zone,
        utc: reading.zone === 'UTC' ? null : readingInUtc(reading),
        assumed: shownAssumptions(reading.assumed),
        others: reading.alternatives.map((other, j) => ({
          words: `${readingInWords({ ...other, assumed: reading.assumed })} (${other.zone}), since ${other.because}`,
          choice: `mean:${i}:${j}`,
        })),
        record: found && recordView(found, settings.tolerance),
      }
    }),
    unread: preview.unread,
    months: preview.months.map(({ facts, back }) => ({
      name: monthName(facts.month),
      href: monthPath(facts.service, facts.month),
      words: monthWords(facts, back, settings.contract.timeZone, now),
    })),
    required: settings.evidence === 'required',
  }
}

function recordView(found: Compared, tolerance: Duration): ReadingView['record'] {
  const href = found.outage?.id ? outagePath(found.outage.id) : null
  const agrees = found.standing === 'matches' || found.standing === 'near'
  return { words: standingInWords(found.standing, tolerance), href, agrees }
}

/** What our record has at a reported time. */
export function standingInWords(standing: Compared['standing'], tolerance: Duration, sent = false): string {
  switch (standing) {
    case 'matches':
      return 'Our record has an outage at that time.'
    case 'near':
      return 'Our record has an outage close to that time.'
    case 'maintenance':
      return 'Maintenance was announced for that time.'
    case 'unknown':
      return 'Our record does not know that time.'
    case 'outside':
      return `Our record has no outage within ${spell(tolerance)} of that time. ${sent ? 'Someone looks into it.' : 'You may claim all the same: someone looks into it, and a file that shows the failure helps.'}`
  }
}

type Facts = ClaimPreview['months'][number]['facts']

function monthWords(facts: Facts, back: Instant | null, zone: string, now: Instant): string {
  const name = monthName(facts.month)
  const { state, deadline, judged } = facts
  const last = deadline === null ? null : dayInWords((deadline - 1) as Instant, zone)
  const late = deadline !== null && now >= deadline
  if (late)
    return `The last day for claims for ${name} was ${last}. You may send yours, and it will be answered, but it comes late.`
  const until = last === null ? '' : ` Claims for it are taken until the end of ${last}.`
  if (state.kind === 'runs')
    return `${name} is not over. Your claim waits for its end${back === null ? '' : `: we will come back to you by ${timeInWords(back, zone)}`}. Nothing lapses meanwhile.`
  if (state.kind === 'over') return `${name} is over, and its figures are about to be closed.${until}`
  const { percent } = judged.availability
  return `${name} is closed: ${percent === null ? 'no data' : percentWords(percent)}, ${exact(judged.counted)} counted as down.${until}`
}

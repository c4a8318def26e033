import type { Change } from '../month/correct.ts'
import type { Contract } from '../sla/contract.ts'
import { isTimeZone } from '../time/month.ts'
import { typedTime } from './correction-time.ts'

export const KINDS = ['exclude', 'add', 'bounds'] as const

/** What was typed, as it was. */
export interface TypedCorrection {
  readonly service: string
  readonly kind: string
  readonly outage: string
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly reportedBy: string
  readonly reason: string
  readonly author: string
}

/** What is wrong, by field. */
export type CorrectionFaults = Record<string, string>

/** `author` is the name that stands in for one that was left out. */
export function typedCorrection(
  text: (name: string) => string,
  author: string,
  { timeZone }: Contract,
): TypedCorrection {
  const kind = text('kind')
  return {
    service: text('service').slice(0, 200),
    kind: KINDS.some(known => known === kind) ? kind : 'exclude',
    outage: text('outage').trim().slice(0, 200),
    from: text('from').slice(0, 60),
    to: text('to').slice(0, 60),
    zone: text('zone').slice(0, 60) || timeZone,
    reportedBy: text('reportedBy').slice(0, 1_000),
    reason: text('reason').slice(0, 20_000),
    author: text('author').slice(0, 1_000) || author,
  }
}

/** Null where it cannot be understood: `faults` says why. */
export function changeOf(typed: TypedCorrection, timeZone: string, faults: CorrectionFaults): Change | null {
  const { kind, outage } = typed
  if (kind !== 'add' && outage === '') faults['outage'] = 'Choose an outage, or give its id.'
  if (kind === 'exclude') return { kind, outage }
  const known = isTimeZone(typed.zone)
  if (!known) faults['zone'] = 'This is no time zone. Choose one of the list.'
  const zone = known ? typed.zone : timeZone
  const [from, to] = [typedTime(typed.from, zone), typedTime(typed.to, zone)]
  if (!from.ok) faults['from'] = from.words
  if (!to.ok) faults['to'] = to.words
  if (!from.ok || !to.ok) return null
  const span = { from: from.at, to: to.at }
  return kind === 'add' ? { kind, span, reportedBy: typed.reportedBy } : { kind: 'bounds', outage, span }
}

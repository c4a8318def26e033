import type { Correction } from '../month/record.ts'
import { monthPath, outagePath } from '../page/address.ts'
import { exact, monthName, percentWords } from '../page/words.ts'
import { parseInstant } from '../time/instant.ts'
import type { Compared } from './correction-preview.ts'
import { exactly } from './was-it-down-view.ts'

export const KIND_WORDS: Readonly<Record<Correction['kind'], string>> = {
  exclude: 'There was no outage',
  add: 'An outage that the prober missed',
  bounds: 'Other times of an outage',
}

const time = (text: string) => {
  const at = parseInstant(text)
  return at === null ? { iso: text, words: text } : exactly(at)
}

const span = (of: { readonly from: string; readonly to: string } | null) => {
  if (!of) return null
  const [from, to] = [parseInstant(of.from), parseInstant(of.to)]
  return {
    from: time(of.from),
    to: time(of.to),
    length: from === null || to === null ? '' : exact(Math.max(0, to - from)),
  }
}

/** What is changed, in words: from when to when it was, and from when to when it is. */
export const changeView = (correction: Omit<Correction, 'id' | 'months'>) => ({
  kind: KIND_WORDS[correction.kind],
  outage: correction.outage,
  href: outagePath(correction.outage),
  before: span(correction.before),
  after: span(correction.after),
  reason: correction.reason,
  author: correction.author,
  reportedBy: correction.reportedBy,
})

const figureOf = (of: Compared) => ({
  percent: of.availability.percent === null ? 'no data' : percentWords(of.availability.percent),
  down: exact(of.counted),
  credit:
    of.creditDays === 0 ? 'no credit' : `${of.creditDays} ${of.creditDays === 1 ? 'day' : 'days'} of credit`,
  grade: of.availability.percent === null ? 'no-data' : of.creditDays === 0 ? 'met' : 'missed',
  verdicts: of.thresholds.map(
    t => `${percentWords(t.percent)} ${t.verdict === 'no-data' ? 'no data' : t.verdict}`,
  ),
})

export function monthChange(
  service: string,
  of: {
    readonly month: string
    readonly before: Compared
    readonly after: Compared
    readonly closed?: boolean
  },
) {
  const days = of.after.creditDays - of.before.creditDays
  return {
    month: monthName(of.month),
    href: monthPath(service, of.month),
    state:
      of.closed === false ? 'not closed' : 'closed; its sealed record stays, the correction stands beside it',
    before: figureOf(of.before),
    after: figureOf(of.after),
    /** Money moves. */
    turns:
      days === 0
        ? null
        : `The credit ${days > 0 ? 'grows' : 'shrinks'} from ${of.before.creditDays} to ${of.after.creditDays} days.`,
  }
}

export const correctionRow = (correction: Correction, service: string) => ({
  ...changeView(correction),
  id: correction.id,
  at: time(correction.at),
  service,
  months: correction.months.map(m => monthChange(correction.service, m)),
})

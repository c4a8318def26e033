import { clipAll } from '../availability/history.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { type Interval, intersect, total } from '../time/interval.ts'
import { addMonths, monthOf } from '../time/month.ts'
import { absolute, claimPath, monthPath, outagePath, servicePath } from './address.ts'
import { type CalendarMonth, calendarMonth } from './calendar.ts'
import { deadlineOf } from './claim.ts'
import { claimText } from './claim-text.ts'
import type { Evidence } from './evidence.ts'
import {
  type PictureView,
  type PublicCheck,
  type Published,
  pictureViews,
  publicEvidence,
} from './evidence-view.ts'
import { outageBounds } from './outage-bounds.ts'
import { besidesWords, countedOf, lessWords, type OutageParts, rangeWords } from './outage-words.ts'
import { type MonthReport, monthReport, outagesIn, type Report, type ReportedOutage } from './report.ts'
import { type CorrectionView, correctionViews } from './sealed-view.ts'
import { verdictView } from './verdict-view.ts'
import {
  brief,
  dateName,
  exact,
  monthName,
  percentWords,
  reasonWords,
  spoken,
  utcStamp,
  utcTime,
} from './words.ts'

interface Moment {
  readonly iso: string
  readonly words: string
}

/** What an outage did to a month that it lies in. */
interface Effect {
  readonly month: string
  readonly href: string
  readonly words: string
  readonly verdict: string
  readonly claim: string | null
}

export interface OutageView {
  readonly service: string
  readonly serviceHref: string
  readonly title: string
  readonly sentence: string
  readonly ongoing: boolean
  readonly from: Moment
  readonly to: Moment | null
  readonly length: string
  readonly counted: string
  readonly spared: readonly string[]
  readonly hasUnknown: boolean
  readonly hasMaintenance: boolean
  /** What of its length does not count, for the top of the page; null where all of it does. */
  readonly less: string | null
  readonly beginning: string
  readonly end: string | null
  readonly range: string | null
  readonly endpoints: readonly string[]
  readonly reason: string
  readonly strips: Evidence['strips']
  readonly course: Evidence['course']
  readonly observations: readonly PublicCheck[]
  readonly pictures: readonly PictureView[]
  readonly effects: readonly Effect[]
  readonly address: string
  readonly claimText: string
  /** The form for a claim; null where nothing can be claimed any more. */
  readonly claimHref: string | null
  readonly corrections: readonly CorrectionView[]
  /** That a correction says that there was none. */
  readonly excluded: boolean
}

export interface OutageInput extends Evidence {
  readonly of: Report
  readonly outage: ReportedOutage
  readonly id: string
  readonly baseUrl: string | null
  /** That a correction says that there was none. */
  readonly excluded?: boolean
  /** How much of the addresses that are probed is published. */
  readonly published?: Published
}

const moment = (at: Instant): Moment => ({ iso: rfc3339(at), words: utcStamp(at) })

export function outageView(input: OutageInput, contract: Contract, now: Instant): OutageView {
  const { of, outage, id } = input
  const { record } = of
  const names = new Map(record.endpoints.map(e => [e.id as string, e.name]))
  const months = monthsOf({ from: outage.from, to: outage.to ?? now }, contract).map(m =>
    monthReport(of, m, contract, now),
  )
  const effects = months.map(month => effect(month, outage, now))
  const parts: OutageParts = {
    down: outage.ms,
    unknown: outage.unknownMs,
    unknownCounted: months.reduce((sum, month) => sum + countedWithin(month, outage, now).unknownCounted, 0),
    maintenance: outage.maintenanceMs,
  }
  const address = absolute(input.baseUrl, outagePath(id))
  return {
    service: record.name,
    serviceHref: servicePath(record.id),
    title: `Outage of ${record.name}, ${dateName(rfc3339(outage.from))}`,
    sentence:
      outage.to === null
        ? `${record.name} has been down for ${spoken(now - outage.from)}.`
        : `${record.name} was down for ${exact(outage.to - outage.from)}.`,
    ongoing: outage.to === null,
    from: moment(outage.from),
    to: outage.to === null ? null : moment(outage.to),
    length: exact((outage.to ?? now) - outage.from),
    counted: exact(countedOf(parts)),
    spared: besidesWords(parts),
    hasUnknown: outage.unknownMs > 0,
    hasMaintenance: outage.maintenanceMs > 0,
    less: lessWords(parts),
    ...bounds(outage),
    range:
      outage.to === null
        ? null
        : rangeWords(outageBounds(of.record, { from: outage.from, to: outage.to }, now), parts),
    endpoints: outage.endpoints.map(e => names.get(e) ?? e),
    reason: reasonWords(outage.reason),
    strips: input.strips,
    course: input.course,
    observations: publicEvidence(input.observations, names, input.published ?? 'host'),
    pictures: pictureViews(input.pictures ?? [], names, { id, from: outage.from }),
    effects,
    address,
    claimText: claimText({ service: record.name, outage, counted: countedOf(parts), effects, address, now }),
    claimHref:
      input.excluded !== true && outage.ms > 0 && months.some(m => mayClaim(m, now))
        ? claimPath(record.id, { outage: id })
        : null,
    corrections: correctionViews(
      record.settled.corrections.filter(({ correction }) => correction.outage === id),
      null,
    ),
    excluded: input.excluded === true,
  }
}

/** What is certain of the begin and the end. */
function bounds(outage: ReportedOutage): Pick<OutageView, 'beginning' | 'end'> {
  const { from, to, startsAfter, endsAfter } = outage
  return {
    beginning:
      startsAfter === null
        ? 'No check was good before it.'
        : `The last good check before it was at ${utcTime(startsAfter)}, ${exact(from - startsAfter)} earlier.`,
    end:
      to === null
        ? null
        : `The last failed check in it was at ${utcTime(endsAfter)}, ${exact(to - endsAfter)} earlier.`,
  }
}

/** Whether a claim for a month would be in time, though it may not be missed, or not yet. */
function mayClaim(month: MonthReport, now: Instant): boolean {
  const deadline = deadlineOf(month)
  return deadline !== null && now < deadline
}

function monthsOf(window: Interval, contract: Contract): CalendarMonth[] {
  const out: CalendarMonth[] = []
  let month = monthOf(window.from, contract.timeZone)
  for (;;) {
    const calendar = calendarMonth(month, contract.timeZone)
    if (calendar.from > window.from && calendar.from >= window.to) return out
    out.push(calendar)
    month = addMonths(month, 1)
  }
}

/** `31 % of`, `less than 1 % of`, `351 times` */
function shareWords(share: number): string {
  if (share >= 10) return `${Math.floor(share)} times`
  if (share > 0 && share < 0.01) return `less than ${percentWords('1')} of`
  return `${percentWords(String(Math.floor(share * 100)))} of`
}

/** What of an outage counts as down within a month, by the contract that the month is judged by. */
function countedWithin({ calendar, contract, of }: MonthReport, outage: ReportedOutage, now: Instant) {
  const stretch = clipAll([{ from: outage.from, to: outage.to ?? now }], calendar)
  return {
    down: total(intersect(of.down, stretch)),
    unknownCounted: contract.unknown === 'counted-as-down' ? total(intersect(of.unknown, stretch)) : 0,
  }
}

function effect(month: MonthReport, outage: ReportedOutage, now: Instant): Effect {
  const { calendar, figures, of } = month
  const inside = countedOf(countedWithin(month, outage, now))
  const top = figures.thresholds[0]
  const name = monthName(calendar.month)
  const verdict = verdictView(month, now)
  const share = top && top.allowedMs > 0 ? shareWords(inside / top.allowedMs) : null
  return {
    month: name,
    href: monthPath(of.record.id, calendar.month),
    words:
      inside === 0
        ? `It used nothing of ${name}’s allowance.`
        : share === null || !top
          ? `${exact(inside)} counted in ${name}.`
          : `It used ${share} ${name}’s allowance: ${exact(inside)} of the ${brief(top.allowedMs)} that ${percentWords(top.percent)} allows.`,
    verdict: `${verdict.opening} ${verdict.sentence}`,
    claim: verdict.claim,
  }
}

/** The outage that began at an instant. Null where the record holds none. */
export const outageAt = (of: Report, from: Instant, now: Instant): ReportedOutage | null =>
  outagesIn(of, { from, to: (from + 1) as Instant }, now).find(o => o.from === from) ?? null

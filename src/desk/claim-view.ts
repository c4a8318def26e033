import { factsOf } from '../casework/facts.ts'
import type { ClaimOfCase } from '../casework/read.ts'
import type { CaseworkOptions } from '../casework/room.ts'
import { inTime } from '../claim/deadline.ts'
import type { Choice } from '../claim/decide.ts'
import { months as monthsOf } from '../claim/months.ts'
import { othersOf, type StoredClaimMonth } from '../claim/store.ts'
import type { PictureSource } from '../evidence/picture.ts'
import { contractAsOf } from '../month/as-of.ts'
import { checkPath, monthPath, outagePath, statementPath } from '../page/address.ts'
import { calendarMonth } from '../page/calendar.ts'
import { monthReport, type Report, report } from '../page/report.ts'
import { verdictView } from '../page/verdict-view.ts'
import { brief, exact, monthName, percentWords } from '../page/words.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { Message } from '../support/message-store.ts'
import type { SupportRequest } from '../support/request.ts'
import { type Instant, parseInstant } from '../time/instant.ts'
import { letterOf } from './claim-letter.ts'
import { decidedWords, decisionView } from './claim-proof.ts'
import { dayWords, GROUNDS, recommendation, STANDINGS } from './claim-words.ts'
import { answerTo, asking } from './was-it-down-facts.ts'
import { evidenceOf, wasItDownPath } from './was-it-down-pages.ts'
import { scaleView } from './was-it-down-scale.ts'
import { deadlineWords, exactly, stretchIn, typed } from './was-it-down-view.ts'

export interface ClaimMonthOptions {
  readonly room: CaseworkOptions
  readonly pictures?: PictureSource | undefined
}

interface Of {
  readonly request: SupportRequest
  readonly messages: readonly Message[]
  readonly claim: ClaimOfCase
  readonly record: ServiceRecord | undefined
  readonly evidence: number
}

const MOST_TIMES = 12
const MOST_EVIDENCE = 2

/** One month of a claim, with all that it takes to decide it. */
export async function claimMonthView(
  options: ClaimMonthOptions,
  of: Of,
  stored: StoredClaimMonth,
  now: Instant,
) {
  const { room } = options
  const { claim, request, record } = of
  const { month, assessment, decision } = stored
  const settings = room.settings()
  const contract = record ? contractAsOf(record, month, settings.contract) : settings.contract
  const reported =
    monthsOf(claim.claim.reported, contract.timeZone).find(m => m.month === month)?.reported ?? []
  const seen = record ? report(record, now) : null
  const facts = record ? factsOf(room.db, record, month, settings, now) : null
  const choice = accepted(stored)
  const letter = (wish: Choice) =>
    facts && letterOf(room, { request, name: claim.name, facts, choice: wish, told: '' }, now)
  const readings = claim.readings.filter(r => reported.some(t => t.from < r.to && r.from < t.to))
  return {
    id: `${claim.claim.service}-${month}`.replaceAll(/[^\w-]/g, '-'),
    service: claim.name,
    serviceId: claim.claim.service,
    account: claim.claim.account,
    key: month,
    month: monthName(month),
    href: monthPath(claim.claim.service, month),
    statement: facts?.state.kind === 'closed' ? statementPath(claim.claim.service, month) : null,
    check: facts?.state.kind === 'closed' ? checkPath(claim.claim.service, month) : null,
    version: stored.version,
    state: stored.state,
    ...(decision ? { verdict: decidedWords(decision) } : { verdict: recommendation(assessment, now) }),
    assessed: stored.assessedAt === null ? null : exactly(stored.assessedAt),
    readings: (readings.length > 0 ? readings : claim.readings).slice(0, MOST_TIMES).map(r => ({
      text: r.text.replaceAll(/\s+/g, ' ').slice(0, 300),
      read: `${stretchIn(r, r.zone)} (${r.zone})`,
      utc: r.zone === 'UTC' ? null : `${stretchIn(r, 'UTC')} UTC`,
      assumed: r.assumed,
    })),
    moreReadings: Math.max(0, readings.length - MOST_TIMES),
    seen: claim.claim.seen,
    compared: (assessment?.reported ?? []).slice(0, MOST_TIMES).map(c => ({
      ...STANDINGS[c.standing],
      time: stretchIn(c, 'UTC'),
      look: wasItDownPath(claim.claim.service, typed(c), contract.timeZone),
      outage:
        c.outage === null
          ? null
          : {
              href: c.outage.id === null ? null : outagePath(c.outage.id),
              words: `${exactly(c.outage.from).words} to ${c.outage.to === null ? 'now' : exactly(c.outage.to).words}, ${exact((c.outage.to ?? now) - c.outage.from)}`,
            },
      distance:
        c.distance === null || c.distance === 0 ? null : `${brief(c.distance)} from the nearest outage`,
    })),
    ...(seen && record ? recorded(seen, reported, { room, record, contract, month }, now) : NOTHING),
    steps: (assessment?.steps ?? []).map(step => ({
      shape: step.holds ? 'met' : 'missed',
      holds: step.holds,
      words: spoken(step.words),
    })),
    deadline:
      facts?.deadline == null
        ? null
        : {
            words: deadlineWords(facts.deadline, inTime(now, facts.deadline), now, contract.timeZone),
            received: inTime(claim.claim.received, facts.deadline)
              ? `received ${brief(facts.deadline - claim.claim.received)} before it`
              : `received ${brief(claim.claim.received - facts.deadline)} after it`,
            promised:
              stored.promised !== null && stored.promised !== facts.deadline
                ? exactly(stored.promised).words
                : null,
          },
    others: othersOf(room.db, claim.claim, month).map(other => ({
      reference: other.reference,
      href: `/desk/claims/${other.reference}`,
      received: exactly(other.received).words,
      state: other.state,
    })),
    evidence: seen && record ? await proberEvidence(options, seen, assessment?.reported ?? [], now) : [],
    accept: choice === null ? null : { words: choiceWords(choice), letter: letter(choice) },
    days: assessment && 'days' in assessment ? assessment.days : (facts?.judged.creditDays ?? 0),
    decision: decision && (await decisionView(room, decision, of.messages)),
  }
}

/** A rule's words with its times and months as people write them. */
const spoken = (words: string): string =>
  words
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, text => {
      const at = parseInstant(text)
      return at === null ? text : exactly(at).words
    })
    .replaceAll(/(?<![\w-])\d{4}-(?:0[1-9]|1[0-2])(?![\w-])/g, monthName)

const NOTHING = { scale: null, figures: null }

/** What can be accepted as it is recommended. */
export function accepted({ assessment, decision }: StoredClaimMonth): Choice | null {
  if (decision || !assessment) return null
  if (assessment.recommend === 'credit') return { outcome: 'credited', days: assessment.days }
  return assessment.recommend === 'decline' ? { outcome: 'declined', reason: assessment.reason } : null
}

export const choiceWords = (choice: Choice): string =>
  choice.outcome === 'credited' ? `Credit ${dayWords(choice.days)}` : `Decline: ${GROUNDS[choice.reason]}`

function recorded(
  of: Report,
  reported: readonly { readonly from: Instant; readonly to: Instant }[],
  about: {
    readonly room: CaseworkOptions
    readonly record: ServiceRecord
    readonly contract: Parameters<typeof monthReport>[2]
    readonly month: StoredClaimMonth['month']
  },
  now: Instant,
) {
  const { room, contract, month } = about
  const { support, url } = room.settings()
  const rules = { contract, url, tolerance: support.tolerance }
  const asked = asking(of, rules, contract.timeZone, now)
  const shown = reported.slice(0, MOST_TIMES)
  const blips = [
    ...new Map(
      shown.flatMap(time => answerTo(time, asked).blips.map(b => [`${b.endpoint} ${b.from}`, b] as const)),
    ).values(),
  ]
  const monthly = monthReport(of, calendarMonth(month, contract.timeZone), contract, now)
  const verdict = verdictView(monthly, now)
  const { availability, counted, base, thresholds } = monthly.figures
  const percent = (text: string | null) => (text === null ? 'no data' : percentWords(text))
  return {
    scale: shown.length > 0 ? scaleView(of, shown, blips, support.tolerance, now) : null,
    figures: {
      grade: verdict.grade,
      measured: percent(availability.percent),
      best: percent(availability.best),
      worst: percent(availability.worst),
      down: exact(counted),
      base: exact(base),
      marks: verdict.marks,
      sentence: verdict.sentence,
      certain: thresholds.every(t => t.certain),
      doubt: verdict.doubt,
      credit:
        monthly.figures.creditDays === 0 ? 'no credit' : `${dayWords(monthly.figures.creditDays)} of credit`,
    },
  }
}

async function proberEvidence(
  { room, pictures }: ClaimMonthOptions,
  of: Report,
  reported: readonly { readonly outage: { readonly from: Instant } | null }[],
  now: Instant,
) {
  const { support, contract, url } = room.settings()
  const { outages } = asking(of, { contract, url, tolerance: support.tolerance }, 'UTC', now)
  const meant = new Set(reported.flatMap(c => (c.outage ? [c.outage.from] : [])))
  return Promise.all(
    outages
      .filter(outage => meant.has(outage.from))
      .slice(0, MOST_EVIDENCE)
      .map(async outage => ({
        title: `Outage of ${exactly(outage.from).words}`,
        ...(await evidenceOf({ source: room.source, pictures }, of, outage, now)),
      })),
  )
}

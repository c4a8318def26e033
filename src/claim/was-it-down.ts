import { clipWindow, figures, type Recorded } from '../availability/figures.ts'
import type { EndpointId } from '../catalog/model.ts'
import type { Contract } from '../sla/contract.ts'
import { displayPercent } from '../sla/percent.ts'
import type { Duration, Instant } from '../time/instant.ts'
import { add, clip, earlier, type Interval, later, overlaps, total } from '../time/interval.ts'
import { addMonths, type Month, monthInterval, monthOf } from '../time/month.ts'
import { claimDeadline, inTime } from './deadline.ts'
import type { KnownOutage, MonthJudgement } from './facts.ts'
import { measuredTime } from './month-facts.ts'
import { distance, extent } from './reported.ts'
import { answerParagraph } from './was-it-down-words.ts'

/** What is known of a service when somebody asks whether it was down. */
export interface AskedFacts {
  /** As people call it. */
  readonly service: string
  readonly record: Recorded
  /** With their permanent ids, in order: all of them, or at least those of a year around what is asked. */
  readonly outages: readonly KnownOutage[]
  readonly contract: Contract
  /** Months that are closed, as sealed or corrected since; the others are measured. */
  readonly closed: ReadonlyMap<Month, MonthJudgement>
  /** When a correction last raised the credit of a month, where one did. */
  readonly raised: ReadonlyMap<Month, Instant>
  readonly now: Instant
  /** How far an outage may lie from what is asked and still be meant. */
  readonly tolerance: Duration
  /** The customer's IANA zone. */
  readonly zone: string
  /** An outage's public address. */
  readonly address: (outage: string) => string
}

/** `near`: not at that time, but within the tolerance of it. */
export type AnswerWord = 'down' | 'partly' | 'near' | 'maintenance' | 'unknown' | 'not-down'

export interface AskedOutage {
  readonly outage: KnownOutage
  /** How much of it lies in what is asked, in ms. */
  readonly overlap: number
  /** Between it and what is asked, in ms; 0 where they overlap. */
  readonly distance: number
}

export interface AskedBlip {
  readonly endpoint: EndpointId
  readonly from: Instant
  /** Null while it is being verified. */
  readonly to: Instant | null
  readonly failures: number
  readonly reason: string
  /** Whether it lies in what is asked, or only near to it. */
  readonly inside: boolean
}

export interface AskedMonth {
  readonly month: Month
  readonly judged: MonthJudgement
  readonly state: 'runs' | 'over' | 'closed'
  readonly deadline: Instant | null
  /** Whether a claim that came now would be in time; false where nothing is down in the month. */
  readonly open: boolean
}

export interface Answer {
  readonly word: AnswerWord
  readonly asked: Interval
  /** What of it is recorded: from the service's first check to now; null where nothing is. */
  readonly recorded: Interval | null
  /** In order. */
  readonly outages: readonly AskedOutage[]
  readonly before: AskedOutage | null
  readonly after: AskedOutage | null
  readonly blips: readonly AskedBlip[]
  /** Within what is asked, outside maintenance. */
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
  readonly maintenance: readonly Interval[]
  readonly downMs: number
  readonly unknownMs: number
  readonly maintenanceMs: number
  /** Of the recorded time, down: percent, cut to three decimals; null where nothing is recorded. */
  readonly share: string | null
  /** Those that what is asked lies in, in order. */
  readonly months: readonly AskedMonth[]
  /** Plain text for the customer. */
  readonly paragraph: string
}

const MOST_MONTHS = 24

/** Answers whether a service was down in `[from, to)`, from the record alone. */
export function wasItDown(asked: Interval, facts: AskedFacts): Answer {
  const { record, now } = facts
  const window = clipWindow(asked, record.members, now)
  const recorded = window.from < window.to ? window : null
  const states = measuredTime(record, window, now)
  const known = facts.outages.map(outage => ({
    outage,
    overlap: lengthOf(clip(extent(outage, now), asked)),
    distance: distance(extent(outage, now), asked),
  }))
  const inside = known.filter(k => overlaps(extent(k.outage, now), asked))
  const before = known.filter(k => !inside.includes(k) && k.outage.from < asked.from).at(-1) ?? null
  const after = known.find(k => !inside.includes(k) && k.outage.from >= asked.to) ?? null
  const downMs = total(states.down)
  const answer = {
    asked,
    recorded,
    outages: inside,
    before,
    after,
    blips: blipsAround(asked, facts),
    ...states,
    downMs,
    unknownMs: total(states.unknown),
    maintenanceMs: total(states.maintenance),
    share: recorded && shareOf(downMs, lengthOf(recorded)),
    months: monthsOf(asked, facts),
  }
  const word = wordOf(answer, facts)
  return { word, ...answer, paragraph: answerParagraph({ word, ...answer }, facts) }
}

const lengthOf = (i: Interval | null): number => (i ? i.to - i.from : 0)

/** `displayPercent` shows what is left of a whole. */
const shareOf = (part: number, whole: number): string | null => displayPercent(whole, whole - part)

type Found = Omit<Answer, 'word' | 'paragraph'>

function wordOf(found: Found, { tolerance, now }: AskedFacts): AnswerWord {
  const { recorded, downMs, unknownMs, maintenanceMs } = found
  if (recorded === null) return 'unknown'
  const length = lengthOf(recorded)
  if (downMs > 0) return downMs === length ? 'down' : 'partly'
  if (unknownMs + maintenanceMs === length) return maintenanceMs >= unknownMs ? 'maintenance' : 'unknown'
  if (isNear(found, tolerance, now)) return 'near'
  if (unknownMs > 0) return 'unknown'
  return maintenanceMs > 0 ? 'maintenance' : 'not-down'
}

/** Also where an outage may have begun unseen: after the last good check before it. */
const isNear = ({ asked, before, after }: Found, tolerance: Duration, now: Instant): boolean =>
  [before, after].some(
    k =>
      k !== null &&
      (k.distance <= tolerance ||
        overlaps(asked, { from: k.outage.startsAfter ?? k.outage.from, to: extent(k.outage, now).to })),
  )

function blipsAround(asked: Interval, { record, tolerance, now }: AskedFacts): AskedBlip[] {
  const around = { from: add(asked.from, -tolerance), to: add(asked.to, tolerance) }
  return record.members
    .flatMap(({ membership, history }) =>
      history.runs.flatMap(run => {
        const seen = clip({ from: run.from, to: run.to ?? later(now, add(run.from, 1)) }, membership)
        if (run.confirmedAt !== null || seen === null || !overlaps(seen, around)) return []
        const { from, to, failures, reason } = run
        return [{ endpoint: history.endpoint, from, to, failures, reason, inside: overlaps(seen, asked) }]
      }),
    )
    .sort((a, b) => a.from - b.from)
}

function monthsOf(asked: Interval, facts: AskedFacts): AskedMonth[] {
  const { contract, now } = facts
  const out: AskedMonth[] = []
  const last = earlier(asked.to, add(now, 1))
  for (
    let month = monthOf(asked.from, contract.timeZone), n = 0;
    n < MOST_MONTHS;
    n++, month = addMonths(month, 1)
  ) {
    const calendar = monthInterval(month, contract.timeZone)
    if (calendar.from >= last) break
    out.push(monthAsked(month, calendar, facts))
  }
  return out
}

function monthAsked(
  month: Month,
  calendar: Interval,
  { record, contract, closed, raised, now }: AskedFacts,
): AskedMonth {
  const sealed = closed.get(month)
  const time = measuredTime(record, calendar, now)
  const deadline = claimDeadline(time, calendar, contract, raised.get(month) ?? null)
  return {
    month,
    judged: sealed ?? figures(record, calendar, contract, now),
    state: sealed ? 'closed' : calendar.to <= now ? 'over' : 'runs',
    deadline,
    open: deadline !== null && inTime(now, deadline),
  }
}

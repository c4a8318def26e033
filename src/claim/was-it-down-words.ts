import {
  brief,
  dateName,
  exact,
  listed,
  monthName,
  percentWords,
  reasonWords,
  weekday,
} from '../page/words.ts'
import type { Instant } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import { dateText, timeText, wallTime } from '../time/wall.ts'
import type { KnownOutage } from './facts.ts'
import type { Answer, AskedFacts, AskedMonth, AskedOutage } from './was-it-down.ts'

type Found = Omit<Answer, 'paragraph'>

/** More outages are counted, and not told one by one. */
const TOLD = 5

/** The answer as plain text, ready to be sent: exact, in UTC and in the customer's zone, with the outages' addresses. */
export function answerParagraph(answer: Found, facts: AskedFacts): string {
  const sentences = [
    opening(answer, facts),
    ...answer.outages.slice(0, TOLD).map(k => outageSentence(k.outage, facts)),
    answer.outages.length > TOLD ? `There were ${answer.outages.length - TOLD} more.` : null,
    shareSentence(answer),
    neighbours(answer, facts),
    maintenanceSentence(answer, facts),
    unknownSentence(answer),
    blipSentence(answer),
    ...answer.months.map(month => monthSentence(month, facts)),
  ]
  return sentences
    .filter(sentence => sentence !== null)
    .join(' ')
    .replaceAll(/[\u00a0\s]+/g, ' ')
}

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()

const clockIn = (at: Instant, zone: string): { date: string; time: string } => {
  const wall = wallTime(at, zone)
  return { date: dateName(dateText(wall)), time: timeText(wall) }
}

/** `14 October 2026 at 14:02:10 UTC (15:02:10 in Europe/London)` */
export function moment(at: Instant, zone: string): string {
  const utc = clockIn(at, 'UTC')
  const own = clockIn(at, zone)
  const local =
    zone === 'UTC' ? '' : ` (${own.date === utc.date ? '' : `${own.date}, `}${own.time} in ${zone})`
  return `${utc.date} at ${utc.time} UTC${local}`
}

const stretchIn = ({ from, to }: Interval, zone: string): { date: string; words: string; end: string } => {
  const a = clockIn(from, zone)
  const b = clockIn(to, zone)
  return {
    date: a.date,
    words: `${a.time} to ${b.date === a.date ? '' : `${b.date}, `}${b.time}`,
    end: b.date,
  }
}

/** `on 14 October 2026 from 14:02:10 to 14:49:33 UTC (15:02:10 to 15:49:33 in Europe/London)` */
export function stretch(time: Interval, zone: string): string {
  const utc = stretchIn(time, 'UTC')
  const own = stretchIn(time, zone)
  const date = own.date === utc.date && own.end === utc.end ? '' : `${own.date}, `
  return `on ${utc.date} from ${utc.words} UTC${zone === 'UTC' ? '' : ` (${date}${own.words} in ${zone})`}`
}

function opening({ word, asked, recorded }: Found, { service, zone }: AskedFacts): string {
  const name = oneLine(service)
  switch (word) {
    case 'down':
      return 'Yes.'
    case 'partly':
      return 'Yes, for a part of that time.'
    case 'near':
      return 'Not at that time, but close to it.'
    case 'maintenance':
      return `We recorded no downtime of ${name} ${stretch(asked, zone)}: maintenance was announced for it.`
    case 'unknown':
      return recorded === null
        ? `We have no record of ${name} ${stretch(asked, zone)}.`
        : `We do not know for all of that time. We recorded no downtime of ${name} ${stretch(recorded, zone)}.`
    case 'not-down':
      return `No. We recorded no downtime of ${name} ${stretch(asked, zone)}.`
  }
}

function outageSentence(outage: KnownOutage, { service, zone, now, address }: AskedFacts): string {
  const name = oneLine(service)
  const main =
    outage.to === null
      ? `${name} has been down since ${moment(outage.from, zone)}, ${exact(Math.max(0, now - outage.from))} so far.`
      : `${name} was down ${stretch({ from: outage.from, to: outage.to }, zone)}, ${exact(outage.to - outage.from)}.`
  const good =
    outage.startsAfter === null
      ? 'We have no good check from before it.'
      : `Our last good check before it was at ${moment(outage.startsAfter, zone)}.`
  const failed = `Our last failed check in it was at ${moment(outage.endsAfter, zone)}.`
  const link = outage.id === null ? '' : ` Its record: ${address(outage.id)}`
  return `${main} ${good} ${failed} What we saw: ${oneLine(reasonWords(outage.reason))}.${link}`
}

const shareSentence = ({ word, downMs, recorded, share }: Found): string | null =>
  word === 'partly' && recorded && share !== null
    ? `In the ${exact(recorded.to - recorded.from)} that you ask about, it was down for ${exact(downMs)} (${percentWords(share)}).`
    : null

function neighbours({ word, outages, before, after }: Found, facts: AskedFacts): string | null {
  if (outages.length > 0) return null
  const told = (k: AskedOutage | null, where: string): string | null =>
    k && `The nearest outage ${where} was ${brief(k.distance)} away.`
  if (word === 'near') {
    const nearest = [before, after]
      .filter(k => k !== null)
      .sort((a, b) => a.distance - b.distance)
      .at(0)
    return nearest
      ? `The nearest outage was ${brief(nearest.distance)} away. ${outageSentence(nearest.outage, facts)}`
      : null
  }
  const both = [told(before, 'before it'), told(after, 'after it')].filter(s => s !== null)
  return both.length > 0 ? both.join(' ') : 'We know of no outage before or after it.'
}

const maintenanceSentence = ({ maintenance }: Found, { zone }: AskedFacts): string | null =>
  maintenance.length > 0
    ? `Announced maintenance ran ${listed(maintenance.slice(0, TOLD).map(m => stretch(m, zone)))}; it does not count as downtime.`
    : null

const unknownSentence = ({ unknownMs }: Found): string | null =>
  unknownMs > 0 ? `For ${exact(unknownMs)} of that time we have no valid checks.` : null

function blipSentence({ blips }: Found): string | null {
  const inside = blips.filter(b => b.inside)
  const n = inside.reduce((sum, b) => sum + b.failures, 0)
  if (n === 0) return null
  return `${n === 1 ? 'One check' : `${n} checks`} failed in it without being confirmed as an outage; that counts as up.`
}

/** Until when a claim is taken, which is always the end of a day of the contract's zone: `the end of Thu 26 November 2026 (Europe/London)`. */
function deadlineWords(deadline: Instant, { contract: { timeZone } }: AskedFacts): string {
  const last = dateText(wallTime(add(deadline, -1), timeZone))
  return `the end of ${weekday(last)} ${dateName(last)} (${timeZone})`
}

function monthSentence({ month, judged, state, deadline, open }: AskedMonth, facts: AskedFacts): string {
  const name = monthName(month)
  const { percent } = judged.availability
  if (percent === null) return `${name} has no figure yet.`
  const missed = judged.thresholds.filter(t => t.verdict === 'missed').at(-1)
  const soFar = state === 'runs' ? ' so far' : ''
  const figure = `Availability in ${name}${soFar}: ${percentWords(percent)}, ${exact(judged.counted)} down.`
  if (missed === undefined) {
    const top = judged.thresholds[0]
    return top ? `${figure} The guarantee of ${percentWords(top.percent)} was met${soFar}.` : figure
  }
  const verdict = `${figure} The guarantee of ${percentWords(missed.percent)} was missed${state === 'runs' ? ' already' : ''}: ${judged.creditDays} days of credit, on request.`
  if (deadline === null) return verdict
  return open
    ? `${verdict} A claim must reach us by ${deadlineWords(deadline, facts)}.`
    : `${verdict} The time for a claim ended at ${deadlineWords(deadline, facts)}.`
}

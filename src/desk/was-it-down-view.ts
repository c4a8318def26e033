import type { Answer, AnswerWord, AskedOutage } from '../claim/was-it-down.ts'
import { stretch } from '../claim/was-it-down-words.ts'
import type { Reading } from '../claim/when.ts'
import { monthPath, outagePath, statementPath } from '../page/address.ts'
import { calendarMonth } from '../page/calendar.ts'
import { monthReport } from '../page/report.ts'
import { verdictView } from '../page/verdict-view.ts'
import { brief, count, exact, percentWords, reasonWords, shortDate, spoken, utcTime } from '../page/words.ts'
import type { Contract } from '../sla/contract.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import { dateText, timeText, wallTime } from '../time/wall.ts'
import type { Asking } from './was-it-down-facts.ts'
import { type ScaleView, scaleView } from './was-it-down-scale.ts'

/** Names the shape and the colour of an answer. */
const SHAPES: Readonly<Record<AnswerWord, string>> = {
  down: 'down',
  partly: 'down',
  near: 'verifying',
  maintenance: 'maintenance',
  unknown: 'unknown',
  'not-down': 'up',
}

interface Moment {
  readonly iso: string
  readonly words: string
}

const MOST_ROWS = 30

export const exactly = (at: Instant): Moment => ({
  iso: rfc3339(at),
  words: `${shortDate(rfc3339(at))} ${rfc3339(at).slice(0, 4)}, ${utcTime(at)}`,
})

/** The times of a stretch in a zone: `Wed 14 Oct 2026, 15:02:10 to 15:49:33`. */
export function stretchIn({ from, to }: Interval, zone: string): string {
  const [a, b] = [wallTime(from, zone), wallTime(to, zone)]
  const day = (wall: typeof a) => `${shortDate(dateText(wall))} ${String(wall.year).padStart(4, '0')}`
  const end = dateText(a) === dateText(b) ? timeText(b) : `${day(b)}, ${timeText(b)}`
  return `${day(a)}, ${timeText(a)} to ${end}`
}

/** A stretch as the form reads it back: with milliseconds, its end is taken as it is. */
export const typed = ({ from, to }: Interval): string => `${rfc3339(from)} to ${rfc3339(to)}`

/** The whole answer as one sees it. */
export function answerView(asking: Asking, answer: Answer, contract: Contract) {
  const { facts, of, outages } = asking
  const { now, zone, tolerance } = facts
  const link = (id: string | null) => (id === null ? null : outagePath(id))
  const row = (k: AskedOutage, where: string) => {
    const { outage } = k
    return {
      href: link(outage.id),
      from: exactly(outage.from),
      to: outage.to === null ? null : exactly(outage.to),
      local: zone === 'UTC' ? null : stretchIn({ from: outage.from, to: outage.to ?? now }, zone),
      length: exact((outage.to ?? now) - outage.from),
      where,
      startsAfter: outage.startsAfter === null ? null : exactly(outage.startsAfter),
      endsAfter: exactly(outage.endsAfter),
      reason: reasonWords(outage.reason),
    }
  }
  const inside = answer.outages.slice(0, MOST_ROWS)
  const rows = [
    ...inside.map(k => row(k, `${exact(k.overlap)} of it in the time asked for`)),
    ...(answer.before ? [row(answer.before, `${brief(answer.before.distance)} before it`)] : []),
    ...(answer.after ? [row(answer.after, `${brief(answer.after.distance)} after it`)] : []),
  ].sort((a, b) => (a.from.iso < b.from.iso ? -1 : 1))
  const names = new Map(of.record.endpoints.map(e => [e.id as string, e.name]))
  const other = [
    ...answer.blips.slice(0, MOST_ROWS).map(b => ({
      shape: 'verifying',
      word: 'Blip',
      time: `${exactly(b.from).words}${b.to === null ? ', being verified' : `, ${exact(b.to - b.from)}`}`,
      words: `${count(b.failures, 'check')} of ${names.get(b.endpoint) ?? b.endpoint} failed and no more: ${reasonWords(b.reason)}. It counts as up${b.inside ? '' : '; it lies near, not in the time asked for'}.`,
    })),
    ...answer.unknown.slice(0, MOST_ROWS).map(i => ({
      shape: 'unknown',
      word: 'Unknown',
      time: stretchIn(i, 'UTC'),
      words: `${exact(i.to - i.from)} without a valid check.`,
    })),
    ...answer.maintenance.slice(0, MOST_ROWS).map(i => ({
      shape: 'maintenance',
      word: 'Maintenance',
      time: stretchIn(i, 'UTC'),
      words: `${exact(i.to - i.from)} of announced maintenance; not counted as downtime.`,
    })),
  ]
  return {
    key: SHAPES[answer.word],
    sentence: sentence(answer, facts.service),
    rest: rest(answer),
    asked: stretch(answer.asked, zone).replace(/^on /, ''),
    scale: scale(asking, answer, tolerance),
    outages: rows,
    hidden: Math.max(0, answer.outages.length - MOST_ROWS),
    none: outages.length === 0 ? 'The record holds no outage of this service.' : null,
    other,
    months: answer.months.map(({ month, deadline, open, state }) => {
      const report = monthReport(of, calendarMonth(month, contract.timeZone), contract, now)
      const verdict = verdictView(report, now)
      const days = report.figures.creditDays
      return {
        name: verdict.month,
        href: monthPath(of.record.id, month),
        statement: state === 'closed' ? statementPath(of.record.id, month) : null,
        figure: verdict.figure,
        grade: verdict.grade,
        marks: verdict.marks,
        sentence: verdict.sentence,
        doubt: verdict.doubt,
        credit: days === 0 ? 'none' : `${days} ${days === 1 ? 'day' : 'days'}`,
        down: exact(report.figures.counted),
        state: { runs: 'still runs', over: 'over, not closed yet', closed: 'closed and sealed' }[state],
        deadline: deadline === null ? null : deadlineWords(deadline, open, now, contract.timeZone),
      }
    }),
    paragraph: answer.paragraph,
    lines: Math.min(24, Math.max(4, Math.ceil(answer.paragraph.length / 92))),
  }
}

/** Until when a claim is taken: as the end of a day of the contract's zone, where it is one. */
export function deadlineWords(deadline: Instant, open: boolean, now: Instant, zone: string): string {
  const { hour, minute, second, ms } = wallTime(deadline, zone)
  const last = wallTime(add(deadline, -1), zone)
  const ends =
    hour + minute + second + ms === 0
      ? `the end of ${shortDate(dateText(last))} ${last.year} (${zone})`
      : exactly(deadline).words
  return open
    ? `until ${ends}: ${spoken(deadline - now)} left`
    : `ended at ${ends}, ${spoken(now - deadline)} ago`
}

function scale({ of, facts }: Asking, answer: Answer, tolerance: number): ScaleView {
  return scaleView(of, [answer.asked], answer.blips, tolerance, facts.now)
}

function sentence(
  { word, recorded, downMs, unknownMs, outages, before, after }: Answer,
  name: string,
): string {
  switch (word) {
    case 'down':
      return `Yes, ${name} was down${outages.length > 1 ? '' : ' all that time'}.`
    case 'partly':
      return `Yes, in part: ${name} was down for ${exact(downMs)} of it.`
    case 'near': {
      const distance = Math.min(...[before, after].flatMap(k => (k ? [k.distance] : [])))
      return distance === 0
        ? `Not then as measured, but an outage of ${name} borders on it.`
        : `Not then, but close: an outage of ${name} lies ${exact(distance)} away.`
    }
    case 'maintenance':
      return `No downtime: maintenance of ${name} was announced.`
    case 'unknown':
      return recorded === null
        ? `There is no record of ${name} for that time.`
        : `Not known: ${unknownMs < recorded.to - recorded.from ? 'for a part of it ' : ''}there is no valid check of ${name}.`
    case 'not-down':
      return `No, ${name} was up.`
  }
}

function rest({ word, recorded, asked, share, downMs }: Answer): string | null {
  const length = recorded ? recorded.to - recorded.from : 0
  const cut =
    recorded && length < asked.to - asked.from
      ? `Only ${exact(length)} of the time asked for is recorded.`
      : null
  const part =
    (word === 'partly' || word === 'down') && share !== null
      ? `${exact(downMs)} of ${exact(length)}, which is ${percentWords(share)}.`
      : null
  return [part, cut].filter(words => words !== null).join(' ') || null
}

/** How a text was read, and what else it may mean. */
export const readingView = (reading: Reading, link: (when: string) => string) => ({
  text: reading.text.replaceAll(/\s+/g, ' ').slice(0, 300),
  read: `${stretchIn(reading, reading.zone)} (${reading.zone})`,
  utc: reading.zone === 'UTC' ? null : `${stretchIn(reading, 'UTC')} UTC`,
  length: exact(reading.to - reading.from),
  assumed: reading.assumed,
  alternatives: reading.alternatives.map(other => ({
    href: link(typed(other)),
    words: `${stretchIn(other, other.zone)} (${other.zone})`,
    because: other.because,
  })),
})

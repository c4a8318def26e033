import type { PublicCase, PublicClaim, PublicMonth } from '../casework/read.ts'
import { checkPath, monthPath, outagePath, statementPath } from '../page/address.ts'
import { listed, monthName } from '../page/words.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { dayInWords, timeInWords } from '../time/wall-clock.ts'
import { standingInWords } from './check-view.ts'
import type { FrontSettings } from './context.ts'
import { moment, readingInWords, shownAssumptions, sizeInWords } from './words.ts'

/** Where something stands, as a word and a shape. */
interface Standing {
  /** Names the shape and its colour. */
  readonly grade: 'running' | 'met' | 'ended' | 'paused'
  readonly words: string
}

/** What a customer sees of their case. */
export function caseView(of: PublicCase, settings: FrontSettings, now: Instant) {
  const zone = settings.contract.timeZone
  const months = of.claims.flatMap(claim => claim.months.map(month => ({ claim, month })))
  return {
    reference: of.reference,
    kind: of.kind === 'claim' ? 'Your claim' : 'Your request',
    subject: of.subject,
    received: { iso: rfc3339(of.received), words: timeInWords(of.received, zone) },
    standing: standingOf(
      of,
      months.map(({ month }) => month),
    ),
    next: nextWords(
      of,
      months.map(({ month }) => month),
      zone,
      now,
    ),
    facts: [
      ...(of.service ? [{ name: 'Service', value: of.service.name }] : []),
      ...(of.account === null ? [] : [{ name: 'Account', value: of.account }]),
      { name: 'From', value: of.name === '' ? of.email : `${of.name}, ${of.email}` },
    ],
    months: months.map(({ claim, month }) => monthView(claim, month, zone)),
    times: of.claims
      .flatMap(claim => claim.readings)
      .map(reading => ({
        wrote: reading.text,
        read: readingInWords(reading),
        zone: reading.zone,
        assumed: shownAssumptions(reading.assumed),
        record: recordOf(of, reading, settings),
      })),
    thread: [
      {
        from: 'You',
        own: true,
        automatic: false,
        gist: '',
        at: moment(of.received),
        body: of.body,
        files: filesOf(of.files),
      },
      ...of.messages.map(message => ({
        from: message.from === 'other' ? `Somebody else, ${message.address}` : WRITERS[message.from],
        own: message.from === 'customer',
        automatic: message.automatic,
        gist: gistOf(message.body),
        at: moment(message.at),
        body: message.body,
        files: filesOf(message.files),
      })),
    ],
    confirmed: of.confirmed,
    closed: of.status === 'closed',
  }
}

const WRITERS = { customer: 'You', support: 'Support' } as const

/** The first sentence of a letter, after its greeting. */
const gistOf = (body: string): string =>
  (
    body
      .replace(/^Hello[^\n]*\n+/, '')
      .replaceAll(/\s+/g, ' ')
      .split(/(?<=[.:]) /)[0] ?? ''
  ).slice(0, 150)

const filesOf = (files: PublicCase['files']) =>
  files.map(({ name, bytes }) => ({ name, size: sizeInWords(bytes) }))

function recordOf(
  of: PublicCase,
  reading: { readonly from: Instant; readonly to: Instant },
  settings: FrontSettings,
) {
  const found = of.claims
    .flatMap(claim => claim.months)
    .flatMap(month => month.compared)
    .find(time => time.from < reading.to && reading.from < time.to)
  if (!found) return null
  return {
    words: standingInWords(found.standing, settings.tolerance, true),
    href: found.outage === null ? null : outagePath(found.outage),
  }
}

function standingOf(of: PublicCase, months: readonly PublicMonth[]): Standing {
  const credit = months.reduce((days, month) => days + (month.decision?.days ?? 0), 0)
  const granted = credit > 0 ? `Granted: ${credit} ${credit === 1 ? 'day' : 'days'} of credit` : ''
  const open = months.filter(month => month.decision === null)
  if (months.length > 0 && open.length === 0)
    return credit > 0 ? { grade: 'met', words: granted } : { grade: 'ended', words: 'Decided: no credit' }
  if (open.length > 0 && open.every(month => month.state === 'held' && !month.closed))
    return {
      grade: 'running',
      words: `${granted}${credit > 0 ? '; waiting' : 'Waiting'} for the end of ${listed(open.map(month => monthName(month.month)))}`,
    }
  if (of.status === 'closed') return { grade: 'ended', words: 'Closed' }
  if (of.status === 'waiting') return { grade: 'paused', words: 'Answered: it is your turn' }
  return {
    grade: 'running',
    words: of.kind === 'claim' ? 'With us, to be decided' : 'With us, to be answered',
  }
}

/** What happens next, and by when. */
function nextWords(of: PublicCase, months: readonly PublicMonth[], zone: string, now: Instant): string[] {
  const words: string[] =
    of.missing.length === 0 ? [] : [`We still need ${listed(of.missing)}. Send it below.`]
  const held = months.filter(month => month.state === 'held' && month.back !== null)
  for (const month of held)
    words.push(
      month.ends > now
        ? `${monthName(month.month)} is not over. We come back to you by ${dayInWords(month.back ?? month.ends, zone)}, when its figures are closed. Nothing lapses, and you need not claim again.`
        : `${monthName(month.month)} is over, and its figures are about to be closed. We come back to you by ${timeInWords(month.back ?? month.ends, zone)}.`,
    )
  if (of.answerBy !== null && held.length < Math.max(1, months.length))
    words.push(
      now <= of.answerBy
        ? `You will have an answer by ${timeInWords(of.answerBy, zone)}.`
        : `You should have had an answer by ${timeInWords(of.answerBy, zone)}. It is late; we are sorry.`,
    )
  if (of.status === 'waiting') words.push('Write below if something is open. If not, there is nothing to do.')
  if (of.status === 'closed') words.push('If you see it otherwise, write below: that opens it again.')
  if (words.length === 0) words.push('Someone is working on it, and writes to you.')
  return words
}

const MONTH_STANDING: Readonly<Record<PublicMonth['state'], Standing>> = {
  new: { grade: 'running', words: 'to be compared with our record' },
  held: { grade: 'running', words: 'waits until the month is closed' },
  assessed: { grade: 'running', words: 'to be decided' },
  credited: { grade: 'met', words: 'granted' },
  declined: { grade: 'ended', words: 'no credit' },
}

function monthView({ service }: PublicClaim, month: PublicMonth, zone: string) {
  const { decision } = month
  const standing = MONTH_STANDING[month.state]
  return {
    name: `${service.name}, ${monthName(month.month)}`,
    href: monthPath(service.id, month.month),
    grade: standing.grade,
    words: decision && decision.days > 0 ? `granted: ${decision.days} days of credit` : standing.words,
    why: decision?.why ?? null,
    decided: decision && { iso: rfc3339(decision.at), words: timeInWords(decision.at, zone) },
    logIndex: decision?.logIndex ?? null,
    statement: month.closed ? statementPath(service.id, month.month) : null,
    check: month.closed ? checkPath(service.id, month.month) : null,
  }
}

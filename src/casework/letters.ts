import type { MonthFacts } from '../claim/facts.ts'
import type { Database } from '../db/open.ts'
import type { Figure, LetterFacts, LetterKind } from '../mail/letters.ts'
import { queueLetter } from '../mail/store.ts'
import { withoutLinks } from '../mail/text.ts'
import { absolute, checkPath, monthPath, statementPath } from '../page/address.ts'
import { isOneOfMany } from '../support/list-store.ts'
import { type Added, addMessage, nameMail, readMessages } from '../support/message-store.ts'
import type { SupportRequest } from '../support/request.ts'
import type { Instant } from '../time/instant.ts'
import { clip, later } from '../time/interval.ts'
import { casePath } from './address.ts'
import type { CaseworkOptions } from './room.ts'
import { hoursInWords, withoutAddress } from './words.ts'

type Common = 'name' | 'site' | 'timeZone' | 'reference' | 'follow'
type CaseLetter = Exclude<LetterKind, 'invitation' | 'password-reset'>

export interface Telling<K extends CaseLetter> {
  readonly request: SupportRequest
  /** Of the followed address. */
  readonly secret: string
  readonly kind: K
  readonly facts: Omit<LetterFacts[K], Common>
  /** Sent by no person: it answers nothing, and stops no clock. */
  readonly automatic: boolean
  /** Who writes. Never an address. */
  readonly author: string
  readonly at: Instant
  /** What the thread shows; the letter without its address where not given. */
  readonly body?: string
  /** The version of the request that the author has seen. */
  readonly version?: number
}

/** Adds what is told to the thread, and queues it as a letter; inside the caller's transaction. Nothing is queued from a page that is stale. */
export function tell<K extends CaseLetter>(db: Database, room: CaseworkOptions, what: Telling<K>): Added {
  const { request, at, automatic } = what
  const settings = room.settings()
  const follow = absolute(settings.url, casePath(request.reference, what.secret))
  // Anybody can give an address in a form: what goes to it by itself carries no link of theirs.
  const name = automatic ? withoutLinks(request.name) : request.name
  const common = {
    name,
    site: settings.title,
    timeZone: settings.contract.timeZone,
    reference: request.reference,
    follow,
  }
  // The compiler does not see that what was left out is put back.
  const letter = room.letters(what.kind, { ...common, ...what.facts } as unknown as LetterFacts[K])
  const thread = threadOf(db, request)
  const added = addMessage(db, request.id, {
    at,
    direction: 'out',
    automatic,
    author: what.author,
    body: what.body ?? withoutAddress(letter.text, follow),
    ...(what.version === undefined ? {} : { version: what.version }),
  })
  // A thread that is full keeps no letter back.
  if (added.kind !== 'added' && (added.kind !== 'refused' || what.version !== undefined)) return added
  if (automatic && isOneOfMany(db, request)) return added
  const queued = queueLetter(
    db,
    {
      kind: what.kind,
      about: request.reference,
      toName: name,
      toAddress: request.email,
      ...letter,
      inReplyTo: thread.answers,
      references: thread.all,
      from: settings.mailFrom,
    },
    at,
  )
  if (queued && added.kind === 'added') nameMail(db, added.message.id, queued.messageId)
  return added
}

/** The mails of a case so far, and the one that a letter answers: the customer's last, else our own last. */
function threadOf(
  db: Database,
  request: SupportRequest,
): { readonly answers: string | null; readonly all: readonly string[] } {
  const mails = readMessages(db, request.id).flatMap(({ mailMessageId: id, direction }) =>
    id === null ? [] : [{ id, direction }],
  )
  const first = request.via === 'mail' && request.messageId !== null ? [request.messageId] : []
  const all = [...new Set([...first, ...mails.map(mail => mail.id)])]
  const theirs = mails.findLast(mail => mail.direction === 'in')?.id ?? first[0]
  return { answers: theirs ?? all.at(-1) ?? null, all }
}

/** What an acknowledgement says of when an answer comes. */
export const answerFacts = (room: CaseworkOptions, request: SupportRequest) => ({
  subject: withoutLinks(request.subject),
  answerBy: request.dueAt,
  hours: hoursInWords(room.settings().support.desks),
})

/** A month's figure for a letter, with where it can be checked. */
export function figureOf(facts: MonthFacts, service: string, url: string | null, now: Instant): Figure {
  const { judged, month, calendar, state } = facts
  const missed = judged.thresholds.filter(t => t.verdict === 'missed').at(-1) ?? judged.thresholds[0]
  const page = monthPath(facts.service, month)
  const closed = state.kind === 'closed'
  return {
    service,
    month,
    percent: judged.availability.percent,
    down: judged.counted,
    threshold: missed?.percent ?? '100',
    outages: facts.outages.flatMap(
      o => clip({ from: o.from, to: o.to ?? later(now, o.from) }, calendar) ?? [],
    ),
    statement: absolute(url, closed ? statementPath(facts.service, month) : page),
    verify: absolute(url, closed ? checkPath(facts.service, month) : page),
  }
}

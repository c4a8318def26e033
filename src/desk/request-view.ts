import { brief, spoken } from '../page/words.ts'
import type { Attachment } from '../support/attachment-store.ts'
import { type Standing, standingOf } from '../support/attainment.ts'
import type { Change } from '../support/change-store.ts'
import { sameAddress } from '../support/intake.ts'
import type { Message } from '../support/message-store.ts'
import type { RequestKind, Tier } from '../support/priority.ts'
import type { Status, SupportRequest } from '../support/request.ts'
import type { Case } from '../support/store.ts'
import type { Instant } from '../time/instant.ts'
import { moment } from './fields.ts'

export interface TierView {
  readonly key: Tier
  readonly word: string
  /** How many of its four bars are full. */
  readonly level: number
}

export const TIER_VIEWS: Readonly<Record<Tier, TierView>> = {
  urgent: { key: 'urgent', word: 'Urgent', level: 4 },
  high: { key: 'high', word: 'High', level: 3 },
  medium: { key: 'medium', word: 'Medium', level: 2 },
  low: { key: 'low', word: 'Low', level: 1 },
}

export const KIND_WORDS: Readonly<Record<RequestKind, string>> = {
  claim: 'Claim',
  incident: 'Incident',
  question: 'Question',
  feature: 'Feature request',
}

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  open: 'Open',
  waiting: 'Waiting for the customer',
  closed: 'Closed',
}

const VIA_WORDS = { form: 'by the form', mail: 'by mail', desk: 'entered at the desk' } as const

const BY_WORDS: Readonly<Record<SupportRequest['priorityBy'], string>> = {
  kind: 'as every feature request',
  subject: 'named in the subject of the mail',
  customer: 'chosen by the customer',
  desk: 'set by the desk',
  default: 'as nothing named one',
}

/** Names the shape beside the words. */
const STANDING_SHAPES: Readonly<Record<Standing, string>> = {
  'in-time': 'met',
  late: 'missed',
  waiting: 'running',
  overdue: 'failed',
  withdrawn: 'no-data',
}

/** How a request stands to its guarantee, in words. */
export function dueView(request: SupportRequest, now: Instant) {
  const { dueAt, firstAnswerAt } = request
  const standing = standingOf(request, now)
  const words = (): string => {
    switch (standing) {
      case 'in-time':
        return 'Answered in time'
      case 'late':
        return `Answered ${spoken((firstAnswerAt ?? now) - (dueAt ?? now))} late`
      case 'waiting':
        return dueAt === null ? 'No answer is due' : `${spoken(dueAt - now)} left`
      case 'overdue':
        return `Late by ${spoken(now - (dueAt ?? now))}`
      case 'withdrawn':
        return 'Closed before it was due'
    }
  }
  return {
    shape: STANDING_SHAPES[standing],
    words: words(),
    late: standing === 'overdue',
    at: dueAt === null ? null : moment(dueAt),
  }
}

export const requestPath = (reference: string): string => `/desk/requests/${encodeURIComponent(reference)}`

export const rowView = (request: SupportRequest, now: Instant) => ({
  href: requestPath(request.reference),
  reference: request.reference,
  tier: TIER_VIEWS[request.tier],
  due: dueView(request, now),
  subject: request.subject,
  customer: request.name || request.email,
  email: request.name ? request.email : null,
  account: request.account,
  kind: KIND_WORDS[request.kind],
  status: STATUS_WORDS[request.status],
  assignee: request.assignee,
  received: moment(request.receivedAt),
})

const fileView = (reference: string, file: Attachment) => ({
  href: `${requestPath(reference)}/files/${file.id}`,
  name: file.name,
  size: file.bytes < 1_024 ? `${file.bytes} bytes` : `${Math.ceil(file.bytes / 1_024)} kB`,
  sha256: file.sha256,
})

const DIRECTIONS = { in: 'Customer', out: 'Sent', note: 'Note, for the desk alone' } as const

/** Whether somebody wrote who is not the customer, by answering one of our letters. */
const isOther = (email: string, { direction, author }: Message): boolean =>
  direction === 'in' && !sameAddress(author, email)

const messageView = (
  { reference, email }: SupportRequest,
  message: Message,
  files: readonly Attachment[],
) => ({
  key: message.direction,
  automatic: message.automatic,
  what: message.automatic
    ? 'Sent automatically'
    : isOther(email, message)
      ? 'Somebody else'
      : DIRECTIONS[message.direction],
  at: moment(message.at),
  author: message.author,
  body: message.body,
  files: files.filter(file => file.message === message.id).map(file => fileView(reference, file)),
})

const FIELDS = { tier: 'Priority', kind: 'Kind', assignee: 'Taken by', status: 'State' } as const

export const changeView = (change: Change) => ({
  at: moment(change.at),
  who: change.who,
  what: FIELDS[change.what],
  before: valueWords(change.what, change.before),
  after: valueWords(change.what, change.after),
  reason: change.reason,
})

function valueWords(what: Change['what'], value: string | null): string {
  if (value === null) return 'nobody'
  switch (what) {
    case 'tier':
      return TIER_VIEWS[value as Tier]?.word ?? value
    case 'kind':
      return KIND_WORDS[value as RequestKind] ?? value
    case 'status':
      return STATUS_WORDS[value as Status] ?? value
    case 'assignee':
      return value
  }
}

/** All of a case, as its page shows it. */
export const caseView = ({ request, messages, changes, attachments }: Case, now: Instant) => ({
  ...rowView(request, now),
  name: request.name,
  address: request.email,
  body: request.body,
  via: VIA_WORDS[request.via],
  tierBy: BY_WORDS[request.priorityBy],
  isClaim: request.kind === 'claim',
  closed: request.status === 'closed',
  state: request.status,
  service: request.service,
  version: request.version,
  age: `${brief(Math.max(0, now - request.receivedAt))} ago`,
  answered: request.firstAnswerAt === null ? null : moment(request.firstAnswerAt),
  files: attachments.filter(file => file.message === null).map(file => fileView(request.reference, file)),
  messages: messages.map(message => messageView(request, message, attachments)),
  changes: changes.map(changeView),
})

/** What others did to a case since a person opened its page, in sentences. */
export function sinceWords({ request, messages, changes }: Case, seen: number): readonly string[] {
  return [
    ...changes
      .filter(change => change.at >= seen)
      .map(change => {
        const { what, before, after, who } = changeView(change)
        return `${who}: ${what.toLowerCase()} from “${before}” to “${after}”.`
      }),
    ...messages
      .filter(message => message.at >= seen)
      .map(message =>
        message.direction === 'in'
          ? isOther(request.email, message)
            ? `${message.author} wrote, who is not the customer.`
            : 'The customer wrote.'
          : message.direction === 'note'
            ? `${message.author} left a note.`
            : `${message.author} wrote to the customer.`,
      ),
  ]
}

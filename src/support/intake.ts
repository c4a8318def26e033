import type { Channel, RequestKind, Tier } from './priority.ts'

/** The most that a request may hold, in characters. */
export const LIMITS = {
  subject: 200,
  body: 20_000,
  name: 200,
  email: 254,
  account: 200,
  service: 100,
  messageId: 998,
  reason: 1_000,
} as const

/** What a form, a mail or the desk hands in. */
export interface Intake {
  readonly via: Channel
  readonly kind: RequestKind
  readonly subject: string
  readonly body: string
  readonly name: string
  readonly email: string
  readonly account?: string | null
  /** The id of the service that it is about. */
  readonly service?: string | null
  /** The tier that was chosen, on a form or at the desk. */
  readonly chosen?: Tier | null
  /** The `Message-ID` of the mail. */
  readonly messageId?: string | null
}

/** What is wrong with one field, in a sentence for the person who filled it in. */
export interface Problem {
  readonly field: string
  readonly problem: string
}

/** A checked intake: bounded, on one line where it must be, with null for what was left out. */
export type CheckedIntake = Required<{ [K in keyof Intake]: Exclude<Intake[K], undefined> }>

export type IntakeOutcome =
  | { readonly kind: 'fine'; readonly intake: CheckedIntake }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

/** PURE. Checks an intake and names everything that is wrong with it at once. */
export function checkIntake(intake: Intake): IntakeOutcome {
  const problems: Problem[] = []
  const wrong = (field: string, problem: string | null) => {
    if (problem) problems.push({ field, problem })
  }
  const checked: CheckedIntake = {
    via: intake.via,
    kind: intake.kind,
    subject: oneLine(intake.subject),
    body: manyLines(intake.body),
    name: oneLine(intake.name),
    email: intake.email.trim(),
    account: oneLine(intake.account ?? '') || null,
    service: oneLine(intake.service ?? '') || null,
    chosen: intake.chosen ?? null,
    messageId: cleanMessageId(intake.messageId ?? ''),
  }
  wrong('subject', missing(checked.subject, 'Say in a few words what it is about.'))
  wrong('subject', tooLong(checked.subject, LIMITS.subject))
  wrong('body', missing(checked.body, 'Describe what happened, or what you need.'))
  wrong('body', tooLong(checked.body, LIMITS.body))
  wrong('name', tooLong(checked.name, LIMITS.name))
  wrong('email', isAddress(checked.email) ? null : 'Enter an e-mail address, such as jo@example.com.')
  wrong('account', tooLong(checked.account ?? '', LIMITS.account))
  wrong('service', tooLong(checked.service ?? '', LIMITS.service))
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'fine', intake: checked }
}

/** PURE. A message's text, bounded like a request's. */
export function checkBody(text: string): { readonly body: string; readonly problems: readonly Problem[] } {
  const body = manyLines(text)
  const problem = missing(body, 'Write a message.') ?? tooLong(body, LIMITS.body)
  return { body, problems: problem ? [{ field: 'body', problem }] : [] }
}

const missing = (text: string, what: string): string | null => (text === '' ? what : null)
const tooLong = (text: string, most: number): string | null =>
  text.length > most
    ? `At most ${most.toLocaleString('en')} characters; this has ${text.length.toLocaleString('en')}.`
    : null

/**
 * PURE. Whether a text may be written to: one `@`, no blanks, control characters or list separators, within the bounds of
 * RFC 5321 (4.5.3.1). Quoted local parts and address literals are not taken.
 */
export const isAddress = (text: string): boolean =>
  text.length <= LIMITS.email &&
  /^[^\s\p{C}@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u.test(
    text,
  )

/** PURE. Whether two addresses reach the same mailbox, as far as that is common: their case does not matter. */
export const sameAddress = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.trim().toLowerCase()

/** PURE. A text on one line: control characters and line ends become blanks, marks that turn the writing round go. */
export const oneLine = (text: string): string =>
  withoutTurns(wellFormed(text))
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()

/** PURE. A text with its lines: LF ends each, other control characters go. */
export const manyLines = (text: string): string =>
  withoutTurns(wellFormed(text))
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim()

/** PURE. The first `most` characters of a text, never half of one. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : wellFormed(text.slice(0, most))

/** PURE. A mail's id in angle brackets, which it may lack, within bounds and without blanks; null where there is none. */
export function cleanMessageId(text: string): string | null {
  const id = text.replace(/[\s\p{Cc}<>]/gu, '').slice(0, LIMITS.messageId)
  return id === '' ? null : `<${id}>`
}

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '')
const withoutTurns = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')

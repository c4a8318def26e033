import { spell } from '../time/duration.ts'
import { dayInWords, monthInWords, stretchInWords, timeInWords } from '../time/wall-clock.ts'
import type { Figure, LetterFacts, LetterKind } from './letters.ts'
import { textTemplates } from './templates.ts'
import { manyLines, oneLine } from './text.ts'

export interface WrittenLetter {
  readonly subject: string
  readonly text: string
}

/** Writes the letter of a kind from its facts, whatever these hold. */
export type WriteLetter = <K extends LetterKind>(kind: K, facts: LetterFacts[K]) => WrittenLetter

const MOST_OUTAGES = 50
const MOST_TEXT = 200_000

const name = (text: string): string => oneLine(text, 80)
const title = (text: string): string => oneLine(text, 150)
const sentence = (text: string): string => oneLine(text, 1_000)
const link = (text: string): string => oneLine(text, 2_000).replaceAll(' ', '%20')
const reference = (text: string): string => oneLine(text, 40)
const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

interface Draft {
  readonly subject: string
  readonly view: object
}

const DRAFTS: { readonly [K in LetterKind]: (facts: LetterFacts[K]) => Draft } = {
  received: facts => ({
    subject: facts.subject
      ? `[${reference(facts.reference)}] We have your request: ${title(facts.subject)}`
      : `Your request ${reference(facts.reference)}`,
    view: { ...ofRequest(facts), ...ofAnswer(facts), subject: title(facts.subject) },
  }),
  'claim-received': facts => ({
    subject: `[${reference(facts.reference)}] We have your claim: ${title(facts.service)}`,
    view: {
      ...ofRequest(facts),
      ...ofAnswer(facts),
      subject: title(facts.subject),
      service: title(facts.service),
      months: listed(facts.months.slice(0, 24).map(month => oneLine(monthInWords(month), 40))),
      missing: facts.missing.slice(0, 20).map(sentence),
    },
  }),
  'claim-credit': facts => ({
    subject: `[${reference(facts.reference)}] ${days(facts.days)} of credit: ${ofMonth(facts.figure)}`,
    view: { ...ofRequest(facts), days: days(facts.days), figure: ofFigure(facts.figure, facts.timeZone) },
  }),
  'claim-declined': facts => ({
    subject: `[${reference(facts.reference)}] No credit${facts.figure ? `: ${ofMonth(facts.figure)}` : ' for your claim'}`,
    view: {
      ...ofRequest(facts),
      reasons: facts.reasons.slice(0, 20).map(sentence),
      figure: facts.figure && ofFigure(facts.figure, facts.timeZone),
      objectBy: facts.objectBy === null ? null : timeInWords(facts.objectBy, facts.timeZone),
    },
  }),
  'claim-held': facts => ({
    subject: `[${reference(facts.reference)}] Your claim waits for the end of ${oneLine(monthInWords(facts.month), 40)}`,
    view: {
      ...ofRequest(facts),
      service: title(facts.service),
      month: oneLine(monthInWords(facts.month), 40),
      ends: timeInWords(facts.ends, facts.timeZone),
      back: dayInWords(facts.back, facts.timeZone),
    },
  }),
  answer: facts => ({
    subject: facts.subject
      ? `[${reference(facts.reference)}] Re: ${title(facts.subject)}`
      : `Your request ${reference(facts.reference)}`,
    view: { ...ofRequest(facts), text: manyLines(facts.text, MOST_TEXT).trim(), by: name(facts.by) },
  }),
  invitation: facts => ({
    subject: `You are invited to ${title(facts.site)}`,
    view: { ...ofAll(facts), by: name(facts.by), ...ofLink(facts) },
  }),
  'password-reset': facts => ({
    subject: `Your password for ${title(facts.site)}`,
    view: { ...ofAll(facts), ...ofLink(facts) },
  }),
}

const ofAll = (facts: LetterFacts[LetterKind]) => ({ name: name(facts.name), site: title(facts.site) })

const ofRequest = (
  facts: LetterFacts['received' | 'claim-credit' | 'claim-declined' | 'claim-held' | 'answer'],
) => ({
  ...ofAll(facts),
  reference: reference(facts.reference),
  follow: link(facts.follow),
})

const ofAnswer = ({ answerBy, hours, timeZone }: LetterFacts['received']) => ({
  answerBy: answerBy === null ? null : timeInWords(answerBy, timeZone),
  hours: hours === null ? null : sentence(hours),
})

const ofLink = (facts: LetterFacts['invitation' | 'password-reset']) => ({
  link: link(facts.link),
  expires: timeInWords(facts.expires, facts.timeZone),
})

const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)
const ofMonth = (figure: Figure): string =>
  `${title(figure.service)}, ${oneLine(monthInWords(figure.month), 40)}`

function ofFigure(figure: Figure, timeZone: string): object {
  const { outages, down } = figure
  return {
    service: title(figure.service),
    month: oneLine(monthInWords(figure.month), 40),
    percent: figure.percent === null ? null : oneLine(figure.percent, 20),
    down: spell(down),
    threshold: oneLine(figure.threshold, 20),
    timeZone,
    outages: outages.slice(0, MOST_OUTAGES).map(({ from, to }) => ({
      time: stretchInWords(from, to, timeZone),
      length: spell(to - from),
    })),
    more: Math.max(outages.length - MOST_OUTAGES, 0),
    statement: link(figure.statement),
    verify: link(figure.verify),
  }
}

/** The letters whose templates are in `directory`. Throws where a template is missing or broken. */
export function letterWriter(directory: string): WriteLetter {
  const render = textTemplates(directory)
  return (kind, facts) => {
    const { subject, view } = DRAFTS[kind](facts)
    return { subject: oneLine(subject, 250), text: `${render(kind, view).trim()}\n` }
  }
}

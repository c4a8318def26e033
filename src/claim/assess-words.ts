import { brief } from '../page/words.ts'
import { spell } from '../time/duration.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { accountKey } from './account.ts'
import type { ClaimFacts, MonthFacts, OtherClaim } from './facts.ts'
import { beyondRecord, type Compared } from './reported.ts'

/** What each step of an assessment says, with its numbers. */

export const accountWords = ({ account }: ClaimFacts): string =>
  accountKey(account) === ''
    ? 'The claim names no account.'
    : `The claim names the account “${shown(account)}”. Upper and lower case are one to us.`

/** A text of the customer's on one line. */
const shown = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()

/** `more`: the days by which a correction raised the month's credit since. */
export function creditedWords(
  credited: OtherClaim | undefined,
  more: number,
  { month, name, judged, raisedAt }: MonthFacts,
): string {
  if (!credited) return `The account has no credit for ${name} in ${month} yet.`
  const already = `The account has its credit for ${name} in ${month} already, by ${credited.reference}.`
  if (more === 0 || raisedAt === null) return already
  return `${already} It was of ${days(judged.creditDays - more)}; a correction at ${rfc3339(raisedAt)} raised what the month gives to ${days(judged.creditDays)}. The difference of ${days(more)} is to be granted by hand, outside of this claim: an account has one credit for a service and month.`
}

const days = (n: number): string => `${n} ${n === 1 ? 'day' : 'days'}`

export const overWords = ({ calendar, month, state }: MonthFacts): string =>
  state.kind === 'runs'
    ? `${month} runs until ${rfc3339(calendar.to)}.`
    : `${month} was over at ${rfc3339(calendar.to)}.`

export const closedWords = ({ state, month }: MonthFacts): string =>
  state.kind === 'closed'
    ? `${month} was closed at ${rfc3339(state.closed)}.`
    : `${month} is closed at ${rfc3339(state.closes)} or after.`

export function timeWords({ received, promised }: ClaimFacts, { deadline, raisedAt }: MonthFacts): string {
  const came = `Received at ${rfc3339(received)}`
  if (deadline === null) return `${came}; nothing in the month counts as down, so that there is no deadline.`
  const raised =
    raisedAt === null
      ? ''
      : ` A correction raised the month's credit at ${rfc3339(raisedAt)}, from when the claim window runs too.`
  const before =
    promised !== null && promised !== deadline ? ` The deadline told before was ${rfc3339(promised)}.` : ''
  const told = `${raised}${before}`
  const apart = brief(Math.abs(deadline - received)).replaceAll('\u00a0', ' ')
  return received < deadline
    ? `${came}, ${apart} before the deadline ${rfc3339(deadline)}.${told}`
    : `${came}, ${received === deadline ? 'at' : `${apart} after`} the deadline ${rfc3339(deadline)}, which is too late.${told}`
}

export function certainWords({ judged }: MonthFacts): string {
  const { percent, best, worst } = judged.availability
  const figures = `Measured ${percent ?? 'no data'} %, at best ${best ?? 'no data'} %, at worst ${worst ?? 'no data'} %`
  const doubtful = judged.thresholds.filter(t => !t.certain).map(t => `${t.percent} %`)
  return doubtful.length === 0
    ? `${figures}: all agree with every threshold.`
    : `${figures}: they do not agree about ${doubtful.join(' and ')}.`
}

export const contractWords = ({ contract, contractChanged }: MonthFacts): string =>
  contractChanged
    ? `The contract changed within the month; it is judged by version ${contract.slice(0, 12)}.`
    : `One contract was in force all month: version ${contract.slice(0, 12)}.`

export function reportedWords(reported: readonly Compared[], facts: MonthFacts, received: Instant): string {
  if (reported.length === 0) return 'No time in this month is reported.'
  const n = (standing: Compared['standing']) => reported.filter(c => c.standing === standing).length
  const parts = [
    [n('matches'), 'in an outage'],
    [n('near'), `within ${spell(facts.tolerance)} of one, or where one may have begun`],
    [n('maintenance'), 'in maintenance'],
    [n('unknown'), 'where nothing is known'],
    [n('outside'), `further than ${spell(facts.tolerance)} from every outage`],
  ] as const
  const words = parts.filter(([k]) => k > 0).map(([k, where]) => `${k} ${where}`)
  const beyond = beyondRecord(reported, facts.outages, received)
  return `Reported times: ${words.join(', ')}.${beyond > 0 ? ` Outside our record: ${spell(beyond)}; ${verdictWith(beyond, facts)}` : ''}`
}

/** What the verdict would be if all that was reported counted as down. */
function verdictWith(more: number, { judged }: MonthFacts): string {
  const top = judged.thresholds[0]
  if (top === undefined) return 'the contract has no threshold.'
  const down = judged.counted + more
  return down > top.allowedMs
    ? `counted as down with the rest, it would be ${spell(down)}, more than the ${spell(top.allowedMs)} that ${top.percent} % allows.`
    : `counted as down with the rest, it would be ${spell(down)}, and ${top.percent} % allows ${spell(top.allowedMs)}.`
}

export function missedWords({ judged }: MonthFacts): string {
  const missed = judged.thresholds.filter(t => t.verdict === 'missed').at(-1)
  const top = judged.thresholds[0]
  const limit = missed ?? top
  const allowed = limit
    ? `${limit.percent} % allows ${spell(limit.allowedMs)}`
    : 'the contract has no threshold'
  return `${spell(judged.counted)} count as down; ${allowed}. ${missed ? `That was missed: ${judged.creditDays} days of credit.` : 'Nothing was missed.'}`
}

export const evidenceWords = ({ evidence }: ClaimFacts, facts: MonthFacts): string =>
  `Pieces of evidence: ${evidence}; a claim's evidence is ${facts.evidence}.`

export function otherWords(claim: ClaimFacts, first: OtherClaim | undefined): string {
  if (first) return `${first.reference} of the same account was received before, and is open.`
  const open = claim.others.filter(other => other.state === 'open').map(other => other.reference)
  return open.length > 0
    ? `It came before ${open.join(' and ')}.`
    : 'The account has no other open claim for the month.'
}

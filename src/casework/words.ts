import type { DeclineReason } from '../claim/assess.ts'
import type { Desk } from '../support/hours.ts'
import { monthInWords } from '../time/wall-clock.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** PURE. When support answers: `Monday to Friday, 08:00 to 22:00 (Europe/London)`; null without a desk. */
export function hoursInWords(
  desks: readonly Pick<Desk, 'days' | 'from' | 'to' | 'timeZone'>[],
): string | null {
  const words = desks.map(desk => `${daysInWords(desk.days)}, ${desk.from} to ${desk.to} (${desk.timeZone})`)
  return words.length === 0 ? null : [...new Set(words)].join('; ')
}

function daysInWords(days: readonly string[]): string {
  const on = DAYS.flatMap((day, i) => (days.includes(day) ? [i] : []))
  const [first = 0] = on
  const last = on.at(-1) ?? first
  if (on.length === 7) return 'every day'
  if (on.length > 2 && last - first === on.length - 1) return `${NAMES[first]} to ${NAMES[last]}`
  return listed(on.map(i => NAMES[i] ?? ''))
}

/** PURE. `a`, `a and b`, `a, b and c` */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** PURE. Why a month of a claim gives no credit, to the customer. */
export function declineInWords(
  reason: DeclineReason,
  about: { readonly service: string; readonly month: string },
): string {
  const month = monthInWords(about.month)
  switch (reason) {
    case 'duplicate':
      return `Your account has its credit for ${about.service} in ${month} already. There is one for each service and month.`
    case 'late':
      return `The claim came after the last day for claims for ${month}.`
    case 'met':
      return `${about.service} was down in ${month}, but for less than the agreement allows.`
    case 'no-downtime-and-met':
      return `Our record of ${about.service} has no downtime in ${month}.`
    case 'no-credit-agreed':
      return `${about.service} missed a guarantee in ${month} for which no credit is agreed.`
    case 'no-evidence':
      return 'We asked for a file that shows the failure, and none came.'
  }
}

/** PURE. What a text leaves without the lines that hold a secret address. */
export const withoutAddress = (text: string, address: string): string =>
  text
    .split('\n')
    .filter(line => !line.includes(address))
    .join('\n')
    .replace(/\n-- \n[\s\S]*$/, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** PURE. An address as whoever knows it knows it again, and nobody else: `e…@evil.org`. */
export const maskedAddress = (address: string): string => {
  const at = address.lastIndexOf('@')
  return at < 1 ? '…' : `${[...address][0] ?? ''}…${address.slice(at)}`
}

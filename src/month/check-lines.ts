import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Sample } from '../outage/detect.ts'
import type { State } from '../probe/check.ts'
import type { Duration, Instant } from '../time/instant.ts'

/** A check as it is folded, with its latency in microseconds. */
export interface LineCheck extends Sample {
  readonly latency: number | null
}

const LETTERS: Readonly<Record<State, string>> = { up: 'u', down: 'd', unknown: '?' }
const STATES = new Map<unknown, State>([
  ['u', 'up'],
  ['d', 'down'],
  ['?', 'unknown'],
])

/**
 * A check as one line, the form in which it is sealed: a JSON array of its start (UTC ms), `u`, `d` or `?`, its reason,
 * its latency (µs), its hold (ms; null: for ever) and how many failures in a row made an outage then.
 */
export const checkLine = (check: LineCheck): string =>
  JSON.stringify([
    check.at,
    LETTERS[check.state],
    check.reason,
    check.latency,
    check.policy.hold,
    check.policy.failures,
  ])

/** Checks as text, a line each. */
export const checkLines = (checks: readonly LineCheck[]): string =>
  checks.map(check => `${checkLine(check)}\n`).join('')

/** SHA-256 of a text's UTF-8, in hex. */
export const digest = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

const whole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least

/** Reads lines back. Throws a SyntaxError for a text that `checkLines` cannot have written, or that is out of order. */
export function parseCheckLines(text: string): LineCheck[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new SyntaxError('the last check is cut off')
  let before = Number.NEGATIVE_INFINITY
  return text
    .slice(0, -1)
    .split('\n')
    .map((line, i) => {
      const check = parseLine(line)
      if (!check || checkLine(check) !== line) throw new SyntaxError(`line ${i + 1} is no check`)
      if (check.at <= before) throw new SyntaxError(`line ${i + 1} is out of order`)
      before = check.at
      return check
    })
}

function parseLine(line: string): LineCheck | null {
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return null
  }
  if (!Array.isArray(read)) return null
  const [at, letter, reason, latency, hold, failures]: unknown[] = read
  const state = STATES.get(letter)
  if (state === undefined || !whole(at, 0) || !whole(failures, 1)) return null
  if (reason !== null && typeof reason !== 'string') return null
  if (latency !== null && !whole(latency, 0)) return null
  if (hold !== null && !whole(hold, 0)) return null
  return {
    at: at as Instant,
    state,
    reason,
    latency,
    policy: { hold: hold as Duration | null, failures },
  }
}

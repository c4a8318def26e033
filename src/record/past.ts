import type { EndpointId } from '../catalog/model.ts'
import type { Policy } from '../outage/detect.ts'
import type { State } from '../probe/check.ts'
import { type Instant, instant, parseInstant, rfc3339 } from '../time/instant.ts'
import type { RawCheck } from './check-store.ts'

export interface PastOptions {
  /** How a past check of an endpoint is judged; null where there is no such endpoint. */
  readonly policyOf: (endpoint: EndpointId) => Policy | null
  readonly now: Instant
}

export type PastCheck =
  | { readonly ok: true; readonly endpoint: EndpointId; readonly check: RawCheck }
  | { readonly ok: false; readonly message: string }

const KEYS = ['endpoint', 'at', 'state', 'reason', 'latencyMs']
const LONGEST_LATENCY = 86_400_000
/** Control and text-direction characters, halves of pairs, and what XML cannot hold. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u

/** Judges one line of an import, already read as JSON or CSV (where every value is text). Never throws. */
export function parsePastCheck(line: unknown, options: PastOptions): PastCheck {
  const no = (message: string): PastCheck => ({ ok: false, message })
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    return no('must be an object such as {"endpoint":"login","at":"2026-10-01T00:00:00Z","state":"up"}')
  const unknown = Object.keys(line).find(key => !KEYS.includes(key))
  if (unknown !== undefined) return no(`has an unknown key ${quoted(unknown)}; known are ${KEYS.join(', ')}`)
  const { endpoint, at, state, reason, latencyMs } = line as Record<string, unknown>

  const id = endpoint as EndpointId
  const policy = typeof endpoint === 'string' ? options.policyOf(id) : null
  if (!policy) return no(`endpoint: ${quoted(endpoint)} is no endpoint of the configuration`)

  const when = parseAt(at)
  if (when === null)
    return no(
      `at: ${quoted(at)} is neither RFC 3339 with a zone, such as 2026-10-01T00:00:00Z, nor integer UTC milliseconds`,
    )
  if (when > options.now) return no(`at: ${rfc3339(when)} is in the future`)

  if (state !== 'up' && state !== 'down' && state !== 'unknown')
    return no(`state: ${quoted(state)} is not "up", "down" or "unknown"`)
  if (!isAbsent(reason) && (typeof reason !== 'string' || reason.length > 200 || UNPRINTABLE.test(reason)))
    return no('reason: must be text of at most 200 characters in one line')

  const latency = isAbsent(latencyMs) ? null : typeof latencyMs === 'string' ? Number(latencyMs) : latencyMs
  if (latency !== null && !(typeof latency === 'number' && latency >= 0 && latency <= LONGEST_LATENCY))
    return no(`latencyMs: ${quoted(latencyMs)} is not a number of milliseconds from 0 to ${LONGEST_LATENCY}`)

  return { ok: true, endpoint: id, check: raw(when, state, reason, latency, policy) }
}

function raw(at: Instant, state: State, reason: unknown, latency: number | null, policy: Policy): RawCheck {
  return {
    at,
    state,
    reason: state === 'up' || isAbsent(reason) ? null : String(reason),
    policy,
    latency: latency === null ? null : Math.round(latency * 1_000),
  }
}

/** An empty CSV cell is an absent value. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''

function parseAt(at: unknown): Instant | null {
  const ms = typeof at === 'string' && /^\d{1,16}$/.test(at) ? Number(at) : at
  if (typeof ms === 'number') return Number.isSafeInteger(ms) && ms >= 0 && ms <= 8.64e15 ? instant(ms) : null
  const parsed = typeof at === 'string' ? parseInstant(at) : null
  return parsed !== null && parsed >= 0 ? parsed : null
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

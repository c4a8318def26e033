import type { Endpoint, EndpointId, Schedule } from '../../src/catalog/model.ts'
import { duration, type Instant, instant } from '../../src/time/instant.ts'

export interface EndpointParts {
  readonly every?: number
  readonly cron?: string
  readonly timeZone?: string
  readonly failures?: number
  readonly confirmEvery?: number
  readonly paused?: boolean
  readonly url?: string
}

export function endpoint(id: string, parts: EndpointParts = {}): Endpoint {
  const {
    every = 60_000,
    cron,
    timeZone = 'UTC',
    failures = 2,
    confirmEvery = 10_000,
    paused = false,
  } = parts
  const schedule: Schedule =
    cron === undefined ? { kind: 'every', every: duration(every) } : { kind: 'cron', cron, timeZone }
  return {
    id: id as EndpointId,
    name: id,
    schedule,
    timeout: duration(5_000),
    hold: null,
    confirm: { failures, every: duration(confirmEvery) },
    paused,
    evidence: { screenshot: false, headers: [], body: true },
    target: {
      kind: 'http',
      url: parts.url ?? 'http://127.0.0.1:9/',
      method: 'GET',
      headers: {},
      body: '',
      redirects: 0,
      expect: { status: [[200, 299]], json: [] },
    },
  }
}

export const START: Instant = instant(Date.UTC(2026, 9, 1))

/** The same moment on both clocks, `mono` ms after the start. */
export function at(mono: number): { mono: number; wall: Instant } {
  return { mono, wall: instant(START + Math.floor(mono)) }
}

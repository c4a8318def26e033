import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DownRule, Endpoint, EndpointId, Service, ServiceId } from '../../src/catalog/model.ts'
import { openDatabase } from '../../src/db/open.ts'
import type { Policy } from '../../src/outage/detect.ts'
import type { Check, State } from '../../src/probe/check.ts'
import { RecordStore } from '../../src/record/store.ts'
import { duration, type Instant, instant } from '../../src/time/instant.ts'

/** A directory that goes when the test does. */
export function scratch(): { directory: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'nines-'))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

export function openScene(): { store: RecordStore; directory: string; close: () => void } {
  const { directory, remove } = scratch()
  const db = openDatabase(directory, 0)
  return {
    store: new RecordStore(db),
    directory,
    close: () => {
      db.close()
      remove()
    },
  }
}

export const t0: Instant = instant(Date.UTC(2026, 9, 1))
export const at = (seconds: number): Instant => instant(t0 + seconds * 1_000)

export const endpoint = (id: string): Endpoint => ({
  id: id as EndpointId,
  name: id,
  schedule: { kind: 'every', every: duration(60_000) },
  timeout: duration(10_000),
  hold: duration(130_000),
  confirm: { failures: 2, every: duration(10_000) },
  paused: false,
  evidence: { screenshot: false, headers: [], body: true },
  target: {
    kind: 'http',
    url: 'http://localhost/',
    method: 'GET',
    headers: {},
    body: '',
    redirects: 5,
    expect: { status: [[200, 299]], json: [] },
  },
})

export const service = (id: string, endpoints: string[], down: DownRule = { kind: 'any' }): Service => ({
  id: id as ServiceId,
  name: id,
  group: null,
  down,
  performance: [],
  endpoints: endpoints.map(endpoint),
})

export const policy: Policy = { hold: 130_000, failures: 2 }

export function check(id: string, when: Instant, state: State, observed = state as string): Check {
  return {
    endpoint: id as EndpointId,
    at: when,
    timings: { total: 12.5 },
    outcome:
      state === 'up'
        ? { state, observed }
        : state === 'down'
          ? { state, reason: 'timeout', observed }
          : { state, reason: 'unknown:offline', observed },
  }
}

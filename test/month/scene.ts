import type { DownRule, EndpointId, ServiceId } from '../../src/catalog/model.ts'
import { canonicalBytes } from '../../src/log/canonical.ts'
import { openLogKey } from '../../src/log/open-log.ts'
import { LogStore } from '../../src/log/store.ts'
import { makeBundle } from '../../src/month/bundle.ts'
import { closeMonths, type Outcome } from '../../src/month/close.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { duration, type Instant, parseInstant } from '../../src/time/instant.ts'
import type { Month } from '../../src/time/month.ts'
import { openScene, service } from '../record/scene.ts'

export const utc = (text: string): Instant => {
  const at = parseInstant(text)
  if (at === null) throw new RangeError(text)
  return at
}

export const CONTRACT: Contract = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindow: duration(30 * 86_400_000),
  maintenance: 'excluded',
  unknown: 'excluded',
}

export const IAM = 'iam' as ServiceId
export const LOGIN = 'login' as EndpointId
export const API = 'api' as EndpointId

/** Checks every `every` ms from `from` to before `to`; down where `down` says so. */
export function checksOf(
  from: string,
  to: string,
  parts: {
    readonly every?: number
    readonly down?: readonly (readonly [string, string])[]
    readonly unknown?: readonly (readonly [string, string])[]
    readonly failures?: number
    readonly hold?: number | null
  } = {},
): RawCheck[] {
  const { every = 60_000, down = [], unknown = [], failures = 2, hold = 130_000 } = parts
  const within = (at: number, list: readonly (readonly [string, string])[]) =>
    list.some(([a, b]) => utc(a) <= at && at < utc(b))
  const checks: RawCheck[] = []
  for (let at = utc(from) as number; at < utc(to); at += every) {
    const state = within(at, down) ? 'down' : within(at, unknown) ? 'unknown' : 'up'
    checks.push({
      at: at as Instant,
      state,
      reason: state === 'up' ? null : state === 'down' ? 'timeout' : 'unknown:offline',
      latency: state === 'up' ? 12_000 + (at % 977) : null,
      policy: { hold: hold === null ? null : duration(hold), failures },
    })
  }
  return checks
}

/** A store with one service, and all that closing needs, in a directory of its own. */
export async function scene(
  options: {
    readonly endpoints?: readonly string[]
    readonly rule?: DownRule
    readonly contract?: Contract
    readonly since?: Instant
  } = {},
) {
  const { endpoints = ['login'], rule = { kind: 'any' }, contract = CONTRACT } = options
  const since = options.since ?? utc('2026-09-01T00:00:00Z')
  const opened = openScene()
  const { store, directory } = opened
  const iam = service('iam', [...endpoints], rule)
  await store.configure([iam], [], since)
  await store.noteVersions(contract, [iam], since)
  const { read } = openLogKey(store.db, directory, 'status.example.com/log', since)
  if (!read.ok) throw new Error(read.message)
  const log = new LogStore(store.db, directory)
  let current = contract
  const settings = {
    after: 2 * 3_600_000,
    paused: new Set<string>(),
    unstored: null as Instant | null,
    final: false,
  }
  return {
    store,
    log,
    directory,
    settings,
    use(changed: Contract) {
      current = changed
    },
    close: async (now: Instant): Promise<Outcome[]> => {
      const outcomes = await closeMonths({
        store,
        settings: () => ({
          contract: current,
          addresses: 'host',
          after: settings.after,
          final: settings.final,
          targetsOf: () => [{ percentile: 95, below: duration(800) }],
          paused: id => settings.paused.has(id),
        }),
        software: '0.2.0',
        timeZoneData: '2026a',
        unstoredFrom: () => settings.unstored,
        now,
      })
      const signed = await log.sign(now)
      if (!signed.ok) throw new Error(signed.message)
      return outcomes
    },
    bundle: async (month: string): Promise<string> => {
      const made = await makeBundle(store, log, IAM, month as Month)
      if (typeof made === 'string') throw new Error(made)
      return new TextDecoder().decode(canonicalBytes(made))
    },
    end: opened.close,
  }
}

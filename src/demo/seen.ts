import type { Endpoint } from '../catalog/model.ts'
import type { DownReason, ProbeResult, Timings } from '../probe/check.ts'
import { down, up } from '../probe/outcome.ts'
import { type Profile, profileOf } from './profiles.ts'
import { chance } from './random.ts'

/** PURE. What a good check saw that took `total` ms. */
export function seenUp(endpoint: Endpoint, at: number, total: number): ProbeResult {
  const profile = profileOf(endpoint.id)
  const phases = phasesOf(profile, at)
  const transfer = Math.min(1.4, total * 0.05)
  const firstByte = Math.max(0.5, total - phases.dns - phases.connect - phases.tls - transfer)
  return {
    outcome: up('status 200'),
    timings: rounded({ ...phases, firstByte, transfer, total }),
    address: profile.address,
    status: 200,
  }
}

/** PURE. What a check saw that failed for `reason`. */
export function seenDown(endpoint: Endpoint, at: number, reason: DownReason): ProbeResult {
  const profile = profileOf(endpoint.id)
  const { host, address } = profile
  const { timeout } = endpoint
  const { dns, connect, tls } = phasesOf(profile, at)
  const late = timeout + 1 + 3 * chance(profile.seed + 9, at)
  const result = (observed: string, timings: Timings, more: Partial<ProbeResult> = {}): ProbeResult => ({
    outcome: down(reason, observed),
    timings: rounded(timings),
    ...more,
  })
  switch (reason) {
    case 'dns':
      return result(`${host} was not found (ENOTFOUND)`, { total: dns })
    case 'connect-refused':
      return result(`${address} refused the connection`, { dns, total: dns + connect }, { address })
    case 'connect-timeout':
      return result(`no connection to ${address} within ${timeout} ms`, { dns, total: late }, { address })
    case 'tls':
      return result(
        'the certificate has expired (CERT_HAS_EXPIRED)',
        { dns, connect, total: dns + connect + tls },
        { address },
      )
    case 'status': {
      const firstByte = profile.usual * (0.4 + chance(profile.seed + 8, at))
      const total = dns + connect + tls + firstByte
      const timings = { dns, connect, tls, firstByte, transfer: 0.3, total: total + 0.3 }
      return result('status 503, expected 200-299', timings, { address, status: 503 })
    }
    default:
      return result(
        `no response from https://${host}/ within ${timeout} ms`,
        { dns, connect, tls, total: late },
        { address },
      )
  }
}

function phasesOf({ usual, seed }: Profile, at: number): { dns: number; connect: number; tls: number } {
  const near = (share: number, n: number) => usual * share * (0.85 + 0.3 * chance(seed + n, at))
  return { dns: near(0.05, 5), connect: near(0.14, 6), tls: near(0.3, 7) }
}

function rounded(timings: Timings): Timings {
  const entries = Object.entries(timings).map(([phase, ms]) => [phase, Math.round(ms * 1_000) / 1_000])
  return Object.fromEntries(entries) as Timings
}

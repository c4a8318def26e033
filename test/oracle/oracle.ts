import type { DownRule } from '../../src/catalog/model.ts'
import type { Sample } from '../../src/outage/detect.ts'
import type { State } from '../../src/probe/check.ts'
import type { Contract } from '../../src/sla/contract.ts'

/*
 * The rules of the figures (README, How the number is made) by brute force: every millisecond is decided on its own by looking at all the checks.
 * Slow on purpose, and free of interval algebra, so that it shares no mistake with the code it is compared with.
 */

/** Half-open `[from, to)`, in integer milliseconds. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface OracleEndpoint {
  readonly id: string
  /** In any order. */
  readonly checks: readonly Sample[]
  readonly memberships: readonly Stretch[]
}

export interface Scene {
  readonly endpoints: readonly OracleEndpoint[]
  readonly rule: DownRule
  readonly maintenance: readonly Stretch[]
  readonly now: number
}

export type Case = 'measured' | 'best' | 'worst'

/** Failed checks with no `up` check between them. */
export interface OracleRun {
  readonly failed: readonly Sample[]
  /** Start of the first and of the last failed check. */
  readonly first: number
  readonly last: number
  /** The nearest `up` checks before and after; null if none. */
  readonly upBefore: number | null
  readonly upAfter: number | null
  readonly confirmed: boolean
}

const holds = (stretch: Stretch, t: number) => stretch.from <= t && t < stretch.to

const inAny = (stretches: readonly Stretch[], t: number) => stretches.some(s => holds(s, t))

const isMember = (endpoint: OracleEndpoint, t: number) => inAny(endpoint.memberships, t)

/** The runs of an endpoint, with hindsight: all checks up to now are known. */
export function runsOf(checks: readonly Sample[]): OracleRun[] {
  const ups = checks.filter(c => c.state === 'up').map(c => Number(c.at))
  const groups = new Map<number, Sample[]>()
  for (const check of checks) {
    if (check.state !== 'down') continue
    const before = Math.max(...ups.filter(at => at < check.at))
    groups.set(before, [...(groups.get(before) ?? []), check])
  }
  const runs = [...groups].map(([before, group]) => {
    const failed = group.sort((a, b) => a.at - b.at)
    const first = Number(failed[0]!.at)
    const after = Math.min(...ups.filter(at => at > first))
    return {
      failed,
      first,
      last: Number(failed[failed.length - 1]!.at),
      upBefore: Number.isFinite(before) ? before : null,
      upAfter: Number.isFinite(after) ? after : null,
      confirmed: failed.some((check, index) => index + 1 >= check.policy.failures),
    }
  })
  return runs.sort((a, b) => a.first - b.first)
}

const runCache = new WeakMap<readonly Sample[], OracleRun[]>()

function cachedRuns(checks: readonly Sample[]): OracleRun[] {
  const known = runCache.get(checks)
  if (known) return known
  const runs = runsOf(checks)
  runCache.set(checks, runs)
  return runs
}

/** The state of an endpoint in the millisecond `t`, seen from `now`. */
export function endpointState(checks: readonly Sample[], t: number, now: number, reading: Case): State {
  const confirmed = cachedRuns(checks).filter(run => run.confirmed)
  let last: Sample | null = null
  for (const check of checks) if (check.at <= t && (last === null || check.at > last.at)) last = check

  let measured: State
  if (last === null) measured = 'unknown'
  else if (last.policy.hold !== null && t >= last.at + last.policy.hold) measured = 'unknown'
  else if (last.state === 'down') measured = confirmed.some(run => run.failed.includes(last)) ? 'down' : 'up'
  else measured = last.state
  if (reading === 'measured') return measured

  if (reading === 'best') {
    if (measured !== 'down') return 'up'
    return confirmed.some(run => run.first <= t && t < run.last) ? 'down' : 'up'
  }
  if (measured === 'unknown') return 'down'
  const widest = confirmed.map(run => ({ from: run.upBefore ?? run.first, to: run.upAfter ?? now }))
  return inAny(widest, t) ? 'down' : measured
}

/** The state of the service in the millisecond `t`, maintenance apart. */
function serviceState(scene: Scene, t: number, reading: Case): State {
  const states = scene.endpoints
    .filter(endpoint => isMember(endpoint, t))
    .map(endpoint => endpointState(endpoint.checks, t, scene.now, reading))
  if (states.length === 0) return reading === 'measured' ? 'unknown' : reading === 'best' ? 'up' : 'down'
  const ups = states.filter(s => s === 'up').length
  const unknowns = states.filter(s => s === 'unknown').length
  const downs = states.filter(s => s === 'down').length
  switch (scene.rule.kind) {
    case 'any':
      return downs > 0 ? 'down' : unknowns > 0 ? 'unknown' : 'up'
    case 'all':
      return ups > 0 ? 'up' : downs === states.length ? 'down' : 'unknown'
    case 'quorum': {
      const needed = Math.min(scene.rule.n, states.length)
      if (ups >= needed) return 'up'
      return ups + unknowns < needed ? 'down' : 'unknown'
    }
  }
}

/** From the start of the first membership to the end of the last, or to now. Null where no time has passed. */
export function lifeOf(scene: Scene): Stretch | null {
  const all = scene.endpoints.flatMap(endpoint => endpoint.memberships)
  const from = Math.min(...all.map(m => m.from))
  const to = Math.min(scene.now, Math.max(...all.map(m => m.to)))
  return from < to ? { from, to } : null
}

/** The asked window clipped to the service's life and to now; empty where nothing is left. */
export function windowOf(scene: Scene, asked: Stretch): Stretch {
  const life = lifeOf(scene)
  const from = Math.max(asked.from, life?.from ?? asked.from)
  const to = Math.min(asked.to, life?.to ?? asked.from, scene.now)
  return to > from ? { from, to } : { from, to: from }
}

export interface OracleMeasure {
  readonly total: number
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly maintenance: number
  readonly bestDown: number
  readonly worstDown: number
}

export function measureOf(scene: Scene, window: Stretch): OracleMeasure {
  const count = { total: 0, up: 0, down: 0, unknown: 0, maintenance: 0, bestDown: 0, worstDown: 0 }
  for (let t = window.from; t < window.to; t++) {
    count.total++
    if (inAny(scene.maintenance, t)) {
      count.maintenance++
      continue
    }
    count[serviceState(scene, t, 'measured')]++
    if (serviceState(scene, t, 'best') === 'down') count.bestDown++
    if (serviceState(scene, t, 'worst') === 'down') count.worstDown++
  }
  return count
}

/** Milliseconds of a stretch that lie in maintenance. Only the maintenance itself is walked: the stretch may be a year. */
function maintained(scene: Scene, stretch: Stretch): number {
  const hit = new Set<number>()
  for (const window of scene.maintenance)
    for (let t = window.from; t < window.to; t++) if (holds(stretch, t)) hit.add(t)
  return hit.size
}

/** What of the asked window is still to come and will be in the base: all of it, for a service may also come back. */
export function toComeOf(scene: Scene, asked: Stretch, contract: Contract): number {
  const ahead = { from: Math.max(asked.from, scene.now), to: asked.to }
  if (ahead.to <= ahead.from) return 0
  const left = contract.maintenance === 'excluded' ? maintained(scene, ahead) : 0
  return ahead.to - ahead.from - left
}

/** "99.95" as the share that may fail, 5 of 10000. */
function mayFail(percent: string): { part: bigint; whole: bigint } {
  const [integer, decimals = ''] = percent.split('.') as [string, string?]
  const whole = 100n * 10n ** BigInt(decimals.length)
  return { part: whole - BigInt(integer + decimals), whole }
}

/** Cut to three decimals by writing the digits out one after the other, as in school. */
export function shownPercent(base: number, down: number): string | null {
  if (base === 0) return null
  let rest = BigInt(base - down) * 100n
  const divisor = BigInt(base)
  let text = `${rest / divisor}.`
  for (let digit = 0; digit < 3; digit++) {
    rest = (rest % divisor) * 10n
    text += `${rest / divisor}`
  }
  return text
}

interface OracleVerdict {
  readonly percent: string
  readonly creditDays: number
  readonly verdict: 'met' | 'missed' | 'no-data'
  readonly certain: boolean
  readonly allowedMs: number
  readonly remainingMs: number
}

export interface OracleJudgement {
  readonly base: number
  readonly counted: number
  readonly availability: { percent: string | null; best: string | null; worst: string | null }
  readonly thresholds: readonly OracleVerdict[]
  readonly creditDays: number
}

export function judgeOf(m: OracleMeasure, contract: Contract, toCome: number): OracleJudgement {
  const whole = contract.maintenance === 'excluded' ? m.total - m.maintenance : m.total
  const base = contract.unknown === 'excluded' ? whole - m.unknown : whole
  const counted = contract.unknown === 'counted-as-down' ? m.down + m.unknown : m.down

  const verdict = (percent: string, ofBase: number, down: number) => {
    if (ofBase === 0) return 'no-data'
    const share = mayFail(percent)
    return BigInt(down) * share.whole > BigInt(ofBase + toCome) * share.part ? 'missed' : 'met'
  }
  const thresholds = contract.thresholds.map(({ percent, creditDays }) => {
    const measured = verdict(percent, base, counted)
    const share = mayFail(percent)
    const allowedMs = Number((BigInt(base + toCome) * share.part) / share.whole)
    return {
      percent,
      creditDays,
      verdict: measured,
      certain:
        verdict(percent, whole, m.bestDown) === measured && verdict(percent, whole, m.worstDown) === measured,
      allowedMs,
      remainingMs: allowedMs > counted ? allowedMs - counted : 0,
    } as const
  })
  const descending = thresholds.toSorted((a, b) => Number(b.percent) - Number(a.percent))
  const missed = descending.filter(t => t.verdict === 'missed')
  return {
    base,
    counted,
    availability: {
      percent: shownPercent(base, counted),
      best: shownPercent(whole, m.bestDown),
      worst: shownPercent(whole, m.worstDown),
    },
    thresholds: descending,
    creditDays: missed[missed.length - 1]?.creditDays ?? 0,
  }
}

/** An endpoint's run while it is a member, with at least one millisecond of down time in the outage. */
interface OracleFailure {
  readonly id: string
  /** Since when it counts for the service. */
  readonly start: number
  readonly run: OracleRun
}

export interface OracleOutage {
  readonly from: number
  readonly to: number | null
  readonly ms: number
  readonly unknownMs: number
  readonly maintenanceMs: number
  /** In the order of their start, then of their endpoint. */
  readonly failures: readonly OracleFailure[]
}

/** The outages of the service's whole life: from the first millisecond down to the first one up. */
export function outagesOf(scene: Scene): OracleOutage[] {
  const life = lifeOf(scene)
  if (life === null) return []
  const bounds: { from: number; to: number | null }[] = []
  let from: number | null = null
  for (let t = life.from; t < life.to; t++) {
    const state = serviceState(scene, t, 'measured')
    if (state === 'down' && from === null) from = t
    if (state === 'up' && from !== null) {
      bounds.push({ from, to: t })
      from = null
    }
  }
  if (from !== null) bounds.push({ from, to: life.to < scene.now ? life.to : null })

  return bounds.map(({ from, to }) => {
    let ms = 0
    let unknownMs = 0
    let maintenanceMs = 0
    const failures = new Map<string, OracleFailure>()
    for (let t = from; t < (to ?? life.to); t++) {
      if (inAny(scene.maintenance, t)) maintenanceMs++
      else if (serviceState(scene, t, 'measured') === 'unknown') unknownMs++
      else ms++
      for (const { id, checks, memberships } of scene.endpoints) {
        const membership = memberships.find(m => holds(m, t))
        if (!membership || endpointState(checks, t, scene.now, 'measured') !== 'down') continue
        const run = cachedRuns(checks).find(r => r.first <= t && t < (r.upAfter ?? scene.now))!
        const start = Math.max(run.first, membership.from)
        failures.set(`${id} ${start}`, { id, start, run })
      }
    }
    const inOrder = [...failures.values()].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
    return { from, to, ms, unknownMs, maintenanceMs, failures: inOrder }
  })
}

/** Runs that ended unconfirmed, whose first failed check lies in the window while its endpoint was a member. */
export function blipsOf(scene: Scene, window: Stretch): number {
  return scene.endpoints.flatMap(endpoint =>
    cachedRuns(endpoint.checks).filter(
      run =>
        !run.confirmed && run.upAfter !== null && holds(window, run.first) && isMember(endpoint, run.first),
    ),
  ).length
}

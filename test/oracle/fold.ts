import type { Recorded } from '../../src/availability/figures.ts'
import { type History, history } from '../../src/availability/history.ts'
import type { EndpointId } from '../../src/catalog/model.ts'
import { detect, type EndedRun, type Sample, type Standing } from '../../src/outage/detect.ts'
import type { Instant } from '../../src/time/instant.ts'
import { type Interval, normalize } from '../../src/time/interval.ts'
import type { Scene, Stretch } from './oracle.ts'

/** Checks as a recorder would keep them: folded one after the other, in order. */
export interface Folded {
  readonly unknown: Interval[]
  readonly runs: EndedRun[]
  readonly standing: Standing | null
}

export function fold(checks: readonly Sample[]): Folded {
  const unknown: Interval[] = []
  const runs: EndedRun[] = []
  let standing: Standing | null = null
  for (const check of checks) {
    const step = detect(standing, check)
    if (step.unknown) unknown.push(step.unknown)
    if (step.ended) runs.push(step.ended)
    standing = step.standing
  }
  return { unknown, runs, standing }
}

export function historyOf(id: string, checks: readonly Sample[], now: number): History {
  const { unknown, runs, standing } = fold(checks)
  return history(id as EndpointId, { unknown, runs }, standing, now as Instant)
}

export const asInterval = (s: Stretch): Interval => ({ from: s.from as Instant, to: s.to as Instant })

/** A scene as the code under test takes it. */
export function recordOf(scene: Scene): Recorded {
  return {
    rule: scene.rule,
    members: scene.endpoints.flatMap(endpoint =>
      endpoint.memberships.map(membership => ({
        membership: asInterval(membership),
        history: historyOf(endpoint.id, endpoint.checks, scene.now),
      })),
    ),
    maintenance: scene.maintenance.map(asInterval),
  }
}

export const normalized = (stretches: readonly Stretch[]): Interval[] => normalize(stretches.map(asInterval))

import { type Figures, figures } from '../../src/availability/figures.ts'
import { history } from '../../src/availability/history.ts'
import type { Member } from '../../src/availability/measure.ts'
import { outagesIn, type ServiceOutage } from '../../src/availability/outages.ts'
import type { Config } from '../../src/config/config.ts'
import { pastChecks } from '../../src/demo/checks.ts'
import { demoConfig } from '../../src/demo/config.ts'
import { monthAgo, planPast } from '../../src/demo/plan.ts'
import { detect, type EndedRun, type Standing } from '../../src/outage/detect.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { FOREVER, type Instant, instant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import { monthInterval } from '../../src/time/month.ts'

const PLACES = {
  page: 'http://localhost:3000',
  steady: 'http://127.0.0.1:4001',
  shaky: 'http://127.0.0.1:4002',
}

export const configAt = (now: Instant): Config => demoConfig(PLACES, now).config
export const at = (text: string): Instant => instant(Date.parse(text))

export interface Folded {
  /** Of the month so many months ago. */
  figures(ago: number): Figures
  outages(ago: number): ServiceOutage[]
}

/** The past of a service of the demo, folded by the real rules without a database. */
export function foldService(service: string, now: Instant): Folded {
  const config = configAt(now)
  const { down: rule, endpoints } = config.services.find(s => s.id === service)!
  const members = planPast(config, now)
    .filter(past => endpoints.some(e => e.id === past.endpoint.id))
    .map(past => member(past.endpoint.id, pastChecks(past, now), now))
  const maintenance = config.maintenance.filter(m => m.services.some(id => id === service))
  const month = (ago: number) => monthInterval(monthAgo(ago, config, now), config.contract.timeZone)
  return {
    figures: ago => figures({ rule, members, maintenance }, month(ago), config.contract, now),
    outages: ago => outagesIn(members, rule, maintenance, month(ago), now),
  }
}

function member(id: Parameters<typeof history>[0], checks: readonly RawCheck[], now: Instant): Member {
  const unknown: Interval[] = []
  const runs: EndedRun[] = []
  let standing: Standing | null = null
  for (const check of checks) {
    const step = detect(standing, check)
    standing = step.standing
    if (step.unknown) unknown.push(step.unknown)
    if (step.ended) runs.push(step.ended)
  }
  const from = checks[0]!.at
  return { membership: { from, to: FOREVER }, history: history(id, { unknown, runs }, standing, now) }
}

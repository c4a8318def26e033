import type { RuleSpan, Rules } from '../availability/compose.ts'
import type { DownRule, Maintenance } from '../catalog/model.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { FOREVER, parseInstant } from '../time/instant.ts'
import { type Interval, overlaps, subtract } from '../time/interval.ts'
import { type Month, monthInterval, monthOf } from '../time/month.ts'
import { judging } from '../version/judging.ts'
import type { ServiceContent, Version } from '../version/version.ts'
import { contractOf } from './build.ts'
import type { ClosedMonth } from './closed.ts'
import { at, spanOf } from './declared.ts'
import type { RecordedContract } from './record.ts'

const BEGINNING = -FOREVER as Instant

/**
 * The rules that a service is judged by over time: in a closed month the sealed one, in any other the last that was in
 * force in it. `timeZone` is the contract's.
 */
export function rulesOver(
  current: DownRule,
  versions: readonly Version<ServiceContent>[],
  closed: readonly Pick<ClosedMonth, 'calendar' | 'down'>[],
  timeZone: string,
): Rules {
  // Asked for every service at every rendering.
  if (versions.length < 2 && closed.every(({ down }) => isSame(down, current))) return current
  const starts = versions.length < 2 ? [] : versions.slice(1)
  const open: RuleSpan[] = [BEGINNING, ...starts.map(v => monthStart(v.from, timeZone))].map(
    (from, i, all) => ({
      from,
      to: all[i + 1] ?? FOREVER,
      rule: i === starts.length ? current : (versions[i]?.content.down ?? current),
    }),
  )
  const sealed = closed.map(({ calendar, down }): RuleSpan => ({ ...spanOf(calendar), rule: down }))
  const spans = [
    ...open.flatMap(({ rule, ...span }) => apart(span, sealed).map(i => ({ ...i, rule }))),
    ...sealed,
  ].sort((a, b) => a.from - b.from)
  const out: RuleSpan[] = []
  for (const span of spans) {
    const last = out.at(-1)
    if (last && isSame(last.rule, span.rule)) out[out.length - 1] = { ...last, to: span.to }
    else if (span.from < span.to) out.push(span)
  }
  const [only] = out
  return out.length === 1 && only ? only.rule : out
}

const isSame = (a: DownRule, b: DownRule): boolean =>
  a.kind === b.kind && (a.kind !== 'quorum' || b.kind !== 'quorum' || a.n === b.n)

const monthStart = (at: Instant, timeZone: string): Instant =>
  monthInterval(monthOf(at, timeZone), timeZone).from

const apart = (span: Interval, closed: readonly Interval[]): Interval[] =>
  subtract(
    [span],
    [...closed].sort((a, b) => a.from - b.from),
  )

/** Windows of maintenance over time: in closed months those that were sealed, whatever was configured since. */
export function maintenanceOver(
  windows: readonly Maintenance[],
  closed: readonly Pick<ClosedMonth, 'calendar' | 'maintenance' | 'service'>[],
): readonly Maintenance[] {
  if (windows.length === 0 && closed.every(month => month.maintenance.length === 0)) return windows
  const months = closed.map(month => ({ ...month, ...spanOf(month.calendar) }))
  const out: Maintenance[] = []
  for (const window of windows) {
    const touched = months.filter(month => overlaps(month, window))
    const asSealed = touched.every(month =>
      month.maintenance.some(
        ({ id, from, to }) => id === window.id && at(from) === window.from && at(to) === window.to,
      ),
    )
    if (asSealed) out.push(window)
    else out.push(...apart(window, touched).map(part => ({ ...window, ...part })))
  }
  for (const month of months)
    for (const { id, title, from, to, announced, noted } of month.maintenance) {
      const known = out.some(w => w.id === id && w.from <= at(from) && at(to) <= w.to)
      if (known) continue
      const [first, last] = [Math.max(at(from), month.from) as Instant, Math.min(at(to), month.to) as Instant]
      out.push({
        id,
        title,
        services: [month.service],
        from: first,
        to: last,
        announced: announced === null ? null : parseInstant(announced),
        noted: noted === null ? null : parseInstant(noted),
      })
    }
  return out.sort((a, b) => a.from - b.from)
}

/** The contract that a service's month is judged by: the sealed one where it is closed, else the last in force in it. */
export function contractAsOf(
  record: {
    readonly settled: { readonly months: ReadonlyMap<Month, Pick<ClosedMonth, 'contract'>> }
    readonly contracts: readonly Version<RecordedContract>[]
  },
  month: Month,
  current: Contract,
): Contract {
  const closed = record.settled.months.get(month)
  return closed ? contractOf(closed.contract) : judging(record.contracts, month, current)
}

/** The rule of today. */
export const currentRule = (rules: Rules): DownRule =>
  'kind' in rules ? rules : (rules.at(-1)?.rule ?? { kind: 'any' })

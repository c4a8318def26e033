import { type Figures, figures, type Record } from '../availability/figures.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { clip, earlier } from '../time/interval.ts'
import type { CalendarMonth } from './calendar.ts'

interface Known {
  readonly contract: string
  readonly inputs: readonly number[]
  readonly figures: Figures
}

/** The latest figures of months that are over, with all that they were made of: most months of a page never change. */
const known = new Map<string, WeakMap<CalendarMonth, Known>>()
const KNOWN_SERVICES = 2_000

/** A month's figures, of a record that holds only what touches it. */
export function monthFigures(
  service: string,
  record: Record,
  month: CalendarMonth,
  contract: Contract,
  now: Instant,
): Figures {
  const inputs = month.to <= now ? inputsOf(record, month, now) : null
  if (inputs === null) return figures(record, month, contract, now)
  const rules = rulesOf(contract)
  const months = monthsOf(service)
  const found = months.get(month)
  if (found && found.contract === rules && alike(found.inputs, inputs)) return found.figures
  const made = figures(record, month, contract, now)
  months.set(month, { contract: rules, inputs, figures: made })
  return made
}

function monthsOf(service: string): WeakMap<CalendarMonth, Known> {
  const found = known.get(service)
  if (found) return found
  if (known.size >= KNOWN_SERVICES) known.clear()
  const made = new WeakMap<CalendarMonth, Known>()
  known.set(service, made)
  return made
}

const alike = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])

const RULES = { any: -1, all: -2, quorum: 0 } as const
const NONE = -1

/** Null where the figures still depend on `now`: a failure that goes on has no end to be known by. */
function inputsOf(record: Record, month: CalendarMonth, now: Instant): number[] | null {
  const { rule, maintenance, members } = record
  const out: number[] = [
    rule.kind === 'quorum' ? rule.n : RULES[rule.kind],
    maintenance.length,
    members.length,
  ]
  const reach = { from: month.from, to: earlier(month.to, now) }
  for (const i of maintenance) out.push(i.from, i.to)
  for (const { membership, history } of members) {
    if (membership.from >= membership.to) return null
    // A month reads no more of a membership than its part of the month, and on which side of it the rest lies.
    const part = clip(membership, reach)
    out.push(part ? part.from : NONE, part ? part.to : membership.from < month.from ? NONE : NONE - 1)
    out.push(history.unknown.length, history.runs.length)
    for (const i of history.unknown) out.push(i.from, i.to)
    for (const run of history.runs) {
      if (run.to === null) return null
      out.push(run.from, run.to, run.startsAfter ?? NONE, run.lastFailed, run.confirmedAt ?? NONE)
    }
  }
  return out
}

const rules = new WeakMap<Contract, string>()

function rulesOf(contract: Contract): string {
  const found = rules.get(contract)
  if (found !== undefined) return found
  const made = JSON.stringify([
    contract.timeZone,
    contract.thresholds,
    contract.maintenance,
    contract.unknown,
  ])
  rules.set(contract, made)
  return made
}

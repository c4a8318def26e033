import type { Rules } from '../availability/compose.ts'
import { type Figures, figures } from '../availability/figures.ts'
import type { RunSpan } from '../availability/history.ts'
import { type Member, narrow } from '../availability/measure.ts'
import type { Contract } from '../sla/contract.ts'
import { FOREVER, type Instant } from '../time/instant.ts'
import { earlier, type Interval, overlaps } from '../time/interval.ts'
import type { CalendarMonth } from './calendar.ts'
import type { Report } from './report.ts'

/** The figures of a service's months that are over, and all that they were made of: most months of a page never change. */
interface Held {
  readonly rules: string
  readonly maintenance: readonly Interval[]
  readonly members: readonly Member[]
  readonly months: Map<CalendarMonth, Figures>
  /** From here on the record still depends on `now`: a failure that goes on has no end to be known by. */
  readonly open: Instant
}

const held = new Map<string, Held>()
const HELD_LIMIT = 2_000
/** What holds for a report, looked up once for all its months. */
const looked = new WeakMap<Report, Held>()

/** A month's figures. */
export function monthFigures(of: Report, month: CalendarMonth, contract: Contract, now: Instant): Figures {
  if (now < month.to) return measured(of, month, contract, now)
  const known = heldFor(of, contract)
  const found = known.months.get(month)
  if (found) return found
  const made = measured(of, month, contract, now)
  if (month.to < known.open) known.months.set(month, made)
  return made
}

function measured(of: Report, month: CalendarMonth, contract: Contract, now: Instant): Figures {
  const { rule, members } = of.record
  const maintenance = of.maintenance.filter(i => overlaps(i, month))
  const { declared } = of.record
  return figures({ rule, members: narrow(members, month), maintenance, declared }, month, contract, now)
}

/** What is known of a service's months: of the report before, those that end before the first difference to it. */
function heldFor(of: Report, contract: Contract): Held {
  const rules = rulesFor(of, contract)
  const same = looked.get(of)
  if (same?.rules === rules) return same
  const { maintenance } = of
  const { id, members } = of.record
  const old = held.get(id)
  const months = new Map<CalendarMonth, Figures>()
  if (old?.rules === rules) {
    const until = divergence(old, { maintenance, members })
    for (const [month, known] of old.months) if (month.to < until) months.set(month, known)
  }
  const made = { rules, maintenance, members, months, open: openFrom(members) }
  if (held.size >= HELD_LIMIT) held.clear()
  held.set(id, made)
  looked.set(of, made)
  return made
}

const startOf = (run: RunSpan): Instant => run.startsAfter ?? run.from

const openFrom = (members: readonly Member[]): Instant =>
  members
    .flatMap(({ history }) => history.runs.filter(run => run.to === null).map(startOf))
    .reduce(earlier, FOREVER)

const BEGINNING = Number.NEGATIVE_INFINITY as Instant

/** The instant before which two records are alike. */
function divergence(
  a: Pick<Held, 'maintenance' | 'members'>,
  b: Pick<Held, 'maintenance' | 'members'>,
): Instant {
  if (a.members.length !== b.members.length) return BEGINNING
  let until = divergenceOf(a.maintenance, b.maintenance, differs, i => i.from)
  for (const [i, x] of a.members.entries()) {
    const y = b.members[i] as Member
    if (x.history.endpoint !== y.history.endpoint || differs(x.membership, y.membership) !== null)
      return BEGINNING
    until = earlier(
      until,
      divergenceOf(x.history.unknown, y.history.unknown, differs, s => s.from),
    )
    until = earlier(until, divergenceOf(x.history.runs, y.history.runs, runDiffers, startOf))
  }
  return until
}

/** Where two lists in order of their start part. */
function divergenceOf<T>(
  a: readonly T[],
  b: readonly T[],
  different: (x: T, y: T) => Instant | null,
  start: (of: T) => Instant,
): Instant {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i]
    const y = b[i]
    if (x === undefined || y === undefined) return start((x ?? y) as T)
    const at = different(x, y)
    if (at !== null) return at
  }
  return FOREVER
}

/** Where two intervals part: those with one start at the earlier end. */
function differs(x: Interval, y: Interval): Instant | null {
  if (x.from !== y.from) return earlier(x.from, y.from)
  return x.to === y.to ? null : earlier(x.to, y.to)
}

function runDiffers(x: RunSpan, y: RunSpan): Instant | null {
  const same =
    x === y ||
    (x.from === y.from &&
      x.to === y.to &&
      x.startsAfter === y.startsAfter &&
      x.lastFailed === y.lastFailed &&
      (x.confirmedAt === null) === (y.confirmedAt === null))
  return same ? null : earlier(startOf(x), startOf(y))
}

/** Of each report, for the contract that it was asked with last: a page asks for hundreds of months. */
const texts = new WeakMap<Report, { readonly contract: Contract; readonly text: string }>()

function rulesFor(of: Report, contract: Contract): string {
  const known = texts.get(of)
  if (known?.contract === contract) return known.text
  const text = `${rulesOf(contract, of.record.rule)} ${JSON.stringify(of.record.declared)}`
  texts.set(of, { contract, text })
  return text
}

const rules = new WeakMap<Contract, string>()

function rulesOf(contract: Contract, rule: Rules): string {
  let found = rules.get(contract)
  if (found === undefined) {
    found = JSON.stringify([contract.timeZone, contract.thresholds, contract.maintenance, contract.unknown])
    rules.set(contract, found)
  }
  return `${JSON.stringify(rule)} ${found}`
}

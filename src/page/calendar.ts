import type { Instant } from '../time/instant.ts'
import { add, type Interval } from '../time/interval.ts'
import { addMonths, type Day, days, type Month, monthInterval, monthOf } from '../time/month.ts'

/** A month of a zone, with its days. */
export interface CalendarMonth extends Interval {
  readonly month: Month
  readonly days: readonly Day[]
}

/** Zoned arithmetic is slow and its answers never change, so that every page shares them. */
const known = new Map<string, CalendarMonth>()
const KNOWN_LIMIT = 1_000

export function calendarMonth(month: Month, timeZone: string): CalendarMonth {
  const key = `${month} ${timeZone}`
  const found = known.get(key)
  if (found) return found
  const window = monthInterval(month, timeZone)
  let listed: readonly Day[] | null = null
  const made: CalendarMonth = {
    ...window,
    month,
    // Most months that are asked for by mistake need no days.
    get days() {
      listed ??= days(window, timeZone)
      return listed
    },
  }
  if (known.size >= KNOWN_LIMIT) known.clear()
  known.set(key, made)
  return made
}

/** Lists that end now, by length and zone: each is the same for as long as its last part runs. */
const latestMonths = new Map<string, readonly CalendarMonth[]>()
const latestDays = new Map<string, readonly Day[]>()

function latest<T extends Interval>(
  known: Map<string, readonly T[]>,
  key: string,
  now: Instant,
  make: () => readonly T[],
): readonly T[] {
  const held = known.get(key)
  const last = held?.at(-1)
  if (held && last && last.from <= now && now < last.to) return held
  const made = make()
  if (known.size >= KNOWN_LIMIT) known.clear()
  known.set(key, made)
  return made
}

/** The `n` latest months, the running one last. */
export const lastMonths = (now: Instant, n: number, timeZone: string): readonly CalendarMonth[] =>
  latest(latestMonths, `${n} ${timeZone}`, now, () => {
    const current = monthOf(now, timeZone)
    return Array.from({ length: n }, (_, i) => calendarMonth(addMonths(current, i + 1 - n), timeZone))
  })

/** The `n` latest days, today last. */
export const lastDays = (now: Instant, n: number, timeZone: string): readonly Day[] =>
  latest(latestDays, `${n} ${timeZone}`, now, () =>
    lastMonths(now, Math.ceil(n / 28) + 1, timeZone)
      .flatMap(month => month.days)
      .filter(day => day.from <= now)
      .slice(-n),
  )

/** The day that an instant lies in. */
function dayOf(at: Instant, timeZone: string): Day {
  const month = calendarMonth(monthOf(at, timeZone), timeZone)
  const found = month.days.find(day => day.from <= at && at < day.to)
  if (!found) throw new RangeError(`no day of ${timeZone} holds ${at}`)
  return found
}

/** The date of the last day that ends no later than `end`, which is the end of a day. */
export const dateBefore = (end: Instant, timeZone: string): string => dayOf(add(end, -1), timeZone).date

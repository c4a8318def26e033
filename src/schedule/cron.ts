import { createTask, type ParsedFields, parse, validate } from 'node-cron'
import { Temporal } from 'temporal-polyfill'
import { type Duration, duration, type Instant, instant } from '../time/instant.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
/** 29 February on a given weekday comes back within 40 years, also across a century. */
const HORIZON_YEARS = 40
/** How far `shortestGap` looks: runs, and ms. */
const GAPS = 500
const GAP_HORIZON = 400 * DAY
/** What stands for a gap where there are not two runs to measure it. */
const NO_GAP = duration(366 * DAY)

interface Compiled {
  readonly fields: ParsedFields
  /** Whether the minute or hour begins with `*`, as cron(8) asks: such a job follows the clock, others name a time. */
  readonly interval: boolean
  readonly onDay: (date: Temporal.PlainDate) => boolean
}

/** Whether node-cron can read the text: five fields, or six with seconds first. */
export function isCron(text: string): boolean {
  return /^(\S+\s+){4,5}\S+$|^@\w+$/.test(text.trim()) && validate(text)
}

/**
 * The first run after an instant, or null where there is none in 40 years. PURE. Throws for a text that is not
 * `isCron`, and a RangeError for an unknown time zone.
 *
 * node-cron's parser reads the fields, but the day is walked here: its own search reads the system's clock, and in a zone
 * with daylight saving it skips runs. As in cron(8), a job whose minute or hour begins with `*` runs by the clock,
 * so twice an hour that comes twice and not in one that is left out; any other job names a time of day, which runs
 * once where it comes twice, and as much later as the clock jumped where it is left out.
 */
export function nextRun(cron: string, timeZone: string, after: Instant): Instant | null {
  const compiled = compile(cron)
  let date = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate()
  // A time that a jump moved may end in the next day of the calendar.
  date = date.subtract({ days: 1 })
  const last = date.add({ years: HORIZON_YEARS })
  while (Temporal.PlainDate.compare(date, last) < 0) {
    if (!compiled.fields.month.includes(date.month)) {
      date = date.with({ day: 1 }).add({ months: 1 })
      continue
    }
    const run = compiled.onDay(date) ? firstOfDay(compiled, date, timeZone, after) : null
    if (run !== null) return instant(run)
    date = date.add({ days: 1 })
  }
  return null
}

/**
 * The shortest time between two runs, looking at the next 500 of them and 400 days. PURE. 366 days where there are
 * fewer than two. Throws like `nextRun`.
 */
export function shortestGap(cron: string, timeZone: string, from: Instant): Duration {
  let shortest: number = NO_GAP
  let previous = nextRun(cron, timeZone, from)
  for (let i = 0; i < GAPS && previous !== null && previous - from < GAP_HORIZON; i++) {
    const next = nextRun(cron, timeZone, previous)
    if (next !== null) shortest = Math.min(shortest, next - previous)
    previous = next
  }
  return duration(shortest)
}

const MEMO = new Map<string, Compiled>()

function compile(cron: string): Compiled {
  const known = MEMO.get(cron)
  if (known) return known
  if (!isCron(cron)) throw new Error(`not a cron expression: ${cron}`)
  const fields = parse(cron)
  const columns = cron.trim().split(/\s+/)
  const [minute = '*', hour = '*'] =
    columns.length === 6 ? columns.slice(1) : columns.length === 1 ? [] : columns
  const sorted = {
    ...fields,
    second: ascending(fields.second),
    minute: ascending(fields.minute),
    hour: ascending(fields.hour),
  }
  // In UTC every wall clock time exists, so that node-cron's own rules for days (L, W, #) can be asked there.
  const task = createTask(cron, () => {}, { timezone: 'UTC' })
  const time = [sorted.hour[0] ?? 0, sorted.minute[0] ?? 0, sorted.second[0] ?? 0] as const
  const compiled: Compiled = {
    fields: sorted,
    interval: minute.startsWith('*') || hour.startsWith('*'),
    onDay: date => task.match(new Date(Date.UTC(date.year, date.month - 1, date.day, ...time))),
  }
  void task.destroy()
  if (MEMO.size >= 1_000) MEMO.clear()
  MEMO.set(cron, compiled)
  return compiled
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}

/** The first run after an instant among those of one day of the calendar, in UTC ms. */
function firstOfDay(
  compiled: Compiled,
  date: Temporal.PlainDate,
  timeZone: string,
  after: number,
): number | null {
  const start = date.toZonedDateTime(timeZone)
  const offset = start.offsetNanoseconds / 1e6
  const midnight = Date.UTC(date.year, date.month - 1, date.day)
  const change = start.getTimeZoneTransition('next')?.epochMilliseconds
  // From the day's first instant on: a jump at midnight itself lies just before it, and moves the day's first times.
  const changes = change !== undefined && change < start.epochMilliseconds + DAY + 2 * HOUR
  const jumped = start.epochMilliseconds !== midnight - offset

  if (!changes && !jumped) {
    for (const local of localTimes(compiled.fields, midnight, after + offset))
      if (local - offset > after) return local - offset
    return null
  }
  let first: number | null = null
  for (const local of localTimes(compiled.fields, midnight, Number.NEGATIVE_INFINITY)) {
    for (const run of instantsOf(local, timeZone, compiled.interval)) {
      if (run > after && (first === null || run < first)) first = run
    }
  }
  return first
}

/** The times of day of the fields as if they were UTC, in ms and ascending, leaving out hours that end before `from`. */
function* localTimes(fields: ParsedFields, midnight: number, from: number): Generator<number> {
  for (const hour of fields.hour) {
    const at = midnight + hour * HOUR
    if (at + HOUR <= from) continue
    for (const minute of fields.minute) {
      for (const second of fields.second) yield at + minute * 60_000 + second * 1_000
    }
  }
}

/** The instants at which a wall clock shows a local time: two when it comes twice, and one or none when it is left out. */
function instantsOf(local: number, timeZone: string, interval: boolean): number[] {
  const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
  const at = (disambiguation: 'earlier' | 'later'): Temporal.ZonedDateTime =>
    wall.toZonedDateTime(timeZone, { disambiguation })
  const later = at('later')
  const exists = later.toPlainDateTime().equals(wall)
  if (!exists) return interval ? [] : [later.epochMilliseconds]
  const earlier = at('earlier').epochMilliseconds
  return interval ? [earlier, later.epochMilliseconds] : [earlier]
}

/* Calendar edges of real zones, found by asking `Intl` for the wall clock alone. */

export const ZONES = [
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Gaza',
  'UTC',
  'Pacific/Chatham',
  'America/Sao_Paulo',
  'Antarctica/Troll',
] as const

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formatters.set(zone, made)
  return made
}

/** What a clock on the wall shows, as if it were UTC, to the second. */
function wallClock(zone: string, at: number): number {
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(p => p.type === type)?.value)
  const parts = formatter(zone).formatToParts(at)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

const offsetAt = (zone: string, at: number): number => wallClock(zone, at) - Math.floor(at / 1000) * 1000

/** The first instant at which the wall shows the given day or a later one. `date` is that day's midnight in UTC. */
export function startOfDay(zone: string, date: number): number {
  let at = date - 15 * HOUR
  while (wallClock(zone, at) < date) at += 15 * MINUTE
  at -= 2 * HOUR
  while (wallClock(zone, at) < date) at += MINUTE
  return at
}

/** `month` counts from 1. */
export const startOfMonth = (zone: string, year: number, month: number): number =>
  startOfDay(zone, Date.UTC(year, month - 1, 1))

/** The instants in a year at which the zone's offset changes. */
export function transitions(zone: string, year: number): number[] {
  const found: number[] = []
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
    if (offsetAt(zone, day) === offsetAt(zone, day + DAY)) continue
    let [low, high] = [day, day + DAY]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetAt(zone, middle) === offsetAt(zone, day)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

export interface Edge {
  readonly zone: string
  readonly at: number
}

/** Month ends, leap days and clock changes: the instants around which timelines are laid. */
export const EDGES: readonly Edge[] = ZONES.flatMap(zone =>
  [2011, 2024].flatMap(year => [
    ...[1, 2, 3, 4, 7, 10, 11, 12].map(month => ({ zone, at: startOfMonth(zone, year, month) })),
    { zone, at: startOfDay(zone, Date.UTC(year, 1, 29)) },
    ...transitions(zone, year).map(at => ({ zone, at })),
  ]),
)

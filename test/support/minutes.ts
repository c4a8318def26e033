/* A brute-force reading of support hours: minute by minute, from what `Intl` says the wall shows. */

import { instant } from '../../src/time/instant.ts'
import type { Interval } from '../../src/time/interval.ts'
import type { WallHours } from '../../src/time/wall-hours.ts'

export const MINUTE = 60_000
const DAY = 86_400_000
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const formatters = new Map<string, Intl.DateTimeFormat>()

function wall(zone: string, at: number): number {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  formatters.set(zone, formatter)
  const [day, month, year, hour, minute] = formatter.format(at).match(/\d+/g)!.map(Number)
  return Date.UTC(year!, month! - 1, day, hour, minute)
}

const LATEST = new Map<string, Float64Array>()

/** The latest time that the wall has shown by each minute of the window, as if it were UTC. */
function latest(zone: string, window: Interval): Float64Array {
  const key = `${zone} ${window.from} ${window.to}`
  const known = LATEST.get(key)
  if (known) return known
  const out = new Float64Array((window.to - window.from) / MINUTE)
  let most = Math.max(wall(zone, window.from - 2 * 3_600_000), wall(zone, window.from))
  let shown = most
  for (let m = 0; m < out.length; m++) {
    // Zones change their clocks at quarters of an hour: what `Intl` says of one holds until the next.
    const at = window.from + m * MINUTE
    shown = m % 15 === 0 ? wall(zone, at) : shown + MINUTE
    most = Math.max(most, shown)
    out[m] = most
  }
  LATEST.set(key, out)
  return out
}

const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Whether hours are open when the wall shows a time, given as if it were UTC. */
function reader(hours: WallHours): (shown: number) => boolean {
  const holidays = new Set(hours.holidays.map(date => Date.parse(date) / DAY))
  const from = minute(hours.from)
  const to = minute(hours.to) > from ? minute(hours.to) : minute(hours.to) + 1440
  // 1 January 1970 was a Thursday.
  const begins = (day: number) => hours.days.includes(WEEK[(day + 4) % 7]!) && !holidays.has(day)
  return shown => {
    const today = Math.floor(shown / DAY)
    if (holidays.has(today)) return false
    for (let day = today; day >= today - 2; day--) {
      const since = (shown - day * DAY) / MINUTE
      if (from <= since && since < to && begins(day)) return true
    }
    return false
  }
}

/** For each minute of the window, whether any desk is open. */
export function openMinutes(desks: readonly WallHours[], window: Interval): boolean[] {
  const readers = desks.map(reader)
  const walls = desks.map(desk => latest(desk.timeZone, window))
  return Array.from({ length: (window.to - window.from) / MINUTE }, (_, m) =>
    readers.some((isOpen, i) => isOpen(walls[i]![m]!)),
  )
}

/** Minutes of the window as intervals. */
export function asIntervals(minutes: readonly boolean[], window: Interval): Interval[] {
  const out: Interval[] = []
  for (let m = 0; m < minutes.length; m++) {
    if (!minutes[m] || (m > 0 && minutes[m - 1])) continue
    let end = m
    while (minutes[end]) end++
    out.push({ from: instant(window.from + m * MINUTE), to: instant(window.from + end * MINUTE) })
  }
  return out
}

/** The first instant at which `ms` of open time have passed since `from`; null where the window ends before. */
export function countOff(
  minutes: readonly boolean[],
  window: Interval,
  from: number,
  ms: number,
): number | null {
  let left = ms
  for (let m = Math.floor((from - window.from) / MINUTE); m < minutes.length; m++) {
    if (!minutes[m]) continue
    const start = Math.max(from, window.from + m * MINUTE)
    const length = window.from + (m + 1) * MINUTE - start
    if (left <= length) return start + left
    left -= length
  }
  return null
}

/** The open time of the window in `[from, to)`, in ms. */
export function countBetween(
  minutes: readonly boolean[],
  window: Interval,
  from: number,
  to: number,
): number {
  let ms = 0
  for (let m = 0; m < minutes.length; m++) {
    const start = Math.max(from, window.from + m * MINUTE)
    const end = Math.min(to, window.from + (m + 1) * MINUTE)
    if (minutes[m] && end > start) ms += end - start
  }
  return ms
}

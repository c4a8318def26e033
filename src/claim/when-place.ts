import type { Point, ZoneRead } from './when-points.ts'
import type { Placed } from './when-resolve.ts'
import type { Item } from './when-rule.ts'

/** The ends of a range lend each other what one of them lacks. */
export function pair(start: Placed, end: Placed): readonly [Placed, Placed] {
  const date = start.point.date ?? end.point.date ?? start.date
  const zone = (own: Placed, other: Placed): ZoneRead | null => own.point.zone ?? other.point.zone ?? own.zone
  return [
    { ...start, date: start.point.stamp ? null : date, zone: zone(start, end) },
    { ...end, date: end.point.date, zone: zone(end, start) },
  ]
}

/** A point with what the text around it names, and the point that lent its date. */
export interface Lent extends Placed {
  readonly lender: Point | null
}

const timeOnly = (p: Point): boolean => p.time !== null && p.date === null && p.time.dayShift === null
const dateOnly = (p: Point): boolean => p.date !== null && p.date.day !== null && p.time === null

/** A time without a date takes the last one named before it, or else the one that follows on its line. */
export function place(points: readonly Point[], items: readonly (readonly Item[])[]): Lent[] {
  const zones = items.map(line => line.flatMap(item => (item.kind === 'zone' ? [item] : [])))
  const only = (found: readonly ZoneRead[]): ZoneRead | null =>
    new Set(found.map(z => z.text)).size === 1 ? (found[0] ?? null) : null
  const all = only(zones.flat())
  let last: Point | null = null
  return points.map((point, i) => {
    // A whole month says nothing of the day.
    if (point.date !== null) last = point.date.day === null ? null : point
    const following = points.slice(i + 1, i + 3).find(p => p.line === point.line && p.date !== null) ?? null
    const lender = timeOnly(point) ? (last ?? following) : null
    const zone = point.zone ?? only(zones[point.line] ?? []) ?? all
    return { point, date: point.date ?? lender?.date ?? null, zone, lender }
  })
}

/** Dates that stand over times, or beside them, and are no times of their own. */
export function headings(placed: readonly Lent[]): Set<Point> {
  const inRange = (p: Point) =>
    p.ends || placed.some(({ point }, i) => point === p && placed[i + 1]?.point.ends)
  return new Set(
    placed.flatMap(({ lender }) => (lender && dateOnly(lender) && !inRange(lender) ? [lender] : [])),
  )
}

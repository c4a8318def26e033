import type { NamedZone } from '../time/zone-names.ts'
import type { DateRead, Item, TimeRead } from './when-rule.ts'
import { AND, BEGAN, BETWEEN, ENDED, FILLER, LINK, plain } from './when-words.ts'

type Stamp = Extract<Item, { kind: 'stamp' }>

export interface ZoneRead {
  readonly zones: readonly NamedZone[]
  readonly text: string
}

/** What was read of one time: at least one of date, time and stamp. */
export interface Point {
  readonly line: number
  readonly at: number
  readonly end: number
  readonly date: DateRead | null
  readonly time: TimeRead | null
  readonly stamp: Stamp | null
  readonly zone: ZoneRead | null
  /** Whether it is the end of the range that the point before it begins. */
  readonly ends: boolean
  readonly assumed: readonly string[]
}

/** How an item follows the one before it on its line. */
type Relation = 'near' | 'link' | 'far'

function relation(line: string, before: Item, next: Item, start: number): Relation {
  const gap = plain(line.slice(before.end, next.at))
  const words = gap.split(/[\s,;:()[\]"'*|]+/).filter(word => word !== '' && word !== '.')
  // French: 14h02 à 14h49.
  if (words.length === 1 && words[0] === 'a' && before.kind === 'time' && next.kind === 'time') return 'link'
  const meaning = words.filter(word => !FILLER.test(word))
  if (meaning.length === 0) return 'near'
  const [word = ''] = meaning
  if (meaning.length > 1) return 'far'
  if (LINK.test(word)) return 'link'
  // “between 14:02 on the 4th and 14:20”, and “on the 4th between 14:02 and 14:20”.
  const opened = [start, before.at].some(at => BETWEEN.test(plain(line.slice(0, at))))
  return AND.test(word) && opened ? 'link' : 'far'
}

/** Joins the items of one line to points. */
export function pointsOf(line: string, number: number, items: readonly Item[]): Point[] {
  const points: Point[] = []
  let current: Point | null = null
  let before: Item | null = null
  for (const item of items) {
    const how: Relation = before && current ? relation(line, before, item, current.at) : 'far'
    const joined: Point | null = current && join(current, item, how)
    if (joined) {
      points[points.length - 1] = joined
      current = joined
    } else if (item.kind !== 'zone') {
      current = { ...alone(item), line: number, ends: how === 'link' }
      points.push(current)
    }
    before = item
  }
  return points
}

const alone = (item: Exclude<Item, { kind: 'zone' }>): Omit<Point, 'line' | 'ends'> => ({
  at: item.at,
  end: item.end,
  date: item.kind === 'date' ? item.date : null,
  time: item.kind === 'time' ? item.time : null,
  stamp: item.kind === 'stamp' ? item : null,
  zone: null,
  assumed: [],
})

/** The point with one more item; null where the item is not part of it. */
function join(point: Point, item: Item, how: Relation): Point | null {
  const wider = { ...point, end: item.end }
  switch (item.kind) {
    case 'zone':
      return how === 'near' && point.zone === null && point.stamp === null
        ? { ...wider, zone: { zones: item.zones, text: item.text } }
        : null
    case 'date':
      if (how !== 'near' || point.stamp !== null) return null
      if (point.date === null || point.date.weekday) return { ...wider, date: item.date }
      return item.date.weekday ? wider : null
    case 'time': {
      // “14 October - 14:02” is no range.
      const follows = how === 'near' || (how === 'link' && point.date !== null)
      return follows && point.time === null && point.stamp === null ? { ...wider, time: item.time } : null
    }
    case 'stamp':
      return null
  }
}

/** Lines such as “Began: …” and “Ended: …” are one range. */
export function joinLines(points: readonly Point[], lines: readonly string[]): Point[] {
  const says = (point: Point | undefined, word: RegExp): boolean =>
    point !== undefined && word.test(plain((lines[point.line] ?? '').slice(0, 40)))
  const only = (point: Point | undefined): boolean =>
    point !== undefined && points.filter(p => p.line === point.line).length === 1
  return points.map((point, i) => {
    const previous = points[i - 1]
    const pair =
      only(point) &&
      only(previous) &&
      previous !== undefined &&
      point.line - previous.line <= 2 &&
      !point.ends
    return pair && says(point, ENDED) && says(previous, BEGAN) ? { ...point, ends: true } : point
  })
}

import { DATES } from './when-dates.ts'
import type { Item, Reader, Rule } from './when-rule.ts'
import { STAMPS } from './when-stamps.ts'
import { TIMES } from './when-times.ts'
import { plain } from './when-words.ts'
import { ZONES } from './when-zones.ts'

/** Tried in order where a word begins; over `plain` text, which is as long as the raw one. */
const RULES: readonly Rule[] = [...STAMPS, ...DATES, ...TIMES, ...ZONES]

const SKIPPED = /https?:\/\/\S+|[\p{L}\p{N}_@]+(?:[.:/-][\p{L}\p{N}_@]+)*|./suy

/** Dates, times and zones in one line of text, in order. Its cost grows with the line's length alone. */
export function itemsOf(line: string, reader: Reader): Item[] {
  const text = plain(line)
  const items: Item[] = []
  for (let at = 0; at < line.length; ) {
    const item =
      text.length === line.length && /\S/.test(line[at] ?? ' ') ? itemAt(line, text, at, reader) : null
    if (item) items.push(item)
    at = item ? item.end : pastWord(line, at)
  }
  return items
}

function itemAt(line: string, text: string, at: number, reader: Reader): Item | null {
  for (const { pattern, read } of RULES) {
    pattern.lastIndex = at
    const m = pattern.exec(text)
    if (!m) continue
    const end = at + m[0].length
    const found = read(m, reader, line.slice(at, end))
    if (found) return { ...found, at, end } as Item
  }
  return null
}

function pastWord(line: string, at: number): number {
  SKIPPED.lastIndex = at
  const m = SKIPPED.exec(line)
  return at + Math.max(1, m?.[0].length ?? 1)
}

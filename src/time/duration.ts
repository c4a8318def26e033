import { type Duration, duration } from './instant.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `500ms`, `30s`, `5m`, `1.5h` or `30d`. Null where the text is not a whole number of milliseconds so written. */
export function parseDuration(text: string): Duration | null {
  const m = /^(\d{1,16})(?:\.(\d{1,6}))?\s?(ms|s|m|h|d)$/.exec(text.trim())
  if (!m) return null
  const [, whole = '', fraction = '', unit = ''] = m
  const millionths = BigInt(whole + fraction.padEnd(6, '0')) * BigInt(UNITS[unit] ?? 0)
  const ms = Number(millionths / 1_000_000n)
  return millionths % 1_000_000n === 0n && Number.isSafeInteger(ms) ? duration(ms) : null
}

/** The shortest exact form that `parseDuration` reads back, such as `90s` or `2h`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const) {
    if (ms !== 0 && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}

/** A length for people, exact to the millisecond: `43 min 12 s`, `3 d 2 h`, `1 min 0.250 s`, `0 s`. */
export function spell(ms: number): string {
  const parts: string[] = []
  let rest = ms
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(`${n} ${unit}`)
  }
  if (rest % 1_000 !== 0) parts.push(`${(rest / 1_000).toFixed(3)} s`)
  else if (rest > 0 || parts.length === 0) parts.push(`${rest / 1_000} s`)
  return parts.join(' ')
}

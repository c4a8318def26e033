import { type Duration, duration, type Instant } from './instant.ts'

/** A stretch of time, half-open: `[from, to)`. */
export interface Interval {
  readonly from: Instant
  readonly to: Instant
}

export const interval = (from: Instant, to: Instant): Interval => ({ from, to })

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b)
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)
export const add = (at: Instant, ms: number): Instant => (at + ms) as Instant
export const between = (from: Instant, to: Instant): Duration => duration(Math.max(0, to - from))

export const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to

/** The part of `a` inside `b`, or null where there is none. */
export function clip(a: Interval, b: Interval): Interval | null {
  const from = later(a.from, b.from)
  const to = earlier(a.to, b.to)
  return from < to ? { from, to } : null
}

/** Sorted, disjoint and with gaps between: the form that every function below returns, and takes. */
export function normalize(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(i => i.from < i.to).sort((a, b) => a.from - b.from)
  const out: Interval[] = []
  for (const next of sorted) {
    const last = out.at(-1)
    if (last && next.from <= last.to) out[out.length - 1] = { from: last.from, to: later(last.to, next.to) }
    else out.push(next)
  }
  return out
}

export const union = (a: readonly Interval[], b: readonly Interval[]): Interval[] => normalize([...a, ...b])

export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const out: Interval[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const x = a[i] as Interval
    const y = b[j] as Interval
    const both = clip(x, y)
    if (both) out.push(both)
    if (x.to < y.to) i++
    else j++
  }
  return out
}

/** What of `a` is not in `b`. */
export function subtract(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const out: Interval[] = []
  let j = 0
  for (const whole of a) {
    let from = whole.from
    while (j > 0 && (b[j - 1] as Interval).to > from) j--
    for (; j < b.length && (b[j] as Interval).from < whole.to; j++) {
      const hole = b[j] as Interval
      if (hole.to <= from) continue
      if (hole.from > from) out.push({ from, to: hole.from })
      from = hole.to
    }
    if (from < whole.to) out.push({ from, to: whole.to })
  }
  return out
}

export function total(intervals: readonly Interval[]): Duration {
  let ms = 0
  for (const i of intervals) ms += i.to - i.from
  return duration(ms)
}

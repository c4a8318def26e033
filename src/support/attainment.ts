import { type Cell, csv } from '../csv/csv.ts'
import type { Instant } from '../time/instant.ts'
import { type Month, monthOf } from '../time/month.ts'
import { type Guarantee, workedBetween } from './clock.ts'
import { TIERS, type Tier } from './priority.ts'

/** What the guarantee asks of a request. */
export interface Answerable {
  readonly tier: Tier
  readonly receivedAt: Instant
  /** Null where no desk opens within a year. */
  readonly dueAt: Instant | null
  readonly firstAnswerAt: Instant | null
  readonly closedAt: Instant | null
}

/**
 * Where a request stands: answered `in-time` (at the very instant it was due, too) or `late`; without an answer `waiting`
 * or `overdue`; or `withdrawn`, closed without an answer before it was due. Closed later than that, it stays overdue.
 */
export type Standing = 'in-time' | 'late' | 'waiting' | 'overdue' | 'withdrawn'

/** PURE. See `Standing`. */
export function standingOf(request: Omit<Answerable, 'tier' | 'receivedAt'>, now: Instant): Standing {
  const due = request.dueAt ?? Number.POSITIVE_INFINITY
  if (request.firstAnswerAt !== null) return request.firstAnswerAt <= due ? 'in-time' : 'late'
  if (request.closedAt !== null) return request.closedAt <= due ? 'withdrawn' : 'overdue'
  return now <= due ? 'waiting' : 'overdue'
}

/** How a tier did in the month in which its requests came. The five standings add up to `requests`. */
export interface Attainment {
  readonly month: Month
  readonly tier: Tier
  readonly requests: number
  readonly inTime: number
  readonly late: number
  readonly waiting: number
  readonly overdue: number
  readonly withdrawn: number
  /**
   * Of those that are settled (in time, late or overdue) the part in time, in percent: cut, never rounded, to one decimal.
   * Null where none is.
   */
  readonly percent: string | null
  /** Times to the first answer by the tier's clock, in ms; of an even number of them the middle is cut. Null without answers. */
  readonly median: number | null
  readonly worst: number | null
}

/** PURE. By month of receipt in the zone, then from urgent to low; only those that had requests. */
export function attainment(
  requests: readonly Answerable[],
  guarantee: Guarantee,
  timeZone: string,
  now: Instant,
): Attainment[] {
  const groups = new Map<string, { month: Month; tier: Tier; requests: Answerable[] }>()
  for (const request of requests) {
    const { tier } = request
    const month = monthOf(request.receivedAt, timeZone)
    const group = groups.get(`${month} ${tier}`) ?? { month, tier, requests: [] }
    group.requests.push(request)
    groups.set(`${month} ${tier}`, group)
  }
  return [...groups.values()]
    .sort((a, b) => a.month.localeCompare(b.month) || TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier))
    .map(group => ({ month: group.month, tier: group.tier, ...figures(group.requests, guarantee, now) }))
}

function figures(requests: readonly Answerable[], guarantee: Guarantee, now: Instant) {
  const count = { 'in-time': 0, late: 0, waiting: 0, overdue: 0, withdrawn: 0 } satisfies Record<
    Standing,
    number
  >
  const worked: number[] = []
  for (const request of requests) {
    count[standingOf(request, now)]++
    if (request.firstAnswerAt !== null)
      worked.push(workedBetween(request.tier, request.receivedAt, request.firstAnswerAt, guarantee))
  }
  worked.sort((a, b) => a - b)
  return {
    requests: requests.length,
    inTime: count['in-time'],
    late: count.late,
    waiting: count.waiting,
    overdue: count.overdue,
    withdrawn: count.withdrawn,
    percent: percent(count['in-time'], count['in-time'] + count.late + count.overdue),
    median: median(worked),
    worst: worked.at(-1) ?? null,
  }
}

function percent(part: number, whole: number): string | null {
  if (whole === 0) return null
  const tenths = (BigInt(part) * 1_000n) / BigInt(whole)
  return `${tenths / 10n}.${tenths % 10n}`
}

function median(sorted: readonly number[]): number | null {
  const low = sorted[(sorted.length - 1) >> 1]
  const high = sorted[sorted.length >> 1]
  return low === undefined || high === undefined ? null : Math.floor((low + high) / 2)
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Attainment) => Cell])[] = [
  ['month', row => row.month],
  ['tier', row => row.tier],
  ['requests', row => row.requests],
  ['answered in time', row => row.inTime],
  ['answered late', row => row.late],
  ['unanswered, not yet due', row => row.waiting],
  ['unanswered, overdue', row => row.overdue],
  ['closed unanswered before due', row => row.withdrawn],
  ['percent in time', row => row.percent],
  ['median ms to first answer', row => row.median],
  ['worst ms to first answer', row => row.worst],
]

/** PURE. The rows as CSV text (RFC 4180) under a row of titles. */
export const attainmentCsv = (rows: readonly Attainment[]): string =>
  csv([COLUMNS.map(([title]) => title), ...rows.map(row => COLUMNS.map(([, cell]) => cell(row)))])

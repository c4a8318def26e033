import { createHash } from 'node:crypto'
import { type Figures, figures } from '../availability/figures.ts'
import { contractAsOf } from '../month/as-of.ts'
import { type CorrectionRequest, correct } from '../month/correct.ts'
import { declaredBy, touches } from '../month/declared.ts'
import type { Correction, MonthFigures } from '../month/record.ts'
import { calendarMonth } from '../page/calendar.ts'
import type { ServiceRecord } from '../record/source.ts'
import type { RecordStore } from '../record/store.ts'
import type { Contract } from '../sla/contract.ts'
import type { Instant } from '../time/instant.ts'
import { addMonths, type Month, monthOf } from '../time/month.ts'

/** A month's figures as far as people compare them. */
export type Compared = Pick<MonthFigures, 'availability' | 'counted' | 'base' | 'thresholds' | 'creditDays'>

export interface ChangedMonth {
  readonly month: Month
  readonly closed: boolean
  readonly before: Compared
  readonly after: Compared
}

export type Preview =
  | {
      readonly ok: true
      readonly months: readonly ChangedMonth[]
      readonly correction: Correction
      readonly mark: string
    }
  | { readonly ok: false; readonly field: string; readonly message: string }

const STOP = new Error('a preview is never stored')

/** What a correction would do to every closed month and to those that are not closed: the work itself, rolled back. */
export async function previewCorrection(
  store: RecordStore,
  record: ServiceRecord,
  request: CorrectionRequest,
  current: Contract,
  now: Instant,
): Promise<Preview> {
  let made: Correction | null = null
  try {
    const done = await correct(store, request, 'preview', now, correction => {
      made = correction
      throw STOP
    })
    if (!done.ok) return { ok: false, field: done.field, message: done.message }
  } catch (error) {
    if (error !== STOP) throw error
  }
  const correction = made as Correction | null
  if (!correction) return { ok: false, field: 'form', message: 'Nothing came of it. Try again.' }
  const closed = correction.months.map(m => ({ ...m, month: m.month as Month, closed: true }))
  const months = [...closed, ...openMonths(record, correction, current, now)].sort((a, b) =>
    a.month < b.month ? -1 : 1,
  )
  return { ok: true, months, correction, mark: markOf(request, months) }
}

/** The months that are not closed, which it changes. */
function openMonths(
  record: ServiceRecord,
  correction: Correction,
  current: Contract,
  now: Instant,
): ChangedMonth[] {
  const out: ChangedMonth[] = []
  const first = correction.startsAfter ?? correction.before?.from ?? correction.after?.from
  const starts = [first, correction.after?.from].filter(t => t !== undefined).map(t => Date.parse(t))
  const last = addMonths(monthOf(now, current.timeZone), 1)
  // One earlier: another contract's months may begin elsewhere.
  let month = addMonths(monthOf(Math.min(...starts) as Instant, 'UTC'), -1)
  for (; month <= last; month = addMonths(month, 1)) {
    if (record.settled.months.has(month)) continue
    const contract = contractAsOf(record, month, current)
    const calendar = calendarMonth(month, contract.timeZone)
    if (calendar.from > now || !touches(correction, calendar)) continue
    const declared = [...record.declared, ...declaredBy([correction])]
    const before: Figures = figures(record, calendar, contract, now)
    out.push({
      month,
      closed: false,
      before,
      after: figures({ ...record, declared }, calendar, contract, now),
    })
  }
  return out
}

/** Differs when what is asked for, or what it does to a closed month, differs: the running one moves all the time. */
const markOf = (request: CorrectionRequest, months: readonly ChangedMonth[]): string =>
  createHash('sha256')
    .update(JSON.stringify([request, months.filter(m => m.closed).map(m => [m.month, m.before, m.after])]))
    .digest('hex')
    .slice(0, 32)

import type { ClosingSettings } from '../month/close.ts'
import { correctedFigures } from '../month/closed.ts'
import type { MonthFigures } from '../month/record.ts'
import { bundlePath, checkPath, monthPath, statementPath } from '../page/address.ts'
import { exact, monthName, percentWords } from '../page/words.ts'
import type { Source } from '../record/source.ts'
import type { RecordStore } from '../record/store.ts'
import { moment } from './fields.ts'
import { waitingMonths } from './month-waiting.ts'
import type { GuardedRoute } from './route.ts'

export interface MonthOptions {
  readonly store: RecordStore
  readonly source: Source
  readonly closing: () => ClosingSettings
}

const SIZE = 50

/** Closed months, and those that wait to be closed. */
export function monthRoutes(options: MonthOptions): readonly GuardedRoute[] {
  return [
    {
      method: 'GET',
      path: '/desk/months',
      nav: 'Months',
      roles: ['support', 'engineer'],
      handle: async (c, { page, now }) => {
        const records = await options.source.services(now)
        const wanted = (c.req.query('service') ?? '').slice(0, 200)
        const asked = Number(c.req.query('page') ?? '1')
        const shown = records.filter(record => wanted === '' || record.id === wanted)
        const rows = shown
          .flatMap(record =>
            [...record.settled.months.values()].map(closed => ({
              record,
              closed,
              corrected: correctedFigures(closed, record.settled.corrections),
            })),
          )
          .sort((a, b) => (a.closed.month === b.closed.month ? 0 : a.closed.month < b.closed.month ? 1 : -1))
        const pages = Math.max(1, Math.ceil(rows.length / SIZE))
        const at = Number.isSafeInteger(asked) ? Math.min(Math.max(1, asked), pages) : 1
        const link = (n: number) =>
          `/desk/months?${new URLSearchParams({ service: wanted, page: String(n) })}`
        const names = new Map<string, string>(records.map(r => [r.id, r.name]))
        const waiting = waitingMonths(options.store, options.closing(), now).filter(
          w => wanted === '' || w.service === wanted,
        )
        return page(
          'months',
          {
            services: records.map(r => ({ value: r.id, words: r.name, chosen: r.id === wanted })),
            waiting: waiting.map(w => ({
              service: names.get(w.service) ?? w.service,
              month: monthName(w.month),
              href: monthPath(w.service, w.month),
              why: w.why,
            })),
            total: rows.length,
            months: rows.slice((at - 1) * SIZE, at * SIZE).map(({ record, closed, corrected }) => ({
              service: record.name,
              month: monthName(closed.month),
              closed: moment(closed.closedAt),
              index: closed.index,
              ...figureOf(corrected ?? closed.figures),
              sealed: corrected === null ? null : figureOf(closed.figures).percent,
              href: monthPath(record.id, closed.month),
              statement: statementPath(record.id, closed.month),
              check: checkPath(record.id, closed.month),
              bundle: bundlePath(record.id, closed.month),
            })),
            newer: at > 1 ? link(at - 1) : null,
            older: at < pages ? link(at + 1) : null,
          },
          { title: 'Months' },
        )
      },
    },
  ]
}

const figureOf = (of: MonthFigures) => ({
  grade:
    of.availability.percent === null
      ? 'no-data'
      : of.thresholds.some(t => !t.certain)
        ? 'uncertain'
        : of.creditDays === 0
          ? 'met'
          : 'missed',
  percent: of.availability.percent === null ? 'no data' : percentWords(of.availability.percent),
  down: exact(of.counted),
  credit: of.creditDays === 0 ? 'none' : `${of.creditDays} ${of.creditDays === 1 ? 'day' : 'days'}`,
})

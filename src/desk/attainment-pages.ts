import { monthName, percentWords, spoken } from '../page/words.ts'
import { type Attainment, attainmentCsv } from '../support/attainment.ts'
import type { SupportStore } from '../support/store.ts'
import type { Instant } from '../time/instant.ts'
import { addMonths, type Month, monthInterval, monthOf, parseMonth } from '../time/month.ts'
import { TIER_VIEWS } from './request-view.ts'
import type { DeskContext, GuardedRoute } from './route.ts'
import { DESK_HEADERS } from './security.ts'

export interface AttainmentOptions {
  readonly support: SupportStore
  /** IANA zone of the months. */
  readonly timeZone: () => string
}

const SHOWN = 12
const MOST = 60

interface Asked {
  readonly from: Month
  readonly to: Month
  readonly faults: readonly { readonly field: string; readonly words: string }[]
}

/** How the guarantee of a first answer was kept. */
export function attainmentRoutes(options: AttainmentOptions): readonly GuardedRoute[] {
  const roles = ['support'] as const

  const read = (asked: Asked, now: Instant): Promise<Attainment[]> => {
    const zone = options.timeZone()
    const window = { from: monthInterval(asked.from, zone).from, to: monthInterval(asked.to, zone).to }
    return options.support.attainment(window, zone, now)
  }

  function askedOf(query: (name: string) => string | undefined, { now }: Pick<DeskContext, 'now'>): Asked {
    const faults: { field: string; words: string }[] = []
    const month = (name: string, otherwise: Month): Month => {
      const text = (query(name) ?? '').trim().slice(0, 20)
      const read = text === '' ? otherwise : parseMonth(text)
      if (read === null) faults.push({ field: name, words: 'A month is written as 2026-10.' })
      return read ?? otherwise
    }
    const running = monthOf(now, options.timeZone())
    const to = month('to', running)
    const from = month('from', addMonths(to, 1 - SHOWN))
    if (from > to) faults.push({ field: 'from', words: 'It must not lie after the last month.' })
    if (addMonths(to, 1 - MOST) > from)
      faults.push({ field: 'from', words: `At most ${MOST} months are shown at once.` })
    return faults.length > 0
      ? { from: addMonths(running, 1 - SHOWN), to: running, faults }
      : { from, to, faults }
  }

  return [
    {
      method: 'GET',
      path: '/desk/attainment',
      nav: 'Attainment',
      roles,
      handle: async (c, context) => {
        const asked = askedOf(name => c.req.query(name), context)
        const rows = await read(asked, context.now)
        return context.page(
          'attainment',
          {
            ...asked,
            rows: rows.map(rowView),
            csv: `/desk/attainment.csv?${new URLSearchParams({ from: asked.from, to: asked.to })}`,
            zone: options.timeZone(),
          },
          { title: 'Attainment', status: asked.faults.length > 0 ? 422 : 200 },
        )
      },
    },
    {
      method: 'GET',
      path: '/desk/attainment.csv',
      roles,
      handle: async (c, context) => {
        const asked = askedOf(name => c.req.query(name), context)
        const body = asked.faults.length > 0 ? null : attainmentCsv(await read(asked, context.now))
        return new Response(body ?? asked.faults.map(f => `${f.field}: ${f.words}\n`).join(''), {
          status: body === null ? 422 : 200,
          headers: {
            ...DESK_HEADERS,
            'content-type': body === null ? 'text/plain; charset=utf-8' : 'text/csv; charset=utf-8',
            ...(body === null
              ? {}
              : { 'content-disposition': `attachment; filename="attainment-${asked.from}-${asked.to}.csv"` }),
          },
        })
      },
    },
  ]
}

const rowView = (row: Attainment) => ({
  month: monthName(row.month),
  tier: TIER_VIEWS[row.tier],
  requests: row.requests,
  inTime: row.inTime,
  late: row.late + row.overdue,
  waiting: row.waiting,
  withdrawn: row.withdrawn,
  percent: row.percent === null ? 'nothing settled' : percentWords(row.percent),
  shape: row.percent === null ? 'no-data' : row.late + row.overdue === 0 ? 'met' : 'missed',
  median: row.median === null ? 'no answer yet' : spoken(row.median),
  worst: row.worst === null ? '' : spoken(row.worst),
})

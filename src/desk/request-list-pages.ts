import { type Filter, PAGE } from '../support/list-store.ts'
import { type RequestKind, TIERS, type Tier } from '../support/priority.ts'
import { parseReference } from '../support/reference.ts'
import type { CasesOptions } from './request-options.ts'
import { KIND_WORDS, requestPath, rowView, TIER_VIEWS } from './request-view.ts'
import type { GuardedRoute } from './route.ts'

const SIZE = Math.min(PAGE, 40)

const VIEWS = ['next', 'late', 'mine', 'open', 'closed'] as const
type View = (typeof VIEWS)[number]

const VIEW_WORDS: Readonly<Record<View, string>> = {
  next: 'Due next',
  late: 'Late',
  mine: 'Mine',
  open: 'All open',
  closed: 'Closed',
}

const EMPTY: Readonly<Record<View, string>> = {
  next: 'Nothing waits for its first answer. A request that comes by the form, by mail, or is entered here stands at the top until somebody answers it; its priority says how soon.',
  late: 'Nothing is late.',
  mine: 'You have taken none. Open a request and take it: others see then that you are at it.',
  open: 'No request is open.',
  closed: 'None was closed yet.',
}

const filterOf = (view: View, person: string): Filter => {
  switch (view) {
    case 'next':
      return { only: 'unanswered' }
    case 'late':
      return { only: 'late' }
    case 'mine':
      return { statuses: ['open', 'waiting'], assignee: person }
    case 'open':
      return { statuses: ['open', 'waiting'] }
    case 'closed':
      return { statuses: ['closed'] }
  }
}

/** What is due next, and everything else, to be found. */
export function requestListRoutes({ room }: CasesOptions): readonly GuardedRoute[] {
  return [
    {
      method: 'GET',
      path: '/desk/requests',
      nav: 'Requests',
      roles: ['support'],
      handle: async (c, { page, now, person, redirect }) => {
        const query = (name: string) => (c.req.query(name) ?? '').slice(0, 200)
        const text = query('q').trim()
        const known = parseReference(text)
        if (known && (await room.support.findByReference(known))) return redirect(requestPath(known))
        const kind = (Object.keys(KIND_WORDS) as RequestKind[]).find(k => k === query('kind'))
        const tier = TIERS.find(t => t === query('tier')) as Tier | undefined
        const view = VIEWS.find(v => v === query('view')) ?? (text === '' ? 'next' : 'open')
        const narrowed: Filter = {
          ...(kind ? { kinds: [kind] } : {}),
          ...(tier ? { tiers: [tier] } : {}),
          ...(text === '' ? {} : { text }),
        }
        const wanted = Number(query('page') || '1')
        const at = Number.isSafeInteger(wanted) && wanted >= 1 ? Math.min(wanted, 100_000) : 1
        const listed = await room.support.list(
          { ...narrowed, ...filterOf(view, person.name) },
          now,
          at - 1,
          SIZE,
        )
        const counts = await room.support.count(narrowed, now)
        const mine = await room.support.list({ ...narrowed, ...filterOf('mine', person.name) }, now, 0, 1)
        const numbers: Record<View, number> = {
          next: counts.unanswered,
          late: counts.late,
          mine: mine.total,
          open: counts.open + counts.waiting,
          closed: counts.closed,
        }
        const link = (of: View, n: number) =>
          `/desk/requests?${new URLSearchParams({
            view: of,
            ...(kind ? { kind } : {}),
            ...(tier ? { tier } : {}),
            ...(text ? { q: text } : {}),
            ...(n > 1 ? { page: String(n) } : {}),
          })}`
        const pages = Math.max(1, Math.ceil(listed.total / SIZE))
        return page(
          'requests',
          {
            view,
            views: VIEWS.map(v => ({
              name: VIEW_WORDS[v],
              number: numbers[v],
              href: link(v, 1),
              current: v === view,
              alarm: v === 'late' && numbers.late > 0,
            })),
            kinds: (Object.keys(KIND_WORDS) as RequestKind[]).map(k => ({
              value: k,
              words: KIND_WORDS[k],
              chosen: k === kind,
            })),
            tiers: TIERS.map(t => ({ value: t, words: TIER_VIEWS[t].word, chosen: t === tier })),
            text,
            narrowed: Object.keys(narrowed).length > 0,
            rows: listed.requests.map(request => rowView(request, now)),
            empty:
              Object.keys(narrowed).length > 0
                ? 'Nothing matches. Try fewer words, or show all of them.'
                : EMPTY[view],
            total: listed.total,
            place: pages > 1 ? `Page ${at} of ${pages}` : null,
            before: at > 1 ? link(view, at - 1) : null,
            after: at < pages ? link(view, at + 1) : null,
          },
          { title: 'Requests' },
        )
      },
    },
  ]
}

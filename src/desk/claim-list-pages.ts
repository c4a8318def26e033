import { monthName } from '../page/words.ts'
import { parseReference } from '../support/reference.ts'
import {
  CLAIM_GROUPS,
  type ClaimGroup,
  countClaims,
  type ListedClaim,
  listClaims,
} from './claim-list-store.ts'
import { dayWords, shortWords } from './claim-words.ts'
import { moment } from './fields.ts'
import type { CasesOptions } from './request-options.ts'
import type { GuardedRoute } from './route.ts'

const SIZE = 40

const GROUP_WORDS: Readonly<Record<ClaimGroup, string>> = {
  decide: 'To decide',
  look: 'Needs a look',
  held: 'On hold',
  decided: 'Decided',
}

const EMPTY: Readonly<Record<ClaimGroup, string>> = {
  decide:
    'Nothing is to be decided. A claim stands here once its month is closed and everything agrees: it is then one click.',
  look: 'Nothing needs a look.',
  held: 'Nothing is on hold. A claim for a month that still runs waits here until the month is closed.',
  decided: 'Nothing was decided yet.',
}

/** The claims, month by month, by what is to be done with them. */
export function claimListRoutes({ cases, room }: CasesOptions): readonly GuardedRoute[] {
  return [
    {
      method: 'GET',
      path: '/desk/claims',
      nav: 'Claims',
      roles: ['support'],
      handle: async (c, context) => {
        const query = (name: string) => (c.req.query(name) ?? '').slice(0, 200)
        const text = query('q').trim()
        const known = parseReference(text)
        if (known && (await cases.caseOf(known))?.claims.length)
          return context.redirect(`/desk/claims/${known}`)
        const counts = countClaims(room.db, text)
        const group =
          CLAIM_GROUPS.find(g => g === query('state')) ?? CLAIM_GROUPS.find(g => counts[g] > 0) ?? 'decide'
        const wanted = Number(query('page') || '1')
        const pages = Math.max(1, Math.ceil(counts[group] / SIZE))
        const at = Number.isSafeInteger(wanted) ? Math.min(Math.max(1, wanted), pages) : 1
        const rows = listClaims(room.db, group, text, at - 1, SIZE)
        const names = new Map<string, string>(
          (await room.source.services(context.now)).map(r => [r.id, r.name]),
        )
        const link = (of: ClaimGroup, n: number) =>
          `/desk/claims?${new URLSearchParams({ state: of, ...(text ? { q: text } : {}), ...(n > 1 ? { page: String(n) } : {}) })}`
        return context.page(
          'claims',
          {
            group,
            views: CLAIM_GROUPS.map(g => ({
              name: GROUP_WORDS[g],
              number: counts[g],
              href: link(g, 1),
              current: g === group,
            })),
            text,
            rows: rows.map(row => rowView(row, names)),
            empty: text === '' ? EMPTY[group] : 'Nothing matches. Try fewer words, or show all of them.',
            place: pages > 1 ? `Page ${at} of ${pages}` : null,
            before: at > 1 ? link(group, at - 1) : null,
            after: at < pages ? link(group, at + 1) : null,
          },
          { title: 'Claims' },
        )
      },
    },
  ]
}

const rowView = (row: ListedClaim, names: ReadonlyMap<string, string>) => ({
  href: `/desk/claims/${row.reference}`,
  reference: row.reference,
  account: row.account || 'no account',
  service: names.get(row.service) ?? row.service,
  month: monthName(row.month),
  received: moment(row.received),
  deadline: row.deadline === null ? null : moment(row.deadline - 1),
  ...(row.state === 'credited'
    ? { shape: 'met', words: `Credited ${dayWords(row.days ?? 0)}` }
    : row.state === 'declined'
      ? { shape: 'down', words: 'Declined' }
      : shortWords(row)),
  until: row.heldUntil === null ? null : moment(row.heldUntil),
  decided: row.decidedAt === null ? null : { ...moment(row.decidedAt), by: row.decidedBy },
})

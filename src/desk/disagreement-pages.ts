import { countDisagreements, type DisagreementCount } from '../casework/store.ts'
import { readDisagreements } from '../claim/assessment-store.ts'
import { readClaim } from '../claim/store.ts'
import type { Database } from '../db/open.ts'
import { monthPath } from '../page/address.ts'
import { exact, monthName } from '../page/words.ts'
import type { Source } from '../record/source.ts'
import { add } from '../time/interval.ts'
import type { GuardedRoute } from './route.ts'
import { wasItDownPath } from './was-it-down-pages.ts'
import { exactly, stretchIn, typed } from './was-it-down-view.ts'

export interface DisagreementOptions {
  readonly db: Database
  readonly source: Source
}

const YEAR = 366 * 86_400_000
const LISTED = 100

/** Times that customers reported and that the prober did not see: where it may be blind. */
export function disagreementRoutes({ db, source }: DisagreementOptions): readonly GuardedRoute[] {
  return [
    {
      method: 'GET',
      path: '/desk/disagreements',
      nav: 'Disagreements',
      roles: ['support', 'engineer'],
      handle: async (_, { page, now, person }) => {
        const records = await source.services(now)
        const names = new Map<string, string>(records.map(r => [r.id, r.name]))
        const { counts, reports } = db.connection.transaction(() => ({
          counts: countDisagreements(db),
          reports: readDisagreements(db, { from: add(now, -YEAR), to: add(now, YEAR) })
            .toReversed()
            .map(found => ({ ...found, reference: readClaim(db, found.claim)?.reference ?? null })),
        }))()
        const support = person.role !== 'engineer'
        return page(
          'disagreements',
          {
            counts: counts.toReversed().map(count => countView(count, names)),
            reports: reports.slice(0, LISTED).map(found => ({
              service: names.get(found.service) ?? found.service,
              time: stretchIn(found, 'UTC'),
              length: exact(found.to - found.from),
              noted: exactly(found.noted),
              reference: found.reference,
              href: support && found.reference !== null ? `/desk/claims/${found.reference}` : null,
              look: wasItDownPath(found.service, typed(found), 'UTC'),
            })),
            more: Math.max(0, reports.length - LISTED),
          },
          { title: 'Disagreements' },
        )
      },
    },
  ]
}

const countView = (count: DisagreementCount, names: ReadonlyMap<string, string>) => ({
  ...count,
  service: names.get(count.service) ?? count.service,
  month: monthName(count.month),
  href: monthPath(count.service, count.month),
})

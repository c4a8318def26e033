import type { SealedMonth } from '../month/months.ts'
import type { Issue } from '../statement/issue.ts'
import type { Instant } from '../time/instant.ts'
import { absolute, bundlePath, monthPath, statementPath } from './address.ts'

/** A closed month's statement, as of the newest checkpoint. Null where its entry is not signed yet. */
export function issueOf(
  { record, index, corrections, checkpoint, verifierKey }: SealedMonth,
  site: { readonly title: string; readonly url: string | null },
): Issue | null {
  if (!checkpoint || verifierKey === null) return null
  const { service, month } = record
  const link = (path: string) => absolute(site.url, path)
  const statement = statementPath(service.id, month)
  return {
    title: site.title,
    issued: checkpoint.at as Instant,
    corrections: corrections.map(c => c.correction),
    checkpoint: checkpoint.note,
    index,
    size: checkpoint.size,
    verifierKey,
    links: {
      page: link(monthPath(service.id, month)),
      bundle: link(bundlePath(service.id, month)),
      log: link('/api/v1/log/checkpoint'),
      json: link(`${statement}.json`),
      csv: link(`${statement}.csv`),
      pdf: link(`${statement}.pdf`),
    },
  }
}

import { figures } from '../src/availability/figures.ts'
import type { EndpointId, ServiceId } from '../src/catalog/model.ts'
import { openForReading } from '../src/db/open.ts'
import { RecordStore } from '../src/record/store.ts'
import type { Contract } from '../src/sla/contract.ts'
import { duration, instant } from '../src/time/instant.ts'
import type { Place } from './stage.ts'

export const CONTRACT: Contract = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindow: duration(30 * 86_400_000),
  maintenance: 'excluded',
  unknown: 'excluded',
}

/** How long it takes to read one endpoint's window from a record just opened, in ms: check by check, and as figures. */
export function readsOfMonth(
  { data }: Place,
  id: string,
  window: { readonly from: number; readonly to: number },
  runs: number,
): { readonly whole: number; readonly raw: readonly number[]; readonly spans: readonly number[] } {
  const [from, to] = [instant(window.from), instant(window.to)]
  const raw: number[] = []
  const spans: number[] = []
  let whole = 0
  for (let run = 0; run < runs; run++) {
    const db = openForReading(data)
    if (!db) throw new Error(`nothing is stored in ${data}`)
    const store = new RecordStore(db)
    const { catalog } = store.memory
    const key = catalog.endpoints.get(id as EndpointId)?.key ?? Number.NaN
    const service = catalog.memberships.find(m => m.endpoint === id)?.service as ServiceId
    let begun = performance.now()
    const members = store.memory.members(service, to)
    figures({ rule: { kind: 'any' }, members, maintenance: [] }, { from, to }, CONTRACT, to)
    spans.push(performance.now() - begun)
    begun = performance.now()
    whole = store.checks.read(key, from, to).length
    raw.push(performance.now() - begun)
    db.close()
  }
  return { whole, raw, spans }
}

import type { Maintenance } from '../catalog/model.ts'
import type { ServiceRecord } from '../record/source.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import { type Interval, overlaps } from '../time/interval.ts'
import { servicePath } from './address.ts'
import { type TimeView, timeView } from './outage-list-view.ts'
import { enteredLate, exact, utcMinute } from './words.ts'

/** An announced window. */
export interface MaintenanceRow {
  readonly title: string
  readonly state: 'over' | 'running' | 'planned'
  readonly from: TimeView
  readonly to: TimeView
  readonly length: string
  readonly announced: TimeView | null
  /** Where it was entered after it had begun: that, in words. */
  readonly entered: string | null
  readonly services: readonly { readonly name: string; readonly href: string }[]
}

const sameDay = ({ from, to }: Interval): boolean => rfc3339(from).slice(0, 10) === rfc3339(to).slice(0, 10)

/** The windows of these services that are not over, by their start; one that covers several appears once. */
export function maintenanceRows(services: readonly ServiceRecord[], now: Instant): MaintenanceRow[] {
  const windows = new Map<string, { window: Maintenance; services: ServiceRecord[] }>()
  for (const service of services) {
    for (const window of service.maintenance) {
      if (window.to <= now) continue
      const found = windows.get(window.id)
      if (found) found.services.push(service)
      else windows.set(window.id, { window, services: [service] })
    }
  }
  return [...windows.values()]
    .sort((a, b) => a.window.from - b.window.from)
    .map(({ window, services: of }) => row(window, of, now))
}

/** The windows that lie over some of a stretch of time, such as a month, by their start. */
export const maintenanceIn = (service: ServiceRecord, stretch: Interval, now: Instant): MaintenanceRow[] =>
  service.maintenance
    .filter(window => overlaps(window, stretch))
    .toSorted((a, b) => a.from - b.from)
    .map(window => row(window, [], now))

const row = (window: Maintenance, services: readonly ServiceRecord[], now: Instant): MaintenanceRow => ({
  title: window.title,
  state: window.to <= now ? 'over' : window.from <= now ? 'running' : 'planned',
  from: timeView(window.from),
  to:
    (window.from > now || window.to <= now) && sameDay(window)
      ? { iso: rfc3339(window.to), words: utcMinute(window.to) }
      : timeView(window.to),
  length: exact(window.to - window.from),
  announced: window.announced === null ? null : timeView(window.announced),
  entered: enteredLate(window.from, window.noted),
  services: services.map(s => ({ name: s.name, href: servicePath(s.id) })),
})

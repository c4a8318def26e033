import type { Maintenance } from '../catalog/model.ts'
import type { ServiceRecord } from '../record/source.ts'
import { type Instant, rfc3339 } from '../time/instant.ts'
import type { Interval } from '../time/interval.ts'
import { servicePath } from './address.ts'
import { type TimeView, timeView } from './outage-list-view.ts'
import { exact, utcMinute } from './words.ts'

/** An announced window that is running or to come. */
export interface MaintenanceRow {
  readonly title: string
  readonly running: boolean
  readonly from: TimeView
  readonly to: TimeView
  readonly length: string
  readonly announced: TimeView | null
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
    .map(({ window, services: of }) => ({
      title: window.title,
      running: window.from <= now,
      from: timeView(window.from),
      to:
        window.from > now && sameDay(window)
          ? { iso: rfc3339(window.to), words: utcMinute(window.to) }
          : timeView(window.to),
      length: exact(window.to - window.from),
      announced: window.announced === null ? null : timeView(window.announced),
      services: of.map(s => ({ name: s.name, href: servicePath(s.id) })),
    }))
}

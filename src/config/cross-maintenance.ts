import { instant, parseInstant, rfc3339 } from '../time/instant.ts'
import { line } from './explain.ts'
import { nearest } from './nearest.ts'
import { quote } from './problem.ts'
import { asWritten, list, type Spot, text } from './spot.ts'
import type { Finding, Place } from './tree.ts'

const HOUR = 3_600_000
const A_BEGINNING = '2000-01-01T00:00:00Z'
const AN_END = '2099-01-01T00:00:00Z'

/** What is wrong between the times of a maintenance window, and between it and the services. */
export function maintenance(root: Place, window: Spot, services: readonly Spot[]): Finding[] {
  return [...order(window), ...known(root, window, services)]
}

function order(window: Spot): Finding[] {
  const from = time(window, 'from')
  const to = time(window, 'to')
  const announced = time(window, 'announced')
  const findings: Finding[] = []
  if (from && to && to.at <= from.at) {
    const example = line(to.path, asWritten(from) ? rfc3339(instant(from.at + HOUR)) : AN_END)
    findings.push({ path: to.path, offset: to.offset, message: `must be after from${to.not}`, example })
  }
  if (from && announced && announced.at > from.at) {
    const message = `must not be after from: maintenance is announced beforehand${announced.not}`
    findings.push({
      path: announced.path,
      offset: announced.offset,
      message,
      example: line(announced.path, asWritten(from) ? rfc3339(from.at) : A_BEGINNING),
    })
  }
  return findings
}

function time(spot: Spot, name: string) {
  const found = text(spot, name)
  const at = found === null ? null : parseInstant(found.value)
  if (found === null || at === null) return null
  return {
    at,
    path: found.path,
    place: found.place,
    offset: found.place.offset,
    not: `, not ${quote(found.place.shown ?? '')}`,
  }
}

function known(root: Place, { path }: Spot, services: readonly Spot[]): Finding[] {
  const ids = new Map(
    services.map(service => text(service, 'id')).flatMap(id => (id ? [[id.value, id.place.shown]] : [])),
  )
  const seen = new Set<string>()
  return list(root, [...path, 'services']).flatMap(({ path: at, place }) => {
    if (typeof place.value !== 'string') return []
    const shown = quote(place.shown ?? '')
    const twice = seen.has(place.value)
    seen.add(place.value)
    if (ids.has(place.value) && !twice) return []
    const near = nearest(
      place.shown ?? '',
      [...ids.values()].filter(id => id !== null),
    )
    const first = near ?? [...ids.values()].find(id => id !== null) ?? 'iam'
    const message = twice
      ? `${shown} stands here twice`
      : `there is no service ${shown}${near ? `; did you mean ${near}?` : ''}`
    return [{ path: at, offset: place.offset, message, example: line(at, [first]) }]
  })
}

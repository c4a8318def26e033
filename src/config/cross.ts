import { maintenance } from './cross-maintenance.ts'
import { exampleAt, line } from './explain.ts'
import { quote } from './problem.ts'
import { canonicalPercent, DECIMAL } from './sections/contract.ts'
import { CONDITIONS } from './sections/expect.ts'
import { asWritten, list, type Spot, text } from './spot.ts'
import { type Finding, find, type Place } from './tree.ts'

/**
 * What no single value is wrong about: ids that meet twice, names of things that are not there, times out of order.
 * It reads the places and not the checked values, so that one mistake elsewhere does not hide these.
 */
export function crossCheck(root: Place, isCron: (text: string) => boolean): Finding[] {
  const services = list(root, ['services'])
  const endpoints = services.flatMap(({ path }) => list(root, [...path, 'endpoints']))
  const windows = list(root, ['maintenance'])
  return [
    ...thresholds(root),
    ...addresses(root),
    ...unique(services, 'services'),
    ...unique(endpoints, 'all services'),
    ...unique(windows, 'maintenance windows'),
    ...services.flatMap(service => quorum(service)),
    ...endpoints.flatMap(endpoint => [
      ...schedule(endpoint, isCron),
      ...headers(endpoint),
      ...conditions(root, endpoint),
    ]),
    ...windows.flatMap(window => maintenance(root, window, services)),
  ]
}

function unique(spots: readonly Spot[], among: string): Finding[] {
  const taken = new Set(spots.map(spot => text(spot, 'id')?.value))
  const seen = new Set<string>()
  return spots.flatMap(spot => {
    const id = text(spot, 'id')
    if (id === null) return []
    if (!seen.has(id.value)) {
      seen.add(id.value)
      return []
    }
    const shown = id.place.shown ?? ''
    let n = 2
    while (taken.has(`${id.value.slice(0, 58)}-${n}`)) n++
    const free = asWritten(id) ? line(['id'], `${shown.slice(0, 58)}-${n}`) : exampleAt(id.path)
    const message = `${quote(shown)} is taken already; an id is unique over ${among}`
    return [{ path: id.path, offset: id.place.offset, message, example: free }]
  })
}

/** What cannot work without an address of our own. */
function addresses(root: Place): Finding[] {
  const needs = (has: string[], wants: string[], message: string, example: string): Finding[] => {
    const place = find(root, has)
    if (place === undefined || find(root, wants) !== undefined) return []
    return [{ path: has, offset: place.keyOffset ?? place.offset, message, example }]
  }
  return [
    ...needs(
      ['people', 'oidc'],
      ['page', 'url'],
      'needs the public address, to which the issuer sends people back; add page.url',
      line(['url'], 'https://status.example.com'),
    ),
    ...needs(
      ['mail', 'smtp'],
      ['mail', 'from'],
      'needs an address that letters come from; add mail.from',
      line(['from'], 'support@example.com'),
    ),
  ]
}

function thresholds(root: Place): Finding[] {
  const seen = new Set<string>()
  return list(root, ['contract', 'thresholds']).flatMap(({ path, place }) => {
    const percent = place.children.get('percent')
    if (percent === undefined || percent.shown === null) return []
    const at = { path: [...path, 'percent'], offset: percent.offset }
    // As a number the text has been rounded to a binary fraction: what is written decides.
    const written = typeof percent.value === 'number' ? percent.shown : percent.value
    const exact = typeof written === 'string' ? canonicalPercent(written) : null
    if (exact === null) {
      if (typeof percent.value !== 'number' || DECIMAL.test(percent.shown)) return []
      const message = `must be a decimal above 0 and below 100, with a point and at most 6 decimals, not ${percent.shown.slice(0, 60)}`
      return [{ ...at, message, example: exampleAt(at.path) }]
    }
    if (!seen.has(exact)) {
      seen.add(exact)
      return []
    }
    const other = ['99.9', '99', '99.5', '99.95', '98', '95', '90'].find(value => !seen.has(value)) ?? '50'
    return [
      {
        ...at,
        message: `${quote(percent.shown)} is the percentage of another threshold already`,
        example: line(at.path, other),
      },
    ]
  })
}

function quorum({ path, place }: Spot): Finding[] {
  const count = place.children.get('endpoints')?.children.size ?? 0
  const needed = find(place, ['down', 'quorum'])
  if (needed === undefined || typeof needed.value !== 'number' || count === 0 || needed.value <= count)
    return []
  const message = `must be at most ${count}, the number of endpoints, not ${needed.shown}`
  const at = [...path, 'down', 'quorum']
  return [{ path: at, offset: needed.offset, message, example: line(at, count) }]
}

function schedule(spot: Spot, isCron: (text: string) => boolean): Finding[] {
  const { path, place } = spot
  const cron = text(spot, 'cron')
  const findings: Finding[] = []
  const timeZone = place.children.get('timeZone')
  if (place.children.has('every') && place.children.has('cron')) {
    const offset = place.children.get('cron')?.keyOffset ?? place.offset
    const message = 'cannot stand beside every: an endpoint has one schedule; keep one of them'
    findings.push({ path: [...path, 'cron'], offset, message, example: line(['every'], '30s') })
  } else if (timeZone !== undefined && !place.children.has('cron')) {
    const offset = timeZone.keyOffset ?? timeZone.offset
    const message = 'is the zone of a cron expression, and there is none'
    findings.push({ path: [...path, 'timeZone'], offset, message, example: exampleAt([...path, 'cron']) })
  }
  if (cron !== null && !isCron(cron.value)) {
    const message = `must be a cron expression, not ${quote(cron.place.shown ?? '')}`
    findings.push({ path: cron.path, offset: cron.place.offset, message, example: exampleAt(cron.path) })
  }
  return findings
}

function headers({ path, place }: Spot): Finding[] {
  const seen = new Map<string, string>()
  return [...(place.children.get('headers')?.children ?? [])].flatMap(([name, value]) => {
    const first = seen.get(String(name).toLowerCase())
    if (first === undefined) {
      seen.set(String(name).toLowerCase(), String(name))
      return []
    }
    const message = `is the same header as ${first}; upper and lower case make no difference`
    const offset = value.keyOffset ?? value.offset
    return [{ path: [...path, 'headers', name], offset, message, example: exampleAt([...path, 'headers']) }]
  })
}

function conditions(root: Place, { path }: Spot): Finding[] {
  return list(root, [...path, 'expect', 'json']).flatMap(({ path: at, place }) => {
    const isMapping = place.children.size > 0 && !Array.isArray(place.value)
    if (!isMapping || CONDITIONS.some(name => place.children.has(name))) return []
    const message = `says nothing of the value; add one of ${CONDITIONS.join(', ')}`
    return [{ path: at, offset: place.offset, message, example: exampleAt(at) }]
  })
}

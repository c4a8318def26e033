import { canonicalBytes } from '../log/canonical.ts'
import { digest, parseCheckLines } from '../month/check-lines.ts'
import { spanOf } from '../month/declared.ts'
import { FORMULA, type MonthRecord } from '../month/record.ts'
import { monthInterval, parseMonth } from '../time/month.ts'
import type { Bundle, EndpointChecks } from './bundle.ts'
import { bad, type Finding, good, told } from './finding.ts'
import type { Trust } from './sealed.ts'

/** What the record says of itself fits together. */
export function* inside(record: MonthRecord, wanted: Trust): Generator<Finding> {
  const { versions, service } = record
  if (wanted.service !== undefined && service.id !== wanted.service)
    yield bad('Service', `The bundle is of the service ${service.id}, not of ${wanted.service}.`)
  if (wanted.month !== undefined && record.month !== wanted.month)
    yield bad('Month', `The bundle is of ${record.month}, not of ${wanted.month}.`)
  if (versions.formula !== FORMULA)
    yield bad('Formula', `The record was made by formula ${versions.formula}; this program knows ${FORMULA}.`)
  for (const { version, contract } of versions.contract)
    if (digest(new TextDecoder().decode(canonicalBytes(contract))) !== version)
      yield bad('Contract', `The contract is not the one that the version ${version.slice(0, 12)} names.`)
  const month = parseMonth(record.month)
  if (!month) {
    yield bad('Month', 'The record names no month.')
    return
  }
  const bounds = monthInterval(month, record.timeZone)
  const { from, to } = spanOf(record.calendar)
  yield bounds.from === from && bounds.to === to
    ? good(
        'Month',
        `${service.name} (${service.id}): ${record.month} in ${record.timeZone} runs from ${record.calendar.from} to ${record.calendar.to}.`,
      )
    : told(
        'Month',
        `${service.name} (${service.id}): here ${record.month} in ${record.timeZone} would run otherwise: the record was made with the time-zone data ${versions.timeZoneData}.`,
      )
}

/** The raw checks are those of which each day's digest was sealed. */
export function* digests({ record, checks }: Bundle): Generator<Finding> {
  if (checks === null) {
    yield told(
      'Checks',
      'The bundle holds no checks: they are kept for a limited time. The figures are as sealed.',
    )
    return
  }
  if (
    Object.keys(checks).sort().join('\n') !==
    record.endpoints
      .map(e => e.id)
      .sort()
      .join('\n')
  ) {
    yield bad('Checks', 'The bundle does not hold the checks of just those endpoints that the record names.')
    return
  }
  let count = 0
  let wrong = 0
  for (const endpoint of record.endpoints) {
    const { days, after } = checks[endpoint.id] as EndpointChecks
    const wanted = [...endpoint.days, { date: 'the days after', ...endpoint.after }]
    const found = [...days, after]
    if (Object.keys(checks[endpoint.id] as object).length !== 2 || wanted.length !== found.length)
      yield bad(
        'Checks',
        `${endpoint.id}: the bundle holds ${days.length} days, and the record ${endpoint.days.length}.`,
      )
    for (const [i, { date, checks: number, sha256 }] of wanted.entries()) {
      const text = found[i] ?? ''
      count += number
      if (digest(text) === sha256 && parseCheckLines(text).length === number) continue
      wrong++
      yield bad('Checks', `${endpoint.id}, ${date}: the checks are not the ${number} that were sealed.`)
    }
  }
  if (wrong === 0)
    yield good('Checks', `${count} checks were read, and their digests compared with those that were sealed.`)
}

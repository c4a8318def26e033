import type { Expect, JsonExpectation } from '../catalog/model.ts'
import type { DownReason } from './check.ts'
import { clean } from './outcome.ts'

/** An expectation that does not hold: why, and what was found instead. */
export interface Miss {
  readonly reason: DownReason
  readonly observed: string
}

/** PURE. Whether any expectation reads the body. */
export function readsBody(expect: Expect): boolean {
  return expect.contains !== undefined || expect.notContains !== undefined || expect.json.length > 0
}

/** PURE. Judges the status code. */
export function judgeStatus(expect: Expect, status: number): Miss | null {
  if (expect.status.some(([from, to]) => status >= from && status <= to)) return null
  const ranges = expect.status.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
  return { reason: 'status', observed: `status ${status}, expected ${ranges}` }
}

/** PURE. Judges a body: its text first, then its JSON. */
export function judgeBody(expect: Expect, text: string): Miss | null {
  if (expect.contains !== undefined && !text.includes(expect.contains)) {
    return { reason: 'body', observed: `the body does not contain ${show(expect.contains)}` }
  }
  if (expect.notContains !== undefined && text.includes(expect.notContains)) {
    return { reason: 'body', observed: `the body contains ${show(expect.notContains)}` }
  }
  if (expect.json.length === 0) return null
  const document = parse(text)
  if (document === undefined) return { reason: 'json', observed: 'the body is not JSON' }
  for (const expectation of expect.json) {
    const observed = judgeJson(expectation, valueAt(document, expectation.path))
    if (observed !== null) return { reason: 'json', observed }
  }
  return null
}

/** PURE. Judges how long a certificate stays valid, in days; null where the check saw none. */
export function judgeCertificate(expect: Expect, daysLeft: number | null): Miss | null {
  if (expect.certificateDays === undefined) return null
  const reason = 'certificate-expiring'
  if (daysLeft === null) return { reason, observed: 'no certificate: the connection was not encrypted' }
  if (daysLeft >= expect.certificateDays) return null
  const left = `${Math.floor(daysLeft * 10) / 10} days`
  return {
    reason,
    observed: `the certificate expires in ${left}, expected at least ${expect.certificateDays}`,
  }
}

/** PURE. Judges the time of the whole check, in ms. */
export function judgeLatency(expect: Expect, total: number): Miss | null {
  if (expect.maxLatency === undefined || total <= expect.maxLatency) return null
  return {
    reason: 'latency',
    observed: `took ${total.toFixed(1)} ms, expected at most ${expect.maxLatency} ms`,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * PURE. The value at a dotted path, where a step is a key of an object or an index of an array (`data.0.ready`);
 * the empty path is the document. Only own properties count, so that no path leads into a prototype. Undefined where
 * there is none.
 */
export function valueAt(document: unknown, path: string): unknown {
  let value = document
  for (const step of path === '' ? [] : path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) && !/^(0|[1-9]\d{0,8})$/.test(step)) return undefined
    if (!Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return value
}

function judgeJson(expectation: JsonExpectation, value: unknown): string | null {
  const { exists, equals, notEquals, lessThan, greaterThan } = expectation
  const name = expectation.path === '' ? 'the document' : clean(expectation.path, 80)
  const missed = (expected: string): string => `${name} is ${show(value)}, expected ${expected}`
  if (exists === true && value === undefined) return missed('a value')
  if (exists === false && value !== undefined) return missed('none')
  if (equals !== undefined && value !== equals) return missed(show(equals))
  if (notEquals !== undefined && value === notEquals) return missed('another value')
  if (lessThan !== undefined && !(typeof value === 'number' && value < lessThan))
    return missed(`less than ${lessThan}`)
  if (greaterThan !== undefined && !(typeof value === 'number' && value > greaterThan)) {
    return missed(`more than ${greaterThan}`)
  }
  return null
}

function show(value: unknown): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return clean(JSON.stringify(value), 80)
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

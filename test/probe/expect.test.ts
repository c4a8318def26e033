import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expect, JsonExpectation } from '../../src/catalog/model.ts'
import {
  judgeBody,
  judgeCertificate,
  judgeLatency,
  judgeStatus,
  readsBody,
  valueAt,
} from '../../src/probe/expect.ts'
import { clean } from '../../src/probe/outcome.ts'
import { ms } from './listeners.ts'

const expecting = (parts: Partial<Expect> = {}): Expect => ({ status: [[200, 299]], json: [], ...parts })
const json = (text: string, expectation: JsonExpectation) =>
  judgeBody(expecting({ json: [expectation] }), text)

describe('a status', () => {
  it.each([
    [[[200, 299]], 200, null],
    [[[200, 299]], 299, null],
    [[[200, 299]], 300, 'status 300, expected 200-299'],
    [
      [
        [200, 204],
        [301, 301],
      ],
      301,
      null,
    ],
    [
      [
        [200, 204],
        [301, 301],
      ],
      205,
      'status 205, expected 200-204, 301',
    ],
  ] as const)('in %j: %d', (status, found, observed) => {
    expect(judgeStatus(expecting({ status }), found)?.observed ?? null).toBe(observed)
  })
})

describe('a text', () => {
  it('must contain and must not contain', () => {
    const both = expecting({ contains: 'ok', notContains: 'error' })
    expect(readsBody(both)).toBe(true)
    expect(readsBody(expecting())).toBe(false)
    expect(judgeBody(both, 'all ok')).toBeNull()
    expect(judgeBody(both, 'all well')).toEqual({
      reason: 'body',
      observed: 'the body does not contain "ok"',
    })
    expect(judgeBody(both, 'ok, no error')).toEqual({ reason: 'body', observed: 'the body contains "error"' })
  })
})

describe('a JSON expectation', () => {
  const DOCUMENT = JSON.stringify({
    data: [{ ready: true, load: 0.5, name: 'a\nb', none: null }],
    'a-b': { '': 1 },
    '0': 'zero',
    list: [[1, 2], 'x'],
    __proto__: 1,
  })
  it.each<[JsonExpectation, string | null]>([
    [{ path: 'data.0.ready', equals: true }, null],
    [{ path: 'data.0.ready', equals: false }, 'data.0.ready is true, expected false'],
    [{ path: 'data.0.ready', equals: 'true' }, 'data.0.ready is true, expected "true"'],
    [{ path: 'data.1.ready', equals: true }, 'data.1.ready is absent, expected true'],
    [{ path: 'data.00.ready', exists: true }, 'data.00.ready is absent, expected a value'],
    [{ path: 'data.-1', exists: true }, 'data.-1 is absent, expected a value'],
    [{ path: 'data.length', exists: true }, 'data.length is absent, expected a value'],
    [{ path: 'data.0.name.length', exists: true }, 'data.0.name.length is absent, expected a value'],
    [{ path: 'list.0.1', equals: 2 }, null],
    [{ path: '0', equals: 'zero' }, null],
    [{ path: 'a-b.', equals: 1 }, null],
    [{ path: 'data.0.none', exists: true }, null],
    [{ path: 'data.0.none', equals: null }, null],
    [{ path: 'data.0.name', equals: 'x' }, 'data.0.name is "a\\nb", expected "x"'],
    [{ path: 'missing', exists: false }, null],
    [{ path: 'data', exists: false }, 'data is an array of 1, expected none'],
    [{ path: 'data', equals: 1 }, 'data is an array of 1, expected 1'],
    [{ path: 'data.0', equals: 1 }, 'data.0 is an object, expected 1'],
    [{ path: 'data.0.ready', notEquals: true }, 'data.0.ready is true, expected another value'],
    [{ path: 'missing', notEquals: true }, null],
    [{ path: 'data.0.load', lessThan: 1, greaterThan: 0 }, null],
    [{ path: 'data.0.load', lessThan: 0.5 }, 'data.0.load is 0.5, expected less than 0.5'],
    [{ path: 'data.0.load', greaterThan: 0.5 }, 'data.0.load is 0.5, expected more than 0.5'],
    [{ path: 'data.0.name', lessThan: 1 }, 'data.0.name is "a\\nb", expected less than 1'],
    [{ path: 'data.0.none', lessThan: 1 }, 'data.0.none is null, expected less than 1'],
    [{ path: '', exists: true }, null],
    // Nothing is reached through a prototype.
    [{ path: '__proto__', exists: false }, null],
    [{ path: 'constructor', exists: false }, null],
    [{ path: 'data.constructor.name', exists: false }, null],
    [{ path: 'data.0.toString', exists: false }, null],
    [{ path: 'data.0.__proto__.polluted', exists: false }, null],
  ])('%j finds %j', (expectation, observed) => {
    expect(json(DOCUMENT, expectation)?.observed ?? null).toBe(observed)
  })

  it('sees a `__proto__` that the document has itself, as data', () => {
    expect(json('{"__proto__":{"admin":true}}', { path: '__proto__.admin', equals: true })).toBeNull()
    expect({}).not.toHaveProperty('admin')
  })

  it('fails on what is not JSON, or nested beyond all sense, without throwing', () => {
    for (const text of ['', 'ok', '{', '\u0000', '[1,]']) {
      expect(json(text, { path: '', exists: true })).toEqual({
        reason: 'json',
        observed: 'the body is not JSON',
      })
    }
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    expect(() => json(deep, { path: '0.0.0', exists: true })).not.toThrow()
  })

  it('never throws, and finds just what is there, for any document and path', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (document, path) => {
        valueAt(document, path)
        expect(() => json(JSON.stringify(document), { path, equals: 1, lessThan: 2 })).not.toThrow()
      }),
      { seed: 7, numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), fc.integer(), { minKeys: 1 }), object => {
        for (const [key, value] of Object.entries(object))
          expect(valueAt({ in: [object] }, `in.0.${key}`)).toBe(value)
      }),
      { seed: 7, numRuns: 100 },
    )
  })
})

it('a certificate must stay valid long enough', () => {
  expect(judgeCertificate(expecting(), null)).toBeNull()
  expect(judgeCertificate(expecting({ certificateDays: 14 }), 14)).toBeNull()
  expect(judgeCertificate(expecting({ certificateDays: 14 }), 13.99)?.observed).toContain(
    '13.9 days, expected at least 14',
  )
  expect(judgeCertificate(expecting({ certificateDays: 0 }), null)?.reason).toBe('certificate-expiring')
})

it('a check may take its latency and no longer', () => {
  expect(judgeLatency(expecting({ maxLatency: ms(100) }), 100)).toBeNull()
  expect(judgeLatency(expecting({ maxLatency: ms(100) }), 100.06)?.observed).toBe(
    'took 100.1 ms, expected at most 100 ms',
  )
})

it('what a target sent is shown on one printable line of bounded length', () => {
  expect(clean('a\r\nb\u0000\u001b[31mc\u202ed\ud800')).toBe('a b [31mc d')
  expect(clean('x'.repeat(10_000_000))).toHaveLength(300)
})

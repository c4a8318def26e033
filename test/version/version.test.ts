import { describe, expect, it } from 'vitest'
import type { Expect } from '../../src/catalog/model.ts'
import { duration } from '../../src/time/instant.ts'
import { endpointContent } from '../../src/version/version.ts'
import { endpoint } from '../record/scene.ts'

const wordsOf = (expected: Partial<Expect>): readonly string[] => {
  const one = endpoint('login')
  const target = { ...one.target, expect: { ...one.target.expect, ...expected } }
  return endpointContent({ ...one, target }).expect
}

describe('what is published of what a response must be', () => {
  it('says that a text is looked for, and never which: it may be a secret', () => {
    const words = wordsOf({
      contains: 'hunter2-in',
      notContains: 'hunter2-out',
      json: [
        { path: 'data.token', equals: 'hunter2-is' },
        { path: 'data.other', notEquals: 'hunter2-not' },
      ],
    })
    expect(words).toEqual([
      'status 200-299',
      'contains a text that is not published',
      'does not contain a text that is not published',
      'data.token equals a text that is not published',
      'data.other does not equal a text that is not published',
    ])
    expect(words.join()).not.toContain('hunter2')
  })

  it('shows numbers, truth values, null and limits', () => {
    expect(
      wordsOf({
        json: [
          { path: 'queue', equals: 0, lessThan: 10, greaterThan: -1 },
          { path: 'ok', equals: true, exists: true },
          { path: 'error', notEquals: null },
        ],
        maxLatency: duration(800),
        certificateDays: 14,
      }),
    ).toEqual([
      'status 200-299',
      'queue equals 0',
      'queue is less than 10',
      'queue is greater than -1',
      'ok exists',
      'ok equals true',
      'error does not equal null',
      'answers within 800ms',
      'certificate valid for 14 days',
    ])
  })
})

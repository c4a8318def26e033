import { describe, expect, it } from 'vitest'
import { findReferences, makeReference, parseReference } from '../../src/support/reference.ts'

describe('a reference', () => {
  it('is made of letters and digits that nobody mistakes', () => {
    const made = new Set(Array.from({ length: 30 }, (_, i) => makeReference(() => i)))
    expect(made.size).toBe(30)
    expect([...made].join('')).not.toMatch(/[01ILOU]/)
    for (const reference of made) expect(parseReference(reference)).toBe(reference)
  })

  it.each(['N-7KQ2-M4XD', 'n-7kq2-m4xd', ' N 7KQ2 M4XD ', 'N7KQ2M4XD', 'N–7KQ2–M4XD'])(
    'is read from %j',
    text => {
      expect(parseReference(text)).toBe('N-7KQ2-M4XD')
    },
  )

  it.each([
    '',
    'N-',
    '7KQ2-M4XD',
    'N-7KQ2-M4X',
    'N-7KQ2-M4XDD',
    'N-0KQ2-M4XD',
    'X-7KQ2-M4XD',
    'x'.repeat(1e6),
  ])('is not read from what is none', text => {
    expect(parseReference(text)).toBeNull()
  })

  it('is found in a subject, and not inside another word', () => {
    expect(findReferences('Re: [N-7KQ2-M4XD] and n-2222-3333, N-7KQ2-M4XD')).toEqual([
      'N-7KQ2-M4XD',
      'N-2222-3333',
    ])
    expect(findReferences('XN-7KQ2-M4XD N-7KQ2-M4XD-5 N-7KQ2-M4XDA')).toEqual([])
    expect(findReferences('N-2222-2222 '.repeat(1e5))).toEqual(['N-2222-2222'])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mailSchema } from '../../src/config/sections/mail.ts'
import { domainOf, isMailbox } from '../../src/mail/address.ts'
import { withoutTags } from '../../src/mail/markup.ts'
import { manyLines, oneLine } from '../../src/mail/text.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\r', '\n', '\t', ' ', '\u0000', '\u202e', '\u2028', '\ud800', '💥', 'a', '\u0085'),
  }),
)

describe('a text', () => {
  it('on one line holds no control character, and no more than it may', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 30 }), (text, most) => {
        const line = oneLine(text, most)
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
        expect([...line].length).toBeLessThanOrEqual(most)
        expect(oneLine(line, most)).toBe(line)
      }),
    )
    expect(oneLine(`${'x'.repeat(10_000)}`, 10)).toBe('xxxxxxxxx…')
    expect(oneLine('💥💥💥', 6)).toBe('💥💥💥')
  })

  it('on many lines holds no control character but tab and line feed', () => {
    fc.assert(
      fc.property(hostile, text => {
        const lines = manyLines(text, 1_000)
        expect(lines).not.toMatch(/(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    expect(manyLines('a\r\nb\rc\nd\u2028e\tf', 100)).toBe('a\nb\nc\nd\ne\tf')
  })
})

describe('an address', () => {
  it('is one that the configuration would take, too', () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab.-+_@<>",;:\\ \t\r\n\u0000é') })
    fc.assert(
      fc.property(part, part, (a, b) => {
        const text = `${a}@${b}`
        if (isMailbox(text))
          expect(mailSchema.safeParse({ from: text })).toMatchObject({ data: { from: text } })
      }),
      { numRuns: 1_000 },
    )
    expect(['support@example.com', 'a+b@c', 'é@münchen.example'].map(isMailbox)).toEqual([true, true, true])
    expect(['', '@', 'a@', '@b', 'a@b@c', 'a b@c', 'a@b\n'].map(isMailbox)).toEqual(Array(7).fill(false))
  })

  it('gives its domain', () => {
    expect(domainOf('Support@Example.COM')).toBe('example.com')
    expect([domainOf(undefined), domainOf('nonsense')]).toEqual(['nines.invalid', 'nines.invalid'])
  })
})

describe('HTML that is not read as such', () => {
  it('loses its tags in one pass', () => {
    expect(withoutTags('<p>It  is &lt;down&gt;</p>\n \n<p class="a>b">now')).toBe('It is <down>\nb">now')
    expect(withoutTags('<'.repeat(1_000_000))).toBe('')
    expect(withoutTags(' \n'.repeat(500_000))).toBe('')
  })
})

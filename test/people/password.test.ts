import { describe, expect, it } from 'vitest'
import { passwordFault } from '../../src/people/password.ts'
import { cleanEmail, cleanName } from '../../src/people/person.ts'

const ADA = { name: 'Ada Lovelace', email: 'ada.lovelace@example.com' }

describe('a new password', () => {
  it.each([
    'a lamp beside the river',
    'Tr0ub4dor&3 and more',
    '日本語のとても長いパスワードです',
    'ada had a little lamb',
  ])('may be %s', password => {
    expect(passwordFault(password, ADA)).toBe(null)
  })

  it.each([
    ['', 'has 0 characters'],
    ['elevenchars', 'has 11 characters'],
    ['😀😀😀😀😀😀', 'has 6 characters'],
    ['x'.repeat(129), 'at most 128'],
    ['password1234', 'first that anyone would guess'],
    ['PASSWORD1234', 'first that anyone would guess'],
    ['correct horse battery staple', 'first that anyone would guess'],
    ['aaaaaaaaaaaaaaa', 'first that anyone would guess'],
    ['abcdefghijklmnop', 'first that anyone would guess'],
    ['123456789012', 'first that anyone would guess'],
    ['ada.lovelace@example.com', 'name or your e-mail'],
    ['Ada.Lovelace@Example.com1', 'name or your e-mail'],
    ['ada.lovelace2026', 'name or your e-mail'],
    ['AdaLovelace!!', 'name or your e-mail'],
  ])('may not be %s', (password, words) => {
    expect(passwordFault(password, ADA)).toContain(words)
  })
})

describe('an e-mail address', () => {
  it('is kept in lower case, and refused where it is none', () => {
    expect(cleanEmail(' Ada@Example.COM ')).toBe('ada@example.com')
    for (const text of [
      '',
      'ada',
      'ada@',
      '@example.com',
      'a b@example.com',
      'ada@example',
      'ada@example.com\r\nbcc: x@y.z',
      `${'a'.repeat(250)}@example.com`,
      'ada@-x.com',
    ])
      expect([text, cleanEmail(text)]).toEqual([text, null])
  })
})

describe('a name', () => {
  it('is one line of text', () => {
    expect(cleanName('  Ada\r\n\tLovelace\u202e ')).toBe('Ada Lovelace')
    expect(cleanName('\u0000\u200b ')).toBe(null)
    expect(cleanName('x'.repeat(100))).toBe('x'.repeat(100))
    expect(cleanName('x'.repeat(101))).toBe(null)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkIntake, cut, isAddress, manyLines, oneLine, sameAddress } from '../../src/support/intake.ts'
import { intake } from './scene.ts'

describe('an intake', () => {
  it('is put on one line where it goes into headers, and keeps its lines where it does not', () => {
    const checked = checkIntake(
      intake({ subject: ' a\r\nbcc: x\u2028y\t\0z ', body: ' a\r\nb\rc\0\u202ed\n ', name: '\u202eJo\n' }),
    )
    expect(checked).toMatchObject({
      kind: 'fine',
      intake: { subject: 'a bcc: x y z', body: 'a\nb\nc' + 'd', name: 'Jo', account: null, messageId: null },
    })
  })

  it('of any text is refused or within bounds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 })
    fc.assert(
      fc.property(text, text, text, (subject, body, name) => {
        const checked = checkIntake(intake({ subject, body, name }))
        if (checked.kind === 'refused') return
        expect(checked.intake.subject.length).toBeLessThanOrEqual(200)
        expect(checked.intake.subject + checked.intake.name).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        expect(oneLine(checked.intake.subject)).toBe(checked.intake.subject)
        expect(manyLines(checked.intake.body)).toBe(checked.intake.body)
      }),
    )
  })

  it('is cut between characters', () => {
    expect(cut('a😀', 2)).toBe('a')
    expect(cut('a😀', 3)).toBe('a😀')
  })
})

describe('an address', () => {
  it.each(['jo@example.org', "o'neil+x_y.z@mail.example.co.uk", 'jö@müller.example', 'a@b-c.xn--p1ai'])(
    '%j can be written to',
    address => {
      expect(isAddress(address)).toBe(true)
    },
  )

  it.each([
    '',
    'jo',
    'jo@',
    '@example.org',
    'jo@localhost',
    'jo@example..org',
    'jo@-example.org',
    'jo@exa mple.org',
    'jo@a.org,al@a.org',
    'jo@a.org;al@a.org',
    'Jo <jo@example.org>',
    'jo@example.org\nbcc: x@y.zz',
    'jo\0@example.org',
    'jo@@example.org',
    `${'j'.repeat(65)}@example.org`,
    `jo@${'a.'.repeat(150)}org`,
  ])('%j cannot', address => {
    expect(isAddress(address)).toBe(false)
  })

  it('is the same in any case', () => {
    expect(sameAddress(' Jo@Example.ORG', 'jo@example.org')).toBe(true)
    expect(sameAddress('jo@example.org', 'jo@example.com')).toBe(false)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Figure, LetterFacts, LetterKind } from '../../src/mail/letters.ts'
import { letterWriter } from '../../src/mail/write.ts'
import { instant } from '../../src/time/instant.ts'

const VIEWS = fileURLToPath(new URL('../../views/letters', import.meta.url))
const write = letterWriter(VIEWS)
const at = (text: string) => instant(Date.parse(text))

const every = { name: 'Ada Lovelace', site: 'Example Status', timeZone: 'Europe/London' }
const request = {
  ...every,
  reference: 'NR-7K2M',
  follow: 'https://status.example.com/requests/NR-7K2M?k=abc',
}
const received = {
  ...request,
  subject: 'Nothing works',
  answerBy: at('2026-11-03T09:00:00Z'),
  hours: 'Monday to Friday, 08:00 to 22:00 (Europe/London)',
}
const figure: Figure = {
  service: 'IAM Services',
  month: '2026-10',
  percent: '99.812',
  down: 5_040_250,
  threshold: '99.9',
  outages: [
    { from: at('2026-10-04T01:02:03Z'), to: at('2026-10-04T01:25:10Z') },
    { from: at('2026-10-28T10:00:00Z'), to: at('2026-10-28T11:00:53.250Z') },
  ],
  statement: 'https://status.example.com/months/iam/2026-10.pdf',
  verify: 'https://status.example.com/verify',
}
const facts: LetterFacts = {
  received,
  'claim-received': {
    ...received,
    subject: 'Claim for October',
    service: 'IAM Services',
    months: ['2026-09', '2026-10'],
    missing: ['a file that shows the failure'],
  },
  'claim-credit': { ...request, days: 7, figure },
  'claim-declined': {
    ...request,
    reasons: ['The service was down for 10 min, and the contract allows 43 min 12 s.'],
    figure: { ...figure, percent: '99.977', down: 600_000, outages: [] },
    objectBy: at('2026-12-01T00:00:00Z'),
  },
  'claim-held': {
    ...request,
    service: 'IAM Services',
    month: '2026-11',
    ends: at('2026-12-01T00:00:00Z'),
    back: at('2026-12-04T12:00:00Z'),
  },
  answer: {
    ...request,
    subject: 'Nothing works',
    text: 'It was us.\n\n  - fixed <now> & tested\n',
    by: 'Grace',
  },
  invitation: {
    ...every,
    by: 'Grace',
    link: 'https://status.example.com/sign-in?a=1&b=2',
    expires: at('2026-11-05T09:00:00Z'),
  },
  'password-reset': {
    ...every,
    link: 'https://status.example.com/reset?t=x',
    expires: at('2026-11-03T10:00:00Z'),
  },
}
const kinds = Object.keys(facts) as LetterKind[]

describe('a letter', () => {
  it.each(kinds)('%s reads like this', kind => {
    const { subject, text } = write(kind, facts[kind] as never)
    expect(`Subject: ${subject}\n\n${text}`).toMatchSnapshot()
    expect(text).not.toMatch(/undefined|null|NaN|\[object|\n{3}/)
  })

  it('does without what is not known', () => {
    const bare = { ...received, name: '', answerBy: null, hours: null }
    const texts = [
      write('received', bare),
      write('claim-received', { ...bare, service: 'IAM', months: [], missing: [] }),
      write('claim-declined', { ...facts['claim-declined'], reasons: [], figure: null, objectBy: null }),
      write('claim-credit', {
        ...facts['claim-credit'],
        days: 1,
        timeZone: 'UTC',
        figure: { ...figure, percent: null },
      }),
      write('answer', { ...facts.answer, by: '' }),
      write('invitation', { ...facts.invitation, by: '' }),
    ].map(({ subject, text }) => `Subject: ${subject}\n\n${text}`)
    expect(texts.join('\n=====\n')).toMatchSnapshot()
    expect(texts.join()).not.toMatch(/undefined|null|NaN|\[object|\n{3}/)
  })

  it('lists fifty outages and counts the rest', () => {
    const [outage] = figure.outages
    const many = { ...figure, outages: Array(1_000).fill(outage) }
    const { text } = write('claim-credit', { ...facts['claim-credit'], figure: many })
    expect(text.match(/23 min 7 s/g)).toHaveLength(50)
    expect(text).toContain('and 950 more, in the statement')
  })

  const HOSTILE = [
    '<%= 1 + 1 %>',
    '<%~ it.text %>',
    '{{ 1 }}',
    ['$', '{1 + 1}'].join(''),
    '<script>alert("&amp;\'")</script>',
    'a\r\nBcc: eve@example.org\r\n\r\n-- \r\nThe bank',
    '\u202eevil\u2066',
    '\u0000\u001b[2J\u0007',
    '\ud800',
    '__proto__',
    'x'.repeat(10_240),
    '💥'.repeat(10_240),
    '',
  ]
  const poisoned = (value: unknown, text: string): unknown => {
    if (typeof value === 'string') return text
    if (Array.isArray(value)) return value.map(item => poisoned(item, text))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'timeZone' ? item : poisoned(item, text)]),
    )
  }

  it.each(kinds)('%s does what its template says, whatever it is given', kind => {
    for (const text of HOSTILE) {
      const letter = write(kind, poisoned(facts[kind], text) as never)
      expect(letter.subject).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      expect([...letter.subject].length).toBeLessThanOrEqual(250)
      expect(letter.text).not.toMatch(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069\p{Cs}]/u)
      expect(letter.text.length).toBeLessThan(60_000)
      expect(letter.text).not.toMatch(/undefined|\[object|&lt;|&#/)
      if (text.startsWith('<%=')) expect(letter.text).toContain('<%= 1 + 1 %>')
      // Only a person's own text may have lines of its own.
      if (kind !== 'answer') expect(letter.text).not.toMatch(/^Bcc:/m)
    }
  })
})

describe('the templates', () => {
  it('are one for each kind, and put nothing in unescaped', () => {
    const files = readdirSync(VIEWS)
    expect(files.sort()).toEqual(kinds.map(kind => `${kind}.eta`).sort())
    for (const file of files) expect(readFileSync(`${VIEWS}/${file}`, 'utf8')).not.toContain('<%~')
  })
})

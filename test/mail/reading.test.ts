import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMailbox, isMessageId } from '../../src/mail/address.ts'
import type { Envelope, IncomingMail, Reading } from '../../src/mail/incoming.ts'
import { LARGEST_MAIL } from '../../src/mail/incoming.ts'
import { readMail } from '../../src/mail/reading.ts'
import { t0 } from '../record/scene.ts'
import * as mails from './mails.ts'

const envelope: Envelope = { from: 'ada@example.org', to: ['support@example.com'] }
const read = (raw: string | Buffer, over: Partial<Envelope> = {}): Promise<Reading> =>
  readMail(Buffer.from(raw as string), { ...envelope, ...over }, t0)
async function taken(raw: string | Buffer, over: Partial<Envelope> = {}): Promise<IncomingMail> {
  const reading = await read(raw, over)
  if (!reading.ok) throw new Error(reading.why)
  return reading.mail
}
async function refused(raw: string | Buffer, over: Partial<Envelope> = {}): Promise<string> {
  const reading = await read(raw, over)
  if (reading.ok) throw new Error('it was taken')
  return reading.why
}
const head = 'From: a@example.org\r\nSubject: s\r\n'

describe('a mail', () => {
  it('is read with its names decoded, its quotation kept, and the nearest answered mail first', async () => {
    expect(await taken(mails.plain)).toEqual({
      messageId: '<one@example.org>',
      from: { name: 'Ada Lövelace', address: 'ada@example.org' },
      to: ['support@example.com'],
      subject: 'Down 💥',
      text: 'Since 10:00 nothing gets through für uns.\n\n> On Wednesday you wrote:\n> all is well',
      at: t0,
      inReplyTo: ['<parent@example.com>', '<root@example.com>'],
      attachments: [],
      automatic: false,
    })
    expect(await taken(mails.japanese)).toMatchObject({ subject: '日本', text: '日本' })
  })

  it('gives the text of its HTML where it has no other', async () => {
    const { text } = await taken(mails.html)
    expect(text).toContain('It was down & out.')
    expect(text).toContain('you wrote: fine')
    expect(text).not.toMatch(/alert|color|</)
    expect((await taken(mails.mixed)).text).toBe('The plain part.')
  })

  it('gives its files, by names that lead nowhere, and leaves a mail within it closed', async () => {
    const { attachments } = await taken(mails.mixed)
    expect(attachments.map(({ name, content }) => [name, content.length])).toEqual([
      ['shot.png', 8],
      ['attachment-2', 5],
      ['attachment-3', expect.any(Number)],
    ])
    expect(attachments[2]!.content.toString()).toContain('inner text')
  })

  it('without an id has one of its content, however it came', async () => {
    const bare = mails.plain.replace(/^Message-ID:.*\r\n/m, '')
    const { messageId } = await taken(bare)
    expect(messageId).toMatch(/^<[0-9a-f]{64}@content\.invalid>$/)
    expect((await taken(`Received: from elsewhere\r\n${bare}`)).messageId).toBe(messageId)
    expect((await taken(`${bare}more`)).messageId).not.toBe(messageId)
    expect((await taken(mails.plain.replace('<one@example.org>', '<a b\t"c@d>'))).messageId).toMatch(
      /content/,
    )
  })

  it('is from its envelope where its header does not say, and is refused where neither does', async () => {
    const none = 'Subject: s\r\n\r\ntext'
    expect((await taken(none)).from).toEqual({ name: '', address: 'ada@example.org' })
    expect((await taken(`From: not an address\r\n${none}`)).from.address).toBe('ada@example.org')
    expect(await refused(none, { from: '' })).toBe('the mail does not say who it is from')
    expect(await refused(none, { from: null })).toBe('the mail does not say who it is from')
    const group = await taken(`From: Us: Eve <eve@example.org>, b@example.org;\r\n${none}`)
    expect(group.from).toEqual({ name: 'Eve', address: 'eve@example.org' })
  })

  it('does not smuggle control characters or turned text in what is shown on one line', async () => {
    const mail = await taken(
      'From: =?utf-8?Q?E=0D=0Ave=00=E2=80=AE?= <eve@example.org>\r\nSubject: =?utf-8?Q?a=0D=0Ab=1B[31m?=\r\n\r\nx\u0000y\u001b[2J\r\n',
    )
    expect(mail.from.name).toBe('E ve')
    expect(mail.subject).toBe('a b [31m')
    expect(mail.text).toBe('xy[2J')
  })

  it.each([
    ['an empty sender', '', { from: '' }],
    ['Auto-Submitted', 'Auto-Submitted: auto-generated (vacation)\r\n', {}],
    ['Precedence: bulk', 'Precedence: bulk\r\n', {}],
    ['Precedence: junk', 'PRECEDENCE:  Junk\r\n', {}],
    ['Precedence: list', 'Precedence: list\r\n', {}],
    ['List-Id', 'List-Id: <news.example.org>\r\n', {}],
    ['X-Autoreply', 'X-Autoreply: yes\r\n', {}],
    ['our own letters', 'X-Auto-Response-Suppress: All\r\n', {}],
    ['a report', 'Content-Type: multipart/report; boundary=x\r\n', {}],
    ['a mailer daemon', '', { from: 'MAILER-DAEMON@example.org' }],
  ])('is automatic with %s', async (_name, header, over) => {
    expect((await taken(`${header}${head}\r\ntext`, over)).automatic).toBe(true)
  })

  it.each(['Auto-Submitted: no\r\n', 'Auto-Submitted: No (a person)\r\n', 'Precedence: first-class\r\n', ''])(
    'is not automatic with %j',
    async header => {
      expect((await taken(`${header}${head}\r\ntext`)).automatic).toBe(false)
    },
  )

  it('that is a bounce is automatic and read', async () => {
    const mail = await taken(mails.bounce, { from: '' })
    expect(mail.automatic).toBe(true)
    expect(mail.text).toContain('It did not arrive.')
  })
})

const nested = (depth: number): string => {
  let mail = `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n`
  for (let n = 0; n < depth; n++)
    mail += `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`
  return mail
}
const many = (parts: number): string =>
  `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n'.repeat(parts)}--b--\r\n`
const body = (type: string, content: string): string => `${head}Content-Type: ${type}\r\n\r\n${content}`

describe('a mail made to do harm', () => {
  it.each([
    ['ten thousand nested parts', nested(10_000)],
    ['ten thousand attachments', many(10_000)],
    ['huge headers', `${head}X: ${'x'.repeat(2_000_000)}\r\n\r\ntext`],
    ['very many headers', `${head}${'X: y\r\n'.repeat(100_000)}\r\ntext`],
    ['nothing', ''],
    ['more than 20 MB', Buffer.alloc(LARGEST_MAIL + 1, 'x')],
  ])('with %s is refused', async (_name, raw) => {
    expect(await refused(raw)).toMatch(/cannot be read|empty|larger/)
  })

  it.each([
    ['an unknown charset', body('text/plain; charset=klingon-8', 'text')],
    ['a charset of nonsense', body(`text/plain; charset="${'x'.repeat(10_000)}"`, 'text')],
    ['utf-7', body('text/html; charset=utf-7', '+ADw-script+AD4-')],
    ['utf-16', body('text/plain; charset=utf-16', 'odd')],
    ['an unterminated part', `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhalf`],
    ['no boundary', body('multipart/mixed', 'text')],
    [
      'broken base64',
      `${body('text/plain', '')}`.replace(
        '\r\n\r\n',
        '\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!=AA==!',
      ),
    ],
    ['deep HTML', body('text/html', '<b>'.repeat(100_000))],
    ['long HTML', body('text/html', '<p>word</p>'.repeat(200_000))],
    ['open HTML', body('text/html', '<'.repeat(1_000_000))],
    ['tables in tables', body('text/html', '<table><tr><td>'.repeat(5_000))],
    ['one long line', body('text/plain', 'x'.repeat(5_000_000))],
    ['many recipients', `${head}To: ${'a@b.example, '.repeat(10_000)}\r\n\r\ntext`],
    ['many references', `${head}References: ${'<a@b.example> '.repeat(10_000)}\r\n\r\ntext`],
    ['brackets and quotes', `${head}To: ${'<"('.repeat(30_000)}\r\n\r\ntext`],
    ['encoded words', `${head}Subject: ${'=?utf-8?Q?=?='.repeat(10_000)}\r\n\r\ntext`],
    ['parameters', `${head}Content-Type: text/plain; ${'a*0*=x; '.repeat(10_000)}\r\n\r\ntext`],
    ['a prototype', `${head}__proto__: x\r\nconstructor: y\r\nList-__proto__: <a@b>\r\n\r\ntext`],
    ['zeros', `${head}\r\n${'\u0000'.repeat(100_000)}`],
  ])(
    'with %s is read, and what it holds is bounded',
    async (_name, raw) => {
      const mail = await taken(raw)
      expect(mail.text.length).toBeLessThanOrEqual(500_000)
      expect(mail.inReplyTo.length).toBeLessThanOrEqual(50)
    },
    20_000,
  )

  it('never breaks the reader, whatever was changed in a real one', async () => {
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 40 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
        fc
          .constantFrom(
            '\r\n',
            '\r\n\r\n',
            '--outer--',
            '--outer\r\n',
            '--inner\r\n',
            'boundary="outer"',
            'charset=utf-7',
            'Content-Transfer-Encoding: base64\r\n',
            'Content-Type: multipart/mixed; boundary=',
            '=?utf-8?B?',
            '\u0000',
            '<>',
            ';;"',
          )
          .map(text => Buffer.from(text)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...mails.all),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (mail, changes) => {
          let raw = Buffer.from(mail)
          for (const { at, drop, put } of changes) {
            const place = at % (raw.length + 1)
            raw = Buffer.concat([raw.subarray(0, place), put, raw.subarray(place + drop)])
          }
          const reading = await readMail(raw, envelope, t0)
          if (!reading.ok) return expect(reading.why).not.toMatch(/\p{Cc}/u)
          const { messageId, from, subject, text, inReplyTo, attachments } = reading.mail
          expect(isMessageId(messageId)).toBe(true)
          expect(inReplyTo.every(isMessageId)).toBe(true)
          expect(isMailbox(from.address)).toBe(true)
          expect(`${from.name}${subject}`).not.toMatch(/\p{Cc}/u)
          expect(text).not.toMatch(/(?![\n\t])\p{Cc}/u)
          for (const { name } of attachments) expect(name).toMatch(/^[^/\\\p{Cc}]+$/u)
        },
      ),
      { numRuns: 1_000 },
    )
  }, 60_000)
})

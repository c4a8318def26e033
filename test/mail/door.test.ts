import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, type DoorOptions, startDoor } from '../../src/mail/door.ts'
import type { IncomingMail } from '../../src/mail/incoming.ts'
import { readMail } from '../../src/mail/reading.ts'
import { type Instant, instant } from '../../src/time/instant.ts'
import { t0 } from '../record/scene.ts'
import { type Dialogue, dial } from './dialogue.ts'
import * as mails from './mails.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

let clock: Instant = t0
async function open(rest: Partial<DoorOptions> = {}) {
  clock = t0
  const taken: IncomingMail[] = []
  const logged: string[] = []
  const door: Door = await startDoor({
    settings: () => ({
      host: '127.0.0.1',
      port: 0,
      recipients: ['support@example.com', 'Claims@example.com'],
    }),
    onMail: async mail => void taken.push(mail),
    now: () => clock,
    log: (message, error) => logged.push(error ? `${message}: ${error.message}` : message),
    read: readMail,
    ...rest,
  })
  closing.push(() => door.stop())
  return { door, taken, logged }
}
function talk(door: Door): Dialogue {
  const dialogue = dial(door.port)
  closing.push(() => dialogue.socket.destroy())
  return dialogue
}
async function greeted(door: Door, to = 'support@example.com'): Promise<Dialogue> {
  const dialogue = talk(door)
  expect(await dialogue.hear()).toMatch(/^220 /)
  await dialogue.say('EHLO client.example')
  expect(await dialogue.say('MAIL FROM:<ada@example.org>')).toMatch(/^250/)
  expect(await dialogue.say(`RCPT TO:<${to}>`)).toMatch(/^250/)
  return dialogue
}
async function send(door: Door, raw: string | Buffer): Promise<string> {
  const dialogue = await greeted(door)
  expect(await dialogue.say('DATA')).toMatch(/^354/)
  dialogue.send(raw)
  const reply = await dialogue.say('\r\n.')
  dialogue.socket.destroy()
  return reply
}

describe('the door', () => {
  it('takes a mail that a client sends, for the recipients that it is open for', async () => {
    const { door, taken } = await open()
    const client = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true })
    const info = await client.sendMail({
      from: 'Ada <ada@example.org>',
      to: 'SUPPORT@example.com, claims@EXAMPLE.com',
      subject: 'Down',
      text: 'Nothing works.\n.\nSince ten.',
      inReplyTo: '<before@example.com>',
      messageId: '<x@example.org>',
      attachments: [{ filename: 'shot.png', content: Buffer.from([1, 2, 3]) }],
    })
    expect(info.rejected).toEqual([])
    expect(taken).toEqual([
      {
        messageId: '<x@example.org>',
        from: { name: 'Ada', address: 'ada@example.org' },
        to: ['support@example.com', 'Claims@example.com'],
        subject: 'Down',
        text: 'Nothing works.\n.\nSince ten.',
        at: t0,
        inReplyTo: ['<before@example.com>'],
        attachments: [{ name: 'shot.png', content: Buffer.from([1, 2, 3]) }],
        automatic: false,
      },
    ])
  })

  it('refuses whom it is not open for, without a hint at the machine behind it', async () => {
    const { door } = await open()
    const dialogue = talk(door)
    expect(await dialogue.hear()).toBe('220 example.com ESMTP')
    const hello = await dialogue.say('EHLO client.example')
    expect(hello).toContain(`SIZE ${20 * 1_024 * 1_024}`)
    expect(hello).not.toMatch(/AUTH|STARTTLS|VRFY/)
    for (const command of [
      'AUTH PLAIN AGEAYg==',
      'STARTTLS',
      'VRFY support',
      'EXPN x',
      'HELP',
      'WIZ x',
      'XCLIENT NAME=x',
    ])
      expect(await dialogue.say(command)).toMatch(/^5\d\d /)
    expect(await dialogue.say('MAIL FROM:<a@example.org>')).toMatch(/^250/)
    expect(await dialogue.say('RCPT TO:<other@example.com>')).toMatch(/^550/)
    expect(await dialogue.say('RCPT TO:<support@example.com.example.org>')).toMatch(/^550/)
    expect(await dialogue.say('DATA')).toMatch(/^503/)
  })

  it('follows the recipients of a changed configuration', async () => {
    let recipients = ['old@example.com']
    const { door } = await open({ settings: () => ({ host: '127.0.0.1', port: 0, recipients }) })
    await greeted(door, 'old@example.com')
    recipients = ['new@example.com']
    await greeted(door, 'new@example.com')
    const dialogue = talk(door)
    await dialogue.hear()
    await dialogue.say('HELO x')
    await dialogue.say('MAIL FROM:<>')
    expect(await dialogue.say('RCPT TO:<old@example.com>')).toMatch(/^550/)
  })

  it('says that it took a mail only once it was kept', async () => {
    let keep = () => {}
    let asked = () => {}
    const reached = new Promise<void>(done => (asked = done))
    const { door } = await open({
      onMail: () => {
        asked()
        return new Promise<void>(done => (keep = done))
      },
    })
    const dialogue = await greeted(door)
    await dialogue.say('DATA')
    dialogue.send(mails.plain)
    const reply = dialogue.say('\r\n.')
    await reached
    const first = await Promise.race([reply, new Promise(done => setTimeout(() => done('nothing yet'), 100))])
    expect(first).toBe('nothing yet')
    keep()
    expect(await reply).toMatch(/^250/)
  })

  it('has the sender try again where a mail could not be kept or read for a fault of ours', async () => {
    let fault = true
    const { door, logged } = await open({
      onMail: async () => {
        if (fault) throw new Error('SQLITE_BUSY: secret path')
      },
    })
    const refused = await send(door, mails.plain)
    expect(refused).toMatch(/^451/)
    expect(refused).not.toContain('secret')
    expect(logged.join()).toContain('secret path')
    // Who logs it says that it is of mail.
    expect(logged.join()).not.toContain('mail:')
    fault = false
    expect(await send(door, mails.plain)).toMatch(/^250/)
    const broken = await open({ read: () => Promise.reject(new Error('thread died')) })
    expect(await send(broken.door, mails.plain)).toMatch(/^451/)
  })

  it('knows an automatic mail by its empty sender', async () => {
    const { door, taken } = await open()
    const dialogue = talk(door)
    await dialogue.hear()
    await dialogue.say('EHLO x')
    await dialogue.say('MAIL FROM:<>')
    await dialogue.say('RCPT TO:<support@example.com>')
    await dialogue.say('DATA')
    dialogue.send(mails.plain)
    expect(await dialogue.say('.')).toMatch(/^250/)
    expect(taken[0]!.automatic).toBe(true)
  })

  it('refuses what is too large: said before, or found out', async () => {
    const { door, taken } = await open()
    const dialogue = talk(door)
    await dialogue.hear()
    await dialogue.say('EHLO x')
    expect(await dialogue.say(`MAIL FROM:<a@example.org> SIZE=${30 * 1_024 * 1_024}`)).toMatch(/^552/)
    const large = Buffer.alloc(21 * 1_024 * 1_024, 'x'.repeat(70).concat('\r\n'))
    expect(await send(door, Buffer.concat([Buffer.from(mails.plain), large]))).toMatch(/^552/)
    expect(taken).toEqual([])
    expect(await send(door, mails.plain)).toMatch(/^250/)
  }, 30_000)

  it('holds no more in memory than five of the largest mails, and has the others come later', async () => {
    const { door } = await open()
    const lines = Buffer.alloc(19 * 1_024 * 1_024, 'x'.repeat(70).concat('\r\n'))
    const half = async () => {
      const dialogue = await greeted(door)
      await dialogue.say('DATA')
      dialogue.send(mails.plain)
      await new Promise(done => dialogue.socket.write(lines, done))
      return dialogue
    }
    const dialogues = [await half(), await half(), await half(), await half(), await half(), await half()]
    const last = await dialogues.at(-1)!.say('\r\n.')
    expect(last).toMatch(/^451/)
    for (const { socket, closed } of dialogues) {
      socket.destroy()
      await closed
    }
    // Their room is free again.
    const next = [await half(), await half(), await half(), await half(), await half()]
    expect(await next.at(-1)!.say('\r\n.')).toMatch(/^250/)
  }, 30_000)

  it('keeps nothing of a mail whose connection ended in the middle', async () => {
    const { door, taken } = await open()
    for (const end of ['destroy', 'end'] as const) {
      const dialogue = await greeted(door)
      await dialogue.say('DATA')
      dialogue.send(mails.plain)
      dialogue.socket[end]()
      await dialogue.closed
    }
    expect(await send(door, mails.mixed)).toMatch(/^250/)
    expect(taken.map(({ messageId }) => messageId)).toEqual(['<three@example.org>'])
  })

  it('lets one address have ten connections, and send sixty mails a minute', async () => {
    const { door } = await open()
    const dialogues = Array.from({ length: 11 }, () => talk(door))
    const greetings = await Promise.all(dialogues.map(({ hear }) => hear()))
    expect(greetings.filter(line => line.startsWith('220')).length).toBe(10)
    expect(greetings.filter(line => line.startsWith('421')).length).toBe(1)
    const left = dialogues.find((_, i) => greetings[i]!.startsWith('220'))!
    for (const dialogue of dialogues) if (dialogue !== left) dialogue.socket.destroy()
    await Promise.all(dialogues.filter(dialogue => dialogue !== left).map(({ closed }) => closed))
    await left.say('EHLO x')
    for (let n = 0; n < 60; n++) {
      expect(await left.say('MAIL FROM:<a@example.org>')).toMatch(/^250/)
      await left.say('RSET')
    }
    expect(await left.say('MAIL FROM:<a@example.org>')).toMatch(/^451/)
    clock = instant(t0 + 60_000)
    expect(await left.say('MAIL FROM:<a@example.org>')).toMatch(/^250/)
  })

  it('outlives whatever it is sent, and goes on taking mail', async () => {
    const { door, taken } = await open()
    const noise: readonly (string | Buffer)[] = [
      '',
      '\r\n'.repeat(1_000),
      'x'.repeat(100_000),
      Buffer.alloc(10_000, 0),
      Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7_919) % 256)),
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001',
      'EHLO \u0000\r\nMAIL FROM:<\u0000>\r\n',
      `EHLO x\r\nMAIL FROM:<a@b.example>\r\n${'RCPT TO:<support@example.com>\r\n'.repeat(500)}DATA\r\n`,
      `EHLO x\r\nMAIL FROM:<a@b.example> ${'A=B '.repeat(200)}\r\n`,
      'EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n.\r\n.\r\n.\r\nQUIT\r\n',
      'EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n\r\n.\nRSET\n.\r\r\n',
    ]
    for (const text of noise) {
      const dialogue = talk(door)
      expect(await dialogue.hear()).toMatch(/^220/)
      dialogue.send(text)
      // An answer, or none: either way the next one is served.
      await Promise.race([dialogue.hear(), new Promise(done => setTimeout(done, 50))])
      dialogue.socket.destroy()
      await dialogue.closed
    }
    expect(await send(door, mails.plain)).toMatch(/^250/)
    expect(taken.at(-1)!.messageId).toBe('<one@example.org>')
  })

  it('refuses a mail that nobody could read or answer, for good', async () => {
    const { door } = await open()
    const parts = '--b\r\n\r\nx\r\n'.repeat(10_000)
    const bomb = `From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`
    expect(await send(door, bomb)).toMatch(/^554/)
  })

  it('hangs up on a session that lasts too long, however busy it is', async () => {
    const { door } = await open({ longestSession: 300 })
    const dialogue = talk(door)
    await dialogue.hear()
    const busy = setInterval(() => dialogue.send('NOOP\r\n'), 20)
    closing.push(() => clearInterval(busy))
    const heard: string[] = []
    for (let reply = await dialogue.hear(); reply !== 'closed'; reply = await dialogue.hear())
      heard.push(reply)
    expect(heard.at(-1)).toMatch(/^421/)
    expect(await send(door, mails.plain)).toMatch(/^250/)
  })

  it('hangs up on a session that begins no mail, or goes no further with it', async () => {
    const { door } = await open({ longestIdle: 300 })
    const heldBy = async (say: string) => {
      const dialogue = talk(door)
      await dialogue.hear()
      await dialogue.say('EHLO client.example')
      const busy = setInterval(() => dialogue.send(say), 20)
      closing.push(() => clearInterval(busy))
      let last = ''
      for (let reply = await dialogue.hear(); reply !== 'closed'; reply = await dialogue.hear()) last = reply
      clearInterval(busy)
      return last
    }
    expect(await heldBy('NOOP\r\n')).toMatch(/^421/)
    expect(await heldBy('MAIL FROM:<ada@example.org>\r\nRSET\r\n')).toMatch(/^421/)
    expect(await send(door, mails.plain)).toMatch(/^250/)
  })

  it('does not open on a port that is taken', async () => {
    const { door } = await open()
    await expect(
      open({ settings: () => ({ host: '127.0.0.1', port: door.port, recipients: ['a@b.example'] }) }),
    ).rejects.toThrow('the port is taken')
  })
})

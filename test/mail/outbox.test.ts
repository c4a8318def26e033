import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase, transact } from '../../src/db/open.ts'
import type { Deliver, Smtp } from '../../src/mail/deliver.ts'
import { type Outbox, type OutboxOptions, startOutbox } from '../../src/mail/outbox.ts'
import { outboxStore } from '../../src/mail/outbox-store.ts'
import { type NewLetter, queueLetter } from '../../src/mail/store.ts'
import { type Instant, instant } from '../../src/time/instant.ts'
import { at, scratch, t0 } from '../record/scene.ts'
import { type Peer, reply, startPeer } from './peer.ts'

const MINUTE = 60
const DAY = 86_400

let directory: string
let db: Database
let clock: Instant
const cleanup: (() => unknown)[] = []

beforeEach(() => {
  const place = scratch()
  directory = place.directory
  db = openDatabase(directory, 0)
  clock = t0
  cleanup.push(() => {
    db.close()
    place.remove()
  })
})
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step()
})

const letter = (rest: Partial<NewLetter> = {}): NewLetter => ({
  kind: 'received',
  toName: 'Ada',
  toAddress: 'ada@example.org',
  subject: 'We have it',
  text: 'Hello.\n',
  from: 'support@example.com',
  ...rest,
})
const queue = (rest: Partial<NewLetter> = {}) => transact(db, () => queueLetter(db, letter(rest), clock))

async function peer(options: Parameters<typeof startPeer>[0] = {}, port = 0): Promise<Peer> {
  const started = await startPeer(options, port)
  cleanup.push(() => started.close())
  return started
}

const smtpAt = (port: number, rest: Partial<Smtp> = {}): Smtp => ({
  host: '127.0.0.1',
  port,
  secure: 'none',
  ...rest,
})

function outbox(
  smtp: Smtp | undefined,
  rest: Partial<OutboxOptions> = {},
): { outbox: Outbox; errors: Error[] } {
  const errors: Error[] = []
  const started = startOutbox({
    db,
    settings: () => ({ from: 'support@example.com', ...(smtp ? { smtp } : {}) }),
    now: () => clock,
    onError: error => errors.push(error),
    ...rest,
  })
  cleanup.push(() => started.stop())
  return { outbox: started, errors }
}

async function pass(started: Outbox, seconds = 0): Promise<void> {
  clock = instant(clock + seconds * 1_000)
  started.poke()
  await started.settled()
}

const only = async () => {
  const [found] = await outboxStore(db).about('R-1')
  return found!
}

describe('the outbox', () => {
  it('sends a letter once, to one recipient, with the headers that programs go by', async () => {
    const server = await peer()
    const queued = queue({
      about: 'R-1',
      inReplyTo: '<first@example.org>',
      references: ['<root@example.org>', 'not an id', '<first@example.org>'],
    })
    const started = outbox(smtpAt(server.port))
    await pass(started.outbox)
    await pass(started.outbox, DAY)
    expect(server.mails).toHaveLength(1)
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: 'support@example.com', to: ['ada@example.org'] })
    expect(mail!.raw).toContain('From: support@example.com\r\n')
    expect(mail!.raw).toContain('To: Ada <ada@example.org>\r\n')
    expect(mail!.raw).toContain('Subject: We have it\r\n')
    expect(mail!.raw).toContain(`Message-ID: ${queued!.messageId}\r\n`)
    expect(queued!.messageId).toMatch(/^<[0-9a-f-]{36}@example\.com>$/)
    expect(mail!.raw).toContain('In-Reply-To: <first@example.org>\r\n')
    expect(mail!.raw).toMatch(/References: <root@example\.org>\s+<first@example\.org>\r\n/)
    expect(mail!.raw).toContain('Auto-Submitted: auto-replied\r\n')
    expect(mail!.raw).toContain('X-Auto-Response-Suppress: All\r\n')
    expect(mail!.raw).toContain('Date: Thu, 01 Oct 2026 00:00:00 +0000\r\n')
    expect(mail!.raw).not.toMatch(/nodemailer/i)
    expect(await only()).toMatchObject({ state: 'sent', attempts: 1, sentAt: t0, lastError: null })
    expect(started.errors).toEqual([])
  })

  it("says that a program wrote it, but not of a person's answer", async () => {
    const server = await peer()
    queue({ kind: 'claim-credit' })
    queue({ kind: 'answer' })
    await pass(outbox(smtpAt(server.port)).outbox)
    expect(server.mails.map(({ raw }) => /^Auto-Submitted: (.*)\r$/m.exec(raw)?.[1])).toEqual([
      'auto-generated',
      undefined,
    ])
  })

  it('lets nothing through that would make a header, a second recipient, or another address', async () => {
    const server = await peer()
    queue({
      toName: 'Eve\r\nBcc: other@example.org\r\n, third@example.org "\u202e',
      subject: 'Hi\r\nBcc: other@example.org\r\n\r\nbody\u0000',
      inReplyTo: '<a@b>\r\nBcc: other@example.org',
      references: ['<a@b>\r\nBcc: other@example.org', '<ok@b>'],
    })
    await pass(outbox(smtpAt(server.port)).outbox)
    expect(server.mails[0]!.to).toEqual(['ada@example.org'])
    const [head] = server.mails[0]!.raw.split('\r\n\r\n')
    expect(head!.match(/^[A-Za-z-]+:/gm)!.sort()).toEqual([
      'Auto-Submitted:',
      'Content-Transfer-Encoding:',
      'Content-Type:',
      'Date:',
      'From:',
      'MIME-Version:',
      'Message-ID:',
      'References:',
      'Subject:',
      'To:',
      'X-Auto-Response-Suppress:',
    ])
    for (const toAddress of [
      'a@b.example\r\nRCPT TO:<c@d.example>',
      'a@b.example, c@d.example',
      'a@b.example c@d.example',
      '<a@b.example>',
      'a',
      'a@b\u0000.example',
      'a\u202e@b.example',
      `${'a'.repeat(65)}@b.example`,
      '',
    ])
      expect(queue({ toAddress }), toAddress).toBeNull()
  })

  it('tells nobody what did not happen: a letter goes with its transaction', async () => {
    const server = await peer()
    expect(() =>
      transact(db, () => {
        queueLetter(db, letter(), clock)
        throw new Error('what it tells failed')
      }),
    ).toThrow('what it tells failed')
    await pass(outbox(smtpAt(server.port)).outbox)
    expect(server.mails).toEqual([])
    expect(await outboxStore(db).pending()).toEqual({ waiting: 0, failed: 0, oldest: null })
  })

  it('keeps letters while mail is not configured, and says so', async () => {
    const server = await peer()
    let smtp: Smtp | undefined
    let from: string | undefined
    queue({ about: 'R-1', from: undefined })
    const { outbox: started } = outbox(undefined, {
      settings: () => ({ ...(smtp ? { smtp } : {}), ...(from ? { from } : {}) }),
    })
    await pass(started, 10 * DAY)
    expect(await started.pending()).toEqual({
      waiting: 1,
      failed: 0,
      oldest: t0,
      held: 'mail.smtp is not configured, so letters wait',
    })
    smtp = smtpAt(server.port)
    await pass(started)
    expect((await started.pending()).held).toBe('mail.from is not configured, so letters wait')
    expect(await only()).toMatchObject({ state: 'waiting', attempts: 0 })
    from = 'support@example.com'
    await pass(started)
    expect(await only()).toMatchObject({ state: 'sent' })
    expect((await started.pending()).held).toBeNull()
  })

  it('comes back to a server that asks to come back later', async () => {
    let greylisted = 0
    const server = await peer({
      onRcptTo: (_address, _session, callback) =>
        greylisted++ < 2 ? callback(reply(451, 'Greylisted')) : callback(),
    })
    queue({ about: 'R-1' })
    const started = outbox(smtpAt(server.port)).outbox
    await pass(started)
    expect(await only()).toMatchObject({ state: 'waiting', attempts: 1, nextAt: at(MINUTE) })
    expect((await only()).lastError).toContain('Greylisted')
    await pass(started, MINUTE - 1)
    expect((await only()).attempts).toBe(1)
    await pass(started, 1)
    expect(await only()).toMatchObject({ attempts: 2, nextAt: at(3 * MINUTE) })
    await pass(started, 2 * MINUTE)
    expect(await only()).toMatchObject({ state: 'sent', attempts: 3, lastError: null })
    expect(server.mails).toHaveLength(1)
  })

  it('gives up at once where the recipient is refused for good, and shows it to staff, who may try again', async () => {
    let refusing = true
    const server = await peer({
      onRcptTo: (_address, _session, callback) =>
        refusing ? callback(reply(550, 'No such user')) : callback(),
    })
    const queued = queue({ about: 'R-1' })
    const started = outbox(smtpAt(server.port)).outbox
    await pass(started)
    await pass(started, DAY)
    expect(server.connections()).toBe(1)
    const store = outboxStore(db)
    const [failure] = await store.failures(10)
    expect(failure).toMatchObject({ id: queued!.id, state: 'failed', attempts: 1 })
    expect(failure!.lastError).toContain('No such user')
    expect(await started.pending()).toMatchObject({ waiting: 0, failed: 1 })
    refusing = false
    expect(await store.again(queued!.id, clock)).toBe(true)
    expect(await store.again(queued!.id, clock)).toBe(false)
    await pass(started)
    expect(server.mails).toHaveLength(1)
    expect(server.mails[0]!.raw).toContain(queued!.messageId)
  })

  it('gives up where the content is refused for good, but not where the sender is', async () => {
    const content = await peer({
      onData: (stream, _session, callback) => {
        stream.resume()
        stream.on('end', () => callback(reply(554, 'Spam')))
      },
    })
    queue({ about: 'R-1' })
    await pass(outbox(smtpAt(content.port)).outbox)
    expect(await only()).toMatchObject({ state: 'failed' })
    const sender = await peer({ onMailFrom: (_a, _s, callback) => callback(reply(550, 'Relaying denied')) })
    queue({ about: 'R-2' })
    await pass(outbox(smtpAt(sender.port)).outbox)
    expect(await outboxStore(db).about('R-2')).toMatchObject([{ state: 'waiting', attempts: 1 }])
  })

  it('waits longer each time, up to six hours, and gives up after three days', async () => {
    const waits: number[] = []
    queue({ about: 'R-1' })
    const deliver: Deliver = async () => ({ kind: 'later', why: 'not now' })
    const started = outbox(smtpAt(1), { deliver }).outbox
    await started.settled()
    for (let tries = 0; tries < 100; tries++) {
      const { state, nextAt } = await only()
      if (state === 'failed') break
      waits.push((nextAt - clock) / 60_000)
      clock = nextAt
      await pass(started)
    }
    expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360])
    const { state, attempts, lastError } = await only()
    expect(state).toBe('failed')
    expect(lastError).toBe(`given up after ${attempts} attempts: not now`)
    expect(clock - t0).toBeGreaterThanOrEqual(3 * DAY * 1_000)
    expect(clock - t0).toBeLessThan((3 * DAY + 6 * 3_600) * 1_000 + 1)
  })

  it('sends everything once a server that was gone is back', async () => {
    const first = await startPeer()
    const { port } = first
    await first.close()
    for (let n = 0; n < 5; n++) queue({ about: 'R-1', subject: `letter ${n}` })
    const started = outbox(smtpAt(port)).outbox
    await pass(started)
    const pending = await started.pending()
    expect(pending).toMatchObject({ waiting: 5, failed: 0 })
    expect(pending.held).toContain('ECONNREFUSED')
    const second = await peer({}, port)
    // One failure stands for all: the others were not tried, and are not now.
    await pass(started)
    const tried = await outboxStore(db).about('R-1')
    expect(tried.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
    expect(second.mails).toHaveLength(0)
    await pass(started, 5 * MINUTE)
    expect(second.mails).toHaveLength(5)
    expect((await started.pending()).held).toBeNull()
  })

  it('does not send in the clear where STARTTLS is asked for and not offered, or not to be trusted', async () => {
    const bare = await peer()
    queue({ about: 'R-1' })
    await pass(outbox(smtpAt(bare.port, { secure: 'starttls' })).outbox)
    expect(bare.mails).toEqual([])
    expect(await only()).toMatchObject({ state: 'waiting', attempts: 1 })
    expect((await only()).lastError).toMatch(/STARTTLS/)
    const selfSigned = await peer({ disabledCommands: [] })
    clock = at(DAY)
    await pass(outbox(smtpAt(selfSigned.port, { secure: 'starttls', user: 'u', password: 'p' })).outbox)
    expect(selfSigned.mails).toEqual([])
    expect((await only()).lastError).toMatch(/certificate/)
  })

  it('delivers a hundred letters once each', async () => {
    const server = await peer()
    const ids = transact(db, () =>
      Array.from(
        { length: 100 },
        (_, n) => queueLetter(db, letter({ subject: `letter ${n}` }), clock)!.messageId,
      ),
    )
    await pass(outbox(smtpAt(server.port)).outbox)
    const got = server.mails.map(({ raw }) => /^Message-ID: (\S+)/m.exec(raw)![1])
    expect(got).toEqual(ids)
  })

  it('shares the work with a second worker without sending anything twice', async () => {
    const server = await peer()
    for (let n = 0; n < 30; n++) queue({ subject: `letter ${n}` })
    const other = openDatabase(directory, 0)
    cleanup.push(() => other.close())
    const [a, b] = [outbox(smtpAt(server.port)), outbox(smtpAt(server.port), { db: other })]
    await Promise.all([a.outbox.settled(), b.outbox.settled()])
    const subjects = server.mails.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)![1])
    expect(subjects).toHaveLength(30)
    expect(new Set(subjects).size).toBe(30)
    expect(await a.outbox.pending()).toMatchObject({ waiting: 0, failed: 0 })
    expect([...a.errors, ...b.errors]).toEqual([])
  })

  it('leaves a letter to the worker that was faster between looking and claiming', async () => {
    queue({ subject: 'first' })
    queue({ subject: 'second' })
    const other = openDatabase(directory, 0)
    cleanup.push(() => other.close())
    const faster: Promise<unknown>[] = []
    const prepare = db.connection.prepare.bind(db.connection)
    vi.spyOn(db.connection, 'prepare').mockImplementation(((sql: string) => {
      if (sql.startsWith('update') && faster.length === 0) faster.push(outboxStore(other).claim(clock))
      return prepare(sql)
    }) as typeof prepare)
    const mine = await outboxStore(db).claim(clock)
    expect(await faster[0]).toMatchObject({ letter: { subject: 'first' } })
    expect(mine).toMatchObject({ letter: { subject: 'second', attempts: 1 } })
  })

  it('takes over what a killed worker had claimed, once the claim has ended, under the same Message-ID', async () => {
    const server = await peer()
    const queued = queue({ about: 'R-1' })
    expect(await outboxStore(db).claim(clock)).not.toBeNull()
    const started = outbox(smtpAt(server.port)).outbox
    await pass(started, 119)
    expect(server.mails).toHaveLength(0)
    await pass(started, 1)
    expect(server.mails).toHaveLength(1)
    expect(server.mails[0]!.raw).toContain(queued!.messageId)
    expect(await only()).toMatchObject({ state: 'sent', attempts: 2 })
  })

  it('believes a slow worker that it sent a letter, but not that one which is another’s by now failed', async () => {
    queue({ about: 'R-1' })
    const store = outboxStore(db)
    const slow = await store.claim(clock)
    clock = at(200)
    const quick = await store.claim(clock)
    await store.postpone(slow!, 'too slow', clock)
    await store.refuse(slow!, 'too slow')
    expect(await only()).toMatchObject({ state: 'sending', attempts: 2, lastError: null })
    await store.sent(slow!, clock)
    await store.postpone(quick!, 'later', clock)
    expect(await only()).toMatchObject({ state: 'sent' })
  })

  it('goes on after a fault of ours, which is told', async () => {
    queue({ about: 'R-1' })
    let calls = 0
    const { outbox: started, errors } = outbox(smtpAt(1), {
      deliver: async () => {
        if (calls++ === 0) throw new TypeError('boom')
        return { kind: 'sent' }
      },
    })
    await pass(started)
    await pass(started, MINUTE)
    expect(errors.map(({ message }) => message)).toEqual(['boom'])
    expect(await only()).toMatchObject({ state: 'sent' })
  })

  it('remembers a letter that was sent while the database was locked', async () => {
    queue({ about: 'R-1' })
    const other = openDatabase(directory, 0)
    cleanup.push(() => other.close())
    let calls = 0
    const { outbox: started, errors } = outbox(smtpAt(1), {
      deliver: async () => {
        calls++
        other.connection.exec('BEGIN IMMEDIATE')
        setTimeout(() => other.connection.exec('COMMIT'), 500)
        return { kind: 'sent' }
      },
    })
    await started.settled()
    expect(await only()).toMatchObject({ state: 'sent', attempts: 1 })
    expect([calls, errors]).toEqual([1, []])
  })

  it('waits for the letter on its way when it is stopped, and starts no other', async () => {
    queue({ about: 'R-1' })
    queue()
    let finish = () => {}
    const { outbox: started } = outbox(smtpAt(1), {
      deliver: () => new Promise(done => (finish = () => done({ kind: 'sent' }))),
    })
    const stopped = started.stop()
    // The claim was made before it was stopped.
    await new Promise(done => setImmediate(done))
    finish()
    await stopped
    expect(await only()).toMatchObject({ state: 'sent' })
    expect(await outboxStore(db).pending()).toMatchObject({ waiting: 1 })
  })
})

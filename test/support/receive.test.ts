import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Received } from '../../src/support/receive.ts'
import { HTML, png } from './files.ts'
import { filed, HOUR, later, mail, monday, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const receive = (more: Parameters<typeof mail>[0] = {}, now = later(monday, 1_000)) =>
  scene.store.receive(mail(more), now)
const requestOf = (received: Received) => {
  if (!('request' in received)) throw new Error(JSON.stringify(received))
  return received.request
}
const total = async () => (await scene.store.list({}, monday)).total

describe('a mail', () => {
  it('becomes a request, medium unless its subject names another tier', async () => {
    const plain = await receive()
    expect(plain).toMatchObject({
      kind: 'filed',
      acknowledge: true,
      request: {
        via: 'mail',
        tier: 'medium',
        priorityBy: 'default',
        receivedAt: monday,
        email: 'jo@example.org',
      },
    })
    const urgent = await receive({ subject: 'Urgent: IAM services offline' })
    expect(requestOf(urgent)).toMatchObject({
      tier: 'urgent',
      priorityBy: 'subject',
      dueAt: later(monday, HOUR),
    })
  })

  it('that comes twice is one request', async () => {
    const same = mail({ attachments: [{ name: 'a.png', content: Buffer.from(png()) }] })
    const first = await scene.store.receive(same, monday)
    const second = await scene.store.receive(same, later(monday, HOUR))
    expect(second).toEqual({ kind: 'known', request: requestOf(first) })
    expect(await total()).toBe(1)
    expect(readdirSync(scene.attachments).length).toBe(1)
  })

  it('whose id somebody else used before is not lost', async () => {
    const messageId = '<same@example.org>'
    const mallory = { name: 'M', address: 'mallory@example.net' }
    const first = requestOf(await receive({ messageId, from: mallory, subject: 'Mine' }))
    const theirs = await receive({ messageId, subject: 'Down since ten' })
    expect(theirs).toMatchObject({ kind: 'filed', request: { email: 'jo@example.org' } })
    expect(requestOf(theirs).id).not.toBe(first.id)
    // Each comes again, and is known, whatever its address is written like.
    expect(await receive({ messageId })).toEqual({ kind: 'known', request: requestOf(theirs) })
    expect(await receive({ messageId, from: { name: '', address: 'Mallory@Example.NET' } })).toMatchObject({
      kind: 'known',
      request: { id: first.id },
    })
    expect(await total()).toBe(2)
  })

  it('whose id is that of one of our letters is known where it is ours alone', async () => {
    const request = requestOf(await receive())
    const letter = '<letter@example.com>'
    await scene.store.addMessage(request.id, {
      at: later(monday, HOUR),
      direction: 'out',
      author: 'sam',
      body: 'Which browser?',
      mailMessageId: letter,
    })
    expect((await receive({ messageId: letter, subject: 'Another' })).kind).toBe('filed')
    const own = { name: '', address: 'support@example.com' }
    expect((await receive({ messageId: letter, from: own })).kind).toBe('known')
  })

  it('that answers a known mail becomes a message of its request, whoever sends it', async () => {
    const request = requestOf(await receive({ messageId: '<first@example.org>' }))
    const answer = await scene.store.addMessage(request.id, {
      at: later(monday, HOUR),
      direction: 'out',
      author: 'sam',
      body: 'Which browser?',
      mailMessageId: '<answer@example.com>',
    })
    if (answer.kind !== 'added') throw new Error(answer.kind)
    const colleague = { name: 'Al', address: 'al@example.org' }
    const reply = await receive(
      {
        subject: 'AW: whatever',
        from: colleague,
        inReplyTo: [' answer@example.com', '<first@example.org>'],
      },
      later(monday, 2 * HOUR),
    )
    expect(reply).toMatchObject({
      kind: 'message',
      request: { id: request.id, status: 'open' },
      message: { author: 'al@example.org', direction: 'in' },
    })
    // An answer to that answer finds it, too.
    const own = (reply.kind === 'message' && reply.message.mailMessageId) || ''
    expect((await receive({ subject: 'Re: ', inReplyTo: ['<unknown@x.y>', own] })).kind).toBe('message')
    expect(await total()).toBe(1)
  })

  it('that names a reference belongs to its request only if the customer sends it', async () => {
    const { request } = await filed(scene.store)
    const subject = `Re: [${request.reference.toLowerCase()}] Login`
    const theirs = await receive({ subject, from: { name: '', address: 'JO@Example.org' } })
    expect(theirs).toMatchObject({ kind: 'message', request: { id: request.id } })
    const strangers = await receive({ subject, from: { name: 'Eve', address: 'eve@example.net' } })
    expect(strangers.kind).toBe('filed')
    expect(requestOf(strangers).id).not.toBe(request.id)
  })

  it('opens a closed request again', async () => {
    const { request } = await filed(scene.store)
    const doing = { now: monday, who: 'sam', reason: null, version: 1 }
    await scene.store.setStatus(request.id, 'closed', doing)
    expect(requestOf(await receive({ subject: request.reference })).status).toBe('open')
  })

  it('that a program sent makes no request, and opens none', async () => {
    expect(await receive({ automatic: true })).toEqual({ kind: 'ignored', why: 'automatic' })
    const us = { name: 'Support', address: 'Support@example.com' }
    expect(await receive({ from: us })).toEqual({ kind: 'ignored', why: 'automatic' })
    expect(await total()).toBe(0)

    const request = requestOf(await receive({ messageId: '<first@example.org>' }))
    await scene.store.setStatus(request.id, 'closed', { now: monday, who: 'sam', reason: null, version: 1 })
    const away = await receive({
      automatic: true,
      inReplyTo: ['<first@example.org>'],
      attachments: [{ name: 'a.png', content: png() }],
    })
    expect(away).toMatchObject({ kind: 'noted', request: { status: 'closed', firstAnswerAt: null } })
    expect((await scene.store.open(request.id))!.messages).toMatchObject([
      { direction: 'note', automatic: true },
    ])
    expect(await scene.store.sweep()).toBe(0)
  })

  it('without a sender that can be answered is ignored', async () => {
    for (const address of [
      '',
      '<>',
      'MAILER-DAEMON',
      'a@b',
      'a@example.org\r\nbcc: x@example.org',
      'a b@example.org',
    ])
      expect(await receive({ from: { name: '', address } })).toEqual({ kind: 'ignored', why: 'no sender' })
  })

  it('may be long, empty or strange, and is kept within bounds', async () => {
    const long = requestOf(
      await receive({
        subject: 's'.repeat(5_000),
        text: '😀'.repeat(100_000),
        from: { name: `\u202e${'n'.repeat(999)}\r\nbcc: x`, address: 'jo@example.org' },
      }),
    )
    expect(long.subject.length).toBe(200)
    expect(long.body.length).toBeLessThanOrEqual(20_000)
    expect(long.body).toMatch(/😀\n\n\[The rest of this mail was cut\.\]$/u)
    expect(long.name).toBe('n'.repeat(200))
    const empty = requestOf(await receive({ messageId: '', subject: '\r\n', text: '\0 \n' }))
    expect(empty).toMatchObject({ subject: '(no subject)', body: '(no text)', messageId: null })
    expect(requestOf(await receive({ messageId: '' })).id).not.toBe(empty.id)
  })

  it('was not received later than now', async () => {
    expect(requestOf(await receive({ at: later(monday, 999 * HOUR) })).receivedAt).toBe(later(monday, 1_000))
  })

  it('brings its evidence; files that are not taken are named in a note', async () => {
    const attachments = [
      { name: 'shot.png', content: png() },
      { name: 'page.png', content: HTML },
    ]
    const request = requestOf(await receive({ attachments }))
    const all = (await scene.store.open(request.id))!
    expect(all.attachments.map(a => a.name)).toEqual(['shot.png'])
    expect(all.messages).toMatchObject([
      {
        direction: 'note',
        body: 'Not kept:\npage.png: Only PNG and JPEG pictures and PDF files are taken.',
      },
    ])
    expect(request.version).toBe(2)
    expect(request.firstAnswerAt).toBeNull()
  })

  it('of an address that files without end is not acknowledged', async () => {
    const told: boolean[] = []
    for (let i = 0; i < 12; i++) {
      const received = await receive()
      told.push(received.kind === 'filed' && received.acknowledge)
    }
    expect(told).toEqual([...Array(10).fill(true), false, false])
    const next = await receive({ at: later(monday, 2 * HOUR) }, later(monday, 2 * HOUR))
    expect(next).toMatchObject({ acknowledge: true })
  })
})

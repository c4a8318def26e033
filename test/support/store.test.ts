import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { transact } from '../../src/db/open.ts'
import type { RequestId } from '../../src/support/request.ts'
import { fileRequest } from '../../src/support/request-store.ts'
import type { Instant } from '../../src/time/instant.ts'
import { HTML, pdf, png } from './files.ts'
import { at, filed, guarantee, HOUR, intake, later, monday, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const doing = (version: number, now: Instant = later(monday, HOUR)) => ({
  now,
  who: 'sam@example.com',
  reason: 'they called',
  version,
})
const out = (now: Instant, more = {}) =>
  ({ at: now, direction: 'out', author: 'sam@example.com', body: 'We are on it.', ...more }) as const
const inward = (now: Instant) =>
  ({ at: now, direction: 'in', author: 'jo@example.org', body: 'Still slow.' }) as const

describe('a request', () => {
  it('is filed with a reference, a secret, and what is due when', async () => {
    const { request, secret } = await filed(scene.store, { chosen: 'high', account: 'ACME', service: 'iam' })
    expect(request).toMatchObject({
      kind: 'question',
      tier: 'high',
      priorityBy: 'customer',
      account: 'ACME',
      service: 'iam',
      receivedAt: monday,
      dueAt: later(monday, 4 * HOUR),
      status: 'open',
      firstAnswerAt: null,
      version: 1,
    })
    expect(request.reference).toMatch(/^N-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/)
    expect(await scene.store.find(request.id)).toEqual(request)
    expect(
      await scene.store.findByReference(` ${request.reference.toLowerCase().replaceAll('-', ' ')}`),
    ).toEqual(request)
    expect(await scene.store.findBySecret(secret)).toEqual(request)
    for (const wrong of ['', 'x', secret.slice(1), `${secret}A`, 'A'.repeat(27)])
      expect(await scene.store.findBySecret(wrong)).toBeNull()
  })

  it('is told all that is wrong with it, evidence included, and nothing is kept', async () => {
    const outcome = await scene.store.file(
      intake({ subject: ' ', body: 'x'.repeat(20_001), email: 'jo@localhost', name: 'n'.repeat(201) }),
      [],
      monday,
    )
    expect(outcome).toEqual({
      kind: 'refused',
      problems: [
        { field: 'subject', problem: 'Say in a few words what it is about.' },
        { field: 'body', problem: 'At most 20,000 characters; this has 20,001.' },
        { field: 'name', problem: 'At most 200 characters; this has 201.' },
        { field: 'email', problem: 'Enter an e-mail address, such as jo@example.com.' },
      ],
    })
    const files = [
      { name: 'a.png', content: png() },
      { name: 'b.png', content: HTML },
    ]
    expect(await scene.store.file(intake(), files, monday)).toEqual({
      kind: 'refused',
      problems: [
        { field: 'evidence', problem: 'b.png: Only PNG and JPEG pictures and PDF files are taken.' },
      ],
    })
    expect(readdirSync(scene.attachments)).toEqual([])
    expect((await scene.store.list({}, monday)).total).toBe(0)
  })

  it('is filed or not together with what its caller writes beside it', () => {
    const filing = { now: monday, guarantee, follow: 'k' }
    expect(() =>
      transact(scene.db, () => {
        expect(fileRequest(scene.db, intake({ kind: 'claim' }), filing).kind).toBe('filed')
        throw new Error('the claim cannot be written')
      }),
    ).toThrow('the claim cannot be written')
    expect(scene.db.connection.prepare('SELECT count(*) AS n FROM requests').get()).toEqual({ n: 0 })
  })

  it('is rolled back, its evidence too, where what is written alongside cannot be', async () => {
    const filing = scene.store.file(intake(), [{ name: 'a.png', content: png() }], monday, outcome => {
      expect(outcome.kind).toBe('filed')
      throw new Error('no letter')
    })
    await expect(filing).rejects.toThrow('no letter')
    expect((await scene.store.list({}, monday)).total).toBe(0)
    expect(readdirSync(scene.attachments)).toEqual([])
    const { request } = await filed(scene.store)
    const changing = scene.store.setTier(request.id, 'low', doing(1), () => {
      throw new Error('no audit')
    })
    await expect(changing).rejects.toThrow('no audit')
    expect(await scene.store.find(request.id)).toEqual(request)
  })

  it('holds its evidence, and gives it to those who know the request alone', async () => {
    const files = [
      { name: 'shot.png', content: png() },
      { name: 'log.pdf', content: await pdf() },
    ]
    const outcome = await scene.store.file(intake(), files, monday)
    if (outcome.kind !== 'filed') throw new Error(outcome.kind)
    const { attachments } = (await scene.store.open(outcome.request.id))!
    expect(attachments.map(({ name, kind, message }) => ({ name, kind, message }))).toEqual([
      { name: 'shot.png', kind: 'png', message: null },
      { name: 'log.pdf', kind: 'pdf', message: null },
    ])
    const opened = await scene.store.openAttachment(outcome.request.id, attachments[1]!.id)
    expect(opened?.kind === 'found' && opened.content.equals(files[1]!.content)).toBe(true)
    const other = await filed(scene.store)
    expect(await scene.store.openAttachment(other.request.id, attachments[1]!.id)).toBeNull()
    expect(await scene.store.sweep()).toBe(0)
  })

  it('loses no row over a file that a kill left behind', async () => {
    await scene.store.file(intake(), [{ name: 'shot.png', content: png() }], monday)
    scene.db.connection.exec('DELETE FROM attachments')
    expect(await scene.store.sweep()).toBe(1)
    expect(readdirSync(scene.attachments)).toEqual([])
  })
})

describe('the followed address', () => {
  it('can be written again in every letter, though the database holds no secret', async () => {
    const { request, secret } = await filed(scene.store)
    expect(secret).toMatch(/^[\w-]{27}$/)
    expect(await scene.store.followSecret(request)).toBe(secret)
    scene.db.connection.pragma('wal_checkpoint(TRUNCATE)')
    expect(readFileSync(join(scene.directory, 'nines.db')).includes(secret)).toBe(false)
  })

  it('changes with the secret of the installation, from the next letter on', async () => {
    const { request, secret } = await filed(scene.store)
    const renewed = scene.withSecret('t'.repeat(43))
    expect(await renewed.findBySecret(secret)).toEqual(request)
    const fresh = await renewed.followSecret(request)
    expect(fresh).not.toBe(secret)
    expect(await renewed.findBySecret(fresh)).toEqual(request)
    expect(await renewed.findBySecret(secret)).toBeNull()
  })
})

describe('the first answer', () => {
  it('stops the clock once, and is never moved', async () => {
    const { request } = await filed(scene.store)
    const first = await scene.store.addMessage(request.id, out(later(monday, HOUR)))
    expect(first).toMatchObject({
      kind: 'added',
      request: { firstAnswerAt: later(monday, HOUR), status: 'waiting', version: 2 },
    })
    const second = await scene.store.addMessage(request.id, out(later(monday, 2 * HOUR)))
    expect(second).toMatchObject({ request: { firstAnswerAt: later(monday, HOUR), version: 3 } })
    expect(() => scene.db.connection.exec('UPDATE requests SET first_answer_at = 1')).toThrow(/recorded once/)
    expect(() => scene.db.connection.exec('UPDATE requests SET received_at = 1')).toThrow(/does not change/)
  })

  it('is no acknowledgement, no note, and nothing of the customer', async () => {
    const { request } = await filed(scene.store)
    await scene.store.addMessage(request.id, out(later(monday, 1), { automatic: true }))
    await scene.store.addMessage(request.id, { ...out(later(monday, 2)), direction: 'note' })
    await scene.store.addMessage(request.id, inward(later(monday, 3)))
    expect(await scene.store.find(request.id)).toMatchObject({ firstAnswerAt: null, status: 'open' })
  })

  it('is not before the request came, whatever a clock says', async () => {
    const { request } = await filed(scene.store)
    await scene.store.addMessage(request.id, out(later(monday, -HOUR)))
    expect(await scene.store.find(request.id)).toMatchObject({ firstAnswerAt: monday })
  })
})

describe('the work on a request', () => {
  it('sets a tier and works out again what is due, from when the request came; who and why are kept', async () => {
    const { request } = await filed(scene.store, {}, at('2026-11-20T21:30:00Z'))
    const changed = await scene.store.setTier(request.id, 'high', doing(1))
    expect(changed).toMatchObject({
      kind: 'changed',
      request: { tier: 'high', priorityBy: 'desk', dueAt: at('2026-11-23T11:30:00Z'), version: 2 },
    })
    expect((await scene.store.open(request.id))!.changes).toEqual([
      {
        at: later(monday, HOUR),
        who: 'sam@example.com',
        what: 'tier',
        before: 'medium',
        after: 'high',
        reason: 'they called',
      },
    ])
    expect(() => scene.db.connection.exec('UPDATE request_changes SET who = 1')).toThrow(/append-only/)
    expect(() => scene.db.connection.exec('DELETE FROM request_changes')).toThrow(/append-only/)
  })

  it('says what kind it is: a feature request becomes low, and back what it would have been', async () => {
    const { request } = await filed(scene.store, { via: 'mail', subject: 'High: login' })
    const feature = await scene.store.setKind(request.id, 'feature', doing(1))
    expect(feature).toMatchObject({
      request: { kind: 'feature', tier: 'low', priorityBy: 'kind', dueAt: at('2026-11-24T20:00:00Z') },
    })
    if (feature.kind !== 'changed') throw new Error(feature.kind)
    const back = await scene.store.setKind(request.id, 'incident', doing(feature.request.version))
    expect(back).toMatchObject({
      request: { kind: 'incident', tier: 'high', priorityBy: 'subject', dueAt: request.dueAt },
    })
    expect((await scene.store.open(request.id))!.changes.map(c => `${c.what} ${c.after}`)).toEqual([
      'kind feature',
      'tier low',
      'kind incident',
      'tier high',
    ])
  })

  it('keeps the tier that the desk chose when its kind changes among others', async () => {
    const { request } = await filed(scene.store)
    await scene.store.setTier(request.id, 'urgent', doing(1))
    const changed = await scene.store.setKind(request.id, 'incident', doing(2))
    expect(changed).toMatchObject({
      request: { kind: 'incident', tier: 'urgent', priorityBy: 'desk', version: 3 },
    })
  })

  it('is told when another was faster, and changes nothing then', async () => {
    const { request } = await filed(scene.store)
    await scene.store.assign(request.id, 'kim', doing(1))
    const now = await scene.store.find(request.id)
    expect(await scene.store.assign(request.id, 'sam', doing(1))).toEqual({ kind: 'stale', request: now })
    expect(await scene.store.setTier(request.id, 'low', doing(1))).toEqual({ kind: 'stale', request: now })
    expect(await scene.store.setStatus(request.id, 'closed', doing(1))).toEqual({
      kind: 'stale',
      request: now,
    })
    expect(await scene.store.addMessage(request.id, out(monday, { version: 1 }))).toEqual({
      kind: 'stale',
      request: now,
    })
    expect(await scene.store.assign(99 as RequestId, 'sam', doing(1))).toEqual({ kind: 'unknown' })
    expect(await scene.store.find(request.id)).toEqual(now)
  })

  it('closes, and begins again with what the customer writes', async () => {
    const { request } = await filed(scene.store)
    await scene.store.addMessage(request.id, out(later(monday, HOUR)))
    await scene.store.setStatus(request.id, 'closed', doing(2))
    expect(await scene.store.find(request.id)).toMatchObject({
      status: 'closed',
      closedAt: later(monday, HOUR),
    })
    await scene.store.addMessage(request.id, out(later(monday, 2 * HOUR)))
    expect(await scene.store.find(request.id)).toMatchObject({ status: 'closed' })
    await scene.store.addMessage(request.id, inward(later(monday, 3 * HOUR)))
    expect(await scene.store.find(request.id)).toMatchObject({
      status: 'open',
      closedAt: null,
      firstAnswerAt: later(monday, HOUR),
    })
    expect((await scene.store.open(request.id))!.changes.map(c => `${c.before} ${c.after} ${c.who}`)).toEqual(
      ['open waiting sam@example.com', 'waiting closed sam@example.com', 'closed open jo@example.org'],
    )
  })

  it('lowers no tier once the first answer is overdue, to the millisecond, which attainment counts', async () => {
    const { request } = await filed(scene.store, { chosen: 'urgent' })
    const due = later(monday, HOUR)
    const refusal = {
      kind: 'refused',
      problems: [{ field: 'tier', problem: expect.stringContaining('overdue') }],
    }
    for (const tier of ['high', 'low'] as const)
      expect(await scene.store.setTier(request.id, tier, doing(1, later(due, 1)))).toEqual(refusal)
    expect(await scene.store.find(request.id)).toEqual(request)
    const month = { from: later(monday, -HOUR), to: later(monday, HOUR) }
    expect(await scene.store.attainment(month, 'UTC', later(due, 1))).toMatchObject([
      { tier: 'urgent', requests: 1, overdue: 1 },
    ])
    expect(await scene.store.setTier(request.id, 'low', doing(1, due))).toMatchObject({
      kind: 'changed',
      request: { tier: 'low' },
    })
  })

  it('raises one that is overdue still, while it is not answered', async () => {
    const { request } = await filed(scene.store, { chosen: 'low' })
    const late = later(request.dueAt!, 1)
    expect(await scene.store.setTier(request.id, 'high', doing(1, late))).toMatchObject({
      request: { tier: 'high' },
    })
    expect((await scene.store.setTier(request.id, 'medium', doing(2, late))).kind).toBe('refused')
  })

  it('changes no tier after the first answer', async () => {
    const { request } = await filed(scene.store, { chosen: 'high' })
    await scene.store.addMessage(request.id, out(later(monday, HOUR)))
    for (const tier of ['low', 'urgent'] as const)
      expect(await scene.store.setTier(request.id, tier, doing(2))).toEqual({
        kind: 'refused',
        problems: [{ field: 'tier', problem: expect.stringContaining('first answer was given') }],
      })
    expect((await scene.store.setTier(request.id, 'high', doing(2))).kind).toBe('changed')
    // Another kind does not lower it either.
    expect(await scene.store.setKind(request.id, 'feature', doing(2))).toMatchObject({
      kind: 'changed',
      request: { kind: 'feature', tier: 'high', priorityBy: 'customer' },
    })
  })

  it('leaves no trace where nothing changes', async () => {
    const { request } = await filed(scene.store)
    expect(await scene.store.setTier(request.id, 'medium', doing(1))).toEqual({ kind: 'changed', request })
    expect((await scene.store.open(request.id))!.changes).toEqual([])
  })

  it('takes no message without text, too long, or with files that are none', async () => {
    const { request } = await filed(scene.store)
    const long = 'x'.repeat(20_001)
    expect((await scene.store.addMessage(request.id, out(monday, { body: ' \n' }))).kind).toBe('refused')
    expect((await scene.store.addMessage(request.id, out(monday, { body: long }))).kind).toBe('refused')
    const html = [{ name: 'x.png', content: HTML }]
    expect((await scene.store.addMessage(request.id, out(monday), html)).kind).toBe('refused')
    expect((await scene.store.open(request.id))!.messages).toEqual([])
    expect(await scene.store.find(request.id)).toEqual(request)
  })

  it('holds twenty files at most', async () => {
    const { request } = await filed(scene.store)
    const three = Array.from({ length: 3 }, () => ({ name: 'x.png', content: png() }))
    for (let i = 0; i < 6; i++) await scene.store.addMessage(request.id, inward(monday), three)
    expect((await scene.store.addMessage(request.id, inward(monday), three)).kind).toBe('refused')
    expect((await scene.store.addMessage(request.id, inward(monday), three.slice(1))).kind).toBe('added')
    expect(readdirSync(scene.attachments).length).toBe(20)
  })

  it('waits for a lock that another process holds for a moment', async () => {
    const other = new Sqlite(join(scene.directory, 'nines.db'))
    other.exec('BEGIN IMMEDIATE')
    const filing = filed(scene.store)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect((await scene.store.list({}, monday)).total).toBe(0)
    other.exec('COMMIT')
    other.close()
    await filing
    expect((await scene.store.list({}, monday)).total).toBe(1)
  })
})

describe('the list', () => {
  it('begins with what is due next, late ones first; then the answered by their latest message, then the closed', async () => {
    const { store } = scene
    const low = await filed(store, { subject: 'low', kind: 'feature' })
    const late = await filed(store, { subject: 'late', chosen: 'urgent' }, later(monday, -3 * HOUR))
    const urgent = await filed(store, { subject: 'urgent', chosen: 'urgent' }, monday)
    const quiet = await filed(store, { subject: 'quiet' })
    const busy = await filed(store, { subject: 'busy' })
    const closed = await filed(store, { subject: 'closed', chosen: 'urgent' })
    await store.addMessage(quiet.request.id, out(later(monday, HOUR / 4)))
    await store.addMessage(busy.request.id, out(later(monday, HOUR / 4)))
    await store.addMessage(busy.request.id, inward(later(monday, HOUR / 2)))
    await store.setStatus(closed.request.id, 'closed', doing(1))
    const now = later(monday, HOUR)
    const subjects = async (filter: Parameters<typeof store.list>[0], page = 0, size = 50) =>
      (await store.list(filter, now, page, size)).requests.map(r => r.subject)

    expect(await subjects({})).toEqual(['late', 'urgent', 'low', 'busy', 'quiet', 'closed'])
    expect(await subjects({}, 1, 4)).toEqual(['quiet', 'closed'])
    expect((await store.list({}, now, 1, 4)).total).toBe(6)
    expect(await subjects({ only: 'unanswered' })).toEqual(['late', 'urgent', 'low'])
    // At the very instant that it is due, `urgent` is not late.
    expect(await subjects({ only: 'late' })).toEqual(['late'])
    expect((await store.list({ only: 'late' }, later(now, 1))).total).toBe(2)
    expect(await subjects({ tiers: ['urgent'], statuses: ['open', 'waiting'] })).toEqual(['late', 'urgent'])
    expect(await subjects({ kinds: ['feature'] })).toEqual(['low'])
    expect(await store.count({}, now)).toEqual({ unanswered: 3, late: 1, open: 4, waiting: 1, closed: 1 })

    await store.assign(low.request.id, 'sam', doing(1))
    expect(await subjects({ assignee: 'sam' })).toEqual(['low'])
    expect((await store.list({ assignee: null }, now)).total).toBe(5)
    expect(
      await subjects({ text: `${urgent.request.reference.slice(2, 6).toLowerCase()} example.org` }),
    ).toEqual(['urgent'])
    expect(await subjects({ text: late.request.reference })).toEqual(['late'])
    for (const text of ['%', '_', "'", '\\', 'nobody']) expect(await subjects({ text })).toEqual([])
  })

  it('of any page and size is bounded', async () => {
    await filed(scene.store)
    for (const [page, size] of [
      [-1, 0],
      [0, 1e9],
      [0.5, 2.5],
    ] as const)
      expect((await scene.store.list({}, monday, page, size)).requests.length).toBe(1)
    expect((await scene.store.list({}, monday, 1e300, 50)).requests).toEqual([])
  })
})

describe('the attainment', () => {
  it('is read for the requests that came in a window', async () => {
    const { store } = scene
    const a = await filed(store)
    await store.addMessage(a.request.id, out(later(monday, 8 * HOUR)))
    const b = await filed(store)
    await store.addMessage(b.request.id, out(later(monday, 8 * HOUR + 1)))
    await filed(store, {}, at('2026-12-01T00:00:00Z'))
    const november = { from: at('2026-11-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') }
    expect(await store.attainment(november, 'Europe/London', at('2026-12-02T00:00:00Z'))).toEqual([
      {
        month: '2026-11',
        tier: 'medium',
        requests: 2,
        inTime: 1,
        late: 1,
        waiting: 0,
        overdue: 0,
        withdrawn: 0,
        percent: '50.0',
        median: 8 * HOUR,
        worst: 8 * HOUR + 1,
      },
    ])
  })
})

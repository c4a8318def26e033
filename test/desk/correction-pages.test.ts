import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typedTime } from '../../src/desk/correction-time.ts'
import { rfc3339 } from '../../src/time/instant.ts'
import { HOSTILE } from '../page/scene.ts'
import { openRoom, type Room } from './request-scene.ts'
import { textOf } from './was-scene.ts'

let room: Room
let outage = ''
beforeAll(async () => {
  room = await openRoom()
  const list = await (await room.engineer.get('/desk/corrections')).text()
  outage = /outage=([^"&]+)/.exec(list)?.[1] ?? ''
})
afterAll(() => {
  expect([room.errors, room.faults]).toEqual([[], []])
  room.end()
})

const fields = (more: Record<string, string> = {}) => ({
  service: 'iam',
  kind: 'exclude',
  outage,
  from: '',
  to: '',
  zone: 'Europe/London',
  reportedBy: '',
  reason: 'A fault of our own network.',
  author: 'Eric',
  ...more,
})
const preview = async (more: Record<string, string> = {}) => {
  const response = await room.engineer.post('/desk/corrections/preview', fields(more))
  const html = await response.text()
  return {
    status: response.status,
    html,
    text: textOf(html),
    mark: /name="mark" value="(\w+)"/.exec(html)?.[1] ?? '',
  }
}

describe('a time as an engineer types it', () => {
  it('is read to the millisecond, in its zone or as it says, and never guessed', () => {
    const read = (text: string, zone = 'Europe/London') => {
      const done = typedTime(text, zone)
      return done.ok ? rfc3339(done.at) : done.words
    }
    expect(read('2026-10-14 15:02:10.25')).toBe('2026-10-14T14:02:10.250Z')
    expect(read('2026-10-14 15:02')).toBe('2026-10-14T14:02:00.000Z')
    expect(read('2026-10-14T14:02:10.250Z', 'Asia/Kolkata')).toBe('2026-10-14T14:02:10.250Z')
    expect(read('2026-10-14 14:02:10+05:30')).toBe('2026-10-14T08:32:10.000Z')
    expect(read('2026-10-25 01:30:00')).toContain('twice')
    expect(read('2026-03-29 01:30:00')).toContain('skipped')
    for (const text of ['', 'yesterday', '2026-02-30 10:00', '2026-10-14 25:00', HOSTILE, '9'.repeat(10_000)])
      expect(read(text)).toMatch(/Write it|Give a time/)
  })
})

describe('corrections', () => {
  it('teach while there are none, and offer the latest outages', async () => {
    const text = textOf(await (await room.engineer.get('/desk/corrections')).text())
    expect(text).toContain('Wed 14 Oct 2026, 14:02:00 UTC IAM Services Lasted 47 min')
    expect(text).toContain('None. When one is made, it stands here')
    expect(outage).not.toBe('')
    const form = await (await room.engineer.get(`/desk/corrections/new?kind=bounds&outage=${outage}`)).text()
    expect(form).toContain('value="2026-10-14T14:02:00.000Z"')
  })

  it('are seen before they are made: what each month was and becomes, and nothing is stored', async () => {
    const size = await room.log.size()
    const { status, text } = await preview()
    expect(status).toBe(200)
    expect(text).toMatch(
      /October 2026 closed.*Before 99\.894 % 47 min down 7 days of credit.*After 100\.000 % 0 s down no credit/,
    )
    expect(text).toContain('The credit shrinks from 7 to 0 days.')
    expect(text).not.toContain('November 2026')
    expect(await room.log.size()).toBe(size)
    expect(textOf(await (await room.engineer.get('/desk/corrections')).text())).toContain('None. When one')
  })

  it('show the running month too', async () => {
    const { text } = await preview({
      kind: 'add',
      outage: '',
      from: '2026-11-02 10:00',
      to: '2026-11-02 11:00:00.001',
      reportedBy: 'a customer',
    })
    expect(text).toMatch(/November 2026 not closed Before 100\.000 % 0 s down.*After .* 1 h 0\.001 s down/)
  })

  it('say what is wrong beside each field', async () => {
    for (const [more, words] of [
      [{ outage: 'none' }, 'There is no outage with this id'],
      [{ outage: '' }, 'Choose an outage'],
      [{ reason: ' ' }, 'Say why'],
      [{ service: 'x' }, 'There is no such service'],
      [{ kind: 'bounds', from: 'x', to: '' }, 'Write it as'],
      [
        { kind: 'bounds', from: '2026-10-14T15:00:00Z', to: '2026-10-14T14:00:00Z' },
        'It must end after it begins.',
      ],
      [
        { kind: 'add', from: '2026-11-01 10:00', to: '2026-11-01 11:00', reportedBy: '' },
        'Say who reported it',
      ],
      [
        { kind: 'bounds', zone: 'Mars/Olympus', from: '2026-10-14 15:00', to: '2026-10-14 16:00' },
        'no time zone',
      ],
    ] as const) {
      const { status, text } = await preview(more)
      expect([more, status]).toEqual([more, 422])
      expect(text).toContain(words)
    }
  })

  it('take no hostile text for anything but text', async () => {
    for (const hostile of [HOSTILE, '<%= it.view %>', '\u202etxt', 'x'.repeat(10_000)])
      for (const name of [
        'service',
        'kind',
        'outage',
        'from',
        'to',
        'zone',
        'reportedBy',
        'reason',
        'author',
      ]) {
        const { status, html } = await preview({ [name]: hostile })
        expect([name, status < 500]).toEqual([name, true])
        expect(html).not.toContain('<script>alert')
      }
  })

  it('are made only as they were seen, with their trace, and stand in the list', async () => {
    const stale = await room.engineer.post('/desk/corrections', { ...fields(), mark: 'other' })
    expect(stale.status).toBe(409)
    expect(textOf(await stale.text())).toContain('is not what you saw')
    const { mark } = await preview()
    const made = await room.engineer.post('/desk/corrections', { ...fields(), mark })
    expect([made.status, made.headers.get('location')]).toEqual([303, '/desk/corrections'])
    const text = textOf(await (await room.engineer.get('/desk/corrections')).text())
    expect(text).toContain('The correction is made and published')
    expect(text).toMatch(/There was no outage IAM Services.*A fault of our own network\..*by Eric/)
    expect(text).toContain('99.894 %')
    expect(room.corrected()).toBe(1)
    expect((await room.log.checkpoint())?.size).toBe(await room.log.size())
    expect(textOf(await (await room.admin.get('/desk/audit')).text())).toContain('record.corrected')
    // Once more: it is gone from the record.
    expect((await room.engineer.post('/desk/corrections', { ...fields(), mark })).status).toBe(422)
  })

  it('are for engineers', async () => {
    for (const path of ['/desk/corrections', '/desk/corrections/new'])
      expect((await room.agent.get(path)).status).toBe(403)
    expect((await room.agent.post('/desk/corrections', fields())).status).toBe(403)
  })
})

describe('months', () => {
  it('tell the closed ones with their papers, and why others wait', async () => {
    const text = textOf(await (await room.agent.get('/desk/months')).text())
    expect(text).toContain('Closed 2')
    expect(text).toMatch(/October 2026 IAM Services 100\.000 % corrected; sealed as 99\.894 %/)
    expect(text).toContain('Statement of October 2026')
    room.clock.at = Date.parse('2026-12-01T01:00:00Z') as never
    const later = textOf(await (await room.engineer.get('/desk/months?service=iam')).text())
    expect(later).toMatch(
      /Over, and not closed yet November 2026 , IAM Services. It settles until 1 Dec 2026, 02:00 UTC/,
    )
    expect((await room.agent.get('/desk/months?service=none&page=-3')).status).toBe(200)
  })
})

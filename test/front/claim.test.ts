import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseWhen } from '../../src/claim/when.ts'
import { instant } from '../../src/time/instant.ts'
import { PNG } from '../casework/scene.ts'
import { type FrontScene, fields, form, frontScene, GIVEN, ONCE } from './scene.ts'

let scene: FrontScene
beforeEach(async () => {
  scene = await frontScene()
})
afterEach(() => scene.close())

describe('a claim by form', () => {
  it('is previewed, sent with a file, and followed', async () => {
    const blank = await scene.get('/claim?service=iam&month=2026-10')
    expect(blank.status).toBe(200)
    expect(await blank.text()).toContain('20 October 2026, 14:00:00.000 to 16:00:00.000 UTC')

    const check = await scene.post('/claim', fields({ ...GIVEN, step: 'check' }))
    const preview = await check.text()
    expect(check.status, preview).toBe(200)
    expect(preview).toContain('20 October 2026, 15:05 to 17:00')
    expect(preview).toContain('Our record has an outage at that time.')
    expect(preview).toContain('October 2026 is closed: 99.731')
    expect(scene.rows('requests')).toBe(0)

    const sent = await scene.post('/claim', form({ ...GIVEN, step: 'send', once: ONCE }, [['a.png', PNG]]))
    expect(sent.status).toBe(303)
    const where = sent.headers.get('location') ?? ''
    expect(where).toMatch(/^\/cases\/N-[0-9A-Z]{4}-[0-9A-Z]{4}\/[\w-]{27}\?sent=1$/)
    const again = await scene.post('/claim', form({ ...GIVEN, step: 'send', once: ONCE }, [['a.png', PNG]]))
    expect(again.headers.get('location')).toBe(where)
    expect(scene.rows('requests')).toBe(1)
    expect(scene.letters().map(l => l.kind)).toEqual(['claim-received'])

    const followed = await scene.get(where)
    const html = await followed.text()
    expect(followed.status).toBe(200)
    expect(html).toContain('You will have an answer by')
    expect(html).toContain('a.png')
    expect(followed.headers.get('referrer-policy')).toBe('no-referrer')
    expect(followed.headers.get('cache-control')).toBe('no-store')
    expect(followed.headers.get('x-robots-tag')).toContain('noindex')
    expect(scene.errors).toEqual([])
    expect(scene.trouble).toEqual([])
  })

  it('fills in the exact times of an outage, or those of a month', async () => {
    const ids = scene.store.db.connection.prepare('select id from outages order by from_at').all()
    const { id } = ids[0] as { id: string }
    const one = await (await scene.get(`/claim?outage=${id}`)).text()
    expect(one).toContain('<option value="iam" selected>')
    expect(one).toContain('20 October 2026, 14:00:00.000 to 16:00:00.000 UTC</textarea>')
    const month = await (await scene.get('/claim?service=iam&month=2026-11')).text()
    expect(month).toContain('3 November 2026, 09:00:00.000 to 09:10:00.000 UTC</textarea>')
    const line = /20 October 2026, 14[^<]*/.exec(one)?.[0] ?? ''
    const { readings } = parseWhen(line, {
      zone: 'Asia/Kolkata',
      now: instant(Date.UTC(2026, 10, 9)),
      dayFirst: false,
    })
    expect(readings.map(r => [r.from, r.to])).toEqual([
      [Date.UTC(2026, 9, 20, 14), Date.UTC(2026, 9, 20, 16)],
    ])
    const none = await (await scene.get('/claim?service=nothing&month=2026-13&outage=x')).text()
    expect(none).toMatch(/<textarea id="times"[^>]*>\s*<\/textarea>/)
    expect(none).not.toContain('Filled in from our record')
  })

  it('says what a time may also mean, and takes the other reading where the customer says so', async () => {
    const given = { ...GIVEN, times: '04/11/2026 09:00 to 09:30', step: 'check' }
    const html = await (await scene.post('/claim', fields(given))).text()
    expect(html).toContain('4 November 2026, 09:00 to 09:30')
    expect(html).toContain('It may also mean 11 April 2026')
    const meant = await (await scene.post('/claim', fields({ ...given, step: 'mean:0:0' }))).text()
    expect(meant).toContain('11 April 2026')
    expect(meant).not.toContain('It may also mean')
    expect(meant).toContain('value="2026-04-11T08:00:00.000Z to 2026-04-11T08:31:00.000Z"')
    for (const step of ['mean:9:9', 'mean:x:0', 'nonsense'])
      expect((await scene.post('/claim', fields({ ...given, step }))).status).toBe(200)
  })

  it('says of the month whether it runs, and of the record what it has', async () => {
    const preview = async (times: string) =>
      (await scene.post('/claim', fields({ ...GIVEN, times, step: 'check' }))).text()
    const running = await preview('3 November 2026, 09:00 to 09:05')
    expect(running).toContain('November 2026 is not over. Your claim waits for its end')
    expect(running).toContain('Tuesday 1 December 2026, 16:00')
    const quiet = await preview('12 October 2026, 10:00 to 10:20')
    expect(quiet).toContain('Our record has no outage within 30 min of that time.')
    scene.at('2026-11-25T10:00:00Z')
    const late = await preview('20 October 2026, 15:05')
    expect(late).toContain('The last day for claims for October 2026 was Thursday 19 November 2026.')
  })

  it('goes back to the form with all that was typed', async () => {
    const html = await (await scene.post('/claim', form({ ...GIVEN, step: 'change' }))).text()
    for (const value of [
      'value="ACME-1"',
      'value="Jo Doe"',
      'value="Europe/London"',
      '20 October 2026, 15:05',
    ])
      expect(html).toContain(value)
    expect(html).not.toContain('not right')
  })

  it('is refused where its times lie ahead, or name no zone that there is', async () => {
    const ahead = await scene.post(
      '/claim',
      fields({ ...GIVEN, times: '1 January 2027, 10:00', step: 'check' }),
    )
    expect(ahead.status).toBe(422)
    expect(await ahead.text()).toContain('lies in the future')
    const zone = await scene.post('/claim', fields({ ...GIVEN, zone: 'Atlantis', step: 'check' }))
    expect(await zone.text()).toContain('Choose a time zone by its IANA name')
  })
})

describe('another request', () => {
  it('is filed by form with its priority, and answered on its page', async () => {
    const given = {
      kind: 'incident',
      subject: 'Mail is slow',
      body: 'Since noon.',
      tier: 'urgent',
      service: 'mail',
      name: '',
      email: 'jo@example.com',
      account: '',
      once: ONCE,
    }
    const sent = await scene.post('/request', form(given, [['a.png', PNG]]))
    expect(sent.status).toBe(303)
    const html = await (await scene.get(sent.headers.get('location') ?? '')).text()
    expect(html).toContain('With us, to be answered')
    // An hour, at any time.
    expect(html).toContain('Thursday 5 November 2026, 11:00')
    expect(html).toContain('Mail Relay')
    expect(scene.letters().map(l => l.kind)).toEqual(['received'])
  })
})

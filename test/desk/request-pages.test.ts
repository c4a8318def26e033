import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE } from '../page/scene.ts'
import { png } from '../support/files.ts'
import { claimed, HOUR, openRoom, type Room } from './request-scene.ts'
import { textOf } from './was-scene.ts'

let room: Room
beforeAll(async () => {
  room = await openRoom()
})
afterAll(() => {
  expect([room.errors, room.faults]).toEqual([[], []])
  room.end()
})

const get = async (path: string) => {
  const response = await room.agent.get(path)
  const html = await response.text()
  return { status: response.status, html, text: textOf(html), location: response.headers.get('location') }
}

const FIELDS = {
  kind: 'incident',
  subject: 'Login fails',
  body: 'Since ten.',
  name: 'Jo',
  email: 'jo@example.org',
  account: 'ACME',
  service: 'iam',
  tier: 'high',
  times: '14 October 2026, 14:10 UTC',
  zone: 'Europe/London',
  seen: 'It failed.',
  once: '',
}

/** Sends the form of a new request, as a browser does. */
async function enter(fields: Record<string, string>, file?: File) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  if (file) body.set('evidence', file)
  const cookie = [...room.agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await room.app.request('/desk/requests/new', {
    method: 'POST',
    body,
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
  })
  const html = await response.text()
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    html,
    text: textOf(html),
  }
}

/** The fields that every form of a request's page carries. */
async function carried(path: string) {
  const { html } = await get(path)
  const value = (name: string) => new RegExp(`name="${name}" value="(\\d+)"`).exec(html)?.[1] ?? ''
  return { version: value('version'), seen: value('seen') }
}

describe('the requests', () => {
  it('teach while there are none', async () => {
    const { text } = await get('/desk/requests')
    expect(text).toContain('Nothing waits for its first answer. A request that comes by the form')
    expect(text).toContain('Due next 0')
    expect((await get('/desk/requests?view=late')).text).toContain('Nothing is late.')
  })

  it('are entered at the desk, with files that are handed out as they are kept', async () => {
    const { status, location } = await enter(FIELDS, new File([Uint8Array.from(png())], '../up.png'))
    expect([status, location]).toEqual([303, expect.stringMatching(/^\/desk\/requests\/N-/)])
    const { text, html } = await get(location)
    expect(text).toContain('Login fails')
    expect(text).toMatch(/Priority High set by the desk/)
    expect(text).toMatch(/First answer 4 hours left/)
    const [, href = ''] = /href="([^"]*\/files\/\d+)"/.exec(html) ?? []
    const file = await room.agent.get(href)
    const opened = await room.cases.caseOf(location.split('/').at(-1) ?? '')
    const kept = await room.support.openAttachment(opened!.request.id, opened!.attachments[0]!.id)
    if (kept?.kind !== 'found') throw new Error('not kept')
    for (const [name, value] of Object.entries(kept.headers)) expect(file.headers.get(name)).toBe(value)
    expect(Buffer.from(await file.arrayBuffer()).equals(kept.content)).toBe(true)
    expect((await get(`${location}/files/999`)).status).toBe(404)
    expect((await get(`${location}/files/1`)).status).toBe(200)
    for (const id of ['x', '1e0', '0x1', '%201', '-1', '1.0'])
      expect([id, (await get(`${location}/files/${id}`)).status]).toEqual([id, 404])
  })

  it('say everything that is wrong with a new one, and keep what was typed', async () => {
    const { status, text, html } = await enter({
      ...FIELDS,
      subject: '',
      email: 'no',
      service: 'none',
      body: 'Kept words',
    })
    expect(status).toBe(422)
    expect(text).toContain('3 things are not right')
    expect(html).toContain('href="#email"')
    expect(text).toContain('Kept words')
    const claim = await enter({ ...FIELDS, kind: 'claim', times: 'some day', account: '' })
    expect(claim.text).toContain('No time can be read in this.')
    expect(claim.text).toContain('Give the name or number of your account')
  })

  it('are listed by what is due next, found, filtered and paged', async () => {
    for (let i = 0; i < 45; i++)
      await room.cases.fileRequest(
        {
          ...FIELDS,
          kind: 'question',
          tier: i === 7 ? 'urgent' : null,
          subject: `Question ${i}`,
          email: `q${i}@example.org`,
          once: null,
        },
        [],
        'form',
        { id: null, address: null },
      )
    const { text, html } = await get('/desk/requests')
    expect(text).toContain('Due next 46')
    expect(text.indexOf('Question 7 ')).toBeLessThan(text.indexOf('Login fails'))
    expect(text).toContain('Page 1 of 2')
    expect(html).toContain('page=2')
    expect((await get('/desk/requests?page=2')).text).toContain('Question 44')
    expect((await get('/desk/requests?q=q13%40example.org')).text).toContain('All open 1')
    expect((await get('/desk/requests?tier=urgent')).text).toContain('Due next 1')
    expect((await get('/desk/requests?kind=incident&view=open')).text).toContain('All open 1')
    const reference = /N-\w{4}-\w{4}/.exec(text)?.[0] ?? ''
    expect((await get(`/desk/requests?q=${reference.toLowerCase()}`)).location).toBe(
      `/desk/requests/${reference}`,
    )
    expect((await get('/desk/requests?q=zzz')).text).toContain('Nothing matches.')
    room.clock.at = (room.clock.at + 2 * HOUR) as never
    const late = await get('/desk/requests?view=late')
    expect(late.text).toMatch(/Late 1/)
    expect(late.text).toMatch(/Late by 60 minutes/)
    room.clock.at = (room.clock.at - 2 * HOUR) as never
  })

  it('are answered, noted, steered and closed, each with its trace', async () => {
    const { location } = await enter({ ...FIELDS, subject: 'A course' })
    const send = async (name: string, fields: Record<string, string>) =>
      (await room.agent.post(`${location}/${name}`, { ...(await carried(location)), ...fields })).status
    room.clock.at = (room.clock.at + HOUR) as never
    expect(await send('assign', { who: 'Samantha' })).toBe(303)
    expect(await send('tier', { tier: 'urgent', reason: 'Everybody is affected.' })).toBe(303)
    expect(await send('note', { note: 'Rang them.' })).toBe(303)
    expect(await send('answer', { text: 'We look at it.' })).toBe(303)
    expect(await send('close', {})).toBe(303)
    const { text } = await get(location)
    expect(text).toContain('taken by Samantha')
    expect(text).toContain('Note, for the desk alone')
    expect(text).toContain('Rang them.')
    expect(text).toContain('We look at it.')
    expect(text).toContain('Answered in time')
    expect(text).toMatch(/Priority from High to Urgent , by Samantha “Everybody is affected\.”/)
    expect(text).toContain('Open it again')
    expect(await send('reopen', {})).toBe(303)
    expect((await get(location)).text).toContain('State Open')
    expect((await get('/desk/requests?view=mine')).text).toContain('A course')
    const audit = textOf(await (await room.admin.get('/desk/audit')).text())
    for (const action of [
      'request.filed',
      'request.assigned',
      'request.tier',
      'request.answered',
      'request.closed',
      'request.status',
    ])
      expect(audit).toContain(action)
  })

  it('refuse what lacks words, and what was changed meanwhile, and keep what was typed', async () => {
    const { location } = await enter({ ...FIELDS, subject: 'Two at once' })
    const mine = await carried(location)
    const empty = await room.agent.post(`${location}/answer`, { ...mine, text: ' ' })
    expect([empty.status, textOf(await empty.text())]).toEqual([
      422,
      expect.stringContaining('Write a message.'),
    ])
    const unsaid = await room.agent.post(`${location}/tier`, { ...mine, tier: 'low', reason: '' })
    expect([unsaid.status, textOf(await unsaid.text())]).toEqual([422, expect.stringContaining('Say why')])
    await room.admin.post(`${location}/tier`, { ...mine, tier: 'low', reason: 'It can wait.' })
    const stale = await room.agent.post(`${location}/answer`, { ...mine, text: 'My long answer' })
    expect(stale.status).toBe(409)
    const text = textOf(await stale.text())
    expect(text).toContain('Nothing was done: it changed since you opened it')
    expect(text).toContain('Ada: priority from “High” to “Low”.')
    expect(text).toContain('My long answer')
    expect((await get(location)).text).not.toContain('My long answer')
    expect(
      (await room.agent.post(`${location}/assign`, { ...(await carried(location)), who: 'Nobody known' }))
        .status,
    ).toBe(422)
  })

  it('refuse a lower priority beside its field once the first answer is overdue', async () => {
    const { location } = await enter({ ...FIELDS, tier: 'urgent', subject: 'Everything is down' })
    const { at } = room.clock
    room.clock.at = (at + HOUR + 1) as typeof at
    const fields = { ...(await carried(location)), tier: 'low', reason: 'Looks better.' }
    const refused = await room.agent.post(`${location}/tier`, fields)
    const html = await refused.text()
    expect(refused.status).toBe(422)
    expect(html).toMatch(/<a href="#tier">The first answer is overdue[^<]*<\/a>/)
    expect(html).toMatch(/<p class="fault" id="tier-fault">The first answer is overdue/)
    expect(html).toContain('Looks better.')
    expect((await get(location)).text).toMatch(/Priority Urgent/)
    room.clock.at = at
  })

  it('become claims', async () => {
    const { location } = await enter({ ...FIELDS, subject: 'We want our credit' })
    const fields = { ...(await carried(location)), service: 'iam', account: 'Acme', zone: 'UTC' }
    const wrong = await room.agent.post(`${location}/claim`, { ...fields, times: 'soon' })
    expect([wrong.status, textOf(await wrong.text())]).toEqual([
      422,
      expect.stringContaining('No time can be read'),
    ])
    expect(
      (await room.agent.post(`${location}/claim`, { ...fields, times: '14 October 2026, 14:10' })).status,
    ).toBe(303)
    const { text } = await get(location)
    expect(text).toContain('Decide the claim')
    expect((await get(location.replace('requests', 'claims'))).text).toContain('Credit 7 days')
  })

  it('show hostile texts as texts, in every field', async () => {
    for (const hostile of [
      HOSTILE,
      '<%= it.view %>{{7*7}}',
      '\u202egnp.exe\u0000\r\nBcc: x@example.org',
      'x'.repeat(10_000),
    ]) {
      for (const name of Object.keys(FIELDS))
        for (const kind of ['question', 'claim']) {
          const { status, location, html } = await enter({ ...FIELDS, kind, [name]: hostile })
          expect([name, status < 500]).toEqual([name, true])
          expect(html).not.toContain('<script>alert')
          if (status === 303) {
            const page = await get(location)
            expect([name, page.status, page.html.includes('<script>alert')]).toEqual([name, 200, false])
          }
        }
      for (const name of ['view', 'kind', 'tier', 'q', 'page', 'seen', 'service', 'from', 'to', 'state'])
        for (const path of [
          '/desk/requests',
          '/desk/requests/new',
          '/desk/claims',
          '/desk/attainment',
          '/desk/attainment.csv',
          '/desk/months',
        ]) {
          const { status, html } = await get(`${path}?${new URLSearchParams({ [name]: hostile })}`)
          expect([path, name, status < 500, html.includes('<script>alert')]).toEqual([
            path,
            name,
            true,
            false,
          ])
        }
      expect((await get(`/desk/requests/${encodeURIComponent(hostile.slice(0, 500))}`)).status).toBe(404)
    }
  }, 60_000)

  it('are for support, not for engineers; nobody has one of another reference', async () => {
    for (const path of ['/desk/requests', '/desk/requests/new', '/desk/claims', '/desk/attainment'])
      expect((await room.engineer.get(path)).status).toBe(403)
    for (const path of ['/desk/requests/N-2222-2222', '/desk/claims/N-2222-2222'])
      expect((await room.agent.get(path)).status).toBe(404)
    for (const name of ['answer', 'note', 'tier', 'assign', 'close', 'reopen', 'wait', 'claim'])
      expect((await room.agent.post(`/desk/requests/N-2222-2222/${name}`, {})).status).toBe(404)
    const request = await claimed(room, 'Lower')
    expect((await get(`/desk/requests/${request.toLowerCase()}`)).location).toBe(`/desk/requests/${request}`)
  })
})

describe('attainment', () => {
  it('is shown by month and priority, and as CSV', async () => {
    const { text } = await get('/desk/attainment')
    expect(text).toMatch(/November 2026 Urgent 100\.0 %/)
    const response = await room.agent.get('/desk/attainment.csv?from=2026-11&to=2026-11')
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="attainment-2026-11-2026-11.csv"',
    )
    expect(await response.text()).toMatch(/^month,tier,requests,.*\r?\n2026-11,urgent,/)
    for (const query of ['from=2026-13', 'from=2026-11&to=2026-10', 'from=1999-01'])
      expect((await get(`/desk/attainment?${query}`)).status).toBe(422)
  })
})

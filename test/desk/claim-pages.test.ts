import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE } from '../page/scene.ts'
import { claimed, openRoom, type Room } from './request-scene.ts'
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
  return { status: response.status, html, text: textOf(html) }
}

const decision = async (reference: string, month = '2026-10') => {
  const file = await room.cases.caseOf(reference)
  const stored = file?.claims[0]?.months.find(m => m.month === month)
  return { service: 'iam', month, version: String(stored?.version ?? 0) }
}
const decide = async (reference: string, fields: Record<string, string>) => {
  const response = await room.agent.post(`/desk/claims/${reference}/decide`, fields)
  const html = await response.text()
  return { status: response.status, html, text: textOf(html) }
}

describe('the claims', () => {
  it('teach while there are none', async () => {
    expect((await get('/desk/claims')).text).toContain('Nothing is to be decided. A claim stands here once')
  })

  it('are listed by what is to be done', async () => {
    const credit = await claimed(room)
    const look = await claimed(room, 'Initech', '3 October 2026, 10:00 to 10:30 UTC')
    const held = await claimed(room, 'Umbrella', '2 November 2026, 10:00 UTC')
    const { text } = await get('/desk/claims')
    expect(text).toContain('To decide 1 Needs a look 1 On hold 1 Decided 0')
    expect(text).toContain(credit)
    expect(text).toMatch(/Credit 7 days IAM Services, October 2026 ACME/)
    expect((await get('/desk/claims?state=look')).text).toContain(look)
    expect((await get('/desk/claims?state=held')).text).toMatch(
      new RegExp(`${held} On hold until 1 Dec 2026, 02:00 UTC`),
    )
    expect((await get('/desk/claims?q=umbr')).text).toContain('On hold 1')
    const known = await room.agent.get(`/desk/claims?q=${look}`)
    expect(known.headers.get('location')).toBe(`/desk/claims/${look}`)
  })

  it('show what was said beside what was recorded, the rules, the figures and the letter', async () => {
    const reference = await claimed(room, 'Hooli')
    const { text, html } = await get(`/desk/claims/${reference}`)
    for (const words of [
      'Credit 7 days: every rule holds.',
      '“14 October 2026, 14:10 to 14:30 UTC” read as Wed 14 Oct 2026, 14:10:00 to 14:31:00 (UTC)',
      'In an outage : Wed 14 Oct 2026, 14:02:00 UTC to Wed 14 Oct 2026, 14:49:00 UTC, 47 min',
      '99.894 %',
      'At best, at worst 99.897 %, 99.892 %',
      'certain: all three agree',
      'until the end of Fri 13 Nov 2026',
      'your claim',
      'It failed.',
      'Yes: credit 7 days',
    ])
      expect(text).toContain(words)
    expect(html).toMatch(/to scale: 1\u00a0outage around/)
    expect(text).toContain('October 2026 was over at Sun 1 Nov 2026, 00:00:00 UTC.')
    expect(text.match(/Holds:/g)?.length).toBeGreaterThan(8)
  })

  it('are accepted with one form, and stand sealed with their letter', async () => {
    const reference = await claimed(room, 'Globex')
    const fields = await decision(reference)
    const done = await decide(reference, { ...fields, accept: 'yes', confirm: 'yes' })
    expect(done.status).toBe(303)
    const { text } = await get(`/desk/claims/${reference}`)
    expect(text).toContain('7 days are credited for October 2026, sealed as entry')
    expect(text).toMatch(
      /Checked now: the salted hash of this decision is entry \d+ of the log , under the signed checkpoint of \d+ entries/,
    )
    expect(text).toContain('The letter that was sent')
    expect(text).toContain('7 days of service credit')
    expect(text).not.toContain('Decide otherwise')
    expect((await get('/desk/claims?state=decided')).text).toContain(reference)
    // A decision stays, and the account gets no other.
    expect((await decide(reference, { ...fields, accept: 'yes', confirm: 'yes' })).status).toBe(409)
    const second = await claimed(room, 'GLOBEX')
    expect((await get(`/desk/claims/${second}`)).text).toContain(
      `Decline: the account has its credit for the month already (${reference}).`,
    )
  })

  it('are decided otherwise only with an outcome and a reason, after the letter was seen', async () => {
    const reference = await claimed(room, 'Initrode')
    const fields = await decision(reference)
    for (const [more, words] of [
      [{}, 'Choose whether it is credited or declined.'],
      [{ outcome: 'credited', days: '0', reason: 'Because.' }, 'A credit is of 1 to 3,650 whole days.'],
      [{ outcome: 'credited', days: '14' }, 'give the reason'],
      [{ outcome: 'declined', reason: 'Because.' }, 'Choose why it is declined'],
    ] as const) {
      const { status, text } = await decide(reference, { ...fields, ...more })
      expect([more, status]).toEqual([more, 422])
      expect(text).toContain(words)
    }
    const wish = {
      ...fields,
      outcome: 'declined',
      ground: 'no-evidence',
      reason: 'Asked twice.',
      told: 'You may send it still.',
      days: '',
    }
    const seen = await decide(reference, wish)
    expect(seen.status).toBe(200)
    expect(seen.text).toContain('We asked for a file that shows the failure, and none came.')
    expect(seen.text).toContain('You may send it still.')
    expect((await room.cases.caseOf(reference))?.claims[0]?.months[0]?.decision).toBeNull()
    expect((await decide(reference, { ...wish, confirm: 'yes' })).status).toBe(303)
    const { text } = await get(`/desk/claims/${reference}`)
    expect(text).toContain('Otherwise than recommended: “Asked twice.”')
    expect(text).toContain('You may send it still.')
  })

  it('are not decided on what has changed since', async () => {
    const reference = await claimed(room, 'Stark')
    const fields = await decision(reference)
    const stale = await decide(reference, { ...fields, version: '999', accept: 'yes', confirm: 'yes' })
    expect(stale.status).toBe(409)
    expect(stale.text).toContain('Nothing was decided: the claim was assessed anew')
    expect((await decide(reference, { ...fields, month: '2020-01', accept: 'yes' })).text).toContain(
      'has no such month',
    )
    expect((await room.agent.post(`/desk/claims/${reference}/assess`, {})).status).toBe(303)
  })

  it('need a person where nothing can be accepted', async () => {
    const reference = await claimed(room, 'Wayne', '3 October 2026, 10:00 to 10:30 UTC')
    const { text } = await get(`/desk/claims/${reference}`)
    expect(text).toContain('Needs a look: the times reported are not in our record.')
    expect(text).not.toContain('Yes: ')
    const fields = await decision(reference)
    const refused = await decide(reference, { ...fields, accept: 'yes', confirm: 'yes' })
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining('Nothing is recommended that could be accepted'),
    ])
  })

  it('show hostile texts as texts', async () => {
    const reference = await claimed(room, HOSTILE, `14 October 2026, 14:10 UTC ${HOSTILE}`)
    const { html, text } = await get(`/desk/claims/${reference}`)
    expect(html).not.toContain('<script>alert')
    expect(text).toContain('alert("1")')
    const fields = await decision(reference)
    for (const hostile of [HOSTILE, '<%= it.view %>', '\u202etxt\u0000', 'x'.repeat(10_000)])
      for (const name of [
        'service',
        'month',
        'version',
        'outcome',
        'days',
        'ground',
        'reason',
        'told',
        'accept',
      ]) {
        const done = await decide(reference, {
          ...fields,
          outcome: 'declined',
          ground: 'met',
          reason: 'r',
          told: 't',
          [name]: hostile,
        })
        expect([name, done.status < 500, done.html.includes('<script>alert')]).toEqual([name, true, false])
      }
  })
})

describe('disagreements', () => {
  it('are counted and listed, with a look at the record then', async () => {
    const { text, html } = await get('/desk/disagreements')
    expect(text).toMatch(/October 2026 IAM Services Reports 2 Claims 2 Open 2 Credited 0 Declined 0/)
    expect(text).toContain('Sat 3 Oct 2026, 10:00:00 to 10:31:00')
    const [, look = ''] =
      /href="(\/desk\/was-it-down[^"]*)"/.exec(html.slice(html.indexOf('id="reports"'))) ?? []
    expect((await get(look.replaceAll('&amp;', '&'))).text).toContain('No, IAM Services was up.')
    const engineer = await (await room.engineer.get('/desk/disagreements')).text()
    expect(engineer).not.toContain('href="/desk/claims/')
  })
})

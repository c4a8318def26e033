import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasItDownPath, wasItDownRoutes } from '../../src/desk/was-it-down-pages.ts'
import { duration } from '../../src/time/instant.ts'
import { CONTRACT, MINUTE, NOW, source } from '../page/fixture.ts'
import { HOSTILE, scene as services } from '../page/scene.ts'
import { type Client, openDesk, type Scene, withAdmin, withMember } from './scene.ts'
import { at, textOf } from './was-scene.ts'

let scene: Scene
let support: Client
beforeAll(async () => {
  scene = openDesk(
    at(
      wasItDownRoutes({
        source: source(services),
        rules: () => ({
          contract: CONTRACT,
          url: 'https://status.example.com',
          tolerance: duration(30 * MINUTE),
        }),
      }),
      () => NOW,
    ),
  )
  support = await withMember(scene, await withAdmin(scene), 'Samantha', 'support')
})
afterAll(() => {
  expect(scene.errors).toEqual([])
  scene.close()
})

async function ask(when: string, service = 'iam', zone = 'Europe/London') {
  const response = await support.get(wasItDownPath(service, when, zone))
  const html = await response.text()
  return { status: response.status, html, text: textOf(html) }
}

describe('the question whether it was down', () => {
  it('tells support in which other zone the time would lie in an outage, where the customer named none', async () => {
    // The outage began at 13:02 UTC: 14:02 in London, 15:02 in Berlin.
    const { html, text } = await ask('4 October 2026, 15:10')
    expect(text).toContain('Not then, but close')
    expect(text).toContain('It would lie in an outage, had it been written in Europe/Berlin')
    const far = (await ask('4 October 2026, 10:10')).text
    expect(far).toContain('No, IAM Services was up')
    expect(far).toContain('had it been written in America/Sao_Paulo (outage of 4 Oct 2026, 13:02 UTC).')
    const link = /class="how doubt">The text names no zone[^<]*<a href="([^"]+)"/.exec(html)?.[1] ?? ''
    expect(new URL(link.replaceAll('&amp;', '&'), 'http://x').searchParams.get('zone')).toBe('Europe/Berlin')
    expect((await ask('4 October 2026, 15:10', 'iam', 'Europe/Berlin')).text).toContain(
      'Yes, IAM Services was down',
    )
    for (const named of ['4 October 2026, 15:10 UTC', '4 October 2026, 14:10'])
      expect((await ask(named)).text).not.toContain('names no zone')
  })

  it('is answered in one request, with how it was read, what was recorded, the month and a paragraph', async () => {
    const { status, html, text } = await ask('On 4 October 2026 from 14:10 to 14:20 your login failed!')
    expect(status).toBe(200)
    expect(text).toContain('Yes, IAM Services was down all that time.')
    expect(text).toContain(
      'as Sun 4 Oct 2026, 14:10:00 to 14:21:00 (Europe/London) , which is Sun 4 Oct 2026, 13:10:00 to 13:21:00 UTC',
    )
    expect(text).toContain('Assumed: the zone Europe/London')
    // The bounds of the outage, to the second, and where it lies.
    expect(text).toContain('Sun 4 Oct 2026, 13:02:03 UTC')
    expect(text).toContain('43 min 30 s')
    expect(text).toContain('11 min of it in the time asked for')
    expect(text).toContain('Sun 4 Oct 2026, 13:01:33 UTC')
    expect(text).toContain('99.9 % missed')
    expect(text).toMatch(/7 days/)
    expect(text).toMatch(/until .* left/)
    expect(html).toMatch(/<textarea[^>]* readonly[^>]*>\nYes\. IAM Services was down on 4 October 2026/)
    expect(text).toContain('What the prober saw')
    expect(text).toContain('203.0.113.7:443')
    expect(html).toContain('role="img" aria-label="From ')
  })

  it('says no, and how far away the nearest outages are', async () => {
    const { text } = await ask('2026-10-15T10:00:00Z to 2026-10-15T11:00:00Z')
    expect(text).toContain('No, IAM Services was up.')
    expect(text).toMatch(/10 d 20 h before it/)
    expect(text).toMatch(/after it/)
    expect(text).not.toContain('What the prober saw')
  })

  it('tells blips, unknown time and maintenance in words', async () => {
    expect((await ask('2026-10-27T08:00:00Z to 2026-10-27T08:10:00Z')).text).toMatch(
      /Blip .* of Login failed and no more/,
    )
    expect((await ask('2026-08-06T10:00:00Z to 2026-08-06T11:00:00Z', 'mail')).text).toContain(
      '1 h 1 s without a valid check',
    )
    const { text } = await ask('2026-10-18T01:10:00Z to 2026-10-18T01:20:00Z', 'reports')
    expect(text).toContain('No downtime: maintenance of Reports was announced.')
    expect(text).toContain('10 min 1 s of announced maintenance')
  })

  it('answers several times in one text, and links what else a date may mean', async () => {
    const { text, html } = await ask('It was down on 03/04/2026 14:00 and on 4 October 2026, 14:10')
    expect(html.match(/class="answer"/g)).toHaveLength(2)
    expect(text).toContain('It may mean something else')
    const other =
      /href="(\/desk\/was-it-down\?[^"]*)">[^<]*4 Mar/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const followed = textOf(await (await support.get(other)).text())
    expect(followed).toContain('Wed 4 Mar 2026, 14:00:00 to 14:01:00')
    expect(followed).not.toContain('It may mean something else')
  })

  it('shows examples that it understands, each as one time', async () => {
    const html = await (await support.get('/desk/was-it-down')).text()
    const [, list = ''] = /<ul class="examples">(.*?)<\/ul>/s.exec(html) ?? []
    const examples = [...list.matchAll(/<li>(.*?)<\/li>/g)].map(found => found[1] ?? '')
    expect(examples.length).toBeGreaterThan(2)
    for (const example of examples) {
      const answered = (await ask(example)).html
      expect([example, answered.match(/class="answer"/g)?.length]).toEqual([example, 1])
    }
  })

  it('teaches where nothing is asked, and says what is wrong where no time, service or zone is found', async () => {
    expect(textOf(await (await support.get('/desk/was-it-down')).text())).toContain('What is understood')
    for (const [path, words] of [
      [wasItDownPath('iam', 'it is slow', 'UTC'), 'No time can be read in this.'],
      [wasItDownPath('none', '2026-10-04 14:00', 'UTC'), 'There is no such service.'],
      [wasItDownPath('iam', '2026-10-04 14:00', 'Mars/Olympus'), 'This is no time zone.'],
    ] as const) {
      const response = await support.get(path)
      expect(response.status).toBe(422)
      expect(textOf(await response.text())).toContain(words)
    }
  })

  it('takes whatever is pasted, and shows it as text', async () => {
    for (const hostile of [
      HOSTILE,
      '<%= it.view %> {{7*7}} #{7*7}',
      '\u202egnp.exe \u0000 4 October 2026 14:00',
      'x'.repeat(10_000),
      '4 October 2026 14:00 '.repeat(500),
      '</textarea><script>alert(1)</script> 4 October 2026 14:00',
      '%',
    ])
      for (const name of ['when', 'service', 'zone']) {
        const query = new URLSearchParams({
          service: 'iam',
          when: '4 October 2026 14:10',
          zone: 'UTC',
          [name]: hostile,
        })
        const response = await support.get(`/desk/was-it-down?${query}`)
        expect(response.status).toBeLessThan(500)
        expect(await response.text()).not.toContain('<script>alert')
      }
    const { text, html } = await ask('8 November 2026 05:00 UTC', 'hostile')
    expect(text).toContain(HOSTILE)
    expect(html).not.toContain('<script>alert')
  })

  it('answers for every service of the house, at any time', async () => {
    for (const service of services(NOW))
      for (const when of [
        '2026-11-12T09:10:00Z to 2026-11-12T09:40:00Z',
        'October 2026',
        '2020-01-01T00:00:00Z',
        'tomorrow 14:00',
        '2025-01-01 to 2026-12-31',
      ])
        expect([service.id, when, (await ask(when, service.id)).status]).toEqual([service.id, when, 200])
  })
})

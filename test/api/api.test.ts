import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, type Health } from '../../src/api/api.ts'
import type { OutageJson } from '../../src/api/json.ts'
import { composeApp } from '../../src/app.ts'
import type { EndpointId, Maintenance } from '../../src/catalog/model.ts'
import { pages } from '../../src/page/pages.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { reader } from '../../src/record/reader.ts'
import type { Source } from '../../src/record/source.ts'
import { RecordStore } from '../../src/record/store.ts'
import type { Contract } from '../../src/sla/contract.ts'
import { duration, type Instant, instant, rfc3339 } from '../../src/time/instant.ts'
import { at, check, openScene, policy, service, t0 } from '../record/scene.ts'

const contract: Contract = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindow: duration(30 * 86_400_000),
  maintenance: 'excluded',
  unknown: 'excluded',
}
const OUTAGES = 250
/** When each past outage of iam began, an hour apart. */
const began = (i: number): Instant => at((i + 1) * 3_600)
const now = at(OUTAGES * 3_600 + 7_200)

let scene: ReturnType<typeof openScene>
let app: ReturnType<typeof composeApp>
let health: Health = { ready: true, troubles: [] }
let errors: Error[]

const compose = async (source: Source) => {
  const settings = () => ({ title: 'Status', url: 'https://status.example.com', contract })
  const public_ = await pages({
    source,
    settings,
    now: () => now,
    viewsDirectory: fileURLToPath(new URL('../../views', import.meta.url)),
  })
  return composeApp([api({ source, settings, now: () => now, health: () => health })], [], public_, error =>
    errors.push(error),
  )
}

beforeAll(async () => {
  errors = []
  scene = openScene()
  const services = [service('iam', ['a', 'b'], { kind: 'any' }), service('quiet', ['c'])]
  const maintenance: Maintenance[] = []
  await scene.store.configure(services, maintenance, t0)
  const raw = (when: Instant, state: 'up' | 'down'): RawCheck => ({
    at: when,
    state,
    reason: state === 'up' ? null : 'timeout',
    policy: { hold: null, failures: 2 },
    latency: 1_500,
  })
  const past = [raw(t0, 'up')]
  for (let i = 0; i < OUTAGES; i++) {
    const from = began(i)
    past.push(raw(from, 'down'), raw(instant(from + 10_000), 'down'), raw(instant(from + 60_000), 'up'))
  }
  await scene.store.import(
    new Map([
      ['a' as EndpointId, past],
      ['b' as EndpointId, [raw(t0, 'up')]],
    ]),
  )
  // An outage that lasts.
  await scene.store.append(
    [check('b', instant(now - 30_000), 'down'), check('b', instant(now - 20_000), 'down')],
    () => policy,
  )
  app = await compose(reader(new RecordStore(scene.store.db), () => ({ services, maintenance })))
})
afterAll(() => scene.close())

const ask = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init)
  return { response, status: response.status, json: (await response.json()) as Record<string, unknown> }
}

/** An error in the form of RFC 9457. */
async function expectProblem(
  path: string,
  status: number,
  detail?: RegExp,
  init?: RequestInit,
): Promise<void> {
  const { response, json } = await ask(path, init)
  expect({ path, status: response.status }).toEqual({ path, status })
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(Object.keys(json).sort()).toEqual(['detail', 'status', 'title', 'type'])
  expect(json['status']).toBe(status)
  if (detail) expect(json['detail']).toMatch(detail)
}

interface Listed {
  readonly outages: readonly (OutageJson & { readonly service: string })[]
  readonly next: string | null
}
const list = async (path: string): Promise<Listed> => {
  const { status, json } = await ask(path)
  expect(status).toBe(200)
  return json as unknown as Listed
}

describe('the services', () => {
  it('are listed in their order with what they are now and the month so far', async () => {
    const { status, response, json } = await ask('/api/v1/services')
    expect(status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(json).toMatchObject({
      services: [
        {
          id: 'iam',
          name: 'iam',
          group: null,
          state: 'down',
          endpoints: [
            { id: 'a', state: 'up' },
            { id: 'b', state: 'down', lastCheck: rfc3339(instant(now - 20_000)), latencyMs: 12.5 },
          ],
          month: { service: 'iam', month: '2026-10', complete: false },
        },
        {
          id: 'quiet',
          state: 'pending',
          endpoints: [{ id: 'c', state: 'pending', lastCheck: null, latencyMs: null }],
        },
      ],
    })
  })

  it('have the figures of a month and of a window', async () => {
    const month = await ask('/api/v1/services/iam/availability?month=2026-10')
    expect(month.json).toMatchObject({
      service: 'iam',
      month: '2026-10',
      from: rfc3339(t0),
      to: rfc3339(now),
      ms: { total: now - t0, down: OUTAGES * 60_000 + 30_000, unknown: 0, maintenance: 0 },
    })
    const [from, to] = [rfc3339(began(3)), rfc3339(instant(began(3) + 120_000))]
    const window = await ask(`/api/v1/services/iam/availability?from=${from}&to=${to}`)
    expect(window.json).toMatchObject({
      month: null,
      from,
      to,
      complete: true,
      ms: { total: 120_000, up: 60_000, down: 60_000 },
      availability: { percent: '50.000' },
    })
    // A "+" in a query is a blank: an offset must be escaped, and is then understood.
    const offset = encodeURIComponent('2026-10-01T05:00:00+01:00')
    expect((await ask(`/api/v1/services/iam/availability?from=${offset}&to=${to}`)).json).toMatchObject({
      from: '2026-10-01T04:00:00.000Z',
    })
  })

  it('have no data where nothing was ever checked', async () => {
    expect((await ask('/api/v1/services/quiet/availability?month=2026-10')).json).toMatchObject({
      base: 0,
      availability: { percent: null, best: null, worst: null },
      thresholds: [{ verdict: 'no-data' }, { verdict: 'no-data' }],
      creditDays: 0,
    })
  })

  it('are refused a question that is none', async () => {
    const path = '/api/v1/services/iam/availability'
    const time = '2026-10-01T00:00:00Z'
    for (const query of [
      '',
      '?',
      '?month',
      '?month=',
      '?month=2026-13',
      '?month=2026-10&from=',
      `?from=${time}`,
    ])
      await expectProblem(path + query, 400)
    await expectProblem(
      `${path}?month=2026-10&from=${time}&to=${time}`,
      400,
      /give either the parameter "month" or/,
    )
    await expectProblem(
      `${path}?from=${time}&to=${time}`,
      400,
      /"from" must be earlier than the parameter "to"/,
    )
    await expectProblem(`${path}?from=2026-10-01T00:00:00&to=${time}`, 400, /"from" must be an RFC 3339 time/)
    await expectProblem(`${path}?from=2026-10-01T05:00:00+01:00&to=${time}`, 400, /"from"/)
    await expectProblem('/api/v1/services/nobody/availability?month=2026-10', 404, /no service with this id/)
  })
})

describe('the outages', () => {
  it('are listed newest first, in pages that hold each of them once', async () => {
    const seen: string[] = []
    let path: string | null = '/api/v1/outages?limit=40&service=iam'
    const sizes: number[] = []
    while (path !== null) {
      const { outages, next } = await list(path)
      sizes.push(outages.length)
      seen.push(...outages.map(outage => outage.from))
      expect(next === null || next.startsWith('/api/v1/outages?')).toBe(true)
      path = next
    }
    expect(sizes).toEqual([40, 40, 40, 40, 40, 40, 11])
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
    expect(seen.at(-1)).toBe(rfc3339(began(0)))
  })

  it('come a hundred at a time where nothing else is asked', async () => {
    const { outages, next } = await list('/api/v1/outages')
    expect(outages).toHaveLength(100)
    expect(next).not.toBeNull()
    expect(outages[0]).toMatchObject({
      service: 'iam',
      to: null,
      endpoints: ['b'],
      from: rfc3339(instant(now - 30_000)),
    })
    expect(Object.keys(outages[0] ?? {})).toEqual([
      'service',
      'id',
      'from',
      'to',
      'ms',
      'unknownMs',
      'maintenanceMs',
      'startsAfter',
      'endsAfter',
      'reason',
      'endpoints',
      'url',
    ])
  })

  it('are those that overlap a window, each whole', async () => {
    const inside = rfc3339(instant(began(4) + 30_000))
    const { outages, next } = await list(
      `/api/v1/outages?from=${inside}&to=${rfc3339(instant(began(6) + 1))}`,
    )
    expect(outages.map(outage => outage.from)).toEqual([began(6), began(5), began(4)].map(rfc3339))
    expect(outages[2]?.ms).toBe(60_000)
    expect(next).toBeNull()
    expect((await list('/api/v1/outages?service=quiet')).outages).toEqual([])
  })

  it('have an address of their own, which the list leads to', async () => {
    const { outages } = await list('/api/v1/outages?limit=2')
    for (const outage of outages) {
      expect((await ask(`/api/v1/outages/${outage.id}`)).json).toEqual(outage)
      expect(outage.url).toBe(`https://status.example.com/outages/${outage.id}`)
    }
    await expectProblem('/api/v1/outages/000000000000', 404, /no outage with this id/)
  })

  it('are refused a question that is none', async () => {
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '', 'NaN', '1e9'])
      await expectProblem(
        `/api/v1/outages?limit=${limit}`,
        400,
        /"limit" must be a whole number from 1 to 100/,
      )
    await expectProblem('/api/v1/outages?from=yesterday', 400, /"from" must be an RFC 3339 time/)
    await expectProblem('/api/v1/outages?to=2026-10-01', 400, /"to" must be an RFC 3339 time/)
    await expectProblem('/api/v1/outages?from=2026-10-02T00:00:00Z&to=2026-10-01T00:00:00Z', 400, /earlier/)
    await expectProblem('/api/v1/outages?cursor=nothing', 400, /"cursor" must come from the "next"/)
    await expectProblem('/api/v1/outages?service=nobody', 404, /no service with this id/)
  })
})

describe('any answer', () => {
  it('may be read from anywhere, is never guessed at, and not kept without asking again', async () => {
    for (const path of [
      '/livez',
      '/healthz',
      '/readyz',
      '/api/v1/services',
      '/api/v1/outages',
      '/api/v1/nothing',
    ]) {
      const { response } = await ask(path)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('cache-control')).toMatch(/no-cache|no-store/)
    }
  })

  it('to HEAD has no body', async () => {
    const response = await app.request('/api/v1/services', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('is a problem where nothing is at the address, or the method is not GET', async () => {
    for (const path of [
      '/api',
      '/api/',
      '/api/v1',
      '/api/v2/services',
      '/api/v1/services/',
      '/api/v1/services/iam/x',
    ])
      await expectProblem(path, 404)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      for (const path of ['/api/v1/services', '/livez', '/', '/services/iam', '/nowhere']) {
        await expectProblem(path, 405, /Only GET is understood here/, { method })
        const { headers } = await app.request(path, { method })
        expect(headers.get('allow')).toBe('GET, HEAD')
      }
  })

  it('is a problem, and tells nothing of what is inside, where the record cannot be read', async () => {
    const broken: Source = new Proxy({} as Source, {
      get: () => () => Promise.reject(new Error('secret: /var/lib/nines is locked')),
    })
    const failing = await compose(broken)
    errors = []
    for (const path of [
      '/api/v1/services',
      '/api/v1/services/iam/availability?month=2026-10',
      '/api/v1/outages',
      '/api/v1/outages/x',
    ]) {
      const response = await failing.request(path)
      expect(response.status).toBe(503)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.text()).not.toContain('secret')
    }
    expect(errors.map(error => error.message)).toEqual(Array(4).fill('secret: /var/lib/nines is locked'))
    expect((await failing.request('/livez')).status).toBe(200)
    const page = await failing.request('/')
    expect(page.status).toBe(503)
    expect(await page.text()).not.toContain('secret')
  })
})

describe('readiness', () => {
  it('tells what is wrong, and is refused only where that is grave', async () => {
    const trouble = { what: 'the configuration file was refused', details: ['nines.yaml:1:1 a: b'] }
    for (const [given, status, word] of [
      [{ ready: true, troubles: [] }, 200, 'ready'],
      [{ ready: true, troubles: [trouble] }, 200, 'degraded'],
      [{ ready: false, troubles: [trouble] }, 503, 'unavailable'],
    ] as const) {
      health = given
      const answer = await ask('/readyz')
      expect(answer.status).toBe(status)
      expect(answer.json).toEqual({ status: word, troubles: given.troubles })
      expect(answer.response.headers.get('cache-control')).toBe('no-store')
    }
    health = { ready: true, troubles: [] }
  })
})

describe('a hostile question', () => {
  const texts = [
    '%00',
    '%ff',
    '%C0%AF',
    '%E0%80%80',
    '%',
    '%zz',
    '..',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '../../../etc/passwd',
    "'%20OR%201=1--",
    '%F0%9F%92%A9',
    '%E2%80%AE',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(10_000),
    encodeURIComponent('é'.repeat(2_000)),
    '2026-10%00',
    '9999-11',
    '0001-01',
    '-271821-04-20T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00Z',
    '1e400',
    'null',
    '[]',
    '{}',
  ]
  const ways = [
    (text: string) => `/api/v1/services/${text}/availability?month=2026-10`,
    (text: string) => `/api/v1/services/iam/availability?month=${text}`,
    (text: string) => `/api/v1/services/iam/availability?month[]=${text}&month[a]=2026-10`,
    (text: string) => `/api/v1/services/iam/availability?month=2026-10&month=${text}`,
    (text: string) => `/api/v1/services/iam/availability?from=${text}&to=${text}`,
    (text: string) => `/api/v1/services/iam/availability?from=0000-01-01T00:00:00Z&to=${text}`,
    (text: string) => `/api/v1/services/iam/availability?from=${text}&to=9999-12-31T23:59:59.999Z`,
    (text: string) => `/api/v1/outages/${text}`,
    (text: string) => `/api/v1/outages?service=${text}`,
    (text: string) => `/api/v1/outages?from=${text}`,
    (text: string) => `/api/v1/outages?to=${text}`,
    (text: string) => `/api/v1/outages?cursor=${text}&cursor=${text}`,
    (text: string) => `/api/v1/outages?limit=${text}`,
    (text: string) => `/api/v1/outages?${text}=${text}`,
    (text: string) => `/api/${text}`,
  ]

  async function survives(path: string): Promise<void> {
    errors = []
    const response = await app.request(`http://localhost${path}`)
    const shown = path.slice(0, 120)
    expect({ shown, errors, fine: response.status < 500 }).toEqual({ shown, errors: [], fine: true })
    if (response.status >= 400 && path.startsWith('/api')) {
      const dotted = new URL(`http://localhost${path}`).pathname
      if (dotted.startsWith('/api'))
        expect(response.headers.get('content-type')).toBe('application/problem+json')
    }
    const body = await response.text()
    // What was asked is not echoed at length.
    expect(body.length).toBeLessThan(response.status === 200 ? 1_000_000 : 8_000)
  }

  it('is answered below 500', async () => {
    for (const way of ways) for (const text of texts) await survives(way(text))
  })

  it('is answered below 500 whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ways),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }).map(text => {
            try {
              return encodeURIComponent(text)
            } catch {
              return '%EF%BF%BD'
            }
          }),
          fc
            .uint8Array({ maxLength: 20 })
            .map(bytes => [...bytes].map(b => `%${b.toString(16).padStart(2, '0')}`).join('')),
          fc.string({ maxLength: 40 }).map(text => text.replace(/[#\s]/g, '')),
          fc
            .date({
              noInvalidDate: true,
              min: new Date(-62_000_000_000_000),
              max: new Date(253_000_000_000_000),
            })
            .map(date => date.toISOString()),
        ),
        (way, text) => survives(way(text)),
      ),
      { numRuns: 300 },
    )
  }, 60_000)
})

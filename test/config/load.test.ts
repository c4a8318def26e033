// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { loadConfig, readConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'
import * as cron from '../../src/schedule/cron.ts'
import { ENV, EXAMPLE, OPTIONS } from './valid.ts'

function load(text: string, env: Record<string, string | undefined> = ENV): Config {
  const loaded = loadConfig(text, 'nines.yaml', env, OPTIONS)
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.config
}

const endpointOf = (lines: string, rest = '') =>
  load(
    `services:\n  - id: a\n    endpoints:\n      - id: b\n        url: https://a.example/\n        ${lines}\n${rest}`,
  ).services[0]!.endpoints[0]!

describe('a file without mistakes', () => {
  test('the example of the contract yields exactly its values', () => {
    expect(load(EXAMPLE)).toEqual({
      page: { title: 'Example status', url: 'https://status.example.com' },
      contract: {
        timeZone: 'Europe/London',
        thresholds: [
          { percent: '99.9', creditDays: 7 },
          { percent: '99', creditDays: 14 },
        ],
        claimWindow: 2_592_000_000,
        maintenance: 'excluded',
        unknown: 'excluded',
        publish: { addresses: 'host' },
      },
      references: [],
      services: [
        {
          id: 'iam',
          name: 'IAM Services',
          group: 'Platform',
          down: { kind: 'any' },
          performance: [],
          endpoints: [
            {
              id: 'iam-login',
              name: 'Login',
              schedule: { kind: 'every', every: 30_000 },
              timeout: 5_000,
              hold: 65_000,
              confirm: { failures: 3, every: 5_000 },
              paused: false,
              evidence: {
                screenshot: false,
                headers: [
                  'age',
                  'cache-control',
                  'content-length',
                  'content-type',
                  'date',
                  'location',
                  'retry-after',
                  'server',
                  'via',
                  'x-cache',
                  'x-request-id',
                ],
                body: true,
              },
              target: {
                kind: 'http',
                url: 'https://login.example.com/health',
                method: 'GET',
                headers: { authorization: 'Bearer s3cr3t-t0ken' },
                body: '',
                redirects: 5,
                expect: {
                  status: [[200, 299]],
                  contains: 'ok',
                  json: [{ path: 'data.ready', equals: true }],
                  maxLatency: 2_000,
                  certificateDays: 14,
                },
              },
            },
          ],
        },
      ],
      maintenance: [
        {
          id: 'db-upgrade',
          services: ['iam'],
          from: Date.UTC(2026, 9, 4, 1),
          to: Date.UTC(2026, 9, 4, 3),
          title: 'Database upgrade',
          announced: Date.UTC(2026, 8, 30, 9),
          noted: null,
        },
      ],
      retention: { checks: 34_560_000_000 },
      closing: { after: 7_200_000 },
      evidence: {},
      support: {
        tiers: { urgent: 3_600_000, high: 14_400_000, medium: 28_800_000, low: 86_400_000 },
        desks: [
          {
            name: 'London',
            timeZone: 'Europe/London',
            days: ['mon', 'tue', 'wed', 'thu', 'fri'],
            from: '08:00',
            to: '22:00',
            holidays: [],
          },
        ],
        tolerance: 1_800_000,
        evidence: 'required',
      },
      mail: {},
      people: {},
      server: { trustedProxies: [] },
    })
  })

  test('the smallest file has every default', () => {
    expect(load('services: [{ id: a, endpoints: [{ id: b, url: "http://a.example" }] }]')).toEqual({
      page: { title: 'Status', url: null },
      contract: {
        timeZone: 'Europe/London',
        thresholds: [
          { percent: '99.9', creditDays: 7 },
          { percent: '99', creditDays: 14 },
        ],
        claimWindow: 2_592_000_000,
        maintenance: 'excluded',
        unknown: 'excluded',
        publish: { addresses: 'host' },
      },
      references: [],
      services: [
        {
          id: 'a',
          name: 'a',
          group: null,
          down: { kind: 'any' },
          performance: [],
          endpoints: [
            {
              id: 'b',
              name: 'b',
              schedule: { kind: 'every', every: 60_000 },
              timeout: 10_000,
              hold: 130_000,
              confirm: { failures: 2, every: 10_000 },
              paused: false,
              evidence: {
                screenshot: false,
                headers: [
                  'age',
                  'cache-control',
                  'content-length',
                  'content-type',
                  'date',
                  'location',
                  'retry-after',
                  'server',
                  'via',
                  'x-cache',
                  'x-request-id',
                ],
                body: true,
              },
              target: {
                kind: 'http',
                url: 'http://a.example',
                method: 'GET',
                headers: {},
                body: '',
                redirects: 5,
                expect: { status: [[200, 299]], json: [] },
              },
            },
          ],
        },
      ],
      maintenance: [],
      retention: { checks: 34_560_000_000 },
      closing: { after: 7_200_000 },
      evidence: {},
      support: {
        tiers: { urgent: 3_600_000, high: 14_400_000, medium: 28_800_000, low: 86_400_000 },
        desks: [
          {
            name: 'London',
            timeZone: 'Europe/London',
            days: ['mon', 'tue', 'wed', 'thu', 'fri'],
            from: '08:00',
            to: '22:00',
            holidays: [],
          },
        ],
        tolerance: 1_800_000,
        evidence: 'required',
      },
      mail: {},
      people: {},
      server: { trustedProxies: [] },
    })
  })

  test('an endpoint takes from the defaults what it does not say, confirm key by key', () => {
    const defaults =
      'defaults: { every: 2m, timeout: 1s, hold: forever, confirm: { failures: 5, every: 20s } }'
    expect(endpointOf('confirm: { failures: 3 }', defaults)).toMatchObject({
      schedule: { every: 120_000 },
      timeout: 1_000,
      hold: null,
      confirm: { failures: 3, every: 20_000 },
    })
    expect(endpointOf('hold: 5m', defaults).hold).toBe(300_000)
  })

  test('confirmation checks are never further apart than the checks themselves', () => {
    expect(endpointOf('every: 5s').confirm.every).toBe(5_000)
  })

  test('a cron endpoint runs in the zone of the contract unless it names its own', () => {
    const contract = 'contract: { timeZone: America/New_York }'
    expect(endpointOf('cron: "*/5 * * * *"', contract)).toMatchObject({
      schedule: { kind: 'cron', cron: '*/5 * * * *', timeZone: 'America/New_York' },
      hold: 610_000,
    })
    expect(endpointOf('cron: "*/5 * * * *"\n        timeZone: Asia/Tokyo').schedule).toMatchObject({
      timeZone: 'Asia/Tokyo',
    })
  })

  test('a cron endpoint holds for twice the shortest gap between its runs, and one that never runs is refused', () => {
    const at = (expression: string) =>
      loadConfig(
        `services: [{ id: a, endpoints: [{ id: b, url: "https://a.example/", cron: "${expression}" }] }]`,
        'nines.yaml',
        {},
        { cron },
      )
    expect(at('*/5 8-18 * * 1-5')).toMatchObject({
      config: { services: [{ endpoints: [{ hold: 610_000, confirm: { every: 10_000 } }] }] },
    })
    expect(at('0 0 30 2 *')).toMatchObject({
      ok: false,
      problems: [{ key: 'services[0].endpoints[0].cron' }],
    })
  })

  test('thresholds are sorted from the highest, and written in one way', () => {
    const thresholds =
      '[{percent: 99, creditDays: 14}, {percent: "99.990", creditDays: 1}, {percent: 99.9, creditDays: 7}]'
    const config = load(`${EXAMPLE.replace(/ {2}thresholds:\n.*\n.*\n/, `  thresholds: ${thresholds}\n`)}`)
    expect(config.contract.thresholds.map(({ percent }) => percent)).toEqual(['99.99', '99.9', '99'])
  })

  test('status codes are numbers, ranges, or both', () => {
    expect(endpointOf('expect: { status: [200, 204, 301-302, "404"] }').target.expect.status).toEqual([
      [200, 200],
      [204, 204],
      [301, 302],
      [404, 404],
    ])
  })

  test('a service may need all, or a quorum, of its endpoints', () => {
    expect(load(EXAMPLE.replace('down: any ', 'down: all ')).services[0]!.down).toEqual({ kind: 'all' })
    expect(load(EXAMPLE.replace('down: any ', 'down: { quorum: 1 } ')).services[0]!.down).toEqual({
      kind: 'quorum',
      n: 1,
    })
  })

  test('every kind of JSON condition is kept as written', () => {
    const json =
      '[{path: a, exists: false}, {path: b.c, equals: null, notEquals: x}, {path: d, lessThan: 1.5, greaterThan: -1}]'
    expect(endpointOf(`expect: { json: ${json} }`).target.expect.json).toEqual([
      { path: 'a', exists: false },
      { path: 'b.c', equals: null, notEquals: 'x' },
      { path: 'd', lessThan: 1.5, greaterThan: -1 },
    ])
  })

  test('the public address loses its trailing slash', () => {
    expect(load(EXAMPLE.replace('status.example.com  ', 'status.example.com/sla/  ')).page.url).toBe(
      'https://status.example.com/sla',
    )
  })

  test('an endpoint may be paused', () => {
    expect(endpointOf('paused: true').paused).toBe(true)
  })

  test('anchors, aliases and merge keys work, and a key of its own wins over a merged one', () => {
    const config = load(`services:
  - id: a
    endpoints:
      - &first { id: b, url: https://a.example/, every: &gap 30s, timeout: 2s }
      - { <<: *first, id: c, timeout: *gap }
`)
    expect(config.services[0]!.endpoints.map(({ id, schedule, timeout }) => [id, schedule, timeout])).toEqual(
      [
        ['b', { kind: 'every', every: 30_000 }, 2_000],
        ['c', { kind: 'every', every: 30_000 }, 30_000],
      ],
    )
  })

  test('a byte order mark and Windows line ends make no difference', () => {
    expect(load(`\uFEFF${EXAMPLE.replaceAll('\n', '\r\n')}`)).toEqual(load(EXAMPLE))
  })
})

describe('the environment', () => {
  const body = (text: string, env: Record<string, string | undefined>) => {
    const [endpoint] = load(
      EXAMPLE.replace('body: ""', () => `body: ${text}`),
      { ...ENV, ...env },
    ).services[0]!.endpoints
    return endpoint!.target.body
  }

  test('fills in ${NAME} wherever text stands, and does not read again what it put in', () => {
    expect(body('"<${A}|${B}>"', { A: '${B}', B: '' })).toBe('<${B}|>')
  })

  test('leaves $${ as ${, and a dollar alone as it is', () => {
    expect(body('"$${A} $5 $A"', { A: 'x' })).toBe('${A} $5 $A')
  })

  test('may give an id or a length of time', () => {
    const text = EXAMPLE.replace('id: iam-login', 'id: "${ID}"').replace('timeout: 5s', 'timeout: ${T}')
    expect(load(text, { ...ENV, ID: 'x', T: '3s' }).services[0]!.endpoints[0]).toMatchObject({
      id: 'x',
      timeout: 3_000,
    })
  })
})

describe('reading a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nines-config-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const first = async (name: string) => {
    const loaded = await readConfig(join(folder, name), ENV, OPTIONS)
    return loaded.ok ? null : loaded.problems.map(formatProblem).join('\n').replaceAll(folder, '')
  }

  test('yields what its text yields', async () => {
    await writeFile(join(folder, 'good.yaml'), EXAMPLE)
    expect(await readConfig(join(folder, 'good.yaml'), ENV, OPTIONS)).toEqual({
      ok: true,
      config: load(EXAMPLE),
    })
  })

  test('says that there is none', async () => {
    expect(await first('none.yaml')).toBe(
      '/none.yaml:1:1 (root): there is no such file, e.g. --config nines.yaml',
    )
  })

  test('says that it is a folder', async () => {
    expect(await first('.')).toMatch(/:1:1 \(root\): is not a file, e\.g\. /)
  })

  test('says where it stops being UTF-8', async () => {
    await writeFile(join(folder, 'latin1.yaml'), Buffer.from('page:\n  title: Caf\xe9\n', 'latin1'))
    expect(await first('latin1.yaml')).toMatch(/^\/latin1\.yaml:2:13 \(root\): is not UTF-8 text, e\.g\. /)
  })

  test('refuses more than 1 MiB', async () => {
    await writeFile(join(folder, 'large.yaml'), `${EXAMPLE}${'#'.repeat(1_048_576)}`)
    expect(await first('large.yaml')).toMatch(/is larger than 1 MiB/)
  })
})

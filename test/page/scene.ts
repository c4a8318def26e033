import type { ServiceRecord } from '../../src/record/source.ts'
import type { Instant } from '../../src/time/instant.ts'
import { at, DAY, HOUR, MINUTE, NOW, plus, run, SECOND, type ServiceSpec, service } from './fixture.ts'

export const HOSTILE = '<script>alert("1")</script>\'&amp; ]]>'
const LONG = 'Identity, access and directory services for the northern region (second cell) 80'

/** A plausible year: every kind of month and of state that the pages tell apart. */
export function scene(now: Instant = NOW): ServiceRecord[] {
  return specs(now).map(spec => service(spec, now))
}

/** The same without the names that no operator would choose. */
export const plainScene = (now: Instant = NOW): ServiceRecord[] =>
  scene(now).filter(s => s.id !== 'hostile' && s.id !== 'long')

/** The same with nothing wrong at the moment. */
export const calmScene = (now: Instant = NOW): ServiceRecord[] =>
  specs(now)
    .filter(spec => ['iam', 'gateway', 'storage', 'portal', 'mail', 'reports'].includes(spec.id))
    .map(spec => ({
      ...spec,
      endpoints: spec.endpoints.map(({ state: _, ...e }) => ({
        ...e,
        runs: (e.runs ?? []).filter(r => r.to !== null),
      })),
    }))
    .map(spec => service(spec, now))

/** Fifty services for ninety days and more, each with some outages. */
export function manyServices(count: number, now: Instant = NOW): ServiceRecord[] {
  return Array.from({ length: count }, (_, i) =>
    service(
      {
        id: `service-${i}`,
        name: i % 10 === 0 ? `${LONG.slice(0, 77)} ${i}` : `Service ${i}`,
        group: ['Platform', 'Customers', 'Inside'][i % 3] ?? null,
        endpoints: [
          {
            id: `endpoint-${i}`,
            runs: Array.from({ length: 28 }, (_, k) => {
              const from = plus(now, -(420 - k * 15 - (i % 11)) * DAY - i * MINUTE)
              return run({ from, to: plus(from, (1 + ((i * 7 + k) % 13)) * 40 * SECOND) }, now)
            }),
          },
        ],
      },
      now,
    ),
  )
}

const specs = (now: Instant): ServiceSpec[] => [
  {
    id: 'iam',
    name: 'IAM Services',
    group: 'Platform',
    endpoints: [
      {
        id: 'iam-login',
        name: 'Login',
        latencyMs: 84.3,
        runs: [
          run({ from: at('2026-03-03T11:00:04Z'), to: at('2026-03-03T11:20:34Z') }),
          run({ from: at('2026-10-04T13:02:03Z'), to: at('2026-10-04T13:45:33Z'), reason: 'status' }),
          run({ from: at('2026-10-25T00:40:00Z'), to: at('2026-10-25T00:42:30Z'), reason: 'dns' }),
          run({ from: at('2026-10-27T08:00:00Z'), to: at('2026-10-27T08:00:30Z'), confirmed: false }),
          run({ from: at('2026-11-03T05:10:00Z'), to: at('2026-11-03T05:22:04Z') }),
        ],
      },
      { id: 'iam-token', name: 'Token', latencyMs: 31 },
    ],
  },
  {
    id: 'gateway',
    name: 'API gateway',
    group: 'Platform',
    endpoints: [
      {
        id: 'gateway-health',
        name: 'Health',
        runs: [run({ from: at('2026-09-12T03:00:00Z'), to: at('2026-09-12T03:00:30Z') })],
      },
    ],
  },
  {
    id: 'storage',
    name: 'Object storage',
    group: 'Platform',
    rule: { kind: 'quorum', n: 2 },
    endpoints: ['a', 'b', 'c'].map((cell, i) => ({
      id: `storage-${cell}`,
      name: `Cell ${cell}`,
      runs:
        i < 2
          ? [
              run({
                from: at('2026-06-11T20:00:00Z'),
                to: at('2026-06-12T06:41:30Z'),
                reason: 'connect-refused',
              }),
            ]
          : [run({ from: plus(now, -2 * HOUR), to: null })],
    })),
  },
  {
    id: 'portal',
    name: 'Customer portal',
    group: 'Customers',
    endpoints: [
      {
        id: 'portal-www',
        name: 'Website',
        runs: [
          run({ from: at('2026-08-20T10:00:00Z'), to: at('2026-08-20T10:31:00Z') }),
          run({ from: plus(now, -23 * MINUTE), to: null, reason: 'connect-timeout' }, now),
        ],
      },
    ],
  },
  {
    id: 'mail',
    name: 'Mail delivery',
    group: 'Customers',
    endpoints: [
      {
        id: 'mail-smtp',
        name: 'SMTP',
        runs: [run({ from: at('2026-08-06T07:00:00Z'), to: at('2026-08-06T07:31:00Z') })],
        unknown: [
          { from: at('2026-08-06T09:00:00Z'), to: at('2026-08-07T15:00:00Z') },
          { from: at('2026-11-02T09:00:00Z'), to: at('2026-11-02T13:00:00Z') },
        ],
      },
    ],
  },
  {
    id: 'reports',
    name: 'Reports',
    group: 'Customers',
    maintenance: [
      {
        id: 'rack',
        from: at('2026-10-18T01:00:00Z'),
        to: at('2026-10-18T05:00:00Z'),
        title: 'Rack move',
        announced: at('2026-10-10T09:00:00Z'),
        noted: at('2026-11-03T08:00:00Z'),
      },
      {
        id: 'database',
        from: at('2026-11-15T01:00:00Z'),
        to: at('2026-11-15T03:00:00Z'),
        title: 'Database upgrade',
        announced: at('2026-11-05T09:00:00Z'),
        noted: null,
      },
    ],
    endpoints: [
      {
        id: 'reports-web',
        name: 'Reports',
        runs: [run({ from: at('2026-10-18T02:00:00Z'), to: at('2026-10-18T02:30:00Z') })],
      },
    ],
  },
  { id: 'search', name: 'Search', endpoints: [{ id: 'search-query', name: 'Query', state: 'verifying' }] },
  {
    id: 'hostile',
    name: HOSTILE,
    group: HOSTILE,
    maintenance: [
      {
        id: 'evil',
        from: plus(now, DAY),
        to: plus(now, DAY + HOUR),
        title: HOSTILE,
        announced: null,
        noted: null,
      },
    ],
    endpoints: [
      {
        id: 'hostile-endpoint',
        name: HOSTILE,
        runs: [run({ from: at('2026-11-08T05:00:00Z'), to: at('2026-11-08T05:01:00Z'), reason: HOSTILE })],
      },
    ],
  },
  { id: 'long', name: LONG, endpoints: [{ id: 'long-endpoint', name: LONG }] },
  {
    id: 'fresh',
    name: 'Archive',
    endpoints: [{ id: 'fresh-endpoint', name: 'Archive', since: plus(now, -3 * DAY - 2 * HOUR) }],
  },
  {
    id: 'pending',
    name: 'Billing',
    endpoints: [{ id: 'pending-endpoint', name: 'Billing', state: 'pending' }],
  },
]

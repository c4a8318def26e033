import type {
  Correction,
  MonthFigures,
  MonthRecord,
  RecordedOutage,
  TimeSpan,
} from '../../src/month/record.ts'
import { judge } from '../../src/sla/verdict.ts'
import type { Issue } from '../../src/statement/issue.ts'
import { duration, type Instant, parseInstant, rfc3339 } from '../../src/time/instant.ts'
import { type Interval, intersect, normalize, subtract, total, union } from '../../src/time/interval.ts'

export const at = (text: string): Instant => {
  const found = parseInstant(text)
  if (found === null) throw new Error(`not an instant: ${text}`)
  return found
}
export const plus = (from: Instant, ms: number): Instant => (from + ms) as Instant
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000

/** October 2026 in London, with the hour that the clocks give back. */
export const OCTOBER: Interval = { from: at('2026-09-30T23:00:00Z'), to: at('2026-11-01T00:00:00Z') }

const CONTRACT = {
  timeZone: 'Europe/London',
  thresholds: [
    { percent: '99.9', creditDays: 7 },
    { percent: '99', creditDays: 14 },
  ],
  claimWindowMs: 30 * 24 * HOUR,
  maintenance: 'excluded',
  unknown: 'excluded',
} as const

const HASH = 'a3f1'.repeat(16)
const span = ({ from, to }: Interval): TimeSpan => ({ from: rfc3339(from), to: rfc3339(to) })

export interface Scene {
  readonly outages?: readonly (Interval & { readonly id?: string; readonly reason?: string })[]
  readonly unknown?: readonly Interval[]
  readonly maintenance?: readonly (Interval & {
    readonly title?: string
    readonly announced?: Instant | null
    readonly noted?: Instant | null
  })[]
  readonly name?: string
  readonly rules?: Partial<MonthRecord['versions']['contract'][number]['contract']>
}

/** The figures of October from intervals; best and worst case are 30 s around each outage. */
export function figuresOf(of: {
  readonly down: readonly Interval[]
  readonly unknown: readonly Interval[]
  readonly maintenance: readonly Interval[]
  readonly rules?: Scene['rules']
}): MonthFigures {
  const maintenance = intersect(normalize(of.maintenance), [OCTOBER])
  const unknown = subtract(intersect(normalize(of.unknown), [OCTOBER]), maintenance)
  const down = subtract(intersect(normalize(of.down), [OCTOBER]), union(maintenance, unknown))
  const window = OCTOBER.to - OCTOBER.from
  const ms = {
    total: window,
    down: total(down),
    unknown: total(unknown),
    maintenance: total(maintenance),
    up: window - total(down) - total(unknown) - total(maintenance),
  }
  const bounds = {
    bestDown: Math.max(0, ms.down - down.length * 30 * SECOND),
    worstDown: Math.min(window - ms.maintenance, ms.down + ms.unknown + down.length * 30 * SECOND),
  }
  const measure = {
    window: OCTOBER,
    total: duration(ms.total),
    up: duration(ms.up),
    down: duration(ms.down),
    unknown: duration(ms.unknown),
    maintenance: duration(ms.maintenance),
    bestDown: duration(bounds.bestDown),
    worstDown: duration(bounds.worstDown),
  }
  const contract = { ...CONTRACT, ...of.rules, claimWindow: duration(CONTRACT.claimWindowMs) }
  return { ms, bounds, ...judge(measure, contract, 0) }
}

export function record(scene: Scene = {}): MonthRecord {
  const { outages = [], unknown = [], maintenance = [], name = 'IAM Services', rules = {} } = scene
  const windows = normalize(maintenance)
  const hidden = union(windows, normalize(unknown))
  const recorded = outages.map(
    (o, i): RecordedOutage => ({
      id: o.id ?? `iam-${1_000 + i}`,
      ...span(o),
      ms: total(subtract([o], hidden)),
      unknownMs: total(subtract(intersect([o], normalize(unknown)), windows)),
      maintenanceMs: total(intersect([o], windows)),
      startsAfter: rfc3339(plus(o.from, -30 * SECOND)),
      endsAfter: rfc3339(plus(o.to, -10 * SECOND)),
      reason: o.reason ?? 'timeout',
      endpoints: ['iam-login'],
    }),
  )
  const contract = { ...CONTRACT, ...rules }
  const days = Array.from({ length: 31 }, (_, i) => ({
    date: `2026-10-${String(i + 1).padStart(2, '0')}`,
    checks: 2_880,
    sha256: HASH,
  }))
  return {
    type: 'nines.month/1',
    service: { id: 'iam', name, down: { kind: 'any' } },
    month: '2026-10',
    timeZone: 'Europe/London',
    calendar: span(OCTOBER),
    window: span(OCTOBER),
    closedAt: '2026-11-02T06:00:00.000Z',
    ...figuresOf({ down: outages, unknown, maintenance, rules }),
    outages: recorded,
    unknown: subtract(normalize(unknown), windows).map(span),
    blips: [
      {
        endpoint: 'iam-login',
        from: '2026-10-08T03:00:30.000Z',
        to: '2026-10-08T03:00:40.000Z',
        failures: 1,
        reason: 'connect-timeout',
      },
    ],
    maintenance: maintenance.map((m, i) => ({
      id: `upgrade-${i + 1}`,
      title: m.title ?? 'Database upgrade',
      ...span(m),
      announced: m.announced == null ? null : rfc3339(m.announced),
      noted: m.noted == null ? null : rfc3339(m.noted),
    })),
    corrections: [],
    performance: [{ percentile: 95, belowMs: 800, measuredUs: 612_345, checks: 89_280, met: true }],
    versions: {
      contract: [{ version: HASH, from: null, to: null, contract }],
      service: [{ version: HASH, from: null, to: null, name, down: { kind: 'any' } }],
      endpoints: [
        {
          version: HASH,
          from: '2026-03-01T10:00:00.000Z',
          to: null,
          endpoint: 'iam-login',
          configuration: {
            name: 'Login',
            address: 'https://login.example.com/health',
            method: 'GET',
            schedule: 'every 30s',
            timeoutMs: 5_000,
            holdMs: 65_000,
            confirm: { failures: 3, everyMs: 5_000 },
            redirects: 5,
            expect: ['status 200-299', 'contains a text that is not published'],
            paused: false,
          },
        },
      ],
      formula: 1,
      software: '0.2.0',
      timeZoneData: '2026a',
    },
    endpoints: [
      {
        id: 'iam-login',
        name: 'Login',
        counted: [{ from: '2026-03-01T10:00:00.000Z', to: null }],
        before: null,
        days,
        after: { checks: 2, sha256: HASH },
      },
    ],
  }
}

export const CHECKPOINT = `status.example.com/nines
87
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— status.example.com/nines Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`

export const issue = (corrections: readonly Correction[] = [], more: Partial<Issue> = {}): Issue => ({
  title: 'Example status',
  issued: at('2026-11-12T09:23:41Z'),
  corrections,
  checkpoint: CHECKPOINT,
  index: 41,
  size: 87,
  verifierKey: 'status.example.com/nines+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  links: {
    page: 'https://status.example.com/services/iam/2026-10',
    bundle: 'https://status.example.com/services/iam/2026-10/bundle.json',
    log: 'https://status.example.com/log',
    json: 'https://status.example.com/services/iam/2026-10/statement.json',
    csv: 'https://status.example.com/services/iam/2026-10/statement.csv',
    pdf: 'https://status.example.com/services/iam/2026-10/statement.pdf',
  },
  ...more,
})

/** A correction after closing that leaves out the first outage of a record. */
export function excluded(of: MonthRecord, more: Partial<Correction> = {}): Correction {
  const [gone, ...rest] = of.outages
  const spans = (list: readonly { from: string; to: string | null }[]) =>
    list.map(s => ({ from: at(s.from), to: s.to === null ? OCTOBER.to : at(s.to) }))
  const after = figuresOf({
    down: spans(rest),
    unknown: spans(of.unknown),
    maintenance: spans(of.maintenance),
  })
  const { ms, bounds, base, counted, availability, thresholds, creditDays } = of
  return {
    type: 'nines.correction/1',
    id: 'correction-7',
    service: 'iam',
    at: '2026-11-05T14:00:00.000Z',
    author: 'Ada Byron',
    reason: 'The probe’s own network was down; see the provider’s notice.',
    reportedBy: null,
    kind: 'exclude',
    outage: gone?.id ?? 'none',
    before: gone ? { from: gone.from, to: gone.to ?? of.window.to } : null,
    startsAfter: gone?.startsAfter ?? null,
    after: null,
    months: [
      {
        month: '2026-10',
        before: { ms, bounds, base, counted, availability, thresholds, creditDays },
        after,
      },
    ],
    ...more,
  }
}

/** A month with something of everything. */
export const busy = (): MonthRecord =>
  record({
    outages: [
      { from: at('2026-09-30T22:50:00Z'), to: at('2026-09-30T23:10:00Z'), id: 'iam-crossing' },
      { from: at('2026-10-04T13:00:00.250Z'), to: at('2026-10-04T13:45:10.500Z'), reason: 'status' },
      { from: at('2026-10-25T00:30:00Z'), to: at('2026-10-25T01:30:00Z'), reason: 'connect-refused' },
    ],
    unknown: [{ from: at('2026-10-10T05:00:00Z'), to: at('2026-10-10T05:07:00Z') }],
    maintenance: [
      {
        from: at('2026-10-04T01:00:00Z'),
        to: at('2026-10-04T02:00:00Z'),
        announced: at('2026-09-30T09:00:00Z'),
      },
      { from: at('2026-10-25T01:00:00Z'), to: at('2026-10-25T01:10:00Z'), title: 'Restart', announced: null },
    ],
  })

export const flat = (text: string): string => text.replaceAll('\u00a0', ' ')

import { type Casework, casework } from '../../src/casework/casework.ts'
import type { CaseSettings, Doer } from '../../src/casework/room.ts'
import type { Maintenance, ServiceId } from '../../src/catalog/model.ts'
import { openLogKey } from '../../src/log/open-log.ts'
import { LogStore } from '../../src/log/store.ts'
import { letterWriter } from '../../src/mail/write.ts'
import { closeMonths } from '../../src/month/close.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { reader } from '../../src/record/reader.ts'
import type { RecordStore } from '../../src/record/store.ts'
import { SupportStore } from '../../src/support/store.ts'
import { duration, type Instant } from '../../src/time/instant.ts'
import { CONTRACT, checksOf, LOGIN, utc } from '../month/scene.ts'
import { openScene, service } from '../record/scene.ts'

export const VIEWS = new URL('../../views', import.meta.url).pathname
export const IAM = 'iam' as ServiceId
export const OTHER = 'mail' as ServiceId
export const AGENT: Doer = { id: 'p1', name: 'Robin Agent', role: 'support', address: '192.0.2.7' }
export const SECOND: Doer = { id: 'p2', name: 'Kim Second', role: 'support', address: '192.0.2.8' }
export const CUSTOMER = { id: null, address: '198.51.100.4' } as const

/** A PNG picture of one pixel. */
export const PNG: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export const claimInput = (more: object = {}) => ({
  name: 'Jo Doe',
  email: 'jo@example.com',
  account: 'ACME-1',
  service: IAM as string,
  times: '20 October 2026, 15:05 to 17:00',
  zone: 'Europe/London',
  seen: 'Sign-in answered with an error 502.',
  once: null,
  ...more,
})

export interface CaseScene {
  readonly store: RecordStore
  readonly support: SupportStore
  readonly log: LogStore
  readonly cases: Casework
  readonly directory: string
  readonly settings: { -readonly [K in keyof CaseSettings]: CaseSettings[K] }
  readonly errors: unknown[]
  readonly pokes: () => number
  /** What the next letters do instead of being written. */
  fail: (error: Error | null) => void
  at: (text: string) => void
  readonly now: () => Instant
  feed: (checks: readonly RawCheck[]) => Promise<void>
  closeMonths: () => Promise<void>
  letters: () => { kind: string; toAddress: string; subject: string; text: string; about: string }[]
  rows: (table: string) => number
  close: () => void
}

/** Two services, of which one was down for two hours on 20 October 2026 and for ten minutes on 3 November. */
export async function caseScene(now = '2026-11-05T10:00:00Z'): Promise<CaseScene> {
  const { store, directory, close } = openScene()
  let clock = utc(now)
  const since = utc('2026-09-30T00:00:00Z')
  const services = [
    { ...service('iam', ['login']), name: 'IAM Services' },
    { ...service('mail', ['smtp']), name: 'Mail Relay' },
  ]
  const maintenance: Maintenance[] = []
  await store.configure(services, maintenance, since)
  await store.noteVersions(CONTRACT, services, since)
  openLogKey(store.db, directory, 'status.example.com/log', since)
  const log = new LogStore(store.db, directory)
  const settings: CaseScene['settings'] = {
    title: 'Example status',
    url: 'https://status.example.com',
    contract: CONTRACT,
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
      tolerance: duration(30 * 60_000),
      evidence: 'required',
    },
    closingAfter: 2 * 3_600_000,
    mailFrom: 'support@example.com',
  }
  const support = new SupportStore({
    db: store.db,
    data: directory,
    guarantee: () => settings.support,
    follow: 'a secret of this installation',
    own: () => ['support@example.com'],
  })
  const errors: unknown[] = []
  let pokes = 0
  let failing: Error | null = null
  const write = letterWriter(`${VIEWS}/letters`)
  const cases = casework({
    db: store.db,
    store,
    source: reader(store, () => ({ services, maintenance })),
    support,
    log,
    letters: (kind, facts) => {
      if (failing) throw failing
      return write(kind, facts)
    },
    settings: () => settings,
    now: () => clock,
    poke: () => {
      pokes++
    },
    onSealed: () => undefined,
    onError: error => errors.push(error),
  })
  const { connection } = store.db
  return {
    store,
    support,
    log,
    cases,
    directory,
    settings,
    errors,
    pokes: () => pokes,
    fail: error => {
      failing = error
    },
    at: text => {
      clock = utc(text)
    },
    now: () => clock,
    feed: async checks => void (await store.import(new Map([[LOGIN, checks]]))),
    closeMonths: async () => {
      await closeMonths({
        store,
        settings: () => ({
          contract: settings.contract,
          addresses: 'host',
          after: settings.closingAfter,
          targetsOf: () => [],
          paused: () => false,
        }),
        software: '0',
        timeZoneData: '2026a',
        now: clock,
      })
      await log.sign(clock)
    },
    letters: () =>
      connection
        .prepare('select kind, to_address as toAddress, subject, text, about from letters order by id')
        .all() as ReturnType<CaseScene['letters']>,
    rows: table => (connection.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n,
    close,
  }
}

export const OCTOBER = checksOf('2026-09-30T23:00:00Z', '2026-11-01T02:00:00Z', {
  every: 300_000,
  hold: null,
  down: [['2026-10-20T14:00:00Z', '2026-10-20T16:00:00Z']],
})
export const NOVEMBER = checksOf('2026-11-01T02:00:00Z', '2026-11-05T10:00:00Z', {
  every: 300_000,
  hold: null,
  down: [['2026-11-03T09:00:00Z', '2026-11-03T09:10:00Z']],
})

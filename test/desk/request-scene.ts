import { join } from 'node:path'
import { type Casework, casework } from '../../src/casework/casework.ts'
import type { CaseworkOptions } from '../../src/casework/room.ts'
import type { Database } from '../../src/db/open.ts'
import { attainmentRoutes } from '../../src/desk/attainment-pages.ts'
import { claimRoutes } from '../../src/desk/claim-pages.ts'
import { correctionRoutes } from '../../src/desk/correction-pages.ts'
import { disagreementRoutes } from '../../src/desk/disagreement-pages.ts'
import { monthRoutes } from '../../src/desk/month-pages.ts'
import { requestRoutes } from '../../src/desk/request-pages.ts'
import type { GuardedRoute } from '../../src/desk/route.ts'
import { wasItDownRoutes } from '../../src/desk/was-it-down-pages.ts'
import { openLogKey } from '../../src/log/open-log.ts'
import { LogStore } from '../../src/log/store.ts'
import { letterWriter } from '../../src/mail/write.ts'
import { type ClosingSettings, closeMonths } from '../../src/month/close.ts'
import { reader } from '../../src/record/reader.ts'
import { RecordStore } from '../../src/record/store.ts'
import { SupportStore } from '../../src/support/store.ts'
import { duration, type Instant } from '../../src/time/instant.ts'
import { CONTRACT, checksOf, LOGIN, utc } from '../month/scene.ts'
import { scratch, service } from '../record/scene.ts'
import { guarantee } from '../support/scene.ts'
import { type Client, openDesk, type Scene, withAdmin, withMember } from './scene.ts'
import { at } from './was-scene.ts'

export const HOUR = 3_600_000
/** A Thursday, within support hours. */
export const NOON = utc('2026-11-05T12:00:00Z')

export interface Room extends Scene {
  readonly store: RecordStore
  readonly log: LogStore
  readonly support: SupportStore
  readonly cases: Casework
  readonly admin: Client
  readonly agent: Client
  readonly engineer: Client
  /** The clock that every page of support sees. */
  readonly clock: { at: Instant }
  readonly faults: unknown[]
  readonly corrected: () => number
  readonly end: () => void
}

/** A desk over a real record: "iam", down for 47 minutes on 14 October 2026, whose October is closed. */
export async function openRoom(): Promise<Room> {
  const { directory, remove } = scratch()
  const clock = { at: NOON }
  const faults: unknown[] = []
  let corrected = 0
  // The routes are there before the database that they work on is.
  const late: { room?: CaseworkOptions; cases?: Casework } = {}
  const lazily = <T extends object>(target: () => object): T =>
    new Proxy({} as T, {
      get(_, key) {
        const value: unknown = Reflect.get(target(), key)
        return typeof value === 'function' ? value.bind(target()) : value
      },
    })
  const room = lazily<CaseworkOptions>(() => late.room!)
  const cases = lazily<Casework>(() => late.cases!)
  const store = lazily<RecordStore>(() => room.store)
  const source = lazily<CaseworkOptions['source']>(() => room.source)
  const closing: ClosingSettings = {
    contract: CONTRACT,
    addresses: 'host',
    after: 2 * HOUR,
    targetsOf: () => [],
    paused: () => false,
  }
  const rules = () => ({
    contract: CONTRACT,
    url: 'https://status.example.com',
    tolerance: duration(HOUR / 2),
  })
  const routes: readonly GuardedRoute[] = [
    ...wasItDownRoutes({ source, rules }),
    ...requestRoutes({ cases, room }),
    ...claimRoutes({ cases, room }),
    ...correctionRoutes({
      store,
      source,
      log: lazily<LogStore>(() => room.log),
      rules,
      onCorrected: () => {
        corrected++
      },
      onUnsigned: message => faults.push(message),
    }),
    ...monthRoutes({ store, source, closing: () => closing }),
    ...attainmentRoutes({
      support: lazily<SupportStore>(() => room.support),
      timeZone: () => CONTRACT.timeZone,
    }),
    ...disagreementRoutes({ db: lazily<Database>(() => room.db), source }),
  ]
  const scene = openDesk(at(routes, () => clock.at))
  const { db } = scene
  const record = new RecordStore(db)
  const iam = { ...service('iam', ['login']), name: 'IAM Services' }
  const since = utc('2026-09-20T00:00:00Z')
  await record.configure([iam], [], since)
  await record.noteVersions(CONTRACT, [iam], since)
  const down = [['2026-10-14T14:02:00Z', '2026-10-14T14:49:00Z']] as const
  await record.import(
    new Map([[LOGIN, checksOf('2026-09-20T00:00:00Z', '2026-11-05T12:00:00Z', { down, every: 60_000 })]]),
  )
  const { read } = openLogKey(db, directory, 'status.example.com/log', since)
  if (!read.ok) throw new Error(read.message)
  const log = new LogStore(db, directory)
  await closeMonths({
    store: record,
    settings: () => closing,
    software: '0',
    timeZoneData: '2026a',
    now: NOON,
  })
  await log.sign(NOON)
  const support = new SupportStore({
    db,
    data: directory,
    guarantee: () => guarantee,
    follow: 's'.repeat(43),
    own: () => ['support@example.com'],
  })
  late.room = {
    db,
    store: record,
    source: reader(record, () => ({ services: [iam], maintenance: [] })),
    support,
    log,
    letters: letterWriter(join(import.meta.dirname, '../../views/letters')),
    settings: () => ({
      title: 'Example status',
      url: 'https://status.example.com',
      contract: CONTRACT,
      support: { ...guarantee, tolerance: duration(HOUR / 2), evidence: 'optional' },
      closingAfter: 2 * HOUR,
      mailFrom: undefined,
    }),
    now: () => clock.at,
    poke: () => undefined,
    onSealed: () => undefined,
    onError: error => faults.push(error),
  }
  late.cases = casework(late.room)
  const admin = await withAdmin(scene)
  return {
    ...scene,
    store: record,
    log,
    support,
    cases: late.cases,
    admin,
    agent: await withMember(scene, admin, 'Samantha', 'support'),
    engineer: await withMember(scene, admin, 'Eric', 'engineer'),
    clock,
    faults,
    corrected: () => corrected,
    end() {
      scene.close()
      remove()
    },
  }
}

/** A claim of an account for the outage of October, filed at the desk. Returns its reference. */
export async function claimed(
  room: Room,
  account = 'ACME',
  times = '14 October 2026, 14:10 to 14:30 UTC',
): Promise<string> {
  const sent = await room.cases.fileClaim(
    {
      name: 'Jo',
      email: 'jo@example.org',
      account,
      service: 'iam',
      times,
      zone: 'Europe/London',
      seen: 'It failed.',
      once: null,
    },
    [],
    'form',
    { id: null, address: null },
  )
  if (sent.kind !== 'filed') throw new Error(JSON.stringify(sent))
  return sent.reference
}

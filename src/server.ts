import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { api } from './api/api.ts'
import { health } from './api/health.ts'
import { logApi } from './api/log.ts'
import { monthsApi } from './api/months.ts'
import { closeServer, composeApp, httpServer } from './app.ts'
import type { Endpoint, EndpointId } from './catalog/model.ts'
import type { Config } from './config/config.ts'
import type { Loaded } from './config/load.ts'
import { formatProblem } from './config/problem.ts'
import { lockDirectory } from './db/lock.ts'
import { openDatabase } from './db/open.ts'
import { patiently } from './db/patiently.ts'
import { startPictures } from './evidence/start.ts'
import { openLogKey, originOf } from './log/open-log.ts'
import { LogStore } from './log/store.ts'
import { startTimestamping } from './log/timestamping.ts'
import { closingJob, unclosedSince } from './month/closing.ts'
import { months } from './month/months.ts'
import { closingSettings } from './month/settings.ts'
import { timeZoneFault } from './month/time-zone.ts'
import { openOffice } from './office.ts'
import type { Policy } from './outage/detect.ts'
import { pages as publicPages } from './page/pages.ts'
import { statementFiles } from './page/statements.ts'
import { startProber } from './probe/prober.ts'
import { startHousekeeping } from './record/housekeeping.ts'
import { pausedWhileAway } from './record/paused.ts'
import { reader } from './record/reader.ts'
import { startRecorder } from './record/recorder.ts'
import { RecordStore } from './record/store.ts'
import { duration, type Instant } from './time/instant.ts'
import { earlier } from './time/interval.ts'
import { SOFTWARE, TIME_ZONE_DATA } from './version/software.ts'

export interface ServeOptions {
  readonly config: Config
  /** Reads the configuration anew, for a reload. */
  readonly load: () => Promise<Loaded>
  readonly data: string
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly log: Logger
  readonly now: () => Instant
}

export interface Running {
  readonly address: AddressInfo
  /** The path of the page that makes the first administrator; null where there is one. */
  readonly setup: string | null
  /** Takes the configuration file as it is now, or says in the log and on `/readyz` why not. */
  reload(): Promise<void>
  /** Starts no further check, stores those in flight, answers what was asked, and closes. */
  stop(): Promise<void>
}

const VIEWS = fileURLToPath(new URL('../views', import.meta.url))
/** How long stopping waits for checks in flight, and for the database, in ms. */
const PATIENCE = 10_000
/** How long a start or a reload waits for another process that holds the database, in ms. */
const LOCK_PATIENCE = 60_000

/** Starts everything that `nines serve` is made of. Throws where the port, the data directory or its lock is not to be had. */
export async function serve(options: ServeOptions): Promise<Running> {
  const ends: (() => unknown)[] = []
  try {
    return await start(options, end => ends.push(end))
  } catch (error) {
    // What runs already would keep the process alive, though it serves nobody. The first fault is the one to tell.
    for (const end of ends.reverse())
      await Promise.resolve()
        .then(end)
        .catch(() => {})
    throw error
  }
}

/** `onFailure` takes how to end each thing that was begun; the newest is ended first. */
async function start(options: ServeOptions, onFailure: (end: () => unknown) => void): Promise<Running> {
  const { data, log, now } = options
  let config = options.config
  let refused: readonly string[] = []
  let troubleSince: number | null = null
  let unsigned: string | null = null
  const unclosable = new Map<string, string>()

  const lock = lockDirectory(data)
  if (!lock) throw new Error(`another nines serves from ${data}; one process writes a data directory`)
  onFailure(() => lock.release())
  const db = openDatabase(data, 0)
  onFailure(() => db.close())
  const unlocked = <T>(work: () => T | Promise<T>): Promise<T> =>
    patiently(work, LOCK_PATIENCE, () =>
      log.warn('another process, such as an import, holds the database; this waits for it'),
    )
  const store = new RecordStore(db)
  const source = reader(store, () => config)
  let policies = policiesOf(config)
  const fault = timeZoneFault(store, config.contract.timeZone)
  if (fault !== null) throw new Error(fault)
  await unlocked(() => store.noteVersions(config.contract, config.services, now()))
  await unlocked(() => store.configure(config.services, config.maintenance, now()))
  const origin = config.closing.origin ?? originOf(config.page.url)
  const { read: key } = await unlocked(() => openLogKey(db, data, origin, now()))
  if (!key.ok && key.fault !== 'missing') throw new Error(key.message)
  if (!key.ok) {
    unsigned = key.message
    log.error(`the log of closed months cannot be signed: ${key.message}`)
  }
  const sealedLog = new LogStore(db, data)

  const sealedMonths = months(store, sealedLog)
  const pictures = startPictures({
    db,
    chromium: () => config.evidence.chromium,
    cache: join(data, 'chromium'),
    now,
    onAbsent: why => log.warn(`no pictures are taken: ${why}`),
    onError: error => log.error({ err: error }, 'a picture could not be taken or kept'),
    onKept: () => pages.invalidate(),
  })
  onFailure(() => pictures.stop())
  const pages = await publicPages({
    source,
    months: sealedMonths,
    pictures: pictures.source,
    settings: () => ({
      title: config.page.title,
      url: config.page.url,
      contract: config.contract,
      published: config.contract.publish.addresses,
    }),
    now,
    viewsDirectory: VIEWS,
    onError: (error, page) =>
      log.error({ err: error, page }, 'a page could not be rendered; the one before stays'),
  })

  const recorder = startRecorder({
    store,
    policyOf: id => policies.get(id) ?? null,
    onStored: ({ confirmed }) => {
      pages.invalidate()
      for (const { endpoint: id, from } of confirmed) {
        const endpoint = endpointOf(config, id)
        if (endpoint?.evidence.screenshot) pictures.want({ endpoint: id, from, url: endpoint.target.url })
      }
    },
    onTrouble: ({ error, waiting, dropped }) => {
      troubleSince = error ? (troubleSince ?? performance.now()) : null
      if (error) log.error({ err: error, waiting, dropped }, 'checks cannot be stored; they wait')
      else log.warn({ dropped }, 'checks are stored again; the time of dropped ones is unknown')
    },
  })

  const prober = startProber({
    onChecks: checks => recorder.take(checks),
    onError: error => log.error({ err: error }, 'the prober has trouble'),
    log: message => log.debug(message),
  })
  onFailure(() => prober.drain(duration(0)))
  const watchAll = () => prober.configure(endpointsOf(config), config.references)

  const office = await openOffice({
    db,
    store,
    source,
    log: sealedLog,
    pictures: pictures.source,
    config: () => config,
    data,
    viewsDirectory: VIEWS,
    now,
    logger: log,
    onChanged: () => {
      pages.invalidate()
      void timestamps.run()
    },
    unlocked,
  })
  onFailure(() => office.stop())
  const timestamps = startTimestamping({
    log: sealedLog,
    url: () => config.closing.timestamp?.url ?? null,
    onResult: (size, result) => {
      if (result.ok) log.info({ size }, 'the log was time-stamped')
      else log.warn(`the log was not time-stamped, and will be: ${result.message}`)
    },
    onError: error => log.error({ err: error }, 'the log could not be time-stamped'),
  })
  onFailure(() => timestamps.stop())

  const housekeeping = startHousekeeping({
    store,
    now,
    keep: () => config.retention.checks,
    keepFrom: () =>
      earlier(
        unclosedSince(store, () => closingSettings(config), now()),
        office.checksNeededSince(now()),
      ),
    jobs: [
      closingJob({
        unstoredFrom: () => recorder.waitingFrom,
        store,
        log: sealedLog,
        settings: () => closingSettings(config),
        software: SOFTWARE,
        timeZoneData: TIME_ZONE_DATA,
        onOutcome: outcome => {
          pages.invalidate()
          const month = `${outcome.service} ${outcome.month}`
          if (outcome.closed) {
            unclosable.delete(month)
            office.monthClosed(outcome.service, outcome.month)
            log.info(outcome, 'a month was closed')
          } else {
            unclosable.set(month, `${month}: ${outcome.why}`)
            log.error(outcome, 'a month cannot be closed')
          }
        },
        onSigned: () => {
          unsigned = null
          void timestamps.run()
        },
        onUnsigned: message => {
          unsigned = message
          log.error(`the log of closed months was not signed: ${message}`)
        },
      }),
      ...office.jobs,
    ],
    onError: (job, error) => log.error({ err: error, job }, 'housekeeping failed; it will be tried again'),
  })
  onFailure(() => housekeeping.stop())

  const server = httpServer(
    composeApp(
      [
        logApi({ log: sealedLog, now }),
        monthsApi(sealedMonths),
        statementFiles({ months: sealedMonths, settings: () => config.page }),
        api({
          source,
          settings: () => ({ url: config.page.url, contract: config.contract }),
          now,
          health: () =>
            health(
              refused,
              unsigned,
              [...unclosable.values()],
              recorder.trouble,
              recorder.waiting,
              troubleSince === null ? 0 : performance.now() - troubleSince,
            ),
        }),
      ],
      office.rooms,
      pages,
      error => log.error({ err: error }, 'a request could not be answered'),
    ),
    pages,
  )
  server.listen(options.port, options.host)
  await once(server, 'listening')
  recorder.take(pausedWhileAway(store, endpointsOf(config), now()))
  watchAll()
  // The first rendering is slow, until its code is compiled: not at a reader's expense.
  void pages.app.request('/')

  return {
    address: server.address() as AddressInfo,
    setup: office.setup,

    async reload() {
      const loaded = await options.load()
      if (!loaded.ok) {
        refused = loaded.problems.map(formatProblem)
        for (const line of refused) log.error(line)
        log.error('the configuration was refused; the one before stays in force')
        return
      }
      const other = timeZoneFault(store, loaded.config.contract.timeZone)
      if (other !== null) {
        refused = [other]
        log.error(other)
        return
      }
      await unlocked(() => store.noteVersions(loaded.config.contract, loaded.config.services, now()))
      await unlocked(() => store.configure(loaded.config.services, loaded.config.maintenance, now()))
      config = loaded.config
      policies = policiesOf(config)
      refused = []
      watchAll()
      pages.invalidate()
      log.info({ services: config.services.length }, 'the configuration was reloaded')
    },

    async stop() {
      const closed = closeServer(server, PATIENCE)
      await prober.drain(duration(PATIENCE))
      await Promise.all([housekeeping.stop(), pictures.stop(), timestamps.stop(), office.stop()])
      const lost = await recorder.drain(PATIENCE)
      if (lost > 0) log.error({ lost }, 'checks could not be stored; their time will be unknown')
      await closed
      db.close()
      lock.release()
    },
  }
}

const endpointsOf = (config: Config): Endpoint[] => config.services.flatMap(service => service.endpoints)

const endpointOf = (config: Config, id: EndpointId): Endpoint | undefined =>
  endpointsOf(config).find(endpoint => endpoint.id === id)

const policiesOf = (config: Config): ReadonlyMap<EndpointId, Policy> =>
  new Map(endpointsOf(config).map(({ id, hold, confirm }) => [id, { hold, failures: confirm.failures }]))

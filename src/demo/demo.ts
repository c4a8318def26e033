import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { openCases } from '../cases.ts'
import type { Config } from '../config/config.ts'
import { type Database, openDatabase } from '../db/open.ts'
import { openLogKey, originOf } from '../log/open-log.ts'
import { LogStore } from '../log/store.ts'
import type { Outcome } from '../month/close.ts'
import { closingSettings } from '../month/settings.ts'
import { reader } from '../record/reader.ts'
import { RecordStore } from '../record/store.ts'
import { type Running, serve } from '../server.ts'
import type { Instant } from '../time/instant.ts'
import { monthInterval } from '../time/month.ts'
import { SOFTWARE, TIME_ZONE_DATA } from '../version/software.ts'
import { inThePast } from './checks.ts'
import { demoConfig } from './config.ts'
import type { Rhythm } from './cycle.ts'
import { type Made, makeHistory, type Progress } from './history.ts'
import { liveThrough } from './office.ts'
import { monthAgo } from './plan.ts'
import { SIGHTS, WATCHED } from './stories.ts'
import { shakyTarget, steadyTarget, type Target } from './targets.ts'

export interface DemoOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly log: Logger
  readonly now: () => Instant
  /** What it throws ends the making of the past. */
  readonly progress: (progress: Progress) => void
  readonly rhythm: Rhythm
  /** Narrows the configuration, for a demo of a part of it. */
  readonly narrow?: (config: Config) => Config
}

/** Something to look at. */
export interface Sight {
  readonly title: string
  readonly url: string
  readonly words: string
}

export interface Demo {
  readonly url: string
  readonly made: Made
  readonly sights: readonly Sight[]
  /** Where one makes oneself an administrator of its desk. */
  readonly setup: string
  readonly configFile: string
  readonly data: string
  /** Stops everything; `remove` is still to be called. */
  stop(): Promise<void>
}

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url))

/** A directory that is gone once `remove` was called. */
export function throwAway(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'nines-demo-'))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Makes a past in `directory`, and serves and watches from there. Throws where the port is not to be had, before anything is made. */
export async function startDemo(directory: string, options: DemoOptions): Promise<Demo> {
  const { host, log, now, rhythm } = options
  const port = await freePort(host, options.port)
  const url = `http://${authority(host)}:${port}`
  const targets: Target[] = []
  const close = () => Promise.all(targets.map(target => target.close()))
  try {
    const begun = now()
    const steady = await steadyTarget(now)
    targets.push(steady)
    const shaky = await shakyTarget(rhythm)
    targets.push(shaky)
    const { text, config: whole } = demoConfig(
      { page: url, steady: steady.address, shaky: shaky.address },
      begun,
    )
    const config = options.narrow?.(whole) ?? whole
    const configFile = join(directory, 'nines.yaml')
    writeFileSync(configFile, text)
    const data = join(directory, 'data')
    const made = await fill(data, config, begun, options.progress)
    const running: Running = await serve({
      config,
      load: async () => ({ ok: true, config }),
      data,
      host,
      port,
      log,
      now,
    })
    shaky.begin()
    return {
      url,
      made,
      sights: sights(config, url, begun),
      setup: `${url}${running.setup ?? '/desk'}`,
      configFile,
      data,
      async stop() {
        await running.stop()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function fill(
  data: string,
  config: Config,
  now: Instant,
  progress: DemoOptions['progress'],
): Promise<Made> {
  const db = openDatabase(data, 0)
  try {
    // Nothing of it has to survive a power cut.
    db.connection.pragma('synchronous = OFF')
    const store = new RecordStore(db)
    const made = await makeHistory(store, config, now, progress)
    progress({ service: 'the desk', share: 1 })
    await fillDesk(db, store, data, config, now)
    return made
  } finally {
    db.close()
  }
}

/** Closes the months, and files and decides what the demo's customers claimed. */
async function fillDesk(
  db: Database,
  store: RecordStore,
  data: string,
  config: Config,
  now: Instant,
): Promise<void> {
  const months = Math.max(...Object.values(WATCHED))
  const begin = monthInterval(monthAgo(months, config, now), config.contract.timeZone).from
  await store.noteVersions(config.contract, config.services.map(inThePast), begin)
  const { read } = openLogKey(db, data, originOf(config.page.url), begin)
  if (!read.ok) throw new Error(read.message)
  const log = new LogStore(db, data)
  const source = reader(store, () => config)
  const clock = { now: begin }
  const fail = (error: unknown) => {
    throw error instanceof Error ? error : new Error(String(error))
  }
  const { cases } = openCases({
    db,
    store,
    source,
    log,
    config: () => config,
    data,
    viewsDirectory: VIEWS,
    now: () => clock.now,
    poke: () => undefined,
    onSealed: () => undefined,
    onError: fail,
  })
  const closing = {
    store,
    log,
    settings: () => closingSettings(config),
    software: SOFTWARE,
    timeZoneData: TIME_ZONE_DATA,
    onOutcome: (outcome: Outcome) => {
      if (!outcome.closed) throw new Error(`${outcome.service} ${outcome.month}: ${outcome.why}`)
    },
    onUnsigned: fail,
  }
  const setNow = (at: Instant) => {
    clock.now = at
  }
  await liveThrough({ closing, cases, source, config, setNow }, months, now)
}

function sights(config: Config, url: string, now: Instant): Sight[] {
  return SIGHTS.filter(({ service }) => config.services.some(s => s.id === service)).map(
    ({ service, ago, words }) => {
      const month = monthAgo(ago, config, now)
      return { title: month, url: `${url}/services/${service}/${month}`, words }
    },
  )
}

/** A port that is free now: one learns of a taken one before the past is made, and what it is where any will do. */
async function freePort(host: string, port: number): Promise<number> {
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  const free = (server.address() as AddressInfo).port
  server.close()
  await once(server, 'close')
  return free
}

function authority(host: string): string {
  if (/^(0\.0\.0\.0|::|127\.0\.0\.1)$/.test(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

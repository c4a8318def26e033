import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AvailabilityJson, OutageJson } from '../../src/api/json.ts'
import type { EndpointId } from '../../src/catalog/model.ts'
import { databaseFile, openForReading } from '../../src/db/open.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { RecordStore } from '../../src/record/store.ts'

/** The built command line. Another build can be named in the environment. */
export const CLI = process.env['NINES_CLI'] ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly input?: string | Buffer
  /** Leaves standard input open after `input`, as a pipe whose writer lives on. */
  readonly keepOpen?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Kills the command after so many ms, if it still runs; before its test gives up where not given. */
  readonly killAfter?: number
}

const STUCK = 25_000

/** Runs a command to its end. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: environment(options.env),
    cwd: options.cwd ?? tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const killing = setTimeout(() => child.kill('SIGKILL'), options.killAfter ?? STUCK)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => err.push(part))
  // A command may end before it has read all of its input.
  child.stdin.on('error', () => undefined)
  if (options.input !== undefined) child.stdin.write(options.input)
  if (!options.keepOpen) child.stdin.end()
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(killing)
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
}

/** This process's environment without what would change a command's defaults. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = ['NINES_CONFIG', 'NINES_DATA', 'HOST', 'PORT', 'LOG_LEVEL', 'NODE_OPTIONS']
  const kept = Object.entries(process.env).filter(([name]) => !own.includes(name))
  return { ...Object.fromEntries(kept), ...extra }
}

/** Waits until `look` gives something that is neither false, null nor undefined; what it throws meanwhile is told at the end. */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  patience = 20_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + patience
  let last: unknown
  for (;;) {
    try {
      const found = await look()
      if (found !== false && found !== null && found !== undefined)
        return found as Exclude<T, false | null | undefined>
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() > end)
      throw new Error(`waited ${patience} ms for ${what}${last === undefined ? '' : `: ${last}`}`)
    await sleep(25)
  }
}

/** Waits until the wall clock has passed an instant. */
export const waitUntil = (at: number): Promise<true> =>
  waitFor(new Date(at).toISOString(), () => Date.now() > at, at - Date.now() + 5_000)

export type Mood = 'well' | 'failing' | 'hanging'

export interface Target {
  /** Its address at a path; every path has a mood of its own. */
  url(path: string): string
  mood(path: string, mood: Mood): void
  /** Decides each path's mood anew at every request. */
  decide(moodOf: (path: string) => Mood): void
  /** When it was asked, in ms. */
  readonly requests: readonly { readonly path: string; readonly at: number; readonly mood: Mood }[]
  /** Refuses connections from now on, and drops those that are open. */
  stop(): Promise<void>
  /** Listens again, at the same address. */
  start(): Promise<void>
}

/** A real server on this machine to be watched. */
export async function startTarget(): Promise<Target> {
  const moods = new Map<string, Mood>()
  const requests: { path: string; at: number; mood: Mood }[] = []
  const hanging = new Set<ServerResponse>()
  let moodOf = (path: string): Mood => moods.get(path) ?? 'well'
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const mood = moodOf(path)
    requests.push({ path, at: Date.now(), mood })
    if (mood === 'hanging') hanging.add(response)
    else response.writeHead(mood === 'well' ? 200 : 503, { connection: 'close' }).end(mood)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  return {
    url: path => `http://127.0.0.1:${port}${path}`,
    mood: (path, mood) => {
      moods.set(path, mood)
    },
    decide: decided => {
      moodOf = decided
    },
    requests,
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    start: async () => {
      await listen(port)
    },
  }
}

export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [key: string]: unknown
}

/** A running `nines serve`. */
export interface Nines {
  readonly url: string
  readonly pid: number
  readonly log: readonly LogLine[]
  /** What it wrote that is no line of its log. */
  readonly noise: readonly string[]
  get(path: string): Promise<{ status: number; type: string; text: string }>
  json<T>(path: string): Promise<T>
  signal(signal: NodeJS.Signals): void
  /** Ends it with SIGTERM; returns how it ended. */
  stop(): Promise<Ended>
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServiceNow {
  readonly id: string
  readonly name: string
  readonly group: string | null
  readonly state: string
  readonly endpoints: readonly {
    readonly id: string
    readonly name: string
    readonly state: string
    readonly lastCheck: string | null
  }[]
  readonly month: AvailabilityJson
}

export type ListedOutage = OutageJson & { readonly service: string }

export interface Ready {
  readonly status: string
  readonly troubles: readonly { readonly what: string; readonly details: readonly string[] }[]
}

export interface Scene {
  readonly directory: string
  readonly config: string
  readonly data: string
  /** Saves a configuration, whole at once as editors do. */
  save(config: object | string): void
  /** `--config F --data D`. */
  readonly options: readonly string[]
  serve(options?: ServeOptions): Promise<Nines>
  /** Runs a command on this scene's configuration and data. */
  cli(args: readonly string[], options?: CliOptions): Promise<Finished>
  target(): Promise<Target>
  /** Ends all that was started and removes the directory. */
  close(): Promise<void>
}

export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly data?: string
  /** How long it may take to start, in ms. */
  readonly patience?: number
  /** Told of each line of its log. */
  readonly onLog?: (line: LogLine) => void
}

/** A scratch directory with a configuration and a data directory, and whatever is started on them. */
export function scene(config?: object | string): Scene {
  const directory = mkdtempSync(join(tmpdir(), 'nines-e2e-'))
  const file = join(directory, 'nines.yaml')
  const data = join(directory, 'data')
  const running: Nines[] = []
  const targets: Target[] = []
  const save = (value: object | string) => {
    const next = join(directory, 'next.yaml')
    // JSON is YAML too.
    writeFileSync(next, typeof value === 'string' ? value : JSON.stringify(value, null, 2))
    renameSync(next, file)
  }
  if (config !== undefined) save(config)
  const options = ['--config', file, '--data', data]
  return {
    directory,
    config: file,
    data,
    save,
    options,
    async serve(given = {}) {
      const nines = await startNines(['--config', file, '--data', given.data ?? data], given)
      running.push(nines)
      return nines
    },
    cli: (args, given = {}) =>
      cli(args, { cwd: directory, ...given, env: { NINES_CONFIG: file, NINES_DATA: data, ...given.env } }),
    async target() {
      const target = await startTarget()
      targets.push(target)
      return target
    },
    async close() {
      await Promise.all([...running.map(nines => nines.kill()), ...targets.map(target => target.stop())])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startNines(args: readonly string[], { env, onLog, patience }: ServeOptions): Promise<Nines> {
  const child: ChildProcess = spawn(
    process.execPath,
    [CLI, 'serve', ...args, '--host', '127.0.0.1', '--port', '0'],
    { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const log: LogLine[] = []
  const noise: string[] = []
  let ended: Ended | null = null
  const end = new Promise<Ended>(done => {
    child.once('close', (code, signal) => {
      ended = { code, signal }
      done(ended)
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', line => {
      let read: LogLine
      try {
        read = JSON.parse(line) as LogLine
      } catch {
        noise.push(line)
        return
      }
      log.push(read)
      onLog?.(read)
    })
  }
  const said = () => [...noise, ...log.map(line => JSON.stringify(line))].join('\n')
  const address = () => {
    if (ended) return 'it ended'
    const line = log.find(({ msg }) => msg.startsWith('serving on '))
    return line?.msg.slice('serving on '.length).replace('localhost', '127.0.0.1')
  }
  const url = await waitFor('nines to serve', address, patience).catch(error => {
    child.kill('SIGKILL')
    throw new Error(`${error.message}; it said:\n${said()}`)
  })
  if (!url.startsWith('http')) throw new Error(`nines did not start: ${said()}`)
  const get = async (path: string) => {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: await response.text(),
    }
  }
  return {
    url,
    pid: child.pid ?? 0,
    log,
    noise,
    get,
    json: async <T>(path: string) => {
      const { status, text } = await get(path)
      if (status !== 200 && path !== '/readyz') throw new Error(`${path} answered ${status}: ${text}`)
      return JSON.parse(text) as T
    },
    signal: name => {
      child.kill(name)
    },
    async stop() {
      child.kill('SIGTERM')
      return await end
    },
    async kill() {
      child.kill('SIGKILL')
      await end
    },
  }
}

export const services = async (nines: Nines): Promise<readonly ServiceNow[]> =>
  (await nines.json<{ services: ServiceNow[] }>('/api/v1/services')).services

export async function serviceNow(nines: Nines, id: string): Promise<ServiceNow> {
  const found = (await services(nines)).find(service => service.id === id)
  if (!found) throw new Error(`no service ${id}`)
  return found
}

/** The start of an endpoint's latest check, in ms; 0 before the first. */
export async function lastCheck(nines: Nines, endpoint: string): Promise<number> {
  const found = (await services(nines)).flatMap(service => service.endpoints).find(e => e.id === endpoint)
  return found?.lastCheck ? Date.parse(found.lastCheck) : 0
}

export const outages = async (nines: Nines, query = ''): Promise<readonly ListedOutage[]> =>
  (await nines.json<{ outages: ListedOutage[] }>(`/api/v1/outages${query}`)).outages

export const availability = (
  nines: Nines,
  service: string,
  from: number,
  to: number,
): Promise<AvailabilityJson> =>
  nines.json<AvailabilityJson>(`/api/v1/services/${service}/availability?from=${iso(from)}&to=${iso(to)}`)

export const iso = (at: number): string => new Date(at).toISOString()

/** What a look into the record beside the server gives. */
export function inspect<T>(data: string, look: (store: RecordStore) => T): T {
  const db = openForReading(data)
  if (!db) throw new Error(`no database in ${data}`)
  try {
    return db.connection.transaction(() => look(new RecordStore(db)))()
  } finally {
    db.close()
  }
}

/** The checks of an endpoint as they are stored. */
export const storedChecks = (data: string, endpoint: string): readonly RawCheck[] =>
  !existsSync(databaseFile(data))
    ? []
    : inspect(data, ({ checks, memory }) => {
        const stored = memory.catalog.endpoints.get(endpoint as EndpointId)
        return stored ? checks.read(stored.key, 0, Number.MAX_SAFE_INTEGER) : []
      })

/** An endpoint that is checked every second. */
export const endpoint = (id: string, url: string, more: object = {}): object => ({
  id,
  url,
  every: '1s',
  // Long enough that a busy machine's lag, over a quarter of it, does not make a check unknown.
  timeout: '4s',
  confirm: { failures: 2, every: '1s' },
  ...more,
})

import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { pino } from 'pino'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'
import { openDatabase, openForReading } from '../../src/db/open.ts'
import type { RawCheck } from '../../src/record/check-store.ts'
import { RecordStore } from '../../src/record/store.ts'
import * as cron from '../../src/schedule/cron.ts'
import type { Running } from '../../src/server.ts'
import { type Peer, startPeer } from '../mail/peer.ts'
import { LOGIN, utc } from '../month/scene.ts'
import { CLI, type CliOptions, cli, type Finished, waitFor } from './harness.ts'

export const PASSWORD = 'a lamp beside the river'
export const SUPPORT = 'support@status.example'

/** A server with its desk, its mail and a past, whose clock is ours. */
export interface Office {
  /** The public address, without a trailing slash. */
  readonly url: string
  readonly directory: string
  readonly data: string
  /** Where mail comes in. */
  readonly door: number
  /** The mail server that letters are handed to. */
  readonly peer: Peer
  readonly running: () => Running
  /** What the server wrote as an error into its log. */
  readonly errors: readonly string[]
  /** Sets the server's clock. */
  at(text: string): void
  /** Stores past checks, beside the server where it runs. */
  feed(checks: readonly RawCheck[]): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Runs a command of the build with the server's clock, configuration and data. */
  cli(args: readonly string[], options?: CliOptions): Promise<Finished>
  /** The first letter to somebody that says `words`, once it came. */
  letter(to: string, words: string | RegExp): Promise<ParsedMail & { readonly head: string }>
  /** How many rows a table has. */
  rows(table: string): number
  close(): Promise<void>
}

/** Opens nothing yet: feed it, then start it. */
export async function office(now: string): Promise<Office> {
  const directory = mkdtempSync(join(tmpdir(), 'nines-office-'))
  const data = join(directory, 'data')
  mkdirSync(data)
  const [port, door, peer] = await Promise.all([freePort(), freePort(), startPeer()])
  const url = `http://127.0.0.1:${port}`
  const text = configText(url, door, peer.port)
  const file = join(directory, 'nines.yaml')
  writeFileSync(file, text)
  const config = configOf(text)
  const errors: string[] = []
  const log = pino({ level: 'error', base: null }, { write: (line: string) => void errors.push(line) })
  const { serve } = await build()
  let clock = utc(now)
  let running: Running | null = null
  return {
    url,
    directory,
    data,
    door,
    peer,
    errors,
    running: () => {
      if (!running) throw new Error('the server does not run')
      return running
    },
    at: text => {
      clock = utc(text)
    },
    async feed(checks) {
      const db = openDatabase(data, 10_000)
      try {
        const store = new RecordStore(db)
        const since = checks[0]?.at ?? clock
        await store.configure(config.services, config.maintenance, since, true)
        if (!running) await store.noteVersions(config.contract, config.services, since)
        await store.import(new Map([[LOGIN, checks]]))
      } finally {
        db.close()
      }
    },
    async start() {
      running = await serve({
        config,
        load: async () => loadConfig(text, file, {}, { cron }),
        data,
        host: '127.0.0.1',
        port,
        log,
        now: () => clock,
      })
    },
    async stop() {
      await running?.stop()
      running = null
    },
    cli: (args, options = {}) => {
      // The command reads the clock of the machine: it is told ours.
      const ahead = `const t = Date.now; Date.now = () => t() + ${clock - Date.now()}`
      const env = {
        NINES_CONFIG: file,
        NINES_DATA: data,
        NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(ahead)}"`,
      }
      return cli(args, { cwd: directory, ...options, env: { ...env, ...options.env } })
    },
    async letter(to, words) {
      const mail = await waitFor(`a letter to ${to} that says ${words}`, async () => {
        for (const { raw } of peer.mails.filter(m => m.to.includes(to))) {
          const parsed = await simpleParser(raw)
          const all = `${parsed.subject}\n${parsed.text}`
          if (typeof words === 'string' ? all.includes(words) : words.test(all)) return { raw, parsed }
        }
        return null
      })
      return { ...mail.parsed, head: mail.raw.split(/\r\n\r\n/)[0] ?? '' }
    },
    rows(table) {
      const db = openForReading(data)
      if (!db) throw new Error(`no database in ${data}`)
      try {
        const { n } = db.connection.prepare(`select count(*) as n from ${table}`).get() as { n: number }
        return n
      } finally {
        db.close()
      }
    },
    async close() {
      await running?.stop()
      await peer.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The server as it was built: its worker threads are files of the build. */
const build = (): Promise<typeof import('../../src/server.ts')> =>
  import(/* @vite-ignore */ join(dirname(CLI), 'server.js'))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Paused, so that nothing but what is fed is on the record. */
const configText = (url: string, door: number, smtp: number): string => `\
page: { title: Example status, url: "${url}" }
contract:
  timeZone: Europe/London
  thresholds:
    - { percent: "99.9", creditDays: 7 }
    - { percent: "99", creditDays: 14 }
  claimWindow: 30d
closing: { after: 2h, origin: status.example/log }
mail:
  from: ${SUPPORT}
  smtp: { host: 127.0.0.1, port: ${smtp}, secure: none }
  door: { port: ${door}, recipients: [${SUPPORT}] }
services:
  - id: iam
    name: IAM Services
    endpoints:
      - { id: login, name: Login, url: "http://127.0.0.1:9/login", every: 120s, paused: true }
`

function configOf(text: string): Config {
  const loaded = loadConfig(text, 'nines.yaml', {}, { cron })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.config
}

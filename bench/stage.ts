import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FromRole, Options, Played, Roles } from './roles.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))
const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url))

/** A process that plays a role. */
export interface Actor<N extends keyof Roles> {
  readonly pid: number
  readonly told: Played<N>['told']
  /** One question at a time. */
  ask(question: Parameters<Played<N>['ask']>[0]): Promise<Awaited<ReturnType<Played<N>['ask']>>>
  stop(): Promise<void>
}

/** A running `nines serve`. */
export interface Nines {
  readonly pid: number
  readonly port: number
  /** From the start of the process until it served, in ms. */
  readonly startedIn: number
  /** Warnings and errors of its log. */
  readonly complaints: readonly string[]
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Whatever a part needs beside itself; all of it is gone when it closes. */
export interface Stage {
  directory(): string
  role<N extends keyof Roles>(name: N, options: Options<N>): Promise<Actor<N>>
  nines(place: Place): Promise<Nines>
  /** Runs a command of the command line to its end; returns its exit code. */
  command(args: readonly string[], place: Place): Promise<number>
  program(file: string, args: readonly string[]): ChildProcess
  close(): Promise<void>
}

/** A configuration, and the data directory beside it. */
export interface Place {
  readonly config: string
  readonly data: string
}

export function createStage(): Stage {
  const children = new Set<ChildProcess>()
  const directories: string[] = []
  const clear = (): void => {
    for (const child of children) child.kill('SIGKILL')
    for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  }
  process.on('exit', clear)

  const keep = <T extends ChildProcess>(child: T): T => {
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  return {
    directory() {
      const directory = mkdtempSync(join(tmpdir(), 'nines-bench-'))
      directories.push(directory)
      return directory
    },

    async role(name, options) {
      const child = keep(fork(MAIN, ['--role', name, JSON.stringify(options)], { env: environment() }))
      const hear = (): Promise<FromRole> =>
        new Promise((done, fail) => {
          const over = () => fail(new Error(`the process that plays ${name} has ended`))
          child.once('exit', over)
          child.once('message', message => {
            child.off('exit', over)
            done(message as FromRole)
          })
        })
      const heard = async (): Promise<unknown> => {
        const message = await hear()
        if (message.kind === 'failed') throw new Error(`${name}: ${message.message}`)
        return message.kind === 'told' ? message.told : message.answer
      }
      const told = await heard()
      return {
        pid: child.pid ?? 0,
        told: told as never,
        ask: question => {
          const answer = heard()
          child.send(question as object)
          return answer as never
        },
        stop: () => end(child, 'SIGKILL'),
      }
    },

    async nines({ config, data }) {
      const begun = performance.now()
      const child = keep(
        spawn(
          process.execPath,
          [
            '--max-semi-space-size=2',
            CLI,
            'serve',
            '--config',
            config,
            '--data',
            data,
            '--host',
            '127.0.0.1',
            '--port',
            '0',
          ],
          // As `npm start` does.
          { env: { ...environment(), MALLOC_ARENA_MAX: '2' }, stdio: ['ignore', 'pipe', 'inherit'] },
        ),
      )
      const complaints: string[] = []
      const port = await new Promise<number>((done, fail) => {
        child.once('exit', code => fail(new Error(`nines ended with ${code}: ${complaints.join('\n')}`)))
        createInterface({ input: child.stdout }).on('line', line => {
          const { level, msg } = JSON.parse(line) as { level: number; msg: string }
          const found = /^serving on .*:(\d+)$/.exec(msg)
          if (found) done(Number(found[1]))
          if (level >= 40) complaints.push(line)
        })
      })
      return {
        pid: child.pid ?? 0,
        port,
        startedIn: performance.now() - begun,
        complaints,
        stop: (signal = 'SIGTERM') => end(child, signal),
      }
    },

    async command(args, { config, data }) {
      const child = keep(
        spawn(process.execPath, [CLI, ...args, '--config', config, '--data', data], {
          env: environment(),
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      )
      const [code] = (await once(child, 'exit')) as [number | null]
      return code ?? -1
    },

    program: (file, args) => keep(spawn(file, args, { stdio: 'ignore' })),

    async close() {
      await Promise.all([...children].map(child => end(child, 'SIGKILL')))
      process.off('exit', clear)
      clear()
    },
  }
}

/** This process's environment without what would change a command's defaults. */
function environment(): NodeJS.ProcessEnv {
  const own = ['NINES_CONFIG', 'NINES_DATA', 'HOST', 'PORT', 'LOG_LEVEL', 'NODE_OPTIONS']
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.includes(name)))
}

/** CPU time that a process has used in all of its threads, in µs. */
export function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).reduce((sum, task) => {
    const [nanoseconds] = readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')
    return sum + Number(nanoseconds) / 1_000
  }, 0)
}

/** Memory that a process holds, in MB. */
export function memoryOf(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1_024
}

/** Bytes of all files directly in a directory. */
export const bytesIn = (directory: string): number =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)

/** What a configuration for measuring varies. */
export interface Scale {
  readonly services: number
  /** How many of each service's. */
  readonly endpoints: number
  readonly every: string
  /** The addresses of the targets, taken in turn. */
  readonly origins: readonly string[]
}

export const endpointId = (i: number): string => `e${String(i).padStart(4, '0')}`

/** Writes a configuration into a directory. */
export function place(directory: string, { services, endpoints, every, origins }: Scale): Place {
  const url = (i: number) => `${origins[i % origins.length]}/${endpointId(i)}`
  const config = {
    page: { title: 'Benchmark' },
    defaults: { every, timeout: '10s' },
    services: Array.from({ length: services }, (_, s) => ({
      id: `s${s}`,
      name: `Service ${s}`,
      group: `Group ${Math.floor(s / 10)}`,
      endpoints: Array.from({ length: endpoints }, (_, e) => ({
        id: endpointId(s * endpoints + e),
        url: url(s * endpoints + e),
      })),
    })),
  }
  const file = join(directory, 'nines.yaml')
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify(config))
  return { config: file, data: join(directory, 'data') }
}

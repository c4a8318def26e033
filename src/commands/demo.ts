import { pino } from 'pino'
import { type Demo, startDemo, throwAway } from '../demo/demo.ts'
import type { Progress } from '../demo/history.ts'
import { instant } from '../time/instant.ts'
import { startFailure } from './serve.ts'

export interface DemoCommand {
  readonly host: string
  readonly port: number
}

/** The live example: down for 45 seconds after every minute, and for the first time soon, as somebody is watching. */
const RHYTHM = { first: 30_000, up: 60_000, down: 45_000 }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

class Stopped extends Error {}

/** `nines demo`: a throw-away record with a past and a live outage, served until SIGTERM or SIGINT. Throws a Failure where it cannot start. */
export async function demoCommand({ host, port }: DemoCommand): Promise<void> {
  const { directory, remove } = throwAway()
  process.once('exit', remove)
  let stopped = false
  const end = new Promise<void>(done => {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        // Whoever asks twice does not want to wait.
        if (stopped) process.exit(0)
        stopped = true
        done()
      })
    }
  })
  const line = progressLine()
  try {
    const demo = await startDemo(directory, {
      host,
      port,
      log: pino({ level: 'warn', base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2)),
      now: () => instant(Date.now()),
      progress: progress => {
        if (stopped) throw new Stopped()
        line.show(progress)
      },
      rhythm: RHYTHM,
    })
    line.clear()
    process.stdout.write(welcome(demo))
    await end
    await demo.stop()
  } catch (error) {
    line.clear()
    if (!(error instanceof Stopped))
      throw startFailure(error as NodeJS.ErrnoException, { host, port, data: directory })
  } finally {
    remove()
  }
}

/** One line that changes on a terminal; elsewhere a line for each service. */
function progressLine(): { show(progress: Progress): void; clear(): void } {
  const terminal = process.stdout.isTTY
  let last = ''
  return {
    show({ service, share }) {
      const text = terminal
        ? `Making 14 months of history: ${String(Math.floor(share * 100)).padStart(2)} %  ${service}`
        : `Making the history of ${service}`
      if (text === last) return
      last = text
      process.stdout.write(terminal ? `\r\x1b[K${text}` : `${text}\n`)
    },
    clear() {
      if (terminal && last !== '') process.stdout.write('\r\x1b[K')
    },
  }
}

function welcome({ url, made, sights, setup, configFile, data }: Demo): string {
  const rows = [
    ['all', `${url}/`, 'the status page'],
    ['live', `${url}/services/live`, 'down for 45 s after every minute; the first time within half a minute'],
    ...sights.map(({ title, url: to, words }) => [title, to, words]),
  ]
  const widest = Math.max(...rows.map(([, to]) => to?.length ?? 0))
  const [month] = sights
  return [
    `The demo is at ${url}/, made of ${made.checks.toLocaleString('en')} checks.`,
    '',
    ...rows.map(([title = '', to = '', words]) => `  ${title.padEnd(8)}${to.padEnd(widest + 2)}${words}`),
    '',
    'Its desk, with claims in every state: make yourself an administrator at',
    `  ${setup}`,
    '',
    `Its configuration is ${configFile}; the figures are to be had beside it, too:`,
    `  nines availability iam --month ${month?.title ?? ''} --config ${configFile} --data ${data}`,
    'End it with Ctrl-C: everything of it goes.',
    '',
  ].join('\n')
}

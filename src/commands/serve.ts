import { pino } from 'pino'
import { watchConfig } from '../config/watch.ts'
import { serve } from '../server.ts'
import { instant } from '../time/instant.ts'
import { loadFile, requireConfig } from './config.ts'
import { openToOthers } from './data-modes.ts'
import { Failure } from './failure.ts'

export interface ServeCommand {
  readonly config: string
  readonly data: string
  readonly host: string
  readonly port: number
  readonly logLevel: string
}

/** `nines serve`: runs until SIGTERM or SIGINT, then drains. Throws a Failure where it cannot start. */
export async function serveCommand(options: ServeCommand): Promise<void> {
  const log = pino({ level: options.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  let changed = false
  let reload = (): void => {
    changed = true
  }
  // Before the file is read, so that no save falls between the two.
  const watch = watchConfig(options.config, () => reload())
  process.on('SIGHUP', () => reload())
  const config = await requireConfig(options.config).catch(error => {
    watch.close()
    throw error
  })
  const running = await serve({
    config,
    load: () => loadFile(options.config),
    data: options.data,
    host: options.host,
    port: options.port,
    log,
    now: () => instant(Date.now()),
  }).catch((error: NodeJS.ErrnoException) => {
    watch.close()
    throw startFailure(error, options)
  })
  const { address, port } = running.address
  const base = `http://${/^(0\.0\.0\.0|::|127\.0\.0\.1)$/.test(address) ? 'localhost' : address}:${port}`
  log.info({ services: config.services.length, data: options.data }, `serving on ${base}`)
  const open = openToOthers(options.data)
  if (open !== null) log.warn(open)
  if (running.setup !== null)
    log.warn(
      `nobody can sign in yet: make the first administrator at ${config.page.url ?? base}${running.setup} within 24 hours`,
    )

  let reloading = Promise.resolve()
  reload = () => {
    reloading = reloading
      .then(() => running.reload())
      .catch(error => log.error({ err: error }, 'the reload failed'))
  }
  if (changed) reload()

  await new Promise<void>(done => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done())
  })
  log.info('stopping')
  watch.close()
  await reloading
  await running.stop()
  log.info('stopped')
}

/** Why a server could not start, for the person who started it: one line. */
export function startFailure(
  error: Error,
  { host, port, data }: { readonly host: string; readonly port: number; readonly data: string },
): Failure {
  const first = rootOf(error)
  switch (first.code) {
    case 'EADDRINUSE':
      return new Failure(`port ${port} of ${host} is taken; give another one with --port`, 1)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Failure(`${host} is no address of this machine; give another one with --host`, 1)
    case 'EACCES':
      return new Failure(`port ${port} of ${host}, or ${data}, is not allowed to this user`, 1)
    case 'ENOSPC':
    case 'SQLITE_FULL':
      return new Failure(`the disk that ${data} lies on is full; make room on it`, 1)
    case 'EROFS':
    case 'SQLITE_READONLY':
      return new Failure(`${data} can only be read; it must be written to`, 1)
    default:
      return new Failure(`cannot start with the data in ${data}: ${first.message.split('\n')[0]}`, 1)
  }
}

/** What went wrong first: a query that failed says itself only which one it was. */
function rootOf(error: Error): NodeJS.ErrnoException {
  // A mail door that is not to be had says so in its own words.
  if (error.message.startsWith('mail.door')) return error
  return error.cause instanceof Error ? rootOf(error.cause) : error
}

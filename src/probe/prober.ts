import { Worker } from 'node:worker_threads'
import type { Endpoint } from '../catalog/model.ts'
import { type Duration, duration } from '../time/instant.ts'
import type { Check } from './check.ts'
import type { FromProber, ToProber } from './messages.ts'

export interface ProberOptions {
  /** Takes each batch of checks, each endpoint's in the order of their start. Must not throw. */
  readonly onChecks: (checks: readonly Check[]) => void
  /**
   * Told of a fault outside of any check, and when the thread died: it is started again by itself, and the gap becomes
   * unknown by itself.
   */
  readonly onError: (error: Error) => void
  /** Progress for the log. */
  readonly log?: (message: string) => void
  /** The thread's entry, if not the compiled `worker.js` beside this file. */
  readonly entry?: URL
  /** The first pause before a dead thread is started again, in ms; it doubles up to 30 s. */
  readonly backOff?: number
}

/** The prober's thread, seen from the main one. */
export interface Prober {
  /** Watches exactly these endpoints from now on; unchanged ones keep their schedule. */
  configure(endpoints: readonly Endpoint[], references: readonly string[]): void
  /**
   * Starts no further check, waits up to `limit` ms (default 10 s) for those in flight, hands their results over and
   * ends the thread. Never rejects, and resolves within the limit and a second.
   */
  drain(limit?: Duration): Promise<void>
}

const LONGEST_BACK_OFF = 30_000
/** A thread that lived this long, in ms, starts anew with the first back-off. */
const STEADY = 60_000
const GRACE = 1_000

/** Starts the thread that probes. It watches nothing until it is configured. */
export function startProber(options: ProberOptions): Prober {
  const {
    onChecks,
    onError,
    log = () => {},
    entry = new URL('./worker.js', import.meta.url),
    backOff = 1_000,
  } = options
  let worker: Worker | null = null
  let configured: ToProber | null = null
  let stopping: Promise<void> | null = null
  let drained = (): void => {}
  let pause = backOff
  let again: NodeJS.Timeout | undefined

  const start = (): void => {
    const since = performance.now()
    const own = new Worker(entry, { name: 'nines-prober' })
    worker = own
    let fault: Error | null = null
    own.on('message', (message: FromProber) => {
      if (message.kind === 'checks') onChecks(message.checks)
      else if (message.kind === 'drained') drained()
      else if (message.kind === 'fault')
        onError(new Error(`the prober goes on after a fault: ${message.message}`))
      else log('the prober is ready')
    })
    own.on('error', error => {
      fault = error instanceof Error ? error : new Error(String(error))
    })
    own.on('exit', code => {
      if (worker === own) worker = null
      drained()
      if (stopping !== null) return
      if (performance.now() - since > STEADY) pause = backOff
      onError(
        new Error(`the prober's thread ended (${fault?.message ?? `code ${code}`}); restart in ${pause} ms`, {
          cause: fault,
        }),
      )
      again = setTimeout(start, pause)
      pause = Math.min(pause * 2, LONGEST_BACK_OFF)
    })
    if (configured !== null) own.postMessage(configured)
  }

  const stop = async (limit: Duration): Promise<void> => {
    clearTimeout(again)
    const own = worker
    if (own === null) return
    await new Promise<void>(done => {
      const late = setTimeout(done, limit + GRACE)
      drained = () => {
        clearTimeout(late)
        done()
      }
      own.postMessage({ kind: 'drain', limit } satisfies ToProber)
    })
    await own.terminate()
  }

  start()
  return {
    configure: (endpoints, references) => {
      configured = { kind: 'configure', endpoints, references }
      if (stopping === null) worker?.postMessage(configured)
    },
    drain: (limit = duration(10_000)) => {
      stopping ??= stop(limit)
      return stopping
    },
  }
}

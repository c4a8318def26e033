import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'undici'

type Question =
  /** As many as can be made, so many at a time. */
  | {
      readonly kind: 'full'
      readonly ms: number
      readonly inFlight: number
      readonly origins: readonly string[]
    }
  /** One every so many ms, each to a path of its own. */
  | { readonly kind: 'paced'; readonly ms: number; readonly every: number; readonly origin: string }

interface Made {
  readonly count: number
  /** CPU time in µs. */
  readonly cpu: number
  readonly paced: readonly { readonly path: string; readonly total: number }[]
}

/** Bare undici as a prober: a fresh connection for each request, every phase timed, nothing judged and nothing kept. */
export async function bare(_options: null) {
  let number = 0
  const full = async ({ ms, inFlight, origins }: Question & { kind: 'full' }): Promise<Made> => {
    const end = performance.now() + ms
    const before = process.cpuUsage()
    let count = 0
    const lane = async (): Promise<void> => {
      while (performance.now() < end) {
        await request(origins[count % origins.length] ?? '', '/')
        count++
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    const { user, system } = process.cpuUsage(before)
    return { count, cpu: user + system, paced: [] }
  }
  const paced = async ({ ms, every, origin }: Question & { kind: 'paced' }): Promise<Made> => {
    const running: Promise<{ path: string; total: number }>[] = []
    for (const end = performance.now() + ms; performance.now() < end; await sleep(every)) {
      const path = `/bare-${number++}`
      running.push(request(origin, path).then(({ timings: { total } }) => ({ path, total })))
    }
    return { count: running.length, cpu: 0, paced: await Promise.all(running) }
  }
  return {
    told: null,
    ask: (question: Question): Promise<Made> => (question.kind === 'full' ? full(question) : paced(question)),
  }
}

interface Timed {
  readonly timings: {
    readonly connect: number
    readonly firstByte: number
    readonly transfer: number
    readonly total: number
  }
}

function request(origin: string, path: string): Promise<Timed> {
  return new Promise((done, fail) => {
    const started = performance.now()
    let connected = started
    let firstByte = started
    let status = 0
    const client = new Client(origin, {
      allowH2: false,
      connect: ({ hostname, port }, callback) => {
        const socket = connect({ host: hostname, port: Number(port), noDelay: true, autoSelectFamily: false })
        socket.once('error', error => callback(error, null))
        socket.once('connect', () => {
          connected = performance.now()
          callback(null, socket)
        })
      },
    })
    client.dispatch(
      { path, method: 'GET', headers: { accept: '*/*', 'user-agent': 'bare' }, reset: true },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          firstByte = performance.now()
          status = code
        },
        onResponseData: () => {},
        onResponseEnd: () => {
          const ended = performance.now()
          client.destroy().catch(() => {})
          if (status !== 200) {
            fail(new Error(`status ${status}`))
            return
          }
          done({
            timings: {
              connect: connected - started,
              firstByte: firstByte - connected,
              transfer: ended - firstByte,
              total: ended - started,
            },
          })
        },
        onResponseError: (_controller, error) => {
          client.destroy().catch(() => {})
          fail(error)
        },
      },
    )
  })
}

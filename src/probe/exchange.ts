import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { type BodyEnd, type BodyLimits, bodyReader } from './body.ts'
import type { Outcome } from './check.ts'
import { codeOf, down, unknown } from './outcome.ts'
import type { HttpRequest } from './redirect.ts'

export interface Head {
  readonly status: number
  /** By name in lower case; of a repeated header the first. */
  readonly header: (name: string) => string | undefined
}

/** Milliseconds: until the headers were read, and from then to the end of the body (absent where it was not read). */
interface ExchangeTimings {
  readonly firstByte?: number
  readonly transfer?: number
}

export type Exchange = { readonly timings: ExchangeTimings; readonly head: Head | null } & (
  | { readonly kind: 'response'; readonly head: Head; readonly body: Buffer | null }
  | { readonly kind: 'failed'; readonly outcome: Outcome }
  | { readonly kind: 'aborted' }
)

/** What to do with the body once the headers are known: read it for an expectation, count it, or leave it. */
export type BodyUse = 'keep' | 'count' | 'skip'

/** Node's own limit. */
const MAX_HEADERS = 16_384

type Ending = BodyEnd | { kind: 'skipped' } | { kind: 'aborted' } | { kind: 'broken'; error: unknown }

/**
 * Sends one HTTP/1.1 request over a connected socket and reads the response. The connection is used for nothing else
 * and is destroyed in every case. Never rejects for anything that the server does.
 */
export async function exchange(
  socket: Socket,
  request: HttpRequest,
  useOf: (head: Head) => BodyUse,
  limits: BodyLimits,
  signal: AbortSignal,
): Promise<Exchange> {
  const client = clientOver(socket, request.url.origin)
  const started = performance.now()
  const seen: { head: Head | null; firstByte: number | null } = { head: null, firstByte: null }
  let abort = (): void => {}
  const ending = await new Promise<Ending>(done => {
    abort = () => done({ kind: 'aborted' })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    client.dispatch(
      options(request),
      handler(request.method, useOf, limits, done, head => {
        seen.head = head
        seen.firstByte = performance.now()
      }),
    )
  })
  const ended = performance.now()
  signal.removeEventListener('abort', abort)
  // Both: the client may not have come to take the socket.
  socket.destroy()
  client.destroy(OVER).catch(() => {})

  const { head, firstByte } = seen
  const timings: ExchangeTimings = {
    ...(firstByte === null ? {} : { firstByte: firstByte - started }),
    ...(firstByte !== null && ending.kind === 'whole' ? { transfer: ended - firstByte } : {}),
  }
  switch (ending.kind) {
    case 'aborted':
      return { kind: 'aborted', timings, head }
    case 'broken':
      return { kind: 'failed', timings, head, outcome: judge(ending.error, head !== null) }
    case 'malformed':
      return { kind: 'failed', timings, head, outcome: down('protocol', ending.observed) }
    case 'too-large':
      return {
        kind: 'failed',
        timings,
        head,
        outcome: down('too-large', `the body exceeds ${ending.limit} bytes`),
      }
    default: {
      if (head === null) return { kind: 'failed', timings, head, outcome: down('protocol', 'no response') }
      return { kind: 'response', timings, head, body: ending.kind === 'whole' ? ending.bytes : null }
    }
  }
}

/** A client that knows one socket: it can neither open a second one nor send a second request. */
function clientOver(socket: Socket, origin: string): Client {
  let given = false
  return new Client(origin, {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADERS,
    connect: (_options, callback) => {
      const again = given
      given = true
      // Not at once: undici only looks for work after `connect` has returned.
      queueMicrotask(() => (again ? callback(new ClosedEarly(), null) : callback(null, socket)))
    },
  })
}

/** Made once: for each client to make its own, with its stack, is a fifth of the cost of a check. */
const OVER = new Error('the exchange is over')

class ClosedEarly extends Error {
  readonly code = 'ECONNRESET'
}

function options(request: HttpRequest): Dispatcher.DispatchOptions {
  return {
    path: `${request.url.pathname}${request.url.search}`,
    method: request.method,
    headers: { ...request.headers },
    body: request.body === '' ? null : request.body,
    reset: true,
  }
}

function handler(
  method: string,
  useOf: (head: Head) => BodyUse,
  limits: BodyLimits,
  done: (ending: Ending) => void,
  onHead: (head: Head) => void,
): Dispatcher.DispatchHandler {
  let reader: ReturnType<typeof bodyReader> | null = null
  const settle = (ending: Ending): void => {
    reader?.destroy()
    done(ending)
  }
  return {
    onRequestStart: () => {},
    onResponseStart: (_controller, status, headers) => {
      if (status < 200) return
      const head: Head = {
        status,
        header: name => {
          const value = headers[name]
          return Array.isArray(value) ? value[0] : value
        },
      }
      onHead(head)
      const use = useOf(head)
      if (use === 'skip') {
        settle({ kind: 'skipped' })
        return
      }
      const encoding = method === 'HEAD' ? '' : (head.header('content-encoding') ?? '')
      reader = bodyReader(encoding, use === 'keep', limits, settle)
    },
    onResponseData: (_controller, chunk) => reader?.write(chunk),
    onResponseEnd: () => reader?.end(),
    onResponseError: (_controller, error) => settle({ kind: 'broken', error }),
  }
}

/** What a broken exchange says of the target. */
function judge(error: unknown, answered: boolean): Outcome {
  const code = codeOf(error)
  const when = answered ? 'before the response was complete' : 'without a response'
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return down('too-large', `the headers exceed ${MAX_HEADERS} bytes`)
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return down('protocol', 'the body is not as long as its content-length')
  }
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return down('protocol', `the connection was reset ${when} (${code})`)
  if (code === 'ETIMEDOUT') return down('timeout', `the connection was lost ${when} (${code})`)
  if (code === 'UND_ERR_SOCKET') return down('protocol', `the connection was closed ${when}`)
  if (code.startsWith('HPE_') || code === 'HTTPParserError')
    return down('protocol', `not an HTTP/1.1 response (${code})`)
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return down('tls', `TLS failed ${when} (${code})`)
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return unknown(
      'unknown:internal',
      `this request cannot be sent: ${error instanceof Error ? error.message : code}`,
    )
  }
  return unknown('unknown:internal', `the exchange failed (${code})`)
}

import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { type BodyEnd, type BodyLimits, type BodyReader, bodyReader, type Reading } from './body.ts'
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

/** The beginning of a body as far as it was read, and whether that is all of it. */
export interface Beginning {
  readonly bytes: Buffer
  readonly size: number
  readonly whole: boolean
}

export type Exchange = {
  readonly timings: ExchangeTimings
  readonly head: Head | null
  /** What read the body, which still knows its beginning; null where none was read. */
  readonly reader: BodyReader | null
  /** Whether the whole body was read. */
  readonly whole: boolean
  /** Milliseconds that went into a body that no verdict depends on. */
  readonly aside: number
} & (
  | { readonly kind: 'response'; readonly head: Head; readonly body: Buffer | null }
  | { readonly kind: 'failed'; readonly outcome: Outcome }
  | { readonly kind: 'aborted' }
)

/** What to do with the body once the headers are known, which may be to leave it. */
export type BodyUse = Reading | 'skip'

/** How long the beginning of a body is waited for where the verdict is known already, in ms. */
const PATIENCE = 1_000

/** Node's own limit. */
const MAX_HEADERS = 16_384

type Ending = BodyEnd | { kind: 'skipped' } | { kind: 'aborted' } | { kind: 'broken'; error: unknown }

/** What was come upon by the time an exchange ended. */
interface Seen {
  head: Head | null
  firstByte: number | null
  use: BodyUse
  reader: BodyReader | null
}

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
  const seen: Seen = { head: null, firstByte: null, use: 'skip', reader: null }
  let impatience: NodeJS.Timeout | undefined
  let abort = (): void => {}
  const ending = await new Promise<Ending>(done => {
    abort = () => done({ kind: 'aborted' })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    client.dispatch(
      options(request),
      handler(request.method, useOf, limits, done, seen, () => {
        if (seen.use === 'begin') impatience = setTimeout(done, PATIENCE, { kind: 'begun' })
      }),
    )
  })
  const ended = performance.now()
  signal.removeEventListener('abort', abort)
  clearTimeout(impatience)
  // Both: the client may not have come to take the socket.
  socket.destroy()
  client.destroy(OVER).catch(() => {})

  const { head, firstByte, reader } = seen
  const readAside = seen.use === 'begin' && firstByte !== null
  const aside = readAside ? ended - firstByte : 0
  const whole = ending.kind === 'whole'
  const timings: ExchangeTimings = {
    ...(firstByte === null ? {} : { firstByte: firstByte - started }),
    ...(firstByte !== null && whole && !readAside ? { transfer: ended - firstByte } : {}),
  }
  const failed = (outcome: Outcome): Exchange => ({
    kind: 'failed',
    timings,
    head,
    reader,
    whole,
    aside,
    outcome,
  })
  if (head !== null && (readAside || whole || ending.kind === 'skipped' || ending.kind === 'begun')) {
    const body = ending.kind === 'whole' && !readAside ? ending.bytes : null
    return { kind: 'response', timings, head, reader, whole, aside, body }
  }
  switch (ending.kind) {
    case 'aborted':
      return { kind: 'aborted', timings, head, reader, whole, aside }
    case 'broken':
      return failed(judge(ending.error, head !== null))
    case 'malformed':
      return failed(down('protocol', ending.observed))
    case 'too-large':
      return failed(down('too-large', `the body exceeds ${ending.limit} bytes`))
    default:
      return failed(down('protocol', 'no response'))
  }
}

/** As far as the body of an exchange was read; null where it was not. */
export function beginningOf({ reader, whole }: Exchange): Beginning | null {
  return reader && { ...reader.beginning(), whole }
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
  seen: Seen,
  onHead: () => void,
): Dispatcher.DispatchHandler {
  const settle = (ending: Ending): void => {
    seen.reader?.destroy()
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
      seen.head = head
      seen.firstByte = performance.now()
      const use = useOf(head)
      seen.use = use
      onHead()
      if (use === 'skip') {
        settle({ kind: 'skipped' })
        return
      }
      const encoding = method === 'HEAD' ? '' : (head.header('content-encoding') ?? '')
      seen.reader = bodyReader(encoding, use, limits, settle)
    },
    onResponseData: (_controller, chunk) => seen.reader?.write(chunk),
    onResponseEnd: () => seen.reader?.end(),
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

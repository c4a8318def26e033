import { isIP, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Outcome } from './check.ts'
import { addressAndPort, dial } from './dial.ts'
import type { Guard } from './guard.ts'
import { describeUrl, down, unknown } from './outcome.ts'
import type { ProbeContext } from './probe.ts'
import type { HttpRequest } from './redirect.ts'
import type { Resolution } from './resolve.ts'
import { handshake, type Presented } from './secure.ts'

/** Milliseconds of each phase that was completed. */
interface ConnectTimings {
  readonly dns?: number
  readonly connect?: number
  readonly tls?: number
}

export type Connection = {
  readonly timings: ConnectTimings
  readonly address?: string
  /** Every address of the host. */
  readonly resolved: readonly string[]
  /** Null without TLS, or where it did not come so far. */
  readonly presented: Presented | null
} & (
  | {
      readonly kind: 'open'
      readonly socket: Socket
      /** End of the certificate in UTC ms; null without TLS. */
      readonly validTo: number | null
    }
  | { readonly kind: 'failed'; readonly outcome: Outcome }
)

/** Opens a fresh connection for one request: name, address (past the guard), TCP, TLS. Never rejects for a target's sake. */
export async function open(
  request: HttpRequest,
  guard: Guard,
  hop: number,
  context: ProbeContext,
): Promise<Connection> {
  const { signal } = context
  const { url } = request
  const secure = url.protocol === 'https:'
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)

  let mark = performance.now()
  const lap = (): number => {
    const from = mark
    mark = performance.now()
    return mark - from
  }

  const resolution = await context.resolve(hostname, signal)
  const looked = isIP(hostname) === 0 ? { dns: lap() } : {}
  const found = { resolved: resolution.kind === 'found' ? resolution.addresses : [], presented: null }
  if (resolution.kind !== 'found')
    return { ...found, kind: 'failed', timings: {}, outcome: unresolved(resolution, hostname, context) }

  const refusals = resolution.addresses.map(address => guard.refuses(address))
  const permitted = resolution.addresses.filter((_, i) => refusals[i] === null)
  if (permitted.length === 0) {
    const where = hop === 0 ? describeUrl(url) : `the redirect to ${describeUrl(url)}`
    const why = refusals.find(refusal => refusal !== null) ?? 'it has no address'
    return {
      ...found,
      kind: 'failed',
      timings: looked,
      outcome: unknown('unknown:guard', `${where} is refused: ${why}`),
    }
  }

  const dialled = await dial(permitted, port, signal)
  const where = addressAndPort(
    dialled.kind === 'connected' ? dialled.address : (permitted[0] ?? hostname),
    port,
  )
  if (dialled.kind === 'aborted') {
    const outcome = down('connect-timeout', `no connection to ${where} within ${context.timeout} ms`)
    return { ...found, kind: 'failed', timings: looked, outcome, address: where }
  }
  if (dialled.kind === 'failed') {
    const outcome = unreached(dialled.codes, where)
    return { ...found, kind: 'failed', timings: looked, outcome, address: where }
  }
  const connected = { ...looked, connect: lap() }
  if (!secure) {
    const { socket } = dialled
    return { ...found, kind: 'open', socket, validTo: null, timings: connected, address: where }
  }

  const name = serverName(request, hostname)
  const shaken = await handshake(dialled.socket, name, isIP(name) === 0, context.tls, signal)
  if (shaken.kind === 'secure') {
    const timings = { ...connected, tls: lap() }
    const { socket, validTo, presented } = shaken
    return { ...found, presented, kind: 'open', socket, validTo, timings, address: where }
  }
  const outcome =
    shaken.kind === 'aborted'
      ? down('timeout', `no TLS handshake with ${where} within ${context.timeout} ms`)
      : down('tls', shaken.observed)
  const presented = shaken.kind === 'failed' ? shaken.presented : null
  return { ...found, presented, kind: 'failed', timings: connected, outcome, address: where }
}

/** The name asked for and verified in TLS: that of a `host` header, where the operator probes one machine of many. */
function serverName(request: HttpRequest, hostname: string): string {
  const { host } = request.headers
  const named =
    host !== undefined && URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : hostname
  // RFC 6066: a name in TLS has no brackets and no final dot.
  return named.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

function unresolved(
  resolution: Exclude<Resolution, { kind: 'found' }>,
  hostname: string,
  context: ProbeContext,
): Outcome {
  if (resolution.kind === 'not-found') return down('dns', `${hostname} was not found (${resolution.code})`)
  const patience = context.signal.aborted ? ` within ${context.timeout} ms` : ''
  // Whether the resolver or the name is at fault cannot be told here: the caller asks further.
  return unknown('unknown:resolver', `${hostname} could not be resolved${patience} (${resolution.code})`)
}

const OFFLINE = new Set(['ENETUNREACH', 'ENETDOWN'])
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'])

/**
 * The verdict on addresses that all failed, from the error code of each: one that answered for itself outweighs those
 * that we could not try, so that a missing IPv6 route does not excuse a target that refuses by IPv4.
 */
export function unreached(codes: readonly string[], where: string, networked = online): Outcome {
  const has = (code: string): boolean => codes.includes(code)
  if (has('ECONNREFUSED')) return down('connect-refused', `${where} refused the connection`)
  if (has('ECONNRESET')) return down('connect-refused', `${where} reset the connection`)
  if (has('ETIMEDOUT')) return down('connect-timeout', `${where} did not answer (ETIMEDOUT)`)
  if (has('EHOSTUNREACH')) {
    return networked()
      ? down('connect-refused', `${where} cannot be reached (EHOSTUNREACH)`)
      : unknown('unknown:offline', 'no network interface is up (EHOSTUNREACH)')
  }
  const offline = codes.find(code => OFFLINE.has(code))
  if (offline !== undefined)
    return unknown('unknown:offline', `there is no route to ${where} from here (${offline})`)
  const exhausted = codes.find(code => EXHAUSTED.has(code))
  if (exhausted !== undefined)
    return unknown('unknown:internal', `no socket could be opened here (${exhausted})`)
  return unknown('unknown:internal', `${where} could not be dialled (${codes[0] ?? 'no address'})`)
}

/** Where the interfaces cannot be listed (netlink forbidden by a sandbox), they are taken to be up. */
function online(): boolean {
  try {
    return anyInterfaceUp()
  } catch {
    return true
  }
}

function anyInterfaceUp(): boolean {
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(address => !address.internal))
}

import { createServer, request as forward } from 'node:http'
import { type AddressInfo, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { dial } from '../probe/dial.ts'
import { type Guard, redirectGuard } from '../probe/guard.ts'
import type { Resolve } from '../probe/resolve.ts'

/** The one way out of a browser: a proxy on a port of this machine that connects as a check does, past the same guard. */
export interface Gate {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Why a host of this name was not reached; null where nothing was wrong with it. */
  troubleWith(hostname: string): string | null
  close(): Promise<void>
}

/** How much a page may load, in bytes over all its connections, and over how many. */
const MOST_BYTES = 64 * 1_048_576
const MOST_CONNECTIONS = 512
const PATIENCE = 10_000

const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

/**
 * Opens a gate for the page of a host that resolves to `own`: public addresses may be dialled, and those of the classes
 * that the host is in itself (see `redirectGuard`). Names are resolved here, and what was resolved is what is dialled.
 */
export async function openGate(own: readonly string[], resolve: Resolve): Promise<Gate> {
  const guard = redirectGuard(own)
  const open = new Set<Duplex>()
  const troubles = new Map<string, string>()
  const over = new AbortController()
  let bytes = 0
  let connections = 0

  const hold = (socket: Duplex): void => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  }
  const metered = (socket: Socket): Socket => {
    hold(socket)
    socket.on('data', chunk => {
      bytes += chunk.length
      if (bytes > MOST_BYTES) for (const one of open) one.destroy()
    })
    return socket
  }
  const reach = async (hostname: string, port: number): Promise<Socket | null> => {
    if (++connections > MOST_CONNECTIONS || bytes > MOST_BYTES) return null
    const found = await connect(hostname, port, guard, resolve, over.signal)
    if (typeof found !== 'string') return metered(found)
    if (troubles.size < 100) troubles.set(hostname, found)
    return null
  }

  const server = createServer((request, response) => {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : null
    if (url?.protocol !== 'http:') return void response.writeHead(400).end()
    void reach(hostOf(url), Number(url.port || 80)).then(socket => {
      // A page of ours in the place of theirs would be no evidence: the browser shows its own.
      if (socket === null) return void request.socket.destroy()
      const headers = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.test(name))
      const onward = forward({
        createConnection: () => socket,
        method: request.method ?? 'GET',
        path: `${url.pathname}${url.search}`,
        headers: { ...Object.fromEntries(headers), connection: 'close' },
      })
      onward.on('response', answer => {
        const kept = answer.rawHeaders.flatMap((value, i, all) =>
          i % 2 === 1 && !HOP_BY_HOP.test(all[i - 1] ?? '') ? [all[i - 1] ?? '', value] : [],
        )
        response.writeHead(answer.statusCode ?? 502, kept)
        answer.on('error', () => request.socket.destroy())
        answer.pipe(response)
      })
      onward.on('error', () => request.socket.destroy())
      request.on('error', () => onward.destroy())
      request.pipe(onward)
    })
  })
  server.on('connection', hold)
  server.on('clientError', (_error, socket) => socket.destroy())
  server.on('connect', (request, client, head) => {
    hold(client)
    const asked = `https://${request.url ?? ''}`
    const url = URL.canParse(asked) ? new URL(asked) : null
    if (url === null) return void client.destroy()
    void reach(hostOf(url), Number(url.port || 443)).then(socket => {
      if (socket === null || client.destroyed) {
        client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n')
        socket?.destroy()
        return
      }
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      if (head.length > 0) socket.write(head)
      client.pipe(socket).pipe(client)
      client.on('close', () => socket.destroy())
      socket.on('close', () => client.destroy())
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise<void>((done, fail) => {
    server.once('listening', done)
    server.once('error', fail)
  })

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    troubleWith: hostname => troubles.get(bare(hostname)) ?? null,
    close: () =>
      new Promise(done => {
        over.abort()
        for (const socket of open) socket.destroy()
        server.close(() => done())
      }),
  }
}

const hostOf = (url: URL): string => bare(url.hostname)
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()

/** A connection past the guard, or why there is none. */
async function connect(
  hostname: string,
  port: number,
  guard: Guard,
  resolve: Resolve,
  over: AbortSignal,
): Promise<Socket | string> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(PATIENCE)])
  const found =
    isIP(hostname) === 0
      ? await resolve(hostname, signal)
      : ({ kind: 'found', addresses: [hostname] } as const)
  if (found.kind !== 'found') return `could not be resolved (${found.code})`
  const permitted = found.addresses.filter(address => guard.refuses(address) === null)
  if (permitted.length === 0) return `was refused: ${guard.refuses(found.addresses[0] ?? '')}`
  const dialled = await dial(permitted, port, signal)
  if (dialled.kind === 'connected') return dialled.socket
  return dialled.kind === 'aborted'
    ? 'did not answer'
    : `could not be reached (${dialled.codes[0] ?? 'no address'})`
}

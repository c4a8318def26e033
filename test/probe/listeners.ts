import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { generate } from 'selfsigned'
import { afterEach } from 'vitest'
import type { Expect, HttpTarget } from '../../src/catalog/model.ts'
import type { ProbeResult } from '../../src/probe/check.ts'
import { createChecker } from '../../src/probe/checker.ts'
import { createResolve } from '../../src/probe/resolve.ts'
import { trust } from '../../src/probe/secure.ts'
import { type Duration, duration } from '../../src/time/instant.ts'

export interface Listener {
  readonly port: number
  readonly url: string
  /** How many connections were accepted so far. */
  readonly accepted: () => number
  /** How many of them are still open. */
  readonly open: () => number
}

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()))
})

async function listen(server: Server, scheme: string, host: string): Promise<Listener> {
  const sockets = new Set<Socket>()
  let accepted = 0
  server.on('connection', (socket: Socket) => {
    accepted++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, host, done))
  closers.push(
    () =>
      new Promise(done => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  )
  const { port } = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return { port, url: `${scheme}://${shown}:${port}/`, accepted: () => accepted, open: () => sockets.size }
}

export function plain(handler: RequestListener, host = '127.0.0.1'): Promise<Listener> {
  return listen(createServer(handler), 'http', host)
}

/** A server that speaks whatever `onSocket` makes it speak. */
export function raw(onSocket: (socket: Socket) => void): Promise<Listener> {
  const server = createRawServer(socket => {
    onSocket(socket)
    // One that reads nothing never learns that the other side has left.
    socket.resume()
  })
  return listen(server, 'http', '127.0.0.1')
}

/** Answers the first bytes of each connection with these. */
export function saying(
  answer: string | Buffer,
  after: (socket: Socket) => void = socket => socket.end(),
): Promise<Listener> {
  return raw(socket =>
    socket.once('data', () => {
      socket.write(answer)
      after(socket)
    }),
  )
}

export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

const DAY = 86_400_000

/** A certificate of an authority made for it, valid for `names` from `from` to `to` days from now. */
export async function certificate(names: readonly string[], from: number, to: number): Promise<Certificate> {
  const validity = {
    notBeforeDate: new Date(Date.now() + from * DAY),
    notAfterDate: new Date(Date.now() + to * DAY),
  }
  const authority = await generate([{ name: 'commonName', value: 'Nines test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 400 * DAY),
    notAfterDate: new Date(Date.now() + 400 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'none' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: names.map(name =>
          /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
        ),
      },
    ],
  })
  return { key: leaf.private, cert: leaf.cert, ca: authority.cert }
}

export function secure(certificate: Certificate, handler: RequestListener): Promise<Listener> {
  return listen(
    createSecureServer({ key: certificate.key, cert: certificate.cert }, handler),
    'https',
    '127.0.0.1',
  )
}

export interface TargetParts extends Partial<Omit<HttpTarget, 'kind' | 'expect'>> {
  readonly expect?: Partial<Expect>
}

export function target(url: string, parts: TargetParts = {}): HttpTarget {
  const expect = { status: [[200, 299]] as const, json: [], ...parts.expect }
  return { kind: 'http', url, method: 'GET', headers: {}, body: '', redirects: 5, ...parts, expect }
}

export const ms = duration

/**
 * One whole check of a target, as the prober makes it, save that our own lag is not held against it: the servers of a
 * test live in the same process, and the hostile ones keep it busy.
 */
export function checkWith(target: HttpTarget, timeout: Duration, ca?: string): Promise<ProbeResult> {
  return createChecker({
    resolve: createResolve(),
    tls: trust(ca),
    health: { watch: () => ({ end: () => null }) },
    references: () => ({ standing: async () => 'none' }),
    resolverAnswers: async () => true,
  })(target, timeout)
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createRawServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise<void>(done => server.close(() => done()))
  return port
}

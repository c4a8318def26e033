import type { Socket } from 'node:net'
import { constants, createGzip } from 'node:zlib'
import { expect, it } from 'vitest'
import { checkWith, type Listener, ms, raw, saying, type TargetParts, target } from './listeners.ts'

const TIMEOUT = ms(800)
const OK = 'HTTP/1.1 200 OK\r\n'

/** Writes for as long as the other side takes it. */
function flood(socket: Socket, chunk: string | Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

function drip(socket: Socket, chunk: string): void {
  const timer = setInterval(() => socket.write(chunk), 20)
  socket.on('close', () => clearInterval(timer))
}

/** 1 GiB of nothing, compressed as it is sent. */
function bomb(socket: Socket): void {
  const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION })
  socket.write(`${OK}content-encoding: gzip\r\n\r\n`)
  gzip.pipe(socket)
  const zeros = Buffer.alloc(1_048_576)
  let left = 1_024
  const more = (): void => {
    while (left-- > 0 && !socket.destroyed) if (!gzip.write(zeros)) return
    if (left < 0) gzip.end()
  }
  gzip.on('drain', more)
  socket.on('close', () => gzip.destroy())
  more()
}

const asked = (after: (socket: Socket) => void) =>
  raw(socket => void socket.once('data', () => after(socket)))
const reads: TargetParts = { expect: { contains: 'never' } }

const HOSTILE: readonly [
  name: string,
  reason: string,
  server: () => Promise<Listener>,
  parts?: TargetParts,
][] = [
  ['never answers', 'timeout', () => raw(() => {})],
  ['accepts and closes', 'protocol', () => raw(socket => socket.end())],
  ['accepts and resets', 'protocol|connect-refused', () => raw(socket => socket.resetAndDestroy())],
  ['closes when it is asked', 'protocol', () => asked(socket => socket.end())],
  [
    'resets midway',
    'protocol',
    () => saying(`${OK}content-length: 100\r\n\r\nhalf`, s => void setTimeout(() => s.resetAndDestroy(), 30)),
  ],
  [
    'sends an endless body that nobody reads',
    'too-large',
    () => saying(`${OK}\r\n`, s => flood(s, Buffer.alloc(65_536, 'x'))),
  ],
  [
    'sends an endless body that is read',
    'too-large',
    () => saying(`${OK}\r\n`, s => flood(s, Buffer.alloc(65_536, 'x'))),
    reads,
  ],
  [
    'sends endless chunks',
    'too-large',
    () => saying(`${OK}transfer-encoding: chunked\r\n\r\n`, s => flood(s, `1\r\nx\r\n`.repeat(10_000))),
    reads,
  ],
  [
    'drips its body',
    'timeout',
    () => saying(`${OK}content-length: 100000\r\n\r\n`, s => drip(s, 'x')),
    reads,
  ],
  ['drips its headers', 'timeout', () => saying(OK, s => drip(s, 'x: y\r\n'))],
  ['drips its status line', 'timeout', () => saying('HTTP/1.1 2', s => drip(s, '0'.repeat(0)))],
  ['sends a gzip bomb', 'too-large', () => asked(bomb), reads],
  ['sends a gzip bomb that nobody reads', 'too-large', () => asked(bomb)],
  ['floods with headers', 'too-large', () => saying(OK, s => flood(s, 'x-flood: yes\r\n'.repeat(1_000)))],
  ['sends one endless header', 'too-large', () => saying(`${OK}x: `, s => flood(s, 'y'.repeat(65_536)))],
  [
    'sends endless interim responses',
    'timeout',
    () => saying('', s => flood(s, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50))),
  ],
  ['speaks something else', 'protocol', () => saying('SSH-2.0-OpenSSH_9.6\r\n')],
  ['sends a malformed status line', 'protocol', () => saying('HTTP/1.1 abc OK\r\n\r\n')],
  ['sends a malformed header', 'protocol', () => saying(`${OK}no colon here\r\n\r\n`)],
  ['sends too short a body', 'protocol', () => saying(`${OK}content-length: 100\r\n\r\nshort`)],
  ['sends two lengths', 'protocol', () => saying(`${OK}content-length: 3\r\ncontent-length: 5\r\n\r\nshort`)],
  ['sends bad chunks', 'protocol', () => saying(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\nbad\r\n`)],
  [
    'ends in the midst of its chunks',
    'protocol',
    () => saying(`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhal`),
  ],
  [
    'lies about gzip',
    'protocol',
    () => saying(`${OK}content-encoding: gzip\r\ncontent-length: 8\r\n\r\nnot gzip`),
  ],
  [
    'nests encodings',
    'protocol',
    () => saying(`${OK}content-encoding: gzip, gzip, gzip\r\ncontent-length: 1\r\n\r\nx`),
    reads,
  ],
  [
    'switches protocols',
    'protocol',
    () => saying('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
  ['answers with a TLS alert', 'protocol', () => raw(s => void s.end(Buffer.from([21, 3, 1, 0, 2, 2, 70])))],
]

it.each(HOSTILE)(
  'a server that %s ends in `%s` in time and in bounded memory',
  // Once more under load: 100 ms is little where other tests have the other core.
  { retry: 2 },
  async (_name, reason, serve, parts) => {
    const server = await serve()
    const memory = process.memoryUsage.rss()
    const started = performance.now()
    const { outcome, timings } = await checkWith(target(server.url, parts), TIMEOUT)
    const took = performance.now() - started
    expect(outcome).toMatchObject({ state: 'down', reason: expect.stringMatching(`^(${reason})$`) })
    expect(took).toBeLessThan(TIMEOUT + 100)
    expect(timings.total).toBeLessThan(TIMEOUT + 100)
    expect(process.memoryUsage.rss() - memory).toBeLessThan(128 * 1_048_576)
    expect(outcome.observed.length).toBeLessThanOrEqual(300)
    await expect.poll(server.open).toBe(0)
  },
)

it('a server that never completes the handshake ends in `timeout`', async () => {
  const server = await raw(() => {})
  const started = performance.now()
  const { outcome } = await checkWith(target(server.url.replace('http:', 'https:')), TIMEOUT)
  expect(outcome).toMatchObject({
    state: 'down',
    reason: 'timeout',
    observed: expect.stringContaining('no TLS handshake'),
  })
  expect(performance.now() - started).toBeLessThan(TIMEOUT + 100)
})

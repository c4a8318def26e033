import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkWith, closedPort, ms, plain, raw, saying, type TargetParts, target } from './listeners.ts'

const TIMEOUT = ms(2_000)
const check = (url: string, parts: TargetParts = {}, timeout = TIMEOUT) =>
  checkWith(target(url, parts), timeout)

describe('an HTTP target', () => {
  it('is up when it answers as expected, with every phase timed and none counted twice', async () => {
    const server = await plain((_request, response) => {
      setTimeout(() => {
        response.write('hello')
        setTimeout(() => response.end(' world'), 60)
      }, 80)
    })
    const url = `http://localhost:${server.port}/`
    const { outcome, timings, status, address } = await check(url, { expect: { contains: 'hello world' } })
    expect(outcome).toEqual({ state: 'up', observed: 'status 200' })
    expect(status).toBe(200)
    expect(address).toBe(`127.0.0.1:${server.port}`)
    expect(Object.keys(timings).sort()).toEqual(['connect', 'dns', 'firstByte', 'total', 'transfer'])
    const { dns = -1, connect = -1, firstByte = -1, transfer = -1, total } = timings
    for (const phase of [dns, connect]) expect(phase).toBeGreaterThanOrEqual(0)
    expect(firstByte).toBeGreaterThan(75)
    expect(transfer).toBeGreaterThan(0)
    // A busy machine sees the first byte late, and then the last one sooner after it.
    expect(firstByte + transfer).toBeGreaterThan(135)
    expect(dns + connect + firstByte + transfer).toBeLessThanOrEqual(total)
    expect(dns + connect + firstByte + transfer).toBeGreaterThan(total * 0.8)
  })

  it('is asked over a fresh connection for every check, which is closed afterwards', async () => {
    const server = await plain((_request, response) => response.end('ok'))
    for (let i = 0; i < 5; i++) expect((await check(server.url)).outcome.state).toBe('up')
    expect(server.accepted()).toBe(5)
    await expect.poll(server.open).toBe(0)
  })

  it('is sent the configured method, headers and body, over HTTP/1.1 and with its own host', async () => {
    const seen: unknown[] = []
    const server = await plain((request, response) => {
      const body: Buffer[] = []
      request.on('data', chunk => body.push(chunk))
      request.on('end', () => {
        const { host, connection, authorization, 'x-probe': probe } = request.headers
        seen.push(
          request.method,
          request.url,
          request.httpVersion,
          host,
          connection,
          authorization,
          probe,
          Buffer.concat(body).toString(),
        )
        response.end()
      })
    })
    const url = `http://user:pass%21@127.0.0.1:${server.port}/a%20b?q=1#fragment`
    const result = await check(url, { method: 'POST', headers: { 'X-Probe': 'yes' }, body: 'ping' })
    expect(result.outcome.state).toBe('up')
    const basic = `Basic ${Buffer.from('user:pass!').toString('base64')}`
    expect(seen).toEqual([
      'POST',
      '/a%20b?q=1',
      '1.1',
      `127.0.0.1:${server.port}`,
      'close',
      basic,
      'yes',
      'ping',
    ])
  })

  it('never goes through a proxy of the environment', async () => {
    const proxy = await plain((_request, response) => response.writeHead(500).end())
    const server = await plain((_request, response) => response.end('direct'))
    const before = { ...process.env }
    Object.assign(process.env, {
      http_proxy: proxy.url,
      HTTP_PROXY: proxy.url,
      ALL_PROXY: proxy.url,
      NODE_USE_ENV_PROXY: '1',
    })
    try {
      expect((await check(server.url, { expect: { contains: 'direct' } })).outcome.state).toBe('up')
    } finally {
      process.env = before
    }
    expect(proxy.accepted()).toBe(0)
  })

  it('may be an IPv6 literal', async () => {
    const server = await plain((request, response) => response.end(request.headers.host), '::1')
    const result = await check(server.url, { expect: { contains: `[::1]:${server.port}` } })
    expect(result.outcome.state).toBe('up')
    expect(result.address).toBe(`[::1]:${server.port}`)
    expect(result.timings.dns).toBeUndefined()
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is read through %s', async (encoding, compress) => {
    const server = await plain((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress('{"ready":true}'.padEnd(5_000)))
    })
    const result = await check(server.url, { expect: { json: [{ path: 'ready', equals: true }] } })
    expect(result.outcome).toEqual({ state: 'up', observed: 'status 200' })
  })

  it('may answer HEAD with the headers of a compressed body', async () => {
    const server = await plain((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(),
    )
    expect((await check(server.url, { method: 'HEAD' })).outcome.state).toBe('up')
  })

  it('may send a large page that no expectation reads', async () => {
    const page = Buffer.alloc(3_000_000, 'x')
    const server = await plain((_request, response) => response.end(page))
    const result = await check(server.url)
    expect(result.outcome.state).toBe('up')
    expect(result.timings.transfer).toBeGreaterThan(0)
  })

  it('is read in the charset that it names', async () => {
    const server = await plain((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=ISO-8859-1' })
        .end(Buffer.from('verfügbar', 'latin1'))
    })
    expect((await check(server.url, { expect: { contains: 'verfügbar' } })).outcome.state).toBe('up')
  })
})

describe('an HTTP target is down', () => {
  it('for `connect-refused` when nothing listens', async () => {
    const port = await closedPort()
    const { outcome, timings } = await check(`http://127.0.0.1:${port}/`)
    expect(outcome).toMatchObject({
      state: 'down',
      reason: 'connect-refused',
      observed: `127.0.0.1:${port} refused the connection`,
    })
    expect(Object.keys(timings)).toEqual(['total'])
  })

  it('for `dns` when its name does not exist', async () => {
    const { outcome } = await check('http://nines.invalid/')
    expect(outcome).toMatchObject({
      state: 'down',
      reason: 'dns',
      observed: 'nines.invalid was not found (ENOTFOUND)',
    })
  })

  it('for `status`, without waiting for a body', async () => {
    const server = await plain((_request, response) => {
      response.writeHead(503).write('sorry')
    })
    const { outcome, status } = await check(server.url, {
      expect: {
        status: [
          [200, 299],
          [404, 404],
        ],
      },
    })
    expect(outcome).toMatchObject({
      state: 'down',
      reason: 'status',
      observed: 'status 503, expected 200-299, 404',
    })
    expect(status).toBe(503)
  })

  it('for `body`, `json` and `latency`, with what was seen', async () => {
    const server = await plain(
      (_request, response) => void setTimeout(() => response.end('{"ready":false}'), 120),
    )
    const found = async (expectation: TargetParts['expect']) =>
      (await check(server.url, { expect: expectation ?? {} })).outcome
    expect(await found({ contains: 'true' })).toMatchObject({ state: 'down', reason: 'body' })
    expect(await found({ json: [{ path: 'ready', equals: true }] })).toMatchObject({
      state: 'down',
      reason: 'json',
      observed: 'ready is false, expected true',
    })
    const slow = await found({ maxLatency: ms(100) })
    expect(slow).toMatchObject({ state: 'down', reason: 'latency' })
    expect(slow.observed).toMatch(/^took 1\d\d\.\d ms, expected at most 100 ms$/)
  })

  it('never with a secret of its own in what was observed', async () => {
    const hosts = [
      await saying('HTTP/1.1 500 No\r\n\r\n'),
      await saying('nonsense'),
      await raw(socket => socket.resetAndDestroy()),
    ]
    const urls = [...hosts.map(host => host.port), await closedPort()].map(
      port => `http://me:pw-secret@127.0.0.1:${port}/p?key=q-secret`,
    )
    for (const url of [...urls, 'http://me:pw-secret@nines.invalid/?key=q-secret']) {
      const result = await check(url, { headers: { 'x-key': 'h-secret' }, body: 'b-secret' })
      expect(result.outcome.state).toBe('down')
      expect(JSON.stringify(result)).not.toContain('secret')
    }
    const own = await check('http://127.0.0.1:9/', { headers: { 'x-key': 'h-secret\r\nx: y' } })
    expect(JSON.stringify(own)).not.toContain('secret')
  })
})

it('a request that cannot be sent is our own fault', async () => {
  const server = await plain((_request, response) => response.end())
  const { outcome } = await check(server.url, { headers: { 'x-key': 'h-secret\r\nx: y' } })
  expect(outcome).toMatchObject({
    state: 'unknown',
    reason: 'unknown:internal',
    observed: expect.stringContaining('x-key'),
  })
  expect(outcome.observed).not.toContain('secret')
})

import { createHash, X509Certificate } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Evidence, HttpTarget } from '../../src/catalog/model.ts'
import { createChecker } from '../../src/probe/checker.ts'
import { createDoubts } from '../../src/probe/doubts.ts'
import { bounded } from '../../src/probe/gather.ts'
import { createReferences } from '../../src/probe/references.ts'
import { createResolve } from '../../src/probe/resolve.ts'
import { trust } from '../../src/probe/secure.ts'
import { certificate, closedPort, ms, plain, saying, secure, target } from './listeners.ts'

const KEEP: Evidence = { screenshot: false, headers: ['server', 'x-request-id', 'location'], body: true }

function check(
  of: HttpTarget,
  {
    evidence = KEEP,
    ofGood = false,
    ca = undefined as string | undefined,
    references = [] as string[],
    timeout = 3_000,
  } = {},
) {
  const resolve = createResolve()
  const asked = createReferences(references, { resolve })
  return createChecker({
    resolve,
    tls: trust(ca),
    health: { watch: () => ({ end: () => null }) },
    references: () => asked,
    resolverAnswers: async () => true,
  })(of, ms(timeout), { evidence, ofGood })
}

describe('the evidence of a failed check', () => {
  it('holds where it was asked, what was answered and the beginning of the body', async () => {
    const server = await plain((_request, response) => {
      response.writeHead(503, {
        server: 'nginx',
        'x-request-id': 'r-1',
        'x-other': 'no',
        'content-type': 'text/html; charset=iso-8859-1',
      })
      response.end(Buffer.from('<h1>Täglich</h1>', 'latin1'))
    })
    const { outcome, evidence, timings } = await check(target(`http://localhost:${server.port}/`))
    expect(outcome).toMatchObject({ state: 'down', reason: 'status' })
    expect(evidence).toMatchObject({
      headers: [
        ['server', 'nginx'],
        ['x-request-id', 'r-1'],
      ],
      body: { kind: 'text', charset: 'windows-1252', text: '<h1>Täglich</h1>', whole: true, bytes: 16 },
      certificate: null,
      references: null,
      hops: [],
    })
    expect(evidence?.resolved).toContain('127.0.0.1')
    expect(timings.transfer).toBeUndefined()
  })

  it('holds the body that an expectation read, and one that broke off', async () => {
    const read = await plain((_request, response) => response.end('{"status":"degraded"}'))
    const failed = await check(target(read.url, { expect: { contains: 'healthy' } }))
    expect(failed.evidence?.body).toMatchObject({ kind: 'text', text: '{"status":"degraded"}' })
    const cut = await saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it', socket =>
      setTimeout(() => socket.destroy(), 50),
    )
    expect((await check(target(cut.url))).evidence?.body).toMatchObject({ text: 'half of it', whole: false })
  })

  it('decodes a compressed body and cuts it at 4 KiB', async () => {
    const server = await plain((_request, response) =>
      response
        .writeHead(500, { 'content-encoding': 'gzip', 'content-type': 'text/plain' })
        .end(gzipSync('ä'.repeat(20_000))),
    )
    const { evidence } = await check(target(server.url))
    expect(evidence?.body).toMatchObject({ kind: 'text', whole: false, text: 'ä'.repeat(2_048) })
  })

  it('holds of what is no text its kind and hash alone', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255])
    const server = await plain((_request, response) =>
      response.writeHead(500, { 'content-type': 'image/png' }).end(bytes),
    )
    const { evidence } = await check(target(server.url))
    expect(evidence?.body).toEqual({
      kind: 'binary',
      type: 'image/png',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: 9,
      whole: true,
    })
  })

  it('does not wait for a body that does not come, nor count its time', async () => {
    const server = await saying('HTTP/1.1 500 No\r\ncontent-type: text/plain\r\n\r\nfirst', () => {})
    const before = performance.now()
    const { outcome, evidence, timings } = await check(target(server.url))
    expect(performance.now() - before).toBeGreaterThan(900)
    expect(outcome).toMatchObject({ reason: 'status' })
    expect(evidence?.body).toMatchObject({ text: 'first', whole: false })
    expect(timings.total).toBeLessThan(900)
  })

  it('is a failed status still where the deadline cuts the body', async () => {
    const server = await saying('HTTP/1.1 500 No\r\ncontent-type: text/plain\r\n\r\nfirst', () => {})
    const { outcome, evidence } = await check(target(server.url), { timeout: 300 })
    expect(outcome).toMatchObject({ reason: 'status' })
    expect(evidence?.body).toMatchObject({ text: 'first' })
  })

  it('holds no body where none is to be kept', async () => {
    const server = await plain((_request, response) => response.writeHead(500).end('private'))
    const { evidence } = await check(target(server.url), { evidence: { ...KEEP, body: false } })
    expect(evidence?.body).toBeNull()
  })

  it('names where redirects led, without what they carried', async () => {
    const server = await plain((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/in?code=one-time' }).end()
      else response.writeHead(500, { location: 'https://example.com/x?state=abc' }).end()
    })
    const { evidence } = await check(target(server.url))
    expect(evidence?.hops).toEqual([server.url, `${server.url}in`])
    expect(evidence?.headers).toEqual([['location', 'https://example.com/x?…']])
  })

  it('holds what the reference targets said', async () => {
    const reference = await plain(() => {})
    const dead = await closedPort()
    const down = target(`http://127.0.0.1:${await closedPort()}/`)
    const { evidence } = await check(down, { references: [`127.0.0.1:${reference.port}`] })
    expect(evidence?.references).toEqual([
      {
        target: `127.0.0.1:${reference.port}`,
        answered: true,
        observed: expect.stringMatching(/^in \d+ ms$/),
      },
    ])
    const both = await check(down, { references: [`127.0.0.1:${dead}`, `127.0.0.1:${reference.port}`] })
    expect(both.evidence?.references).toContainEqual({
      target: `127.0.0.1:${reference.port}`,
      answered: true,
      observed: expect.any(String),
    })
  })
})

describe('a certificate', () => {
  it('is described where it was refused, with the reason', async () => {
    const own = await certificate(['other.example', '127.0.0.2'], -1, 90)
    const server = await secure(own, (_request, response) => response.end())
    for (const [ca, why] of [
      [own.ca, 'the certificate is for another name, not for 127.0.0.1'],
      [undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ] as const) {
      const { evidence, outcome } = await check(target(server.url), { ca })
      expect(outcome).toMatchObject({ state: 'down', reason: 'tls' })
      const leaf = new X509Certificate(own.cert)
      expect(evidence?.certificate).toEqual({
        subject: 'other.example',
        issuer: 'Nines test authority',
        names: ['other.example', '127.0.0.2'],
        validFrom: Date.parse(leaf.validFrom),
        validTo: Date.parse(leaf.validTo),
        fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
        protocol: 'TLSv1.3',
        refused: expect.stringContaining(why),
      })
    }
  })

  it('is refused before anything is sent over it', async () => {
    const own = await certificate(['127.0.0.1'], -1, 90)
    let asked = 0
    const server = await secure(own, (_request, response) => {
      asked++
      response.end()
    })
    expect((await check(target(server.url))).outcome).toMatchObject({ reason: 'tls' })
    expect(asked).toBe(0)
  })
})

describe('a good check', () => {
  it('has evidence only where it may end an outage', async () => {
    const server = await plain((_request, response) =>
      response.writeHead(200, { server: 'nginx' }).end('fine'),
    )
    expect((await check(target(server.url))).evidence).toBeUndefined()
    const { evidence, outcome } = await check(target(server.url), { ofGood: true })
    expect(outcome.state).toBe('up')
    expect(evidence).toMatchObject({ headers: [['server', 'nginx']], body: { text: 'fine', whole: true } })
  })

  it('may end an outage until it has, also after a restart; unknown checks change nothing', () => {
    const doubts = createDoubts()
    const id = 'a' as never
    expect(doubts.has(id)).toBe(true)
    for (const [state, doubted] of [
      ['up', false],
      ['unknown', false],
      ['down', true],
      ['unknown', true],
      ['up', false],
    ] as const) {
      doubts.note(id, state)
      expect(doubts.has(id)).toBe(doubted)
    }
    doubts.keep([])
    expect(doubts.has(id)).toBe(true)
  })
})

describe('a secret of the configuration', () => {
  it('is in no part of a result, however the target quotes it', async () => {
    const token = 'tok-9f3k2-TOPSECRET'
    const server = await plain((request, response) => {
      const echoed = [request.headers.authorization, request.url, request.headers['x-key']].join(' | ')
      response.writeHead(200, {
        server: echoed,
        location: `https://example.com/${token}?k=${token}`,
        'x-request-id': token,
      })
      response.end(JSON.stringify({ echoed, value: token }))
    })
    const of = target(`${server.url.replace('//', '//user:pa55word@')}?key=${encodeURIComponent('q/u e')}`, {
      headers: { 'x-key': token },
      expect: { json: [{ path: 'value', equals: 'ok' }] },
    })
    const text = JSON.stringify(await check(of))
    expect(text).toContain('[redacted]')
    for (const secret of [
      token,
      'pa55word',
      'q/u e',
      'q%2Fu',
      Buffer.from('user:pa55word').toString('base64'),
    ])
      expect(text).not.toContain(secret)
  })
})

describe('the size of evidence', () => {
  it('is bounded whatever a target sends', () => {
    const shown = bounded({
      resolved: Array.from({ length: 32 }, (_, i) => `2001:db8:1:2:3:4:5:${i}`),
      hops: Array.from({ length: 8 }, () => `https://example.com/${'h'.repeat(180)}`),
      headers: Array.from({ length: 40 }, (_, i) => [`h${i}`, '"'.repeat(500)] as const),
      body: { kind: 'text', charset: 'utf-8', text: '"\\\n'.repeat(1_300), bytes: 1e6, whole: false },
      certificate: {
        subject: 's'.repeat(200),
        issuer: 'i'.repeat(200),
        names: Array.from({ length: 20 }, () => 'n'.repeat(100)),
        validFrom: 0,
        validTo: 0,
        fingerprint: 'f'.repeat(64),
        protocol: 'TLSv1.3',
        refused: 'r'.repeat(200),
      },
      references: Array.from({ length: 8 }, () => ({
        target: 't'.repeat(60),
        answered: false,
        observed: 'o'.repeat(80),
      })),
    })
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(6_656)
    expect(shown.body).not.toBeNull()
    expect(shown.certificate).not.toBeNull()
  })
})

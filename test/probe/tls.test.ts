import { generate } from 'selfsigned'
import { describe, expect, it } from 'vitest'
import {
  type Certificate,
  certificate,
  checkWith,
  closedPort,
  ms,
  plain,
  secure,
  type TargetParts,
  target,
} from './listeners.ts'

const check = (url: string, own: Certificate | null, parts: TargetParts = {}) =>
  checkWith(target(url, parts), ms(3_000), own?.ca)

describe('a TLS target', () => {
  it('is up with a certificate for its address, and its handshake is timed, whole each time', async () => {
    const own = await certificate(['localhost', '127.0.0.1'], -1, 90)
    const resumed: boolean[] = []
    const server = await secure(own, (request, response) => {
      resumed.push((request.socket as import('node:tls').TLSSocket).isSessionReused())
      response.end('ok')
    })
    for (const url of [server.url, server.url, `https://localhost:${server.port}/`]) {
      const { outcome, timings } = await check(url, own, { expect: { certificateDays: 30 } })
      expect(outcome).toEqual({ state: 'up', observed: 'status 200' })
      expect(timings.tls).toBeGreaterThan(0.2)
      const { dns = 0, connect = 0, tls = 0, firstByte = 0, transfer = 0, total } = timings
      expect(dns + connect + tls + firstByte + transfer).toBeLessThanOrEqual(total)
    }
    expect(resumed).toEqual([false, false, false])
  })

  it.each([
    ['expired', ['127.0.0.1'], -20, -10, 'the certificate has expired (CERT_HAS_EXPIRED)'],
    ['not valid yet', ['127.0.0.1'], 10, 20, 'the certificate is not valid yet (CERT_NOT_YET_VALID)'],
    [
      'for another name',
      ['other.example'],
      -1,
      90,
      'the certificate is for another name, not for 127.0.0.1: DNS:other.example (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
  ])('is down for `tls` when its certificate is %s', async (_name, names, from, to, observed) => {
    const own = await certificate(names, from, to)
    const server = await secure(own, (_request, response) => response.end())
    expect((await check(server.url, own)).outcome).toEqual({ state: 'down', reason: 'tls', observed })
  })

  it('is down for `tls` when its authority is not trusted', async () => {
    const own = await certificate(['127.0.0.1'], -1, 90)
    const server = await secure(own, (_request, response) => response.end())
    expect((await check(server.url, null)).outcome).toMatchObject({ state: 'down', reason: 'tls' })
  })

  it('is down for `tls` when its certificate is self-signed', async () => {
    const self = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      algorithm: 'sha256',
    })
    const server = await secure({ key: self.private, cert: self.cert, ca: '' }, (_request, response) =>
      response.end(),
    )
    const { outcome } = await check(server.url, null)
    expect(outcome).toEqual({
      state: 'down',
      reason: 'tls',
      observed: 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    })
  })

  it('is down for `tls` when it speaks plain HTTP', async () => {
    const server = await plain((_request, response) => response.end())
    const { outcome } = await check(server.url.replace('http:', 'https:'), null)
    expect(outcome).toMatchObject({ state: 'down', reason: 'tls' })
  })

  it('is down for `certificate-expiring` before its certificate ends, with the days left', async () => {
    const own = await certificate(['127.0.0.1'], -80, 9.96)
    const server = await secure(own, (_request, response) => response.end())
    const { outcome } = await check(server.url, own, { expect: { certificateDays: 14 } })
    expect(outcome).toEqual({
      state: 'down',
      reason: 'certificate-expiring',
      observed: 'the certificate expires in 9.9 days, expected at least 14',
    })
    expect((await check(server.url, own, { expect: { certificateDays: 9 } })).outcome.state).toBe('up')
  })

  it('is asked for the name in its `host` header', async () => {
    const own = await certificate(['virtual.example'], -1, 90)
    const server = await secure(own, (request, response) => {
      response.end(
        `${(request.socket as import('node:tls').TLSSocket & { servername?: string }).servername} ${request.headers.host}`,
      )
    })
    const parts = {
      headers: { Host: 'virtual.example' },
      expect: { contains: 'virtual.example virtual.example' },
    }
    expect((await check(server.url, own, parts)).outcome).toEqual({ state: 'up', observed: 'status 200' })
  })

  it('cannot promise certificate days over plain HTTP', async () => {
    const server = await plain((_request, response) => response.end())
    const { outcome } = await check(server.url, null, { expect: { certificateDays: 14 } })
    expect(outcome).toMatchObject({ state: 'down', reason: 'certificate-expiring' })
    expect((await check(`https://127.0.0.1:${await closedPort()}/`, null)).outcome).toMatchObject({
      reason: 'connect-refused',
    })
  })
})

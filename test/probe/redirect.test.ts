import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import { follow, type HttpRequest } from '../../src/probe/redirect.ts'
import { checkWith, ms, plain, raw, type TargetParts, target } from './listeners.ts'

const check = (url: string, parts: TargetParts = {}) => checkWith(target(url, parts), ms(2_000))

describe('a redirect', () => {
  it('is followed over a fresh connection each, with the phases summed', async () => {
    const server = await plain((request, response) => {
      const left = Number(request.url?.slice(1))
      setTimeout(
        () =>
          left > 0
            ? response.writeHead(302, { location: `/${left - 1}` }).end('moved')
            : response.end('home'),
        30,
      )
    })
    const result = await check(`${server.url}3`, { expect: { contains: 'home' } })
    expect(result.outcome.state).toBe('up')
    expect(server.accepted()).toBe(4)
    const { connect = 0, firstByte = 0, transfer = 0, total } = result.timings
    expect(firstByte).toBeGreaterThan(110)
    expect(connect + firstByte + transfer).toBeLessThanOrEqual(total)
  })

  it('is itself judged when none are to be followed', async () => {
    const server = await plain((_request, response) =>
      response.writeHead(301, { location: 'http://nines.invalid/' }).end(),
    )
    expect((await check(server.url, { redirects: 0 })).outcome).toMatchObject({
      state: 'down',
      reason: 'status',
    })
    const expected = await check(server.url, { redirects: 0, expect: { status: [[301, 301]] } })
    expect(expected.outcome.state).toBe('up')
  })

  it.each([
    ['goes in circles', '/'],
    ['has no Location', undefined],
    ['has a Location that is no URL', 'http://['],
    ['leaves the web', 'ftp://127.0.0.1/'],
    ['has a huge Location', `/${'x'.repeat(10_000)}`],
  ])('that %s is `redirect`', async (_name, location) => {
    const server = await plain((_request, response) =>
      response.writeHead(302, location === undefined ? {} : { location }).end(),
    )
    const { outcome } = await check(server.url)
    expect(outcome).toMatchObject({ state: 'down', reason: 'redirect' })
    expect(server.accepted()).toBeLessThanOrEqual(6)
  })

  it('to another machine may not carry what the operator told the first', async () => {
    const seen: IncomingHttpHeaders[] = []
    const other = await plain((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const server = await plain((_request, response) => response.writeHead(302, { location: other.url }).end())
    const headers = {
      authorization: 'Bearer s',
      cookie: 'c=s',
      'X-Api-Key': 's',
      'User-Agent': 'probe',
      host: 'first.example',
    }
    expect((await check(server.url, { headers })).outcome.state).toBe('up')
    expect(seen[0]).toMatchObject({ 'user-agent': 'probe', host: `127.0.0.1:${other.port}` })
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(seen[0]).not.toHaveProperty(name)
  })

  it.each([
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00::1]/',
    'http://0.0.0.0/',
    'http://[::ffff:10.0.0.1]/',
  ])('to %s is refused, and says nothing of the target', async location => {
    const server = await plain((_request, response) =>
      response.writeHead(302, { location: `${location}?token=secret` }).end(),
    )
    const { outcome } = await check(server.url)
    expect(outcome).toMatchObject({
      state: 'unknown',
      reason: 'unknown:guard',
      observed: expect.stringContaining('is refused'),
    })
    expect(outcome.observed).not.toContain('secret')
  })

  it('from loopback to loopback is allowed', async () => {
    const other = await plain((_request, response) => response.end('there'))
    const server = await plain((_request, response) =>
      response.writeHead(307, { location: `http://localhost:${other.port}/` }).end(),
    )
    expect((await check(server.url, { expect: { contains: 'there' } })).outcome.state).toBe('up')
  })

  it('shares the one deadline with everything before it', async () => {
    const slow = await raw(() => {})
    const server = await plain(
      (_request, response) =>
        void setTimeout(() => response.writeHead(302, { location: slow.url }).end(), 400),
    )
    const started = performance.now()
    const { outcome } = await checkWith(target(server.url), ms(600))
    expect(outcome).toMatchObject({ state: 'down', reason: 'timeout' })
    expect(performance.now() - started).toBeLessThan(700)
  })
})

describe('following', () => {
  const request: HttpRequest = {
    url: new URL('https://a.example/x/y?z=1'),
    method: 'POST',
    headers: { authorization: 'Bearer s', 'content-type': 'text/plain', accept: '*/*' },
    body: 'ping',
  }
  const next = (status: number, location: string, from: Partial<HttpRequest> = {}): HttpRequest => {
    const followed = follow({ ...request, ...from }, status, location)
    if (followed.kind === 'bad') throw new Error(followed.observed)
    return followed.request
  }

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', 'ping'],
    [308, 'POST', 'POST', 'ping'],
    [301, 'PUT', 'PUT', 'ping'],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', 'ping'],
  ])('a %d of a %s makes a %s', (status, method, expected, body) => {
    const found = next(status, '/next', { method })
    expect([found.method, found.body]).toEqual([expected, body])
    expect('content-type' in found.headers).toBe(body !== '')
    expect(found.headers).toHaveProperty('authorization')
  })

  it('does not send the body to another origin', () => {
    expect(follow(request, 307, 'https://b.example/')).toMatchObject({ kind: 'bad' })
    expect(follow(request, 308, 'http://a.example/')).toMatchObject({ kind: 'bad' })
    expect(next(302, 'https://b.example/').body).toBe('')
  })

  it('resolves a relative Location, and takes no user or password from it', () => {
    expect(next(302, '../up?q#f').url.href).toBe('https://a.example/up?q')
    expect(next(302, '//u:p@a.example/').url.href).toBe('https://a.example/')
  })

  it.each(['http://a.example/', 'https://a.example:444/', 'https://b.example/'])(
    'calls %s another origin',
    location => {
      expect(next(302, location).headers).not.toHaveProperty('authorization')
    },
  )
})

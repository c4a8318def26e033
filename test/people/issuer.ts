import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestIssuer {
  readonly url: string
  /** Who is signed in there: the claims that it gives of them. */
  claims: Record<string, unknown>
  /** Where set, tokens are signed with a key that it does not publish, or name another audience, issuer or nonce. */
  lie: 'key' | 'audience' | 'issuer' | 'nonce' | null
  /** Claims that its ID tokens leave out: userinfo has them all. */
  kept: readonly string[]
  /** What it was asked, by path. */
  readonly asked: { readonly path: string; readonly body: URLSearchParams }[]
  /** Stops answering, without closing connections. */
  silent: boolean
  readonly close: () => Promise<void>
}

const base64 = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url')

/** A small OpenID provider: discovery, authorization with PKCE, RS256 ID tokens, keys, userinfo. */
export async function testIssuer(client: { id: string; secret: string }): Promise<TestIssuer> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { challenge: string; nonce: string | null; redirect: string }>()
  const issuer: Omit<TestIssuer, 'url' | 'close'> = {
    claims: {},
    kept: [],
    lie: null,
    asked: [],
    silent: false,
  }
  let url = ''

  const idToken = (nonce: string | null): string => {
    const now = Math.floor(Date.now() / 1_000)
    const header = base64({ alg: 'RS256', typ: 'JWT', kid: 'one' })
    const body = base64({
      iss: issuer.lie === 'issuer' ? 'https://evil.example' : url,
      aud: issuer.lie === 'audience' ? 'another' : client.id,
      iat: now,
      exp: now + 300,
      ...(nonce === null ? {} : { nonce: issuer.lie === 'nonce' ? 'another' : nonce }),
      ...Object.fromEntries(Object.entries(issuer.claims).filter(([name]) => !issuer.kept.includes(name))),
    })
    const key = issuer.lie === 'key' ? strangers.privateKey : keys.privateKey
    return `${header}.${body}.${base64(sign('sha256', Buffer.from(`${header}.${body}`), key))}`
  }

  function token(body: URLSearchParams): object | null {
    const known = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    if (!known || known.challenge !== challenge || known.redirect !== body.get('redirect_uri')) return null
    if (body.get('client_id') !== client.id || body.get('client_secret') !== client.secret) return null
    return {
      access_token: 'opaque-access-token',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken(known.nonce),
    }
  }

  const server = createServer(async (request, response) => {
    if (issuer.silent) return
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const body = new URLSearchParams(await textOf(request))
    issuer.asked.push({ path: pathname, body: request.method === 'GET' ? searchParams : body })
    const json = (value: object | null) => {
      response.writeHead(value ? 200 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value ?? { error: 'invalid_grant' }))
    }
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
          userinfo_endpoint: `${url}/userinfo`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case '/authorize': {
        const code = randomBytes(12).toString('hex')
        const redirect = searchParams.get('redirect_uri') ?? ''
        codes.set(code, {
          challenge: searchParams.get('code_challenge') ?? '',
          nonce: searchParams.get('nonce'),
          redirect,
        })
        const back = new URL(redirect)
        back.searchParams.set('code', code)
        back.searchParams.set('state', searchParams.get('state') ?? '')
        response.writeHead(302, { location: back.href })
        return response.end()
      }
      case '/token':
        return json(token(body))
      case '/keys':
        return json({
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
        })
      case '/userinfo':
        return json(request.headers.authorization === 'Bearer opaque-access-token' ? issuer.claims : null)
      default:
        return json(null)
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(issuer, {
    url,
    close: () =>
      new Promise<void>(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  })
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerpt } from '../../src/probe/excerpt.ts'
import { redactor } from '../../src/probe/redact.ts'
import { base64, secretsOf } from '../../src/probe/secrets.ts'

const target = (parts: { url?: string; headers?: Record<string, string>; body?: string }) => ({
  url: 'https://example.com/',
  headers: {},
  body: '',
  ...parts,
})
const plain = redactor([])

describe('the secrets of a target', () => {
  it.each([
    [
      'the credential of a bearer header, and not the word',
      { headers: { Authorization: 'Bearer abc.def-123' } },
      ['abc.def-123'],
      ['Bearer'],
    ],
    [
      'each part of Basic credentials',
      { headers: { authorization: `Basic ${base64('monitor:p4ss')}` } },
      ['monitor', 'p4ss', 'monitor:p4ss', base64('monitor:p4ss')],
      ['Basic'],
    ],
    ['an API key in a header of any name', { headers: { 'x-thing': 'k3y-of-mine' } }, ['k3y-of-mine'], []],
    ['each cookie', { headers: { cookie: 'sid=s3cr3tsid; theme=darkish' } }, ['s3cr3tsid', 'darkish'], []],
    [
      'no word of a header that only describes',
      { headers: { accept: 'application/json', 'content-type': 'text/plain' } },
      [],
      ['application/json', 'text/plain'],
    ],
    [
      'the values of a JSON body, and not its names',
      { body: '{"username":"robot-7","deep":[{"password":"hunter22"}]}' },
      ['robot-7', 'hunter22'],
      ['username', 'password'],
    ],
    [
      'the values of a form',
      { body: 'username=robot-7&password=hunter%2022' },
      ['robot-7', 'hunter 22', 'hunter%2022'],
      ['username'],
    ],
    ['the words of any other body', { body: '<key>open-sesame</key>' }, ['open-sesame'], []],
    [
      'user and password of the address',
      { url: 'https://monitor:p%40ss@example.com/' },
      ['monitor', 'p@ss', 'p%40ss'],
      [],
    ],
    ['the values of the query', { url: 'https://example.com/?key=q1w2&x=1' }, ['q1w2'], ['1']],
  ])('are %s', (_name, parts, held, not) => {
    const found = secretsOf(target(parts as never))
    expect(found).toEqual(expect.arrayContaining(held))
    for (const one of not) expect(found).not.toContain(one)
  })

  it('are found in a large body without running out of stack', () => {
    const body = Array.from({ length: 20_000 }, (_, i) => `word-${i}`).join(' ')
    expect(secretsOf(target({ body })).length).toBeGreaterThan(20_000)
    expect(redactor([body])(`x ${body} y`)).toBe('x [redacted] y')
  })
})

describe('a known secret', () => {
  const secret = 's3cr3t "&" wörd/+'
  const redact = redactor([secret])
  it.each([
    ['as it is', secret],
    ['in other case', 'S3CR3T "&" Wörd/+'],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['as in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in HTML', 's3cr3t &quot;&amp;&quot; wörd/+'],
  ])('is taken out %s', (_name, form) => {
    expect(redact(`before ${form} after`)).toBe('before [redacted] after')
  })

  it('is taken out in base64, whatever follows it there', () => {
    for (const more of ['', 'x', 'xy', 'xyz'])
      expect(redact(`a ${base64(secret + more)} b`)).not.toContain(base64(secret).slice(0, 12))
  })

  it('leaves nothing where two of them overlap', () => {
    expect(redactor(['abcdefgh', 'efghijkl', 'cdef12'])('x abcdefghijkl y')).toBe('x [redacted] y')
  })

  it('is taken out where a line of ours cut it', () => {
    expect(redactor(['abcdefghijkl'])('token is "abcdefgh…, expected "ok"')).not.toContain('abcdefgh')
  })
})

describe('what looks like a secret', () => {
  it.each([
    ['Authorization: Bearer abcdefg.hij', 'abcdefg'],
    ['<pre>authorization: Custom one two</pre>', 'Custom one'],
    ['Cookie: sid=abc; other=def', 'abc'],
    ['set-cookie: sid=abc; Path=/', 'sid=abc'],
    ['failed for Basic dXNlcjpwYXNz here', 'dXNlcjpwYXNz'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJ'],
    ['the token eyJhbGciOiJIUzI1NiJ9.eyJz', 'eyJhbG'],
    ['password=hunter2', 'hunter2'],
    ['DB_PASSWORD: hunter2', 'hunter2'],
    ['{"password":"hunter 2"}', 'hunter'],
    ['{\\"access_token\\":\\"hunter2\\"}', 'hunter2'],
    ["apiKey = 'hunter2'", 'hunter2'],
    ['api_key=hunter2&x=1', 'hunter2'],
    ['X-Api-Key: hunter2', 'hunter2'],
    ['client_secret=hunter2', 'hunter2'],
    ['<input name="csrf_token" value="hunter2">', 'hunter2'],
    ['postgres://admin:hunter2@db.internal/x', 'hunter2'],
    ['id 0123456789abcdef0123456789abcdef end', '0123456789abcdef'],
    ['key Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRg== end', 'Zm9vYmFy'],
    ['AKIAIOSFODNN7EXAMPLE', 'AKIA'],
    ['ghp_0123456789abcdefghij', 'ghp_'],
    ['sk_live_0123456789', 'sk_live_0'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nxyz\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEow cut short', 'MIIEow'],
  ])('is taken out of %j', (text, secret) => {
    expect(plain(text)).toContain('[redacted]')
    expect(plain(text)).not.toContain(secret)
  })

  it.each([
    'HTTP Basic authentication is required',
    '<h1>503 Service Unavailable</h1><p>The server is temporarily unable to service your request.</p>',
    'the token has expired, log in again',
    'connect ECONNREFUSED 192.0.2.7:5432',
    '<script src="/static/js/application-main-bundle-of-2026.min.js"></script>',
    'https://example.com/some/long/path/to/a/page/of/Documentation/2026/index.html',
    'at com.example.service.internal.DatabaseConnectionPool.acquire(DatabaseConnectionPool.java:211)',
  ])('is not seen in %j', text => {
    expect(plain(text)).toBe(text)
  })

  it('may be an identifier that a header is made for', () => {
    const id = '0123456789abcdef0123456789abcdef'
    expect(plain(id, { identifier: true })).toBe(id)
    expect(redactor([id])(id, { identifier: true })).toBe('[redacted]')
  })

  it.each([
    ['token'.repeat(2_000)],
    ['password:'.repeat(1_000)],
    ['"'.repeat(8_192)],
    ['-'.repeat(8_192)],
    ['-----BEGIN PRIVATE KEY-----'.repeat(300)],
    ['eyJaaaaaaaa.'.repeat(700)],
    ['://a'.repeat(2_000)],
    ['…'.repeat(8_192)],
    ['aA1'.repeat(2_700)],
    ['bearer '.repeat(1_200)],
  ])('is looked for in bounded steps (%#)', text => {
    const secrets = Array.from({ length: 200 }, (_, i) => `aaaaaa${i}`)
    const before = process.cpuUsage()
    redactor(secrets)(text, { cut: true })
    const { user } = process.cpuUsage(before)
    // Milliseconds are usual; a quadratic expression takes minutes.
    expect(user).toBeLessThan(3_000_000)
  })
})

describe('property: a planted secret', () => {
  // Neither part of the mark that replaces it, nor of what surrounds it.
  const secret = fc.string({
    unit: fc.constantFrom(...'ABCDWXYZ01234567+/=-_.~!"&<ü€'),
    minLength: 6,
    maxLength: 60,
  })
  const filling = fc.string({
    unit: fc.constantFrom('x', ' ', 'y', '\n', 'é', '€', '<p>', '\0', '𝄞'),
    maxLength: 9_000,
  })

  it('never appears in an excerpt, wherever it stands and wherever the body is cut', () => {
    fc.assert(
      fc.property(secret, filling, filling, fc.boolean(), (planted, before, after, edge) => {
        // At one of the cuts, every other time.
        const lead = edge ? 'x'.repeat(4_096 - 3) + before.slice(0, 8) : before
        const bytes = Buffer.from(lead + planted + after)
        const first = bytes.subarray(0, 8_192)
        const seen = excerpt(
          { bytes: first, size: bytes.length, whole: first.length === bytes.length },
          'text/plain; charset=utf-8',
          redactor([planted]),
        )
        if (seen.kind === 'text') {
          expect(seen.text).not.toContain(planted)
          expect(Buffer.byteLength(seen.text)).toBeLessThanOrEqual(4_096)
        }
      }),
    )
  })

  it('does not show its beginning at the end of what was read', () => {
    fc.assert(
      fc.property(secret, fc.integer({ min: 1, max: 5 }), (planted, missing) => {
        const cut = planted.slice(0, -missing)
        if (cut.length < 3) return
        const shown = redactor([planted])(`xx ${cut}`, { cut: true })
        expect(shown).not.toContain(cut)
      }),
    )
  })

  it('never appears in any text, in any of its forms', () => {
    const form = fc.constantFrom(
      (s: string) => s,
      encodeURIComponent,
      (s: string) => JSON.stringify(s).slice(1, -1),
      (s: string) => new URLSearchParams({ a: s }).toString().slice(2),
    )
    fc.assert(
      fc.property(secret, filling, filling, form, (planted, before, after, write) => {
        const shown = redactor([planted])(before + write(planted) + after)
        expect(shown).not.toContain(write(planted))
        expect(shown).not.toContain(planted)
      }),
    )
  })
})

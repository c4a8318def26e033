import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PNG } from '../casework/scene.ts'
import { type FrontScene, fields, form, frontScene, GIVEN, ONCE } from './scene.ts'

let scene: FrontScene
beforeEach(async () => {
  scene = await frontScene(undefined, false)
})
afterEach(() => {
  expect(scene.trouble).toEqual([])
  expect(scene.errors).toEqual([])
  scene.close()
})

const once = (n: number) => `${'x'.repeat(20)}${String(n).padStart(2, '0')}`
async function claimed(more: Record<string, string> = {}, address?: string): Promise<string> {
  const body = form({ ...GIVEN, step: 'send', once: ONCE, ...more })
  const sent = await scene.post('/claim', body, {}, address)
  expect(sent.status).toBe(303)
  return (sent.headers.get('location') ?? '').replace('?sent=1', '')
}

const NASTY: Readonly<Record<string, string>> = {
  html: '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>',
  template: '<%= it.view %> <%~ include("/layout") %> {{constructor}} #{7*7}',
  crlf: 'a\r\nBcc: everyone@example.com\r\n\r\nbody',
  bidi: 'abc\u202etxt.exe\u2066\u200f',
  nul: 'a\0b\x07c\x1b[31m',
  long: 'x'.repeat(10_000),
  lone: 'a\ud800b',
  astral: '👩‍👩‍👧‍👦'.repeat(50),
  empty: '   ',
  numbers: '9'.repeat(400),
}

describe('whatever a field holds', () => {
  it.each(Object.entries(NASTY))(
    '%s: the answer is a page, with nothing of it as markup',
    async (_, nasty) => {
      for (const field of Object.keys(GIVEN)) {
        for (const step of ['check', 'send', 'change']) {
          const answer = await scene.post('/claim', fields({ ...GIVEN, [field]: nasty, step, once: once(1) }))
          expect([field, step, answer.status < 500]).toEqual([field, step, true])
          const html = await answer.text()
          expect(html).not.toMatch(/<script|<img src=x|\[object Object\]/)
          if (step !== 'send') expect(html).toContain('<h1')
        }
      }
      for (const field of ['kind', 'subject', 'body', 'tier', 'service', 'name', 'email', 'account']) {
        const given = { ...GIVEN, kind: 'question', subject: 's', body: 'b', tier: 'low', [field]: nasty }
        const answer = await scene.post('/request', fields(given), {}, `192.0.2.${field.length + 10}`)
        expect([field, answer.status < 500]).toEqual([field, true])
      }
      const header = scene.store.db.connection.prepare(
        `select count(*) as n from letters where subject like '%' || char(10) || '%' or to_name like '%' || char(13) || '%'`,
      )
      expect(header.get()).toEqual({ n: 0 })
      for (const path of ['/claim', '/request'])
        for (const name of ['service', 'month', 'outage'])
          expect(
            (await scene.get(`${path}?${name}=${encodeURIComponent(nasty.replaceAll(/\p{Cs}/gu, ''))}`))
              .status,
          ).toBe(200)
    },
  )

  it('a case shows it as text, to those who have its address', async () => {
    const path = await claimed({
      seen: NASTY['html'] ?? '',
      name: NASTY['template'] ?? '',
      account: '\u202eevil',
    })
    const html = await (await scene.get(path)).text()
    expect(html).toContain('&lt;script&gt;alert(1)')
    expect(html).not.toContain('<script')
    expect(html).not.toContain('\u202e')
    const written = await scene.post(path, form({ body: NASTY['html'] ?? '' }))
    expect(written.status).toBe(303)
    expect(await (await scene.get(path)).text()).not.toContain('<img src=x')
  })
})

describe('whatever a body is', () => {
  const odd: readonly (readonly [string, string | undefined, string | Buffer, number])[] = [
    ['JSON', 'application/json', '{}', 415],
    ['without a type', undefined, 'x', 415],
    ['multipart without a boundary', 'multipart/form-data', 'x', 415],
    ['multipart of nothing', 'multipart/form-data; boundary=b', 'x', 400],
    [
      'multipart cut short',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
      400,
    ],
    [
      'multipart of no name',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n',
      400,
    ],
    ['a thousand fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(1_000), 413],
    [
      'a thousand parts',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'.repeat(1_000),
      413,
    ],
    ['300 kB of text', 'application/x-www-form-urlencoded', `times=${'x'.repeat(300_000)}`, 413],
    [
      'bytes that are no UTF-8',
      'application/x-www-form-urlencoded',
      Buffer.from([0x74, 0x3d, 0xff, 0xfe, 0xc3]),
      422,
    ],
    ['broken escapes', 'application/x-www-form-urlencoded', 'times=%zz%f0%28%8c%28&%=%&&&=', 422],
    ['prototypes', 'application/x-www-form-urlencoded', '__proto__=1&constructor=2&service=__proto__', 422],
  ]
  it.each(odd)('%s', async (_, type, body, status) => {
    const answer = await scene.app.request(
      '/claim',
      {
        method: 'POST',
        body,
        headers: type === undefined ? { 'content-type': '' } : { 'content-type': type },
      },
      { incoming: { socket: { remoteAddress: '192.0.2.1' } } },
    )
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain('<h1')
    expect(scene.rows('requests')).toBe(0)
  })

  it('more than 17 MiB is not read to its end, over a real connection', async () => {
    const server = createServer(getRequestListener(scene.app.fetch))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const answered = await new Promise<number>(resolve => {
      const sent = httpRequest({
        port,
        host: '127.0.0.1',
        path: '/claim',
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 40 * 1_048_576 },
      })
      sent.on('response', response => resolve(response.statusCode ?? 0))
      sent.on('error', () => undefined)
      sent.write(Buffer.alloc(65_536, 'x'))
    })
    expect(answered).toBe(413)
    // One that ends in the middle of its body harms nobody.
    await new Promise<void>(done => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.write(
          'POST /claim HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nservice=iam',
        )
        setTimeout(() => socket.destroy(), 50)
      })
      socket.on('close', () => done())
    })
    const after = await fetch(`http://127.0.0.1:${port}/claim`)
    expect(after.status).toBe(200)
    server.closeAllConnections()
    await new Promise(done => server.close(done))
  })

  it('files that are too many or of another kind are named, and what was typed is kept', async () => {
    const four = ['1.png', '2.png', '3.png', '4.png'].map(name => [name, PNG] as const)
    const many = await scene.post('/claim', form({ ...GIVEN, step: 'send', once: ONCE }, four))
    expect(many.status).toBe(422)
    expect(await many.text()).toContain('At most 3 files are taken')
    const page = Buffer.from('<html><script>alert(1)</script>')
    const wrong = await scene.post(
      '/claim',
      form({ ...GIVEN, step: 'send', once: ONCE }, [['a"><b>.png', page]]),
    )
    const html = await wrong.text()
    expect(html).toContain('Only PNG and JPEG pictures and PDF files are taken.')
    expect(html).toContain('please choose them again')
    expect(html).toContain('value="ACME-1"')
    expect(html).not.toContain('<b>.png')
    expect(scene.rows('requests')).toBe(0)
    expect(scene.rows('attachments')).toBe(0)
  })
})

describe('an address that anybody can give', () => {
  const asked = (n: number, more: Record<string, string> = {}) => {
    const given = { ...GIVEN, kind: 'question', subject: 'How?', body: 'How do I?', tier: 'low', ...more }
    return scene.post('/request', fields({ ...given, once: once(n) }), {}, `192.0.2.${n + 50}`)
  }

  it('gets three letters by itself in an hour; all that was sent is kept', async () => {
    for (let i = 0; i < 5; i++) {
      const sent = await asked(i, { email: i % 2 === 0 ? 'jo@example.com' : 'JO@example.com' })
      expect(sent.status).toBe(303)
      const html = await (await scene.get(sent.headers.get('location') ?? '')).text()
      expect([i, html.includes('at once to confirm this')]).toEqual([i, i < 3])
    }
    // Nor does a claim for a month that runs send its letter.
    const running = form({ ...GIVEN, times: '3 November 2026, 09:00 to 09:10', step: 'send', once: once(9) })
    expect((await scene.post('/claim', running, {}, '192.0.2.99')).status).toBe(303)
    expect([scene.rows('requests'), scene.letters().length]).toEqual([6, 3])
    await asked(10, { email: 'sam@example.net' })
    expect(scene.letters()).toHaveLength(4)
    scene.at('2026-11-05T11:00:01Z')
    await asked(11)
    expect(scene.letters()).toHaveLength(5)
  })

  it('gets no links of a stranger', async () => {
    await asked(1, { name: 'Jo, see https://evil.example', subject: 'You won: WWW.evil.example' })
    await asked(2, { name: 'ｗｗｗ．evil.example' })
    const [first, second] = scene.letters()
    expect(first?.subject).toMatch(/^Your request N-/)
    expect(first?.text).toMatch(/^Hello,\n/)
    expect(first?.text).not.toContain('evil')
    expect(second?.subject).toMatch(/We have your request: How\?$/)
    expect(second?.text).not.toContain('evil')
    const names = scene.store.db.connection.prepare('select to_name as name from letters').all()
    expect(names).toEqual([{ name: '' }, { name: '' }])
  })
})

describe('the trap', () => {
  it('stops a program, and tells a person what to empty', async () => {
    const sent = await scene.post(
      '/claim',
      fields({ ...GIVEN, step: 'check', website: 'https://spam.example' }),
    )
    expect(sent.status).toBe(422)
    expect(await sent.text()).toContain('Leave this empty')
  })
})

describe('a form from elsewhere', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'https://status.example.com' }, 200],
    [{ origin: 'null' }, 200],
    [{}, 200],
  ])('%o: %i', async (headers, status) => {
    const answer = await scene.app.request(
      '/claim',
      { method: 'POST', body: fields({ ...GIVEN, step: 'check' }), headers },
      { incoming: { socket: { remoteAddress: '192.0.2.1' } } },
    )
    expect(answer.status).toBe(status)
  })
})

describe('a case', () => {
  it('is nothing to a wrong secret, a wrong reference, or the secret of another: the same 404', async () => {
    const mine = await claimed()
    const other = await claimed({ email: 'sam@example.net', account: 'B', once: once(2) })
    const [, , reference = '', secret = ''] = mine.split('/')
    const [, , , foreign = ''] = other.split('/')
    expect((await scene.get(mine)).status).toBe(200)
    expect((await scene.get(`/cases/${reference.toLowerCase()}/${secret}`)).status).toBe(200)
    const bodies = new Set<string>()
    for (const path of [
      `/cases/${reference}/${foreign}`,
      `/cases/${reference}/${'a'.repeat(27)}`,
      `/cases/N-2222-2222/${secret}`,
      `/cases/N-2222-2222/${'a'.repeat(27)}`,
      `/cases/x/${'%00'.repeat(9)}`,
      `/cases/${reference}/${secret}x`,
    ]) {
      const answer = await scene.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      bodies.add(await answer.text())
      expect((await scene.post(path, form({ body: 'hello' }))).status).toBe(404)
    }
    expect(bodies.size).toBe(1)
    expect(scene.rows('request_messages')).toBe(2)
    expect((await scene.get('/cases')).status).toBe(404)
    expect((await scene.get(`/cases/${reference}`)).status).toBe(404)
  })

  it('takes messages and files, and says what is wrong with them', async () => {
    const path = await claimed()
    expect(await (await scene.get(path)).text()).toContain('We still need a file that shows the failure')
    expect((await scene.post(path, form({ body: '' }))).status).toBe(422)
    const file = await scene.post(path, form({ body: '' }, [['shot.png', PNG]]))
    expect(file.headers.get('location')).toBe(`${path}?written=1`)
    const html = await (await scene.get(`${path}?written=1`)).text()
    expect(html).toContain('Your message is with us.')
    expect(html).toContain('shot.png')
    expect(html).not.toContain('We still need')
    expect(scene.rows('attachments')).toBe(1)
  })

  it('is in no index, tells no address, and loads nothing from elsewhere', async () => {
    const answer = await scene.get(await claimed())
    const headers = Object.fromEntries(answer.headers)
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'x-content-type-options': 'nosniff',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['set-cookie']).toBeUndefined()
  })
})

describe('an address', () => {
  it('files ten in an hour; what is refused does not count, and others are not held up', async () => {
    const bad = [['a.png', Buffer.from('no picture')]] as const
    for (let i = 0; i < 12; i++)
      expect((await scene.post('/claim', form({ ...GIVEN, step: 'send' }, bad))).status).toBe(422)
    for (let i = 0; i < 10; i++) await claimed({ once: once(i) })
    const more = await scene.post('/claim', form({ ...GIVEN, step: 'send', once: once(11) }))
    expect(more.status).toBe(429)
    expect(Number(more.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(scene.rows('requests')).toBe(10)
    await claimed({ once: once(12) }, '192.0.2.99')
    scene.at('2026-11-05T11:00:01Z')
    await claimed({ once: once(13) })
  })

  it('is that of the customer behind a trusted proxy, and of the proxy behind any other', async () => {
    scene.proxies.push('10.0.0.1')
    const from = (client: string, n: number, proxy = '10.0.0.1') =>
      scene.post(
        '/claim',
        form({ ...GIVEN, step: 'send', once: once(n) }),
        { 'x-forwarded-for': client },
        proxy,
      )
    for (let i = 0; i < 10; i++) expect((await from('203.0.113.5', i)).status).toBe(303)
    expect((await from('203.0.113.5', 20)).status).toBe(429)
    expect((await from('203.0.113.6', 21)).status).toBe(303)
    for (let i = 30; i < 40; i++) expect((await from(`203.0.113.${i}`, i, '192.0.2.50')).status).toBe(303)
    expect((await from('203.0.113.77', 41, '192.0.2.50')).status).toBe(429)
  })

  it('of IPv6 counts by the network that a subscriber is given', async () => {
    for (let i = 0; i < 10; i++) await claimed({ once: once(i) }, `2001:db8:1:2::${i + 1}`)
    const more = await scene.post(
      '/claim',
      form({ ...GIVEN, step: 'send', once: once(20) }),
      {},
      '2001:db8:1:2:ffff::1',
    )
    expect(more.status).toBe(429)
    await claimed({ once: once(21) }, '2001:db8:1:3::1')
  })

  it('guesses 60 cases in an hour', async () => {
    for (let i = 0; i < 60; i++)
      expect((await scene.get(`/cases/N-2222-2222/${'a'.repeat(27)}`)).status).toBe(404)
    expect((await scene.get(`/cases/N-2222-2222/${'a'.repeat(27)}`)).status).toBe(429)
  })
})

describe('a fault of ours', () => {
  it('is told without a word of what it was, and nothing is stored', async () => {
    scene.fail(new Error('the secret reason'))
    const sent = await scene.post('/claim', form({ ...GIVEN, step: 'send', once: ONCE }, [['a.png', PNG]]))
    expect(sent.status).toBe(500)
    const html = await sent.text()
    expect(html).toContain('Nothing was stored')
    expect(html).not.toContain('the secret reason')
    expect([scene.rows('requests'), scene.rows('attachments'), scene.rows('letters')]).toEqual([0, 0, 0])
    expect(scene.trouble.splice(0)).toHaveLength(1)
    scene.fail(null)
    await claimed()
  })
})

describe('a full disk', () => {
  it('is told as what passes, and what was sent may be sent again', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    vi.spyOn(scene.support, 'file').mockRejectedValueOnce(full)
    const send = () => scene.post('/claim', form({ ...GIVEN, step: 'send', once: ONCE }, [['a.png', PNG]]))
    const sent = await send()
    expect(sent.status).toBe(503)
    expect(await sent.text()).toContain('cannot be stored')
    expect(scene.trouble.splice(0)).toEqual([full])
    expect((await send()).status).toBe(303)
  })
})

describe('those who fall silent', () => {
  it('keep nobody from sending a form', async () => {
    const server = createServer(getRequestListener(scene.app.fetch))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const head = 'POST /claim HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n'
    const sockets = Array.from({ length: 12 }, () => createConnection(port, '127.0.0.1'))
    await Promise.all(
      sockets.map(
        socket => new Promise(done => socket.write(`${head}Content-Length: 9999\r\n\r\n--b\r\nx`, done)),
      ),
    )
    // They are all being read before the next one comes.
    await vi.waitFor(async () =>
      expect(await new Promise(done => server.getConnections((_, n) => done(n)))).toBe(12),
    )
    const sent = await fetch(`http://127.0.0.1:${port}/claim`, {
      method: 'POST',
      body: fields({ ...GIVEN, step: 'check' }),
    })
    expect(sent.status).toBe(200)
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    await new Promise(done => server.close(done))
  })
})

describe('the door', () => {
  it('hands on what is not its own', async () => {
    for (const path of ['/', '/claims', '/claim/x', '/casesx', '/services/claim'])
      expect(await (await scene.get(path)).text()).toBe('the public page')
  })

  it('answers other methods, and works under a prefix', async () => {
    const put = await scene.app.request('/claim', { method: 'PUT' })
    expect(put.status).toBe(405)
    expect(put.headers.get('allow')).toContain('POST')
    scene.settings.url = 'https://example.com/status'
    const html = await (await scene.get('/status/claim')).text()
    expect(html).toContain('action="/status/claim"')
    expect(html).toContain('href="/status/request"')
    const sent = await scene.post('/status/claim', form({ ...GIVEN, step: 'send', once: ONCE }))
    const where = sent.headers.get('location') ?? ''
    expect(where).toMatch(/^\/status\/cases\//)
    expect(await (await scene.get(where)).text()).toContain(
      `https://example.com${where.replace('?sent=1', '')}`,
    )
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { entryLines } from '../../src/api/entry-lines.ts'
import { logApi } from '../../src/api/log.ts'
import { fromBase64, openCheckpoint, parseVerifierKey, type VerifierKey } from '../../src/log/note.ts'
import { rotateKey } from '../../src/log/rotate.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../src/log/tree.ts'
import { type LogScene, later, logScene, MONTH, month, ORIGIN, t0 } from '../log/scene.ts'

const COUNT = 230
let scene: LogScene
let app: Hono
beforeAll(async () => {
  scene = logScene()
  app = logApi({ log: scene.log, now: () => later(10) })
  for (let i = 0; i < COUNT - 1; i++) {
    await scene.log.append(MONTH, month(`m${i}`), later(i))
    if (i === 4) await scene.log.sign(later(1))
  }
  await scene.log.sign(later(2))
  const rotated = rotateKey(scene.db, scene.directory, false, later(3))
  if (!rotated.ok) throw new Error(rotated.message)
  await scene.log.setTimestamp(5, Uint8Array.of(48, 0))
})
afterAll(() => scene.close())

const get = (path: string) => app.request(`/api/v1/log${path}`)
const json = async (path: string) => {
  const response = await get(path)
  expect(response.status, path).toBe(200)
  // biome-ignore lint/suspicious/noExplicitAny: what is expected of it is the test
  return (await response.json()) as any
}
const hashes = (proof: string[]) => proof.map(text => fromBase64(text)!)
const trusted = async (): Promise<VerifierKey[]> =>
  (await json('/keys')).keys.map(({ verifier }: { verifier: string }) => {
    const key = parseVerifierKey(verifier)
    if (!key.ok) throw new Error(key.message)
    return key.value
  })
const head = async (path: string) => {
  const opened = openCheckpoint(await (await get(path)).text(), ORIGIN, await trusted())
  if (!opened.ok) throw new Error(opened.message)
  return opened.value
}

describe('the log over HTTP', () => {
  it('is enough for a stranger to check every entry and every step', async () => {
    const newest = await head('/checkpoint')
    expect(newest.size).toBe(COUNT)
    expect(newest.signedBy).toHaveLength(2)
    for (const index of [0, 99, 100, COUNT - 1]) {
      const bytes = new Uint8Array(await (await get(`/entries/${index}`)).arrayBuffer())
      const { proof, leafHash: hash } = await json(`/proofs/inclusion?index=${index}&size=${COUNT}`)
      expect(hash).toBe(Buffer.from(leafHash(bytes)).toString('hex'))
      expect(verifyInclusion(leafHash(bytes), index, COUNT, hashes(proof), newest.root)).toBe(true)
    }
    const older = await head('/checkpoint/5')
    const { proof } = await json(`/proofs/consistency?from=5&to=${COUNT}`)
    expect(verifyConsistency(5, COUNT, hashes(proof), older.root, newest.root)).toBe(true)
  })

  it('names its keys, until when each signed, and how to check', async () => {
    const { origin, now, keys, how } = await json('/keys')
    expect({ origin, now }).toEqual({ origin: ORIGIN, now: '2026-11-01T00:10:00.000Z' })
    expect(keys).toMatchObject([
      { from: '2026-11-01T00:00:00.000Z', until: '2026-11-01T00:03:00.000Z', entry: null },
      { from: '2026-11-01T00:03:00.000Z', until: null, entry: COUNT - 1 },
    ])
    expect(keys[0].verifier).toContain(`${ORIGIN}+${keys[0].id}+`)
    expect(how.join(' ')).toMatch(/RFC 6962/)
  })

  it('lists all entries, a page at a time', async () => {
    const seen: { index: number; entry: { month: string } }[] = []
    const sizes: number[] = []
    for (let path: string | null = '/api/v1/log/entries'; path !== null; ) {
      const page: { entries: typeof seen; next: string | null; size: number } = await json(
        path.slice('/api/v1/log'.length),
      )
      expect(page.size).toBe(COUNT)
      seen.push(...page.entries)
      sizes.push(page.entries.length)
      path = page.next
    }
    expect(sizes).toEqual([100, 100, 30])
    expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: COUNT }, (_, i) => i))
    expect(seen[7]).toMatchObject({
      at: '2026-11-01T00:07:00.000Z',
      kind: MONTH,
      entry: { month: 'm7', type: MONTH },
      leafHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('lists those from and to, and none beyond the end', async () => {
    const indices = async (query: string) =>
      (await json(`/entries?${query}`)).entries.map(({ index }: { index: number }) => index)
    expect(await indices('from=3&to=5')).toEqual([3, 4])
    expect(await indices('from=3&to=3')).toEqual([])
    expect(await indices('from=228')).toEqual([228, 229])
    expect(await indices('from=500')).toEqual([])
    expect((await json('/entries?from=500')).next).toBeNull()
    expect((await json('/entries?from=50&to=151')).next).toBe('/api/v1/log/entries?from=150&to=151')
    expect((await json('/entries?from=50&to=150')).next).toBeNull()
  })

  it('serves the exact bytes, the notes and the tokens as what they are', async () => {
    const entry = await get('/entries/0')
    expect(await entry.text()).toBe('{"month":"m0","type":"nines.month/1"}')
    expect(entry.headers.get('content-type')).toBe('application/json')
    expect((await get('/checkpoint')).headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const token = await get('/timestamps/5')
    expect([...new Uint8Array(await token.arrayBuffer())]).toEqual([48, 0])
    expect(token.headers.get('content-type')).toBe('application/vnd.etsi.timestamp-token')
  })

  it('sends all entries as their exact bytes, a line each, packed where that is understood', async () => {
    const response = await get('/entries.ndjson')
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const bytes = Buffer.from(await response.arrayBuffer())
    const entries = await scene.log.entries(0, COUNT)
    expect(bytes.equals(Buffer.concat(entries.flatMap(({ data }) => [data, Buffer.from('\n')])))).toBe(true)
    const lines = bytes.toString('utf8').split('\n')
    expect(lines).toHaveLength(COUNT + 1)
    const part = async (query: string) => await (await get(`/entries.ndjson?${query}`)).text()
    const joined = (from: number, to: number) =>
      lines
        .slice(from, to)
        .map(line => `${line}\n`)
        .join('')
    expect(await part('from=3&to=5')).toBe(joined(3, 5))
    expect(await part('from=15&to=150')).toBe(joined(15, 150))
    expect(await part('from=228')).toBe(joined(228, 230))
    expect(await part('to=1')).toBe(joined(0, 1))
    for (const none of ['from=3&to=3', 'from=230', 'from=500', 'from=9007199254740991'])
      expect(await part(none), none).toBe('')
    const packed = await app.request('/api/v1/log/entries.ndjson', { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('vary')).toContain('Accept-Encoding')
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).equals(bytes)).toBe(true)
    expect((await app.request('/api/v1/log/entries.ndjson', { method: 'HEAD' })).status).toBe(200)
  })

  it('may be read from every web page, and kept where it cannot change', async () => {
    for (const [path, cache] of [
      ['/checkpoint', 'public, max-age=10'],
      ['/checkpoint/5', 'public, max-age=31536000, immutable'],
      ['/keys', 'public, max-age=10'],
      ['/entries', 'public, max-age=10'],
      ['/entries.ndjson', 'public, max-age=10'],
      ['/entries/0', 'public, max-age=31536000, immutable'],
      ['/proofs/inclusion?index=0&size=5', 'public, max-age=31536000, immutable'],
      ['/proofs/consistency?from=1&to=5', 'public, max-age=31536000, immutable'],
      ['/timestamps/5', 'public, max-age=31536000, immutable'],
      ['/entries/9999', 'no-store'],
    ] as const) {
      const { headers } = await get(path)
      expect(headers.get('access-control-allow-origin'), path).toBe('*')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control'), path).toBe(cache)
    }
  })

  it('says what would be right where it is asked badly', async () => {
    for (const path of [
      '/checkpoint/x',
      '/checkpoint/-1',
      '/checkpoint/05',
      '/checkpoint/5.0',
      '/checkpoint/99999999999999999999',
      ...['/entries', '/entries.ndjson'].flatMap(path => [
        `${path}?from=x`,
        `${path}?from=-1`,
        `${path}?from=5&to=4`,
        `${path}?to=`,
      ]),
      '/entries/1e1',
      '/entries/%00',
      '/proofs/inclusion',
      '/proofs/inclusion?index=1',
      '/proofs/inclusion?index=5&size=5',
      '/proofs/inclusion?index=x&size=5',
      '/proofs/consistency?from=2',
      '/proofs/consistency?from=3&to=2',
      '/proofs/consistency?from=0x1&to=2',
      '/timestamps/latest',
    ]) {
      const response = await get(path)
      expect(response.status, path).toBe(400)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(((await response.json()) as { detail: string }).detail).toMatch(/must be a whole number/)
    }
  })

  it('says what there is where it is asked for what there is not', async () => {
    for (const [path, detail] of [
      ['/checkpoint/7', 'No checkpoint of 7 entries was signed; the newest is of 230.'],
      ['/entries/230', 'The log has 230 entries: indices 0 to 229.'],
      ['/entries/9007199254740991', 'The log has 230 entries: indices 0 to 229.'],
      ['/proofs/inclusion?index=0&size=231', 'The log has 230 entries: indices 0 to 229.'],
      ['/proofs/consistency?from=5&to=9007199254740991', 'The log has 230 entries: indices 0 to 229.'],
      ['/timestamps/229', 'This checkpoint has no timestamp; a later one, which covers it, may have one.'],
      ['/timestamps/6', 'No checkpoint of 6 entries was signed; the newest is of 230.'],
    ] as const) {
      const response = await get(path)
      expect(response.status, path).toBe(404)
      expect(((await response.json()) as { detail: string }).detail).toBe(detail)
    }
  })

  it('says of an empty log that it is empty', async () => {
    const empty = logScene()
    const its = logApi({ log: empty.log, now: () => t0 })
    const ask = async (path: string) => await its.request(`/api/v1/log${path}`)
    expect((await ask('/checkpoint')).status).toBe(404)
    expect(await (await ask('/entries')).json()).toEqual({ size: 0, entries: [], next: null })
    expect(await (await ask('/entries.ndjson')).text()).toBe('')
    expect(((await (await ask('/entries/0')).json()) as { detail: string }).detail).toBe(
      'The log has 0 entries yet.',
    )
    expect(((await (await ask('/keys')).json()) as { keys: unknown[] }).keys).toHaveLength(1)
    empty.close()
  })
})

describe('the stream of entries', () => {
  const spied = () => {
    const asked: [number, number][] = []
    const entries = (from: number, to: number) => {
      asked.push([from, to])
      return scene.log.entries(from, to)
    }
    return { asked, entries }
  }

  it('reads a few at a time, only as they are taken, and none after a reader has left', async () => {
    const log = spied()
    const reader = entryLines(log, 0, COUNT).getReader()
    const turns = async () => {
      for (let i = 0; i < 50; i++) await new Promise(done => setImmediate(done))
    }
    await turns()
    expect(log.asked).toEqual([])
    await reader.read()
    await reader.read()
    await turns()
    expect(log.asked).toEqual([
      [0, 16],
      [16, 32],
    ])
    await reader.cancel()
    await turns()
    expect(log.asked).toHaveLength(2)
  })

  it('lets others have their turn between its steps', async () => {
    const log = spied()
    let turns = 0
    let going = true
    const turn = () => {
      turns++
      if (going) setImmediate(turn)
    }
    setImmediate(turn)
    await new Response(entryLines(log, 0, COUNT)).text()
    going = false
    expect(log.asked).toHaveLength(15)
    expect(turns).toBeGreaterThanOrEqual(14)
  })

  it('breaks off, and does not end as if it were whole, where an entry is not what was sealed', async () => {
    const log = {
      size: () => scene.log.size(),
      entries: async (from: number, to: number) => {
        if (from >= 32) throw new Error('entry 32 of the log was damaged')
        return scene.log.entries(from, to)
      },
    } as unknown as LogScene['log']
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const damaged = logApi({ log, now: () => t0 })
    const server = createServer(getRequestListener(damaged.fetch, { overrideGlobalObjects: false }))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/log/entries.ndjson`
    for (const accept of ['identity', 'gzip']) {
      const whole = fetch(url, { headers: { 'accept-encoding': accept } }).then(r => r.text())
      await expect(whole, accept).rejects.toThrow()
    }
    const alive = await fetch(`${url}?to=20`)
    expect((await alive.text()).split('\n')).toHaveLength(21)
    said.mockRestore()
    server.closeAllConnections()
    server.close()
  })
})

import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { answer, encodingFor, type Snapshot, snapshot } from '../../src/page/snapshot.ts'
import { SnapshotCache } from '../../src/page/snapshot-cache.ts'

const content = (text: string) => ({ type: 'text/html', body: Buffer.from(text), cacheControl: 'no-cache' })
const soon = () => new Promise(resolve => setTimeout(resolve, 60))

describe('negotiation', () => {
  it.each([
    [undefined, 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5, br;q=0', 'gzip'],
    ['*', 'br'],
    ['gzip;q=0', 'identity'],
    ['deflate', 'identity'],
  ])('%s gives %s', (accept, encoding) => expect(encodingFor(accept)).toBe(encoding))
})

describe('a snapshot', () => {
  it('has three forms of the same content, each with its own strong tag', async () => {
    const made = await snapshot(content('hello '.repeat(500)))
    await soon()
    const identity = answer(made, undefined, undefined)
    const gzip = answer(made, 'gzip', undefined)
    const br = answer(made, 'br', undefined)
    expect(gunzipSync(gzip.body!).equals(identity.body!)).toBe(true)
    expect(brotliDecompressSync(br.body!).equals(identity.body!)).toBe(true)
    const tags = [identity, gzip, br].map(a => a.headers['etag'])
    expect(new Set(tags).size).toBe(3)
    expect(tags.every(tag => /^"[^"]+"$/.test(tag ?? ''))).toBe(true)
    expect(gzip.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-encoding': 'gzip' })
    expect(gzip.headers['content-length']).toBe(String(gzip.body!.length))
  })

  it('answers 304 to its tag, weakened or in a list, and 200 to another', async () => {
    const made = await snapshot(content('x'))
    const tag = answer(made, 'gzip', undefined).headers['etag']!
    for (const held of [tag, `W/${tag}`, `"other", ${tag}`, '*'])
      expect(answer(made, 'gzip', held)).toMatchObject({ status: 304, body: null })
    expect(answer(made, 'gzip', '"other"').status).toBe(200)
    expect(answer(made, 'br', tag).status).toBe(304)
  })
})

describe('the cache', () => {
  function made(limit?: number) {
    const state = {
      now: 0,
      renders: 0,
      text: 'one',
      fail: false,
      gate: Promise.resolve() as Promise<unknown>,
      errors: 0,
    }
    const cache = new SnapshotCache<string>({
      clock: () => state.now,
      ...(limit === undefined ? {} : { limit }),
      onError: () => state.errors++,
      render: async key => {
        state.renders++
        await state.gate
        if (state.fail) throw new Error('SQLITE_BUSY: database is locked')
        return key === 'gone' ? { other: 'missing' } : { content: content(`${key} ${state.text}`) }
      },
    })
    const text = (of: Snapshot | { other: string }) =>
      'other' in of ? of.other : of.identity.body.toString()
    return { cache, state, read: async (key = '/') => text(await cache.get(key)) }
  }

  it('renders a cold page once for twenty readers', async () => {
    const { state, read } = made()
    const all = await Promise.all(Array.from({ length: 20 }, () => read()))
    expect([state.renders, new Set(all).size]).toEqual([1, 1])
  })

  it('renders changed data at most once a second, and serves the previous page meanwhile', async () => {
    const { cache, state, read } = made()
    await read()
    state.text = 'two'
    cache.invalidate()
    state.now = 500
    expect([await read(), state.renders]).toEqual(['/ one', 1])
    state.now = 1_200
    expect(await read()).toBe('/ one')
    await soon()
    expect([await read(), state.renders]).toEqual(['/ two', 2])
  })

  it('renders again as time passes, though nothing changed', async () => {
    const { state, read } = made()
    await read()
    state.now = 9_000
    await read()
    expect(state.renders).toBe(1)
    state.now = 11_000
    await read()
    expect(state.renders).toBe(2)
  })

  it('does not serve an old page to the first reader after a pause', async () => {
    const { state, read } = made()
    await read()
    state.now = 3_600_000
    state.text = 'two'
    expect(await read()).toBe('/ two')
  })

  it('goes on serving while rendering fails, and recovers', async () => {
    const { cache, state, read } = made()
    await read()
    state.fail = true
    for (const now of [2_000, 20_000, 3_600_000, 3_600_500]) {
      state.now = now
      cache.invalidate()
      expect(await read()).toBe('/ one')
    }
    await soon()
    expect(state.errors).toBeGreaterThan(1)
    state.fail = false
    state.text = 'two'
    state.now = 3_700_000
    expect(await read()).toBe('/ two')
  })

  it('goes on serving while rendering hangs', async () => {
    const { state, read } = made()
    await read()
    state.gate = new Promise(() => undefined)
    state.now = 3_600_000
    expect(await read()).toBe('/ one')
  })

  it('fails where it never rendered, and keeps no page that is not one', async () => {
    const { cache, state, read } = made()
    expect(await read('gone')).toBe('missing')
    expect(cache.peek('gone')).toBeNull()
    state.fail = true
    await expect(read('/new')).rejects.toThrow('locked')
  })

  it('drops the least recently read pages beyond its limit', async () => {
    const { cache, read } = made(160)
    for (const key of ['/a', '/b']) await read(key)
    await read('/a')
    await read('/c')
    expect([cache.peek('/a') !== null, cache.peek('/b'), cache.peek('/c') !== null]).toEqual([
      true,
      null,
      true,
    ])
  })
})

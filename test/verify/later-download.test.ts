import { afterEach, expect, test, vi } from 'vitest'
import { MOST_BYTES } from '../../src/verify/download.ts'
import type { LogReading } from '../../src/verify/later.ts'
import { downloadLater, entriesUrl } from '../../src/verify/later-download.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const greedy = (most = Number.POSITIVE_INFINITY): LogReading & { taken: number } => ({
  entries: 0,
  taken: 0,
  take(bytes) {
    this.taken += bytes.length
    return this.taken < most
  },
  done: () => [{ what: 'Later entries', ok: true, words: 'read' }],
})

/** A server that sends parts of a megabyte, so many, and then nothing. */
function serve(parts: number): { readonly cancelled: () => boolean } {
  let [sent, cancelled] = [0, false]
  vi.stubGlobal('fetch', async (_: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>(
      {
        start: stream => signal?.addEventListener('abort', () => stream.error(signal.reason)),
        pull: async stream => {
          if (sent++ >= parts) await new Promise(() => {})
          stream.enqueue(new Uint8Array(1024 * 1024))
        },
        cancel() {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body)
  })
  return { cancelled: () => cancelled }
}

test('entries are asked of the server that the bundle comes from, whatever its address begins with', () => {
  expect(
    entriesUrl('https://example.com/status/api/v1/services/shop/months/2026-10/bundle', { from: 2, to: 9 }),
  ).toBe('https://example.com/status/api/v1/log/entries.ndjson?from=2&to=9')
})

test('a server that stops sending does not keep the rest waiting', async () => {
  vi.useFakeTimers()
  serve(2)
  const done = downloadLater('', greedy(), () => undefined)
  await vi.advanceTimersByTimeAsync(40_000)
  expect((await done)[0]).toMatchObject({
    ok: null,
    words: expect.stringContaining('the server stopped sending'),
  })
})

test('no more is downloaded than a browser can take, nor than is looked at', async () => {
  const much = serve(1_000)
  const reading = greedy()
  const [found] = await downloadLater('', reading, () => undefined)
  expect(found).toMatchObject({ ok: null, words: expect.stringContaining('they are more than 96 MB') })
  expect(reading.taken).toBeLessThanOrEqual(MOST_BYTES)
  expect(much.cancelled()).toBe(true)
  const some = serve(1_000)
  expect((await downloadLater('', greedy(3), () => undefined))[0]?.words).toBe('read')
  expect(some.cancelled()).toBe(true)
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { readBody } from '../../src/desk/body.ts'
import { formPlaces } from '../../src/desk/places.ts'

afterEach(() => void vi.useRealTimers())

const LIMITS = { texts: 256 * 1_024, files: 17 * 1_024 * 1_024 }
const MULTIPART = 'multipart/form-data; boundary=b'
const FIELDS = 'application/x-www-form-urlencoded'

const sent = (body: string | ReadableStream, type = MULTIPART) =>
  new Request('http://status.example.com/claim', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    duplex: 'half',
  } as RequestInit)
const parts = (boundary: string, n: number) =>
  `${`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n`.repeat(n)}--${boundary}--\r\n`

/** A body that sends so many bytes and falls silent. */
const silent = (bytes: number) =>
  new ReadableStream<Uint8Array>({
    start: controller => controller.enqueue(new Uint8Array(bytes)),
  })

describe('a body', () => {
  const statusOf = async (body: string, type: string) => {
    const read = await readBody(sent(body, type), LIMITS, formPlaces()('a'))
    return read.kind === 'entries' ? read.entries.length : read.status
  }

  it('is parsed by the boundary by which its parts were counted', async () => {
    expect(await statusOf(parts('b', 2), MULTIPART)).toBe(2)
    expect(await statusOf(parts('b', 60), MULTIPART)).toBe(413)
    expect(await statusOf(parts('b', 60), 'multipart/form-data; x-boundary=zzzzzzzz; boundary=b')).toBe(413)
    expect(await statusOf(parts('b', 2), 'multipart/form-data; x-boundary=zzzzzzzz; boundary=b')).toBe(2)
    // Whatever others would read out of these: nothing is parsed that was not counted.
    for (const type of [
      'multipart/form-data; x="; boundary=zzzzzzzz"; boundary=b',
      'multipart/form-data; boundary=zzzzzzzz; boundary=b',
      'multipart/form-data; boundary="zzzzzzzz"; boundary=b',
      'multipart/form-data; boundary=b, multipart/form-data; boundary=zzzzzzzz',
    ])
      expect([type, await statusOf(parts('b', 60), type)]).not.toEqual([type, 60])
    expect(await statusOf(parts('a b', 2), 'multipart/form-data; boundary="a b"')).toBe(2)
    expect(await statusOf(parts('b', 2), 'multipart/form-data; x-boundary=b')).toBe(415)
    expect(await statusOf(parts('b', 2), `multipart/form-data; boundary=${'b'.repeat(71)}`)).toBe(415)
    expect(await statusOf(parts('b"', 2), 'multipart/form-data; boundary="b\\""')).toBe(415)
  })

  it('has no more text beside files than without them', async () => {
    const typed = (n: number) =>
      `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'x'.repeat(n)}\r\n--b--\r\n`
    expect(await statusOf(typed(LIMITS.texts), MULTIPART)).toBe(1)
    expect(await statusOf(typed(LIMITS.texts + 1), MULTIPART)).toBe(413)
  })

  it('that does not come in time is not waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answered: (number | string)[] = []
    const place = formPlaces()
    for (const bytes of [6, 70_000])
      void readBody(sent(silent(bytes), FIELDS), LIMITS, place('a')).then(read =>
        answered.push(`${bytes}: ${read.kind === 'refused' ? read.status : 'read'}`),
      )
    await vi.advanceTimersByTimeAsync(19_999)
    expect(answered).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(answered).toEqual(['6: 408'])
    await vi.advanceTimersByTimeAsync(69_999)
    expect(answered).toEqual(['6: 408'])
    await vi.advanceTimersByTimeAsync(1)
    expect(answered).toEqual(['6: 408', '70000: 408'])
  })

  it('for which there is no place is refused while it comes', async () => {
    const places = formPlaces()
    expect(places('a').grows(70_000, true)).toBe(true)
    expect(places('a').grows(70_000, true)).toBe(true)
    expect(await readBody(sent(silent(70_000)), LIMITS, places('a'))).toMatchObject({
      kind: 'refused',
      status: 503,
    })
  })
})

describe('the places', () => {
  const LARGE = 64 * 1_024 + 1

  it('are taken by large bodies alone, once each', () => {
    const places = formPlaces()
    for (let i = 0; i < 1_000; i++) expect(places('a').grows(LARGE - 1, true)).toBe(true)
    const one = places('a')
    for (let i = 0; i < 20; i++) expect(one.grows(LARGE + i, true)).toBe(true)
    expect(places('a').grows(LARGE, true)).toBe(true)
  })

  it('are two for a subscriber, three for files and eight for all, and are given back', () => {
    const places = formPlaces()
    const first = places('a')
    expect(first.grows(LARGE, true)).toBe(true)
    expect(places('a').grows(LARGE, false)).toBe(true)
    expect(places('a').grows(LARGE, false)).toBe(false)
    expect(places('b').grows(LARGE, true)).toBe(true)
    expect(places('c').grows(LARGE, true)).toBe(true)
    expect(places('d').grows(LARGE, true)).toBe(false)
    for (const who of ['e', 'f', 'g', 'h']) expect(places(who).grows(LARGE, false)).toBe(true)
    expect(places('i').grows(LARGE, false)).toBe(false)
    first.leave()
    first.leave()
    expect(places('i').grows(LARGE, true)).toBe(true)
    expect(places('k').grows(LARGE, false)).toBe(false)
  })
})

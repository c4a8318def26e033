import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CameraOptions, takePicture } from '../../src/evidence/camera.ts'
import { type Chromium, findChromium } from '../../src/evidence/chromium.ts'
import type { Picture } from '../../src/evidence/picture.ts'
import { createResolve } from '../../src/probe/resolve.ts'
import { instant } from '../../src/time/instant.ts'
import { closedPort, plain } from '../probe/listeners.ts'

const NOW = instant(Date.UTC(2026, 9, 1, 12))

let chromium: Chromium
beforeAll(async () => {
  const found = await findChromium({
    configured: process.env['CHROMIUM_PATH'],
    places: [],
    cache: join(tmpdir(), `nines-evidence-tests-${process.getuid?.() ?? 0}`),
  })
  if (found.kind === 'absent') throw new Error(found.why)
  chromium = found.chromium
}, 60_000)

const take = (url: string, options: Partial<CameraOptions> = {}): Promise<Picture> =>
  takePicture(url, { chromium, resolve: createResolve(), now: () => NOW, deadline: 12_000, ...options })

/** A site of pages by path. */
const site = (pages: Readonly<Record<string, RequestListener>>) =>
  plain((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://x').pathname]
    if (page) page(request, response)
    else response.writeHead(404).end()
  })
const html =
  (text: string): RequestListener =>
  (_request, response) =>
    response.writeHead(503, { 'content-type': 'text/html' }).end(text)

/** Width and height, from the head of a PNG. */
const sizeOf = (png: Uint8Array) => {
  const view = Buffer.from(png)
  return [view.readUInt32BE(16), view.readUInt32BE(20)]
}

/** Browsers of ours that still run. */
const browsers = (): number => {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  return lines.filter(line => line.startsWith(chromium.executable) && line.includes('max-old-space-size=256'))
    .length
}

describe('a picture of what a visitor saw', () => {
  it('shows the first screen of a page of any length, without what the endpoint sends, and leaves nothing running', async () => {
    const seen: unknown[] = []
    const server = await site({
      '/status': (request, response) => {
        seen.push(request.url, request.headers.authorization, request.headers.cookie)
        html(
          '<body style="margin:0"><h1>503</h1><div style="height:10000px;background:linear-gradient(red,blue)">',
        )(request, response)
      },
    })
    const found = await take(`http://user:secret@127.0.0.1:${server.port}/status?key=secret#x`)
    expect(found).toMatchObject({ kind: 'image/png', at: NOW, note: null, width: 1_280, height: 800 })
    if (found.kind === 'none') return
    expect(sizeOf(found.bytes)).toEqual([1_280, 800])
    expect(found.bytes.length).toBeLessThan(500_000)
    expect(seen).toEqual(['/status', undefined, undefined])
    await expect.poll(browsers).toBe(0)
  }, 20_000)

  it('is taken of a page that goes on loading, and said', async () => {
    const server = await site({
      '/': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.write('<h1>Half of it</h1><img src="/never">')
      },
      '/never': () => {},
    })
    const found = await take(server.url, { deadline: 4_000 })
    expect(found).toMatchObject({ kind: 'image/png', note: 'The page was still loading.' })
  }, 20_000)

  it('is a JPEG of at most 500 KB where a page is all noise', async () => {
    const noise = `<body style="margin:0"><canvas width=1280 height=800></canvas><script>
      const c = document.querySelector('canvas').getContext('2d'); const d = c.createImageData(1280, 800)
      for (let i = 0; i < d.data.length; i++) d.data[i] = i % 4 === 3 ? 255 : Math.random() * 256
      c.putImageData(d, 0, 0)</script>`
    const found = await take((await site({ '/': html(noise) })).url)
    expect(found.kind).toBe('image/jpeg')
    if (found.kind !== 'none') expect(found.bytes.length).toBeLessThanOrEqual(500_000)
  }, 20_000)
})

describe('there is no picture, but a reason, and no browser is left', () => {
  const none = (note: string | RegExp) => ({
    kind: 'none',
    at: NOW,
    note: typeof note === 'string' ? note : expect.stringMatching(note),
  })

  it.each([
    ['a page that asks for ever', '<script>for (;;) alert(1)</script>', /within 2 s/],
    ['a page that never lets go', '<script>for (;;);</script>', /within 2 s/],
  ])(
    'of %s',
    async (_name, text, note) => {
      const found = await take((await site({ '/': html(text) })).url, { deadline: 2_000 })
      expect(found).toEqual(none(note))
      await expect.poll(browsers).toBe(0)
    },
    20_000,
  )

  it('of a page that takes memory without end', async () => {
    const hungry =
      '<script>const a = []; setInterval(() => { a.push(new Uint8Array(5e7).fill(1)) }, 1)</script>'
    const server = await site({ '/': html(`${hungry}<img src="/never">`), '/never': () => {} })
    const found = await take(server.url, { memory: 600 * 1_048_576 })
    expect(found).toEqual(none(/more than 600 MiB of memory|made the browser crash/))
    await expect.poll(browsers).toBe(0)
  }, 20_000)

  it('where the browser is killed', async () => {
    const server = await site({
      '/': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).write('<p>wait')
        setTimeout(() => {
          const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
          const own = lines.find(
            line =>
              line.includes(chromium.executable) &&
              line.includes('max-old-space-size=256') &&
              !line.includes('--type='),
          )
          process.kill(Number(own?.trim().split(/\s+/)[0]), 'SIGKILL')
        }, 300)
      },
    })
    expect(await take(server.url)).toEqual(none('the browser ended by itself'))
    await expect.poll(browsers).toBe(0)
  }, 20_000)

  it('where Chromium cannot be started, of which the operator alone is told why', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nines-no-start-'))
    const executable = join(directory, 'chromium')
    writeFileSync(executable, '#!/bin/sh\necho No usable sandbox! >&2\nexit 1\n', { mode: 0o755 })
    const told: string[] = []
    const server = await site({ '/': html('<p>503') })
    const found = await take(server.url, {
      chromium: { ...chromium, executable },
      onNoStart: error => told.push(String(error)),
    })
    rmSync(directory, { recursive: true })
    expect(found).toEqual(none('Chromium could not be started'))
    expect(told).toEqual([expect.stringContaining('No usable sandbox!')])
  })

  it('of a download, and of what refuses or is not found', async () => {
    const server = await site({
      '/': (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' })
          .end('PK'),
    })
    const [download, refused, lost] = await Promise.all([
      take(server.url),
      take(`http://127.0.0.1:${await closedPort()}/`),
      take('http://nobody.invalid/'),
    ])
    expect(download).toEqual(none('the address gives a file to download, not a page'))
    expect(refused).toEqual(none('nothing was to be seen: 127.0.0.1 could not be reached (ECONNREFUSED)'))
    expect(lost).toEqual(none('nothing was to be seen: the name could not be resolved'))
  }, 30_000)

  it('of a redirect to a private address, where the endpoint has another', async () => {
    const server = await site({
      '/': (_request, response) => response.writeHead(302, { location: 'http://10.255.255.1/' }).end(),
    })
    expect(await take(server.url)).toEqual(
      none('nothing was to be seen: 10.255.255.1 was refused: 10.255.255.1 is a private address'),
    )
  }, 20_000)
})

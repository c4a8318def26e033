import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserServer, Page } from 'playwright-core'
import type { Resolve } from '../probe/resolve.ts'
import type { Instant } from '../time/instant.ts'
import type { Chromium } from './chromium.ts'
import { type Gate, openGate } from './gate.ts'
import type { Picture } from './picture.ts'
import { killGroup, memoryOfGroup } from './process-group.ts'

export interface CameraOptions {
  readonly chromium: Chromium
  readonly resolve: Resolve
  readonly now: () => Instant
  /** How long one picture may take in all, in ms. */
  readonly deadline?: number
  /** The most that the browser may hold in memory, in bytes. */
  readonly memory?: number
  /** Ends a picture that is being taken. */
  readonly signal?: AbortSignal
  /** Told why Chromium could not be started, which is the operator's business alone. */
  readonly onNoStart?: (error: unknown) => void
}

const VIEW = { width: 1_280, height: 800 }
const MOST_BYTES = 500_000
/** What a page goes on to draw after it has loaded, in ms. */
const SETTLE = 400

const ARGUMENTS = [
  '--js-flags=--max-old-space-size=256',
  // Everything goes through the gate, also what is on this machine, and nothing around it.
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
  '--dns-prefetch-disable',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-breakpad',
  '--disable-notifications',
  '--no-first-run',
  '--mute-audio',
  '--disk-cache-size=1',
  '--font-render-hinting=none',
]

/**
 * Takes a picture of what a visitor of an address sees: with a new browser, without the endpoint's headers, without its
 * user, password and query, which may be secrets. The browser is killed in every case. Never rejects.
 */
export async function takePicture(address: string, options: CameraOptions): Promise<Picture> {
  const { now, deadline = 20_000 } = options
  const session: Session = { server: null, gate: null, browser: null, watch: undefined, end: '' }
  const none = (note: string): Picture => ({ kind: 'none', at: now(), note })
  let timer: NodeJS.Timeout | undefined
  let abort = (): void => {}
  const ended = new Promise<Picture>(done => {
    const end = (why: string): void => {
      session.end ||= why
      done(none(session.end))
    }
    timer = setTimeout(end, deadline, `the page could not be pictured within ${deadline / 1_000} s`)
    abort = () => end('Nines was stopped meanwhile')
    options.signal?.addEventListener('abort', abort, { once: true })
    session.giveUp = end
  })
  try {
    if (options.signal?.aborted) return none('Nines was stopped meanwhile')
    return await Promise.race([
      picture(visited(address), options, session, performance.now() + deadline),
      ended,
    ])
  } catch (error) {
    // That the browser ended may be known a little later than what failed because of it.
    if (session.end === '') await sleep(100)
    return none(session.end || failure(error))
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
    session.end ||= 'over'
    await close(session)
  }
}

interface Session {
  server: BrowserServer | null
  gate: Gate | null
  browser: Browser | null
  watch: NodeJS.Timeout | undefined
  /** Why it was ended; empty while it goes on. */
  end: string
  giveUp?: (why: string) => void
}

function visited(address: string): URL {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url
}

async function picture(url: URL, options: CameraOptions, session: Session, end: number): Promise<Picture> {
  const left = (): number => Math.max(1, Math.ceil(end - performance.now()))
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const own =
    isIP(hostname) === 0
      ? await options.resolve(hostname, AbortSignal.timeout(left()))
      : ({ kind: 'found', addresses: [hostname] } as const)
  const none = (note: string): Picture => ({ kind: 'none', at: options.now(), note })
  if (own.kind !== 'found') return none('nothing was to be seen: the name could not be resolved')
  const page = await blankPage(own.addresses, options, session, left)

  page.on('dialog', dialog => void dialog.dismiss().catch(() => {}))
  page.on('crash', () => session.giveUp?.('the page made the browser crash'))
  let downloaded = false
  page.on('download', download => {
    downloaded = true
    void download.cancel().catch(() => {})
  })
  let asked = url
  page.on('request', request => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame() && URL.canParse(request.url()))
      asked = new URL(request.url())
  })
  const went = await goTo(page, url, left() * 0.4)
  if (downloaded || (went.kind === 'failed' && went.code === DOWNLOAD))
    return none('the address gives a file to download, not a page')
  if (went.kind === 'failed') {
    const trouble = session.gate?.troubleWith(asked.hostname)
    return none(
      `nothing was to be seen: ${trouble ? `${asked.hostname.slice(0, 100)} ${trouble}` : went.code}`,
    )
  }
  await page.waitForTimeout(Math.min(SETTLE, left() * 0.1))
  const note = went.kind === 'loading' ? 'The page was still loading.' : null
  return await shot(page, note, options.now)
}

async function blankPage(
  own: readonly string[],
  options: CameraOptions,
  session: Session,
  left: () => number,
): Promise<Page> {
  // Loaded when it is first needed: most installations take no picture.
  const { chromium } = await import('playwright-core')
  const gate = await openGate(own, options.resolve)
  session.gate = gate
  if (session.end !== '') await close(session)
  const launching = chromium.launchServer({
    executablePath: options.chromium.executable,
    env: environment(options.chromium.env),
    headless: true,
    // Chromium refuses to be sandboxed as root.
    chromiumSandbox: process.getuid?.() !== 0,
    proxy: { server: gate.address },
    args: ARGUMENTS,
    host: '127.0.0.1',
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: left(),
  })
  const server = await launching.catch(error => {
    if (session.end === '') {
      options.onNoStart?.(error)
      session.end = 'Chromium could not be started'
    }
    throw error
  })
  session.server = server
  if (session.end !== '') await close(session)
  watchMemory(server, options.memory ?? 1_073_741_824, session)
  server.on('close', () => session.giveUp?.(ENDED))
  session.browser = await chromium.connect(server.wsEndpoint(), { timeout: left() })
  const context = await session.browser.newContext({
    viewport: VIEW,
    acceptDownloads: false,
    serviceWorkers: 'block',
    permissions: [],
    locale: 'en-GB',
  })
  context.setDefaultTimeout(left())
  context.on('page', page => {
    if (context.pages().length > 1) void page.close().catch(() => {})
  })
  return context.newPage()
}

/** Little of our own environment: it may hold secrets. */
const environment = (more: Readonly<Record<string, string>>): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'XDG_RUNTIME_DIR', 'FONTCONFIG_PATH', 'LD_LIBRARY_PATH']
  const own = kept.flatMap(name => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(own), ...more }
}

function watchMemory(server: BrowserServer, most: number, session: Session): void {
  const leader = server.process().pid
  if (leader === undefined) return
  session.watch = setInterval(() => {
    void memoryOfGroup(leader).then(used => {
      if (used > most)
        session.giveUp?.(`the page used more than ${Math.round(most / 1_048_576)} MiB of memory`)
    })
  }, 200)
}

type Went = { readonly kind: 'loaded' | 'loading' } | { readonly kind: 'failed'; readonly code: string }

async function goTo(page: Page, url: URL, patience: number): Promise<Went> {
  try {
    await page.goto(url.href, { waitUntil: 'commit', timeout: patience })
  } catch (error) {
    const code = failure(error)
    if (code.startsWith(FAULT)) throw error
    return { kind: 'failed', code }
  }
  try {
    await page.waitForLoadState('load', { timeout: patience })
    return { kind: 'loaded' }
  } catch {
    return { kind: 'loading' }
  }
}

/** As PNG, else as JPEG of the best quality that is small enough. */
async function shot(page: Page, note: string | null, now: () => Instant): Promise<Picture> {
  // Not the library's own way, which waits for fonts, and so for a page that never ends.
  const session = await page.context().newCDPSession(page)
  const capture = async (format: 'png' | 'jpeg', quality?: number): Promise<Buffer> => {
    const wanted = { format, ...(quality === undefined ? {} : { quality }), captureBeyondViewport: false }
    return Buffer.from((await session.send('Page.captureScreenshot', wanted)).data, 'base64')
  }
  const png = await capture('png')
  if (png.length <= MOST_BYTES) return { kind: 'image/png', at: now(), note, bytes: png, ...VIEW }
  for (const quality of [75, 50, 25, 8]) {
    const jpeg = await capture('jpeg', quality)
    if (jpeg.length <= MOST_BYTES) return { kind: 'image/jpeg', at: now(), note, bytes: jpeg, ...VIEW }
  }
  return { kind: 'none', at: now(), note: 'the picture was larger than 500 KB' }
}

const ENDED = 'the browser ended by itself'
const FAULT = 'the browser failed'

/** What the library says where an address is a file. */
const DOWNLOAD = 'a download'

/** The browser's own word for what went wrong, without addresses. */
function failure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const code = /net::(ERR_[A-Z_]+)/.exec(text)?.[1]
  if (code !== undefined) return code
  if (/Download is starting/.test(text)) return DOWNLOAD
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  return `${FAULT} (${(error instanceof Error ? error.name : 'unknown error').slice(0, 40)})`
}

async function close(session: Session): Promise<void> {
  clearInterval(session.watch)
  const leader = session.server?.process().pid
  if (leader !== undefined) killGroup(leader)
  const { server, gate } = session
  session.browser = null
  await Promise.race([
    Promise.allSettled([server?.kill() ?? null, gate?.close() ?? null]),
    new Promise(done => setTimeout(done, 2_000).unref()),
  ])
}

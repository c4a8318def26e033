import { randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { canonicalBytes } from '../../src/log/canonical.ts'
import { checkpointText, type Signer, signerOf, signNote, toHex } from '../../src/log/note.ts'
import { growTree, leafHash } from '../../src/log/tree.ts'
import type { SealedMonth } from '../../src/month/months.ts'
import { loadAssets } from '../../src/page/assets.ts'
import { type CheckView, checkView } from '../../src/page/check-view.ts'
import { SECURITY_HEADERS } from '../../src/page/security.ts'
import { templates } from '../../src/page/templates.ts'
import type { Bundle } from '../../src/verify/bundle.ts'

export type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T
export type Opened = Writable<Bundle>

export const text = (bundle: unknown): string => new TextDecoder().decode(canonicalBytes(bundle))
export const opened = (sealed: string): Opened => JSON.parse(sealed) as Opened

const VIEWS = join(import.meta.dirname, '../../views')

/** Puts the record into the log anew and signs that: what the operator alone can do, or who claims to be them. */
export function resign(bundle: Opened, signer: Signer): Opened {
  bundle.log.leaves[bundle.log.index] = toHex(leafHash(canonicalBytes(bundle.record)))
  const tree = growTree(bundle.log.leaves.map(leaf => Buffer.from(leaf, 'hex')))
  bundle.log.checkpoint = signNote(
    checkpointText({ origin: signer.key.name, size: tree.size, root: tree.root() }),
    [signer],
  )
  bundle.log.keys = [signer.key.text]
  return bundle
}

export const stranger = (): Signer => signerOf('status.example.com/log', randomBytes(32))

export interface CheckSite {
  readonly url: string
  /** What is sent as the entries of the log from now on. */
  log(entries: string | ((response: ServerResponse) => void)): void
  /** With which query the log was asked for since; null where it was not. */
  asked(): string | null
  /** What is sent as the bundle from now on. */
  send(bundle: string | ((response: ServerResponse) => void)): void
  /** Changes what the page shows. */
  show(change: (view: CheckView) => CheckView): void
  close(): Promise<void>
}

/** The page of a check as it is served, with a bundle that is any text. */
export async function serveCheck(sealed: SealedMonth, bundle: string): Promise<CheckSite> {
  const assets = loadAssets(join(VIEWS, 'assets'))
  const byPath = new Map([...assets.values()].map(asset => [asset.path, asset]))
  const path = (name: string) => assets.get(name)?.path ?? ''
  const render = templates(VIEWS)
  let sending: string | ((response: ServerResponse) => void) = bundle
  let logging: string | ((response: ServerResponse) => void) = ''
  let query: string | null = null
  let change = (view: CheckView) => view
  const page = (): string => {
    const view = change(checkView(sealed, null))
    return render('/check', {
      view,
      site: {
        title: 'Example status',
        timeZone: 'Europe/London',
        rules: '',
        css: path('page.css'),
        js: path('page.js'),
        icon: path('favicon.svg'),
        verify: path('verify.js'),
        verifyWorker: path('verify-worker.js'),
      },
      head: {
        title: 'Check',
        description: 'Check',
        feed: '/feed.xml',
        canonical: null,
        trail: [
          { name: view.service, href: view.serviceHref },
          { name: view.monthName, href: view.monthHref },
          { name: 'Check', href: null },
        ],
        data: null,
      },
    })
  }
  const server: Server = createServer((request, response) => {
    const asked = (request.url ?? '').split('?')[0] ?? ''
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const asset = byPath.get(asked)
    if (asset) return response.setHeader('content-type', asset.type).end(asset.body)
    if (asked.endsWith('/check'))
      return response.setHeader('content-type', 'text/html; charset=utf-8').end(page())
    if (asked === '/api/v1/log/entries.ndjson') {
      query = (request.url ?? '').split('?')[1] ?? ''
      response.setHeader('content-type', 'application/x-ndjson')
      return typeof logging === 'function' ? logging(response) : response.end(logging)
    }
    if (!asked.endsWith('/bundle')) return response.writeHead(404).end()
    if (typeof sending === 'function') return sending(response)
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-encoding', 'gzip')
    return response.end(gzipSync(sending))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: now => {
      sending = now
    },
    log: now => {
      logging = now
      query = null
    },
    asked: () => query,
    show: now => {
      change = now
    },
    close: () =>
      new Promise(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { problem } from './api/problem.ts'
import type { Pages } from './page/pages.ts'

/** A room that answers some addresses and hands on the rest. */
export interface Room {
  readonly door: MiddlewareHandler
}

/** Everything that is served over HTTP, as one app: the apps in their order, then the rooms behind their doors, then the pages. */
export function composeApp(
  apps: readonly Hono[],
  rooms: readonly Room[],
  pages: Pages,
  onError: (error: Error) => void,
): Hono {
  const app = new Hono()
  app.onError((error, c) => {
    onError(error)
    return problem(c, 503, 'This cannot be answered at the moment. Please try again.')
  })
  app.notFound(c => problem(c, 405, 'Only GET is understood here.'))
  for (const { door } of rooms) app.use(door)
  for (const one of apps) app.route('/', one)
  app.route('/', pages.app)
  return app
}

/** A request whose address or Host header makes no URL. */
const malformed = (): Response =>
  Response.json(
    { type: 'about:blank', title: 'Bad request', status: 400, detail: 'The request names no valid address.' },
    { status: 400, headers: { 'content-type': 'application/problem+json' } },
  )

/** An HTTP server that answers pages straight from memory, and everything else through the app. */
export function httpServer(app: Hono, pages: Pages): Server {
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // For HTTP/1.0, which needs no Host.
    hostname: 'localhost',
    errorHandler: () => malformed(),
  })
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: 15_000, maxHeaderSize: 16_384 },
    (request: IncomingMessage, response: ServerResponse) => {
      const { method, url, headers } = request
      if ((method === 'GET' || method === 'HEAD') && url !== undefined) {
        const { 'accept-encoding': accept, 'if-none-match': tag } = headers
        const hit = pages.lookup(url, Array.isArray(accept) ? accept.join() : accept, tag)
        if (hit) {
          response.writeHead(hit.status, hit.headers)
          response.end(method === 'HEAD' ? null : hit.body)
          return
        }
      }
      void listener(request, response)
    },
  )
  server.maxRequestsPerSocket = 10_000
  return server
}

/** Takes no further connection, and waits for the answers that are under way: for `patience` ms at most. */
export async function closeServer(server: Server, patience: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(idle)
  clearTimeout(impatience)
}

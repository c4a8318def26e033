import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EndpointId } from '../catalog/model.ts'
import type { Instant } from '../time/instant.ts'
import { type Mood, type Phase, phaseAt, type Rhythm } from './cycle.ts'
import { latencyAt, profileOf } from './profiles.ts'

/** A local server that is probed. */
export interface Target {
  /** Without a trailing slash. */
  readonly address: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** Longer than any check waits. */
const SLOW = 30_000

/** Answers every path, after the time that the endpoint of that name usually takes. */
export async function steadyTarget(now: () => Instant): Promise<Target> {
  return serving((request, response) => {
    const id = (request.url ?? '/').slice(1) as EndpointId
    setTimeout(
      () => {
        const json = id === 'iam-token'
        response.setHeader('content-type', json ? 'application/json' : 'text/html; charset=utf-8')
        response.end(json ? '{"status":"ok"}' : '<!doctype html><title>Demo</title><h1>Sign in</h1>')
      },
      latencyAt(profileOf(id), now(), null) / 1_000,
    )
  })
}

export interface ShakyTarget extends Target {
  /** Starts the rhythm; until then it is up. */
  begin(): void
  mood(): Mood
}

/** Goes down and comes back in a rhythm: it answers 503, then refuses connections, then does not answer. */
export async function shakyTarget(rhythm: Rhythm): Promise<ShakyTarget> {
  let begun: number | null = null
  const phase = (): Phase => phaseAt(begun === null ? 0 : performance.now() - begun, rhythm)
  const server = createServer((_request, response) => {
    const { mood } = phase()
    if (mood === 'slow') {
      const late = setTimeout(() => response.end('ok'), SLOW)
      response.on('close', () => clearTimeout(late))
      return
    }
    response.statusCode = mood === 'status' ? 503 : 200
    response.end(mood === 'status' ? 'out of order' : 'ok')
  })
  const port = await listen(server, 0)
  let timer: NodeJS.Timeout | undefined
  let closed = false
  // A port that somebody else took meanwhile stays closed until the next turn: the example is down a little longer.
  server.on('error', () => {})
  const turn = (): void => {
    if (closed) return
    const { mood, left } = phase()
    if (mood === 'refused') shut(server)
    else if (!server.listening) server.listen(port, HOST)
    timer = setTimeout(turn, Math.min(left + 5, 1_000))
  }
  return {
    address: `http://${HOST}:${port}`,
    begin() {
      begun ??= performance.now()
      clearTimeout(timer)
      turn()
    },
    mood: () => phase().mood,
    async close() {
      closed = true
      clearTimeout(timer)
      shut(server)
    },
  }
}

async function serving(answer: RequestListener): Promise<Target> {
  const server = createServer(answer)
  const port = await listen(server, 0)
  return { address: `http://${HOST}:${port}`, close: async () => shut(server) }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function shut(server: Server): void {
  server.close()
  server.closeAllConnections()
}

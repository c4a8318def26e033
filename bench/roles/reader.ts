import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What to ask for. A `*` in the path is another number each time. */
interface Wanted {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
}

export type Question =
  /** As fast as the answers come, on connections that stay open. */
  | (Wanted & { readonly kind: 'load'; readonly ms: number })
  /** Once on each connection, all at one moment. */
  | (Wanted & { readonly kind: 'burst' })

export interface Read {
  readonly count: number
  /** From the question to the end of its answer, in ms. */
  readonly latencies: readonly number[]
  readonly statuses: Readonly<Record<string, number>>
  /** Bytes of the last body as sent, and its tag. */
  readonly size: number
  readonly tag: string | null
  readonly seconds: number
  /** Of this client, in cores. */
  readonly busy: number
}

/** Reads pages over raw sockets, one request at a time on each, so that the client costs less than the server. */
export async function reader(_options: null) {
  return { told: null, ask: (question: Question): Promise<Read> => read(question) }
}

async function read(question: Question): Promise<Read> {
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  let size = 0
  let tag: string | null = null
  let number = 0
  const [before, after] = question.path.split('*')
  const rest = ` HTTP/1.1\r\nhost: 127.0.0.1\r\n${Object.entries(question.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
  const begun = performance.now()
  const usage = process.cpuUsage()
  const end = begun + (question.kind === 'load' ? question.ms : 0)

  const lane = async (): Promise<void> => {
    let read = (_data: Buffer): void => {}
    // One buffer for all that comes: a new one for each part costs the client more than the page costs the server.
    const socket = connect({
      port: question.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(65_536),
        callback: (length, buffer) => {
          read((buffer as Buffer).subarray(0, length))
          return true
        },
      },
    })
    await once(socket, 'connect')
    await new Promise<void>((done, fail) => {
      let asked = 0
      const ask = (): void => {
        asked = performance.now()
        socket.write(`GET ${before}${after === undefined ? '' : `${number++}${after}`}${rest}`)
      }
      read = onAnswers(socket, fail, answer => {
        latencies.push(performance.now() - asked)
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
        size = answer.size
        tag = answer.tag
        if (performance.now() < end) ask()
        else {
          socket.destroy()
          done()
        }
      })
      ask()
    })
  }
  await Promise.all(Array.from({ length: question.connections }, lane))
  const seconds = (performance.now() - begun) / 1_000
  const { user, system } = process.cpuUsage(usage)
  return {
    count: latencies.length,
    latencies,
    statuses,
    size,
    tag,
    seconds,
    busy: (user + system) / 1e6 / seconds,
  }
}

interface Answered {
  readonly status: string
  readonly size: number
  readonly tag: string | null
}

/** Reads what comes, and calls back at the end of each answer, by its length or its last chunk. */
function onAnswers(
  socket: Socket,
  fail: (error: Error) => void,
  done: (answer: Answered) => void,
): (data: Buffer) => void {
  let head = ''
  let left = -1
  let size = 0
  let chunked = false
  let tail = ''
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed a connection')))
  return data => {
    let body = data.length
    if (left < 0 && !chunked) {
      head += data.toString('latin1', 0, Math.min(data.length, 2_048))
      const stop = head.indexOf('\r\n\r\n')
      if (stop < 0) return
      const status = head.slice(9, 12)
      body = data.length - (stop + 4 - (head.length - Math.min(data.length, 2_048)))
      head = head.slice(0, stop)
      chunked = /\r\ntransfer-encoding: chunked/i.test(head)
      size = status === '304' ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      left = size
    }
    if (chunked) {
      size += body
      tail = (tail + data.toString('latin1')).slice(-5)
      if (tail !== '0\r\n\r\n') return
    } else {
      left -= body
      if (left > 0) return
    }
    const answer = {
      status: head.slice(9, 12),
      size,
      tag: /\r\netag: ([^\r]+)/i.exec(head)?.[1] ?? null,
    }
    head = ''
    left = -1
    chunked = false
    tail = ''
    done(answer)
  }
}

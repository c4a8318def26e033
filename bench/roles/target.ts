import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

const BODY = 'ok\n'
const RESPONSE = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${BODY.length}\r\nconnection: close\r\n\r\n${BODY}`
/** So many addresses that the ports of closed connections never run out. */
const ADDRESSES = 8

export interface Held {
  readonly path: string
  /** When the request came, in UTC ms, and how long it was held, in ms. */
  readonly at: number
  readonly ms: number
}

/** A watched target that costs as little as it can: it answers whatever it is sent, after `delay` ms. */
export async function target({ delay }: { readonly delay: number }) {
  let held: Held[] = []
  const reply = (socket: Socket, path: string, at: number, since: number): void => {
    held.push({ path, at, ms: performance.now() - since })
    socket.end(RESPONSE)
  }
  const take = (socket: Socket): void => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (request: Buffer) => {
      if (delay === 0) {
        socket.end(RESPONSE)
        return
      }
      const path = request.toString('latin1', 0, 100).split(' ', 2)[1] ?? ''
      setTimeout(reply, delay, socket, path, Date.now(), performance.now())
    })
  }
  const origins = await Promise.all(
    Array.from({ length: ADDRESSES }, async (_, i) => {
      const server = createServer({ noDelay: true }, take).listen(0, `127.0.0.${i + 1}`, 4_096)
      await once(server, 'listening')
      return `http://127.0.0.${i + 1}:${(server.address() as AddressInfo).port}`
    }),
  )
  return {
    told: { origins },
    /** The requests that were held since the last question. */
    ask: async (_question: 'held'): Promise<readonly Held[]> => {
      const answer = held
      held = []
      return answer
    },
  }
}

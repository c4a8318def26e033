import { connect, type Socket } from 'node:net'

/** Whoever speaks SMTP line by line, and by hand. */
export interface Dialogue {
  readonly socket: Socket
  /** Sends a line and gives the reply: all its lines, as one text. */
  say(line: string): Promise<string>
  /** The next reply, or `closed`. */
  hear(): Promise<string>
  /** Sends as it is. */
  send(text: string | Buffer): void
  readonly closed: Promise<void>
}

export function dial(port: number): Dialogue {
  const socket = connect(port, '127.0.0.1')
  let buffer = ''
  let ended = false
  const waiting: ((reply: string) => void)[] = []
  const replies: string[] = []
  const give = (reply: string) => {
    const next = waiting.shift()
    if (next) next(reply)
    else replies.push(reply)
  }
  socket.on('error', () => {})
  socket.on('data', chunk => {
    buffer += chunk.toString('latin1')
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(buffer)
      if (!whole) return
      buffer = buffer.slice(whole[0].length)
      give(whole[0].trimEnd())
    }
  })
  const closed = new Promise<void>(done =>
    socket.on('close', () => {
      ended = true
      for (const wake of waiting.splice(0)) wake('closed')
      done()
    }),
  )
  const hear = (): Promise<string> => {
    const reply = replies.shift()
    if (reply !== undefined) return Promise.resolve(reply)
    return ended ? Promise.resolve('closed') : new Promise(done => waiting.push(done))
  }
  return {
    socket,
    hear,
    say: line => {
      socket.write(`${line}\r\n`)
      return hear()
    },
    send: text => socket.write(text),
    closed,
  }
}

import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Delivered {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly secure: boolean
  readonly user: unknown
}

export interface Peer {
  readonly port: number
  readonly mails: Delivered[]
  /** How many connections were made. */
  readonly connections: () => number
  close(): Promise<void>
}

/** A refusal with a reply code, as smtp-server takes it. */
export const reply = (code: number, message = `reply ${code}`): Error =>
  Object.assign(new Error(message), { responseCode: code })

/** A mail server that letters are handed to. */
export async function startPeer(options: SMTPServerOptions = {}, port = 0): Promise<Peer> {
  const mails: Delivered[] = []
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onConnect(_session, callback) {
      connections++
      callback()
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          secure: session.secure,
          user: session.user,
        })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    close: () => new Promise(done => server.close(() => done())),
  }
}

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { generate } from 'selfsigned'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../src/mail/compose.ts'
import { deliverOverSmtp, type Smtp } from '../../src/mail/deliver.ts'
import { type Peer, reply, startPeer } from './peer.ts'

const message: Message = {
  from: 'support@example.com',
  to: { name: 'Ada "the first", Lovelace', address: 'ada@example.org' },
  envelope: { from: 'support@example.com', to: 'ada@example.org' },
  subject: 'Größe',
  text: `Hello.\n.\n${'long '.repeat(500)}\n`,
  date: new Date(Date.UTC(2026, 9, 1)),
  messageId: '<fixed@example.com>',
  headers: {},
}
const never = new AbortController().signal
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

let key: string
let cert: string
beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  key = made.private
  cert = made.cert
})

async function peer(options: Parameters<typeof startPeer>[0] = {}): Promise<Peer> {
  const started = await startPeer(options)
  closing.push(() => started.close())
  return started
}
const smtp = (port: number, rest: Partial<Smtp> = {}): Smtp => ({
  host: 'localhost',
  port,
  secure: 'none',
  ...rest,
})

describe('a delivery', () => {
  it('is encrypted from the first byte, or after STARTTLS, with a certificate that is trusted', async () => {
    const starttls = await peer({ key, cert, disabledCommands: [] })
    const tls = await peer({ key, cert, secure: true })
    const deliver = deliverOverSmtp(cert)
    expect(await deliver(message, smtp(starttls.port, { secure: 'starttls' }), never)).toEqual({
      kind: 'sent',
    })
    expect(await deliver(message, smtp(tls.port, { secure: 'tls' }), never)).toEqual({ kind: 'sent' })
    expect([...starttls.mails, ...tls.mails].map(({ secure }) => secure)).toEqual([true, true])
    expect(starttls.mails[0]!.raw).toContain('To: "Ada \\"the first\\", Lovelace" <ada@example.org>\r\n')
    const untrusted = await deliverOverSmtp()(message, smtp(tls.port, { secure: 'tls' }), never)
    expect(untrusted).toMatchObject({ kind: 'unreachable' })
  })

  it('signs in where it is told to; where that is refused, all letters wait', async () => {
    const server = await peer({
      key,
      cert,
      disabledCommands: [],
      authOptional: false,
      onAuth: (auth, _session, callback) =>
        auth.username === 'nines' && auth.password === 'secret-word'
          ? callback(null, { user: auth.username })
          : callback(null, { message: 'No', responseCode: 535 }),
    })
    const deliver = deliverOverSmtp(cert)
    const settings = smtp(server.port, { secure: 'starttls', user: 'nines', password: 'secret-word' })
    expect(await deliver(message, settings, never)).toEqual({ kind: 'sent' })
    expect(server.mails[0]!.user).toBe('nines')
    const wrong = await deliver(message, { ...settings, password: 'wrong-word' }, never)
    expect(wrong).toMatchObject({ kind: 'unreachable' })
    expect(JSON.stringify(wrong)).not.toContain('wrong-word')
    const none = await deliver(message, smtp(server.port, { secure: 'starttls' }), never)
    expect(none).toMatchObject({ kind: expect.stringMatching(/later|unreachable/) })
  })

  it.each([
    [421, 'unreachable'],
    [450, 'later'],
    [452, 'later'],
    [530, 'later'],
    [550, 'refused'],
    [553, 'refused'],
  ])('whose recipient is answered with %i comes out as %s', async (code, kind) => {
    const server = await peer({ onRcptTo: (_a, _s, callback) => callback(reply(code)) })
    expect(await deliverOverSmtp()(message, smtp(server.port), never)).toMatchObject({ kind })
  })

  it('ends when it is told to, though the server never does, and whatever the server says', async () => {
    const sockets: Socket[] = []
    const serve = async (talk: (socket: Socket) => void): Promise<number> => {
      const server: Server = createServer(socket => {
        sockets.push(socket)
        socket.on('error', () => {})
        talk(socket)
      })
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
      closing.push(() => {
        for (const socket of sockets) socket.destroy()
        return new Promise(done => server.close(done))
      })
      return (server.address() as AddressInfo).port
    }
    const silent = await serve(() => {})
    const deliver = deliverOverSmtp()
    const host = '127.0.0.1'
    const stopped = await deliver(message, smtp(silent, { host }), AbortSignal.timeout(200))
    expect(stopped).toMatchObject({ kind: 'unreachable' })
    const talks: readonly ((socket: Socket) => void)[] = [
      socket => socket.end(),
      socket => socket.destroy(),
      socket => socket.write('\u0000\r\n\r\n999 x\r\n'),
      socket => socket.end('554 go away\r\n'),
      socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      socket => socket.write('220-'.repeat(100_000)),
    ]
    for (const talk of talks) {
      const port = await serve(talk)
      const came = await deliver(message, smtp(port, { host }), AbortSignal.timeout(500))
      expect(came.kind).toBe('unreachable')
    }
  })
})

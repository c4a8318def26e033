import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerError,
  type SMTPServerSession,
} from 'smtp-server'
import type { MailConfig } from '../config/sections/mail.ts'
import type { Instant } from '../time/instant.ts'
import { domainOf, isMailbox, sameMailbox } from './address.ts'
import { type Envelope, type IncomingMail, LARGEST_MAIL } from './incoming.ts'
import { type ReadMail, threadedReader } from './parser.ts'
import { oneLine } from './text.ts'
import { createThrottle, subscriberOf } from './throttle.ts'

export type DoorSettings = NonNullable<MailConfig['door']>

export interface DoorOptions {
  /** Host and port are read once, the recipients for each mail. */
  readonly settings: () => DoorSettings
  /** Takes a mail; it is answered for only once this has resolved. Where it rejects, the sender tries again later. */
  readonly onMail: (mail: IncomingMail) => Promise<void>
  readonly now: () => Instant
  /** What was refused and why, and what failed. */
  readonly log: (message: string, error?: Error) => void
  /** How a mail is read, if not in a thread of its own. */
  readonly read?: ReadMail
  /** After how long a session is ended whatever it does, in ms; 10 minutes by default. */
  readonly longestSession?: number
  /** After how long a session is ended that has not begun a mail, or not gone on to its text, in ms; 60 s by default. */
  readonly longestIdle?: number
}

export interface Door {
  readonly port: number
  /** Takes no further mail; what is being transferred has 10 s. */
  stop(): Promise<void>
}

const MOST_CONNECTIONS = 20
const MOST_FROM_ONE = 10
const MAILS_A_MINUTE = 60
/** What all mails being transferred may take in memory, in bytes. */
const MOST_HELD = 5 * LARGEST_MAIL
const SILENCE = 60_000
const MINUTE = 60_000

/** Commands that are no use here, or tell of the machine. */
const DISABLED = ['AUTH', 'STARTTLS', 'VRFY', 'EXPN', 'HELP', 'ETRN', 'WIZ', 'SHELL', 'KILL']

/** A session that has a place. */
interface Held {
  readonly who: string
  readonly end: NodeJS.Timeout
  idle: NodeJS.Timeout
  /** Whether a mail was begun since the last one came. */
  begun: boolean
}

/** An answer that the other side gets with this code. */
function refusal(code: number, message: string): SMTPServerError {
  const error: SMTPServerError = new Error(message)
  error.responseCode = code
  return error
}

/** Opens the SMTP door, and resolves once it listens. Rejects where the port is not to be had. */
export async function startDoor(options: DoorOptions): Promise<Door> {
  const {
    settings,
    onMail,
    now,
    log,
    read = threadedReader(),
    longestSession = 10 * MINUTE,
    longestIdle = MINUTE,
  } = options
  const { host, port, recipients } = settings()
  const throttle = createThrottle(MAILS_A_MINUTE, MINUTE)
  const sessions = new Map<string, Held>()
  let held = 0

  const known = (address: string): string | undefined =>
    settings().recipients.find(recipient => sameMailbox(recipient, address))

  const server = new SMTPServer({
    name: domainOf(recipients[0]),
    banner: '',
    heloResponse: '%s',
    logger: false,
    disabledCommands: DISABLED,
    disableReverseLookup: true,
    authOptional: true,
    size: LARGEST_MAIL,
    rejectOversized: true,
    maxClients: MOST_CONNECTIONS,
    maxRecipients: 100,
    maxCommandLength: 2_048,
    socketTimeout: SILENCE,
    closeTimeout: 10_000,

    onConnect(session, callback) {
      const who = subscriberOf(session.remoteAddress)
      const others = [...sessions.values()].filter(other => other.who === who)
      if (others.length >= MOST_FROM_ONE) {
        log(`too many connections from ${who}`)
        return callback(refusal(421, 'Too many connections from your address, try again later'))
      }
      // However little it sends at a time: nobody holds a place for ever.
      const end = setTimeout(() => hangUp(session.id, 'The session has lasted too long'), longestSession)
      end.unref()
      sessions.set(session.id, { who, end, idle: idleEnd(session.id), begun: false })
      callback()
    },

    onClose(session) {
      const closed = sessions.get(session.id)
      clearTimeout(closed?.end)
      clearTimeout(closed?.idle)
      sessions.delete(session.id)
    },

    onMailFrom({ address }, session, callback) {
      const who = subscriberOf(session.remoteAddress)
      if (!throttle.allows(who, now())) {
        log(`too many mails from ${who}`)
        return callback(refusal(451, 'Too many mails from your address, try again later'))
      }
      if (address !== '' && !isMailbox(address))
        return callback(refusal(553, 'The sender is no mail address'))
      begin(session.id)
      callback()
    },

    onRcptTo({ address }, _session, callback) {
      callback(known(address) === undefined ? refusal(550, 'There is no such mailbox here') : null)
    },

    onData(stream, session, callback) {
      clearTimeout(sessions.get(session.id)?.idle)
      const done = () => waitForMail(session.id)
      take(stream, session)
        .finally(done)
        .then(
          () => callback(null, 'Taken'),
          (error: SMTPServerError) => {
            if (error.responseCode !== undefined) {
              log(`refused with ${error.responseCode}: ${error.message}`)
              return callback(error)
            }
            log('a mail could not be taken; its sender will try again', error)
            callback(refusal(451, 'The mail cannot be taken at the moment, try again later'))
          },
        )
    },
  })

  function idleEnd(id: string): NodeJS.Timeout {
    return setTimeout(() => hangUp(id, 'No mail came for too long'), longestIdle).unref()
  }

  /** A mail that was begun gets the same time again, once: beginning another one does not count. */
  function begin(id: string): void {
    const session = sessions.get(id)
    if (!session || session.begun) return
    clearTimeout(session.idle)
    session.begun = true
    session.idle = idleEnd(id)
  }

  function waitForMail(id: string): void {
    const session = sessions.get(id)
    if (!session) return
    session.begun = false
    session.idle = idleEnd(id)
  }

  function hangUp(id: string, why: string): void {
    for (const connection of server.connections) {
      if (connection.id !== id) continue
      connection.send(421, why)
      connection.close()
    }
  }

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const { mailFrom, rcptTo } = session.envelope
    const to = rcptTo.flatMap(({ address }) => known(address) ?? [])
    const envelope: Envelope = {
      from: mailFrom === false ? null : mailFrom.address,
      to: [...new Set(to)],
    }
    let own = 0
    try {
      const raw = await collect(stream, size => {
        if (held + size > MOST_HELD) return false
        held += size
        own += size
        return true
      })
      const reading = await read(raw, envelope, now())
      if (!reading.ok) throw refusal(554, oneLine(reading.why, 200))
      await onMail(reading.mail)
    } finally {
      held -= own
    }
  }

  server.on('error', error => log('a connection failed', error))
  server.listen(port, host)
  try {
    await once(server.server, 'listening')
  } catch (error) {
    throw new Error(`mail.door cannot listen on ${host}:${port}: ${whyNot(error)}`, { cause: error })
  }
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => {
          for (const { end, idle } of sessions.values()) {
            clearTimeout(end)
            clearTimeout(idle)
          }
          resolve()
        })
      }),
  }
}

function whyNot(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return 'the port is taken'
    case 'EACCES':
      return 'this user may not take the port'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'it is no address of this machine'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/**
 * The whole of a mail. What is too large, or for which `room` says no, is let pass unkept to its end, as the other side
 * listens only then. Rejects where the connection ends first.
 */
async function collect(stream: SMTPServerDataStream, room: (size: number) => boolean): Promise<Buffer> {
  const chunks: Buffer[] = []
  let refused: SMTPServerError | null = null
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (refused !== null) continue
    if (stream.sizeExceeded) refused = refusal(552, 'The mail is larger than 20 MB')
    else if (!room(chunk.length)) refused = refusal(451, 'Too many mails at the moment, try again later')
    else chunks.push(chunk)
    if (refused !== null) chunks.length = 0
  }
  if (refused !== null) throw refused
  return Buffer.concat(chunks)
}

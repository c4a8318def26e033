import type { Readable } from 'node:stream'
import { type Envelope, type IncomingMail, LARGEST_MAIL } from '../mail/incoming.ts'
import { readMail } from '../mail/reading.ts'
import type { Instant } from '../time/instant.ts'

/** As sysexits.h has them, which mail servers go by. */
const EXIT = { taken: 0, badData: 65, tryAgain: 75 } as const

export interface Received {
  readonly onMail: (mail: IncomingMail) => Promise<void>
  readonly now: () => Instant
  /** Told why a mail was not taken. */
  readonly say?: (why: string) => void
}

/**
 * `nines receive`: reads one mail from a mailbox's pipe. Resolves with the exit code: 0 taken, 65 not a mail that can
 * be taken, 75 try again later. Never rejects.
 */
export async function receive(stdin: Readable, { onMail, now, say = () => {} }: Received): Promise<number> {
  try {
    const raw = await readAll(stdin)
    if (raw === null) {
      say('the mail is larger than 20 MB')
      return EXIT.badData
    }
    const mail = withoutPostmark(raw)
    const reading = await readMail(mail, envelopeOf(mail), now())
    if (!reading.ok) {
      say(reading.why)
      return EXIT.badData
    }
    await onMail(reading.mail)
    return EXIT.taken
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return EXIT.tryAgain
  }
}

/** Null where it is more than the largest mail; read to its end all the same, or the pipe would break. */
async function readAll(stdin: Readable): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    size += bytes.length
    if (size <= LARGEST_MAIL) chunks.push(bytes)
    else chunks.length = 0
  }
  return size > LARGEST_MAIL ? null : Buffer.concat(chunks)
}

/** Mailbox pipes put a line `From sender date` before the mail, which is no header. */
function withoutPostmark(raw: Buffer): Buffer {
  if (raw.subarray(0, 5).toString('latin1') !== 'From ') return raw
  const end = raw.indexOf('\n')
  return end < 0 ? raw : raw.subarray(end + 1)
}

/** What the mail server wrote on top of the headers when it delivered (RFC 5321, 4.4). */
function envelopeOf(mail: Buffer): Envelope {
  const head =
    mail
      .subarray(0, 65_536)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0] ?? ''
  const value = (name: string) => new RegExp(`^${name}:[ \\t]*<?([^\\s<>]*)>?`, 'im').exec(head)?.[1]
  const to = value('X-Original-To') ?? value('Delivered-To')
  return { from: value('Return-Path') ?? null, to: to ? [to] : [] }
}

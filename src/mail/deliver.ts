import type { MailConfig } from '../config/sections/mail.ts'
import { domainOf } from './address.ts'
import type { Message } from './compose.ts'
import { oneLine } from './text.ts'

export type Smtp = NonNullable<MailConfig['smtp']>

export type Delivery =
  | { readonly kind: 'sent' }
  /** For good: trying again would be refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** This letter, for now. */
  | { readonly kind: 'later'; readonly why: string }
  /** Every letter, for now: the server cannot be reached, or does not let us in. */
  | { readonly kind: 'unreachable'; readonly why: string }

export type Deliver = (message: Message, smtp: Smtp, signal: AbortSignal) => Promise<Delivery>

const SILENCE = 20_000

/** Delivers over SMTP as configured. `authorities` (PEM) is trusted instead of the system's. Resolves whatever happens. */
export const deliverOverSmtp =
  (authorities?: string): Deliver =>
  async (message, smtp, signal) => {
    // A library that a server without letters never loads.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host: smtp.host,
      port: smtp.port,
      secure: smtp.secure === 'tls',
      requireTLS: smtp.secure === 'starttls',
      ignoreTLS: smtp.secure === 'none',
      name: domainOf(message.from),
      connectionTimeout: SILENCE,
      greetingTimeout: SILENCE,
      socketTimeout: SILENCE,
      dnsTimeout: SILENCE,
      pool: false,
      ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
      ...(authorities === undefined ? {} : { tls: { ca: authorities } }),
    })
    try {
      await transport.sendMail({
        ...message,
        to: { ...message.to },
        envelope: { ...message.envelope },
        xMailer: false,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      })
      return { kind: 'sent' }
    } catch (error) {
      return outcome(error)
    } finally {
      transport.close()
    }
  }

interface Fault {
  readonly message: string
  readonly code?: unknown
  readonly command?: unknown
  readonly responseCode?: unknown
}

/** What a failed delivery means. RFC 5321, 4.2.1: a reply 4yz is for now, 5yz for good. */
function outcome(error: unknown): Delivery {
  const { message, code, command, responseCode }: Fault =
    error instanceof Error ? error : new Error(String(error))
  const why = oneLine(message, 500)
  const reply = typeof responseCode === 'number' ? responseCode : null
  const ofLetter = command === 'RCPT TO' || command === 'DATA' || code === 'EENVELOPE' || code === 'EMESSAGE'
  if (!ofLetter) return { kind: 'unreachable', why }
  if (reply === null) return { kind: code === 'EENVELOPE' || code === 'EMESSAGE' ? 'refused' : 'later', why }
  // 503 and 530: commands out of order, and no sign-in. That is about us and can be mended.
  const final = reply >= 500 && reply !== 503 && reply !== 530 && command !== 'MAIL FROM'
  return { kind: final ? 'refused' : 'later', why }
}

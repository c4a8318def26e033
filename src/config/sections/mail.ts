// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { z } from 'zod'
import { key } from './scalars.ts'

const A_MAILBOX = 'must be a mail address, such as support@example.com'
const mailbox = z
  .string({ error: A_MAILBOX })
  .transform(text => text.trim())
  .refine(text => /^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\]{1,255}$/.test(text), { error: A_MAILBOX })
const host = z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/, { error: 'must be a host name or an IP address' })
const port = z.int().min(0).max(65_535)
const text = z.string({ error: 'must be text; a number must be in quotes' }).min(1)

const smtp = z.strictObject({
  host: key(host, 'The mail server that letters are handed to.', 'smtp.example.com'),
  port: key(port.prefault(587), 'Its port.', 587),
  secure: key(
    z.enum(['tls', 'starttls', 'none']).prefault('starttls'),
    'tls from the first byte, starttls (refused where the server has none), or none on a trusted network.',
    'starttls',
  ),
  user: key(text.exactOptional(), 'Who signs in there.', 'nines'),
  password: key(text.exactOptional(), 'With which password.', '${SMTP_PASSWORD}'),
})

const door = z.strictObject({
  host: key(host.prefault('127.0.0.1'), 'The address to listen on.', '0.0.0.0'),
  port: key(port, 'The port to listen on.', 2525),
  recipients: key(
    z.array(mailbox).min(1, { error: 'needs at least one address' }),
    'The addresses that mail is taken for.',
    ['support@example.com'],
  ),
})

export const mailSchema = z
  .strictObject({
    from: key(mailbox.exactOptional(), 'Who letters come from.', 'support@example.com'),
    smtp: key(smtp.exactOptional(), 'How letters are sent; without it they wait.', {
      host: 'smtp.example.com',
      port: 587,
    }),
    door: key(door.exactOptional(), 'Where requests by e-mail come in over SMTP.', {
      port: 2525,
      recipients: ['support@example.com'],
    }),
  })
  .meta({
    description: 'Mail that comes in and goes out.',
    examples: [{ from: 'support@example.com', smtp: { host: 'smtp.example.com' } }],
  })

export type MailConfig = z.output<typeof mailSchema>

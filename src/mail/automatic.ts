/** A header as it was sent: its name in lower case, and what follows the colon. */
export interface Header {
  readonly name: string
  readonly value: string
}

const MACHINES = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)([+-].*)?@/i

/**
 * Whether a program sent a mail, so that nothing answers it by itself: RFC 3834, and what programs did before it.
 * `sender` is the envelope's: empty for a report of mail that failed, null where it is not known.
 */
export function isAutomatic(headers: readonly Header[], from: string, sender: string | null): boolean {
  if (sender === '' || MACHINES.test(from) || (sender !== null && MACHINES.test(sender))) return true
  return headers.some(({ name, value }) => {
    const word = value.trim().toLowerCase()
    switch (name) {
      case 'auto-submitted':
        return !/^no\s*($|[;(])/.test(word)
      case 'precedence':
        return /^(bulk|junk|list|auto[_-]?reply)\b/.test(word)
      case 'list-id':
      case 'x-autoreply':
      case 'x-autorespond':
      case 'x-autoresponder':
        return word !== 'no'
      case 'x-auto-response-suppress':
        return /\b(all|autoreply)\b/.test(word)
      case 'content-type':
        return /^multipart\/report\b/.test(word)
      case 'return-path':
        return word === '<>'
      default:
        return false
    }
  })
}

import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, connect as secure, type TLSSocket } from 'node:tls'
import { clean, codeOf } from './outcome.ts'

export type Handshake =
  /** `validTo` is the end of the certificate in UTC ms. */
  | { readonly kind: 'secure'; readonly socket: TLSSocket; readonly validTo: number }
  | { readonly kind: 'failed'; readonly observed: string }
  | { readonly kind: 'aborted' }

/** The trusted authorities: Node's own and those of NODE_EXTRA_CA_CERTS, or `ca` (PEM) in their place. */
export function trust(ca?: string): SecureContext {
  return createSecureContext(ca === undefined ? {} : { ca })
}

const CAUSES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain ends in a self-signed certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the chain lacks an intermediate certificate, or its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'an authority of the chain is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority of the certificate is not known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS on this port',
  ECONNRESET: 'the server closed the connection during the handshake',
}

/**
 * Speaks TLS over a connected socket. Nothing is resumed, as no session is offered: every handshake is a whole one
 * and its time can be compared with any other's. `host` is the name or address that the certificate must be for.
 */
export function handshake(
  socket: Socket,
  host: string,
  isName: boolean,
  context: SecureContext,
  signal: AbortSignal,
): Promise<Handshake> {
  return new Promise(done => {
    const over = secure({
      socket,
      host,
      ...(isName ? { servername: host } : {}),
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    })
    const abort = (): void => {
      over.destroy()
      socket.destroy()
      done({ kind: 'aborted' })
    }
    over.on('error', error => {
      signal.removeEventListener('abort', abort)
      over.destroy()
      socket.destroy()
      done({ kind: 'failed', observed: describe(error, host) })
    })
    over.once('secureConnect', () => {
      signal.removeEventListener('abort', abort)
      done({ kind: 'secure', socket: over, validTo: Date.parse(over.getPeerCertificate().valid_to) })
    })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
  })
}

function describe(error: Error, host: string): string {
  const code = codeOf(error)
  const cause = CAUSES[code] ?? 'the handshake failed'
  const named = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `, not for ${host}: ${namesIn(error)}` : ''
  return `${cause}${named} (${code})`
}

/** The names that a refused certificate is for, as OpenSSL lists them. */
function namesIn(error: Error): string {
  const certificate: unknown = 'cert' in error ? error.cert : undefined
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate))
    return 'none'
  return clean(String(certificate.subjectaltname), 150)
}

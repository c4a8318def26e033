import type { Socket } from 'node:net'
import {
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  connect as secure,
  type TLSSocket,
} from 'node:tls'
import { clean, codeOf } from './outcome.ts'

/** A certificate as it was presented, with what was agreed on and why it was refused, if it was. */
export interface Presented {
  readonly certificate: PeerCertificate
  readonly protocol: string | null
  readonly refused: string | null
}

export type Handshake =
  /** `validTo` is the end of the certificate in UTC ms. */
  | {
      readonly kind: 'secure'
      readonly socket: TLSSocket
      readonly validTo: number
      readonly presented: Presented
    }
  | { readonly kind: 'failed'; readonly observed: string; readonly presented: Presented | null }
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
      // Node would destroy the socket, and the certificate with it. It is refused below, before a byte is sent.
      rejectUnauthorized: false,
    })
    const presented = (refused: string | null): Presented => ({
      certificate: over.getPeerCertificate(),
      protocol: over.getProtocol(),
      refused,
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
      done({ kind: 'failed', observed: describe(codeOf(error)), presented: null })
    })
    over.once('secureConnect', () => {
      signal.removeEventListener('abort', abort)
      if (over.authorized) {
        const seen = presented(null)
        done({
          kind: 'secure',
          socket: over,
          validTo: Date.parse(seen.certificate.valid_to),
          presented: seen,
        })
        return
      }
      const observed = refusal(over, host)
      done({ kind: 'failed', observed, presented: presented(observed) })
      over.destroy()
      socket.destroy()
    })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
  })
}

/** Why the chain or the name was refused. Node gives the code alone, as text, whatever its types say. */
function refusal(over: TLSSocket, host: string): string {
  const error: unknown = over.authorizationError
  const code = error instanceof Error ? codeOf(error) : String(error)
  const names = over.getPeerCertificate().subjectaltname
  const other =
    code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? `, not for ${host}: ${names === undefined ? 'none' : clean(names, 150)}`
      : ''
  return describe(code, other)
}

const describe = (code: string, more = ''): string =>
  `${CAUSES[code] ?? 'the handshake failed'}${more} (${code})`

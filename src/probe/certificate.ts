import type { PeerCertificate } from 'node:tls'
import type { CertificateSummary } from './check.ts'
import { clean } from './outcome.ts'
import type { Presented } from './secure.ts'

const MOST_NAMES = 20

/** What is said of a certificate; null where the server presented none. */
export function summarize({ certificate, protocol, refused }: Presented): CertificateSummary | null {
  // Without one Node gives an empty object, whatever its types say.
  const fingerprint: string | undefined = certificate.fingerprint256
  if (fingerprint === undefined) return null
  return {
    subject: distinguished(certificate.subject),
    issuer: distinguished(certificate.issuer),
    names: namesOf(certificate.subjectaltname),
    validFrom: instantOf(certificate.valid_from),
    validTo: instantOf(certificate.valid_to),
    fingerprint: fingerprint.replaceAll(':', '').toLowerCase(),
    protocol,
    refused: refused === null ? null : clean(refused, 200),
  }
}

/** `example.com`, or `R11, Let's Encrypt, US`. */
function distinguished(name: PeerCertificate['subject'] | undefined): string {
  if (name === undefined) return 'unnamed'
  const parts = [name.CN, name.O, name.C].flat().filter(part => typeof part === 'string' && part !== '')
  return clean(parts.join(', '), 200) || 'unnamed'
}

/** `DNS:example.com, IP Address:192.0.2.1`, as Node lists them, without what kind each is. */
function namesOf(listed: string | undefined): string[] {
  return (listed ?? '')
    .slice(0, 4_000)
    .split(', ')
    .slice(0, MOST_NAMES)
    .map(one => clean(one.replace(/^(DNS|IP Address|URI|email):/, ''), 100))
    .filter(one => one !== '')
}

function instantOf(text: string): number | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

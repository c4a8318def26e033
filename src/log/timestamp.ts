import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { fromBER, Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  CryptoEngine,
  ExtKeyUsage,
  MessageImprint,
  PKIStatusInfo,
  SignedData,
  type SignerInfo,
  TimeStampReq,
  TSTInfo,
} from 'pkijs'
import { type Instant, instant } from '../time/instant.ts'
import type { Checked } from './note.ts'

// RFC 3161, with SHA-256 alone.

const SHA256 = '2.16.840.1.101.3.4.2.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
/** ESS signing certificate (RFC 2634) and version 2 of it (RFC 5035), and the hash that each begins with. */
const SIGNING_CERTIFICATES: readonly (readonly [type: string, hash: string])[] = [
  ['1.2.840.113549.1.9.16.2.47', 'sha256'],
  ['1.2.840.113549.1.9.16.2.12', 'sha1'],
]
const HASHES: ReadonlyMap<string, string> = new Map([
  [SHA256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
const EXTENDED_KEY_USAGE = '2.5.29.37'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

const engine = new CryptoEngine({ name: 'node', crypto: webcrypto })

export interface Timestamp {
  /** When the authority says that it saw the note. */
  readonly at: Instant
  /** The authority's name in its certificate. */
  readonly authority: string
}

const good = <T>(value: T): Checked<T> => ({ ok: true, value })
const bad = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message })

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
const imprintOf = (note: string): Buffer => createHash('sha256').update(note, 'utf8').digest()

/** A number of 63 bits, as DER writes it: eight bytes that begin with neither 0 nor a sign. */
export function randomNonce(): Uint8Array {
  const nonce = randomBytes(8)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  return nonce
}

/** A request for a timestamp over the SHA-256 of the note, with the authority's certificate, in DER (RFC 3161, 2.4.1). */
export function timestampRequest(note: string, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: bufferOf(imprintOf(note)) }),
    }),
    nonce: new Integer({ valueHex: bufferOf(nonce) }),
    certReq: true,
  })
  return new Uint8Array(request.toSchema().toBER())
}

/** The token in an authority's reply (RFC 3161, 2.4.2), unchecked and byte for byte as it came. */
export function tokenOf(reply: Uint8Array): Checked<Uint8Array> {
  try {
    const { offset, result } = fromBER(bufferOf(reply))
    if (offset !== reply.length || !(result instanceof Sequence)) return bad('the reply is no TimeStampResp')
    const [head, token] = result.valueBlock.value
    const { status, statusStrings } = new PKIStatusInfo({ schema: head })
    if (status !== 0 && status !== 1) {
      const why = statusStrings?.map(text => printable(text.valueBlock.value)).join(', ')
      return bad(`the authority refused (status ${status}${why ? `: ${why}` : ''})`)
    }
    if (!(token instanceof Sequence)) return bad('the reply holds no token')
    return good(new Uint8Array(token.valueBeforeDecodeView))
  } catch {
    return bad('the reply is no TimeStampResp')
  }
}

/**
 * Whether a token says of this note when it was seen, and is signed by the certificate in it, which is one for timestamps.
 * `nonce`: what the request held. `trusted`: certificates (DER) of which one must vouch for the authority; not asked where
 * not given, as the name in an unknown certificate is only what it says of itself.
 */
export async function verifyTimestamp(
  token: Uint8Array,
  note: string,
  { nonce, trusted }: { readonly nonce?: Uint8Array; readonly trusted?: readonly Uint8Array[] } = {},
): Promise<Checked<Timestamp>> {
  try {
    const content = ContentInfo.fromBER(bufferOf(token))
    if (content.contentType !== SIGNED_DATA) return bad('the token is no CMS SignedData')
    const signed = new SignedData({ schema: content.content })
    const [signer, ...others] = signed.signerInfos
    const { eContent, eContentType } = signed.encapContentInfo
    if (eContentType !== TST_INFO || !eContent) return bad('the token holds no timestamp')
    if (!signer || others.length > 0) return bad('the token has not exactly one signature')
    const info = TSTInfo.fromBER(eContent.getValue())
    const { hashAlgorithm, hashedMessage } = info.messageImprint
    if (
      hashAlgorithm.algorithmId !== SHA256 ||
      !imprintOf(note).equals(hashedMessage.valueBlock.valueHexView)
    )
      return bad('the timestamp is of something else')
    if (nonce && !(info.nonce && Buffer.from(nonce).equals(info.nonce.valueBlock.valueHexView)))
      return bad('the timestamp does not answer our request: its nonce differs')
    const result = await signed.verify(
      {
        signer: 0,
        data: bufferOf(Buffer.from(note, 'utf8')),
        extendedMode: true,
        checkChain: trusted !== undefined,
        trustedCerts: (trusted ?? []).map(der => Certificate.fromBER(bufferOf(der))),
      },
      engine,
    )
    const certificate = result.signerCertificate
    if (!result.signatureVerified || !certificate) return bad("the timestamp's signature is false")
    const wrong = wrongSigner(signer, certificate, info.genTime)
    return wrong === null
      ? good({ at: instant(info.genTime.getTime()), authority: nameOf(certificate) })
      : bad(wrong)
  } catch (error) {
    return bad(
      `the timestamp cannot be checked: ${printable(error instanceof Error ? error.message : String(error))}`,
    )
  }
}

/** What RFC 3161 asks of who signed (2.3, 2.4.2), and RFC 5652 of signed attributes; null where it is so. */
function wrongSigner(signer: SignerInfo, certificate: Certificate, at: Date): string | null {
  const attributes = signer.signedAttrs?.attributes ?? []
  const [kind] = attributes.find(({ type }) => type === CONTENT_TYPE)?.values ?? []
  if (!(kind instanceof ObjectIdentifier) || kind.getValue() !== TST_INFO)
    return 'what is signed does not say that it is a timestamp'
  const purposes = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE)
  const usage = purposes?.parsedValue
  if (!purposes?.critical || !(usage instanceof ExtKeyUsage) || usage.keyPurposes.join() !== TIME_STAMPING)
    return "the authority's certificate is not one for timestamps alone"
  if (at < certificate.notBefore.value || at > certificate.notAfter.value)
    return "the timestamp was made outside the validity of the authority's certificate"
  const der = Buffer.from(certificate.toSchema().toBER())
  const named = SIGNING_CERTIFICATES.some(([type, hash]) =>
    attributes.some(attribute => attribute.type === type && vouchesFor(attribute.values[0], hash, der)),
  )
  return named ? null : 'the timestamp does not name the certificate that it was signed with'
}

/** Whether the first certificate that an ESS attribute names is this one. */
function vouchesFor(attribute: unknown, usual: string, certificate: Buffer): boolean {
  const within = (value: unknown): unknown[] => (value instanceof Sequence ? value.valueBlock.value : [])
  const [list] = within(attribute)
  const [id] = within(list)
  const [first, second] = within(id)
  const [algorithm] = within(first)
  const hash = algorithm instanceof ObjectIdentifier ? HASHES.get(algorithm.getValue()) : usual
  const digest = first instanceof OctetString ? first : second
  return (
    hash !== undefined &&
    digest instanceof OctetString &&
    createHash(hash).update(certificate).digest().equals(digest.valueBlock.valueHexView)
  )
}

/** The common name; where there is none, the organization. */
function nameOf(certificate: Certificate): string {
  const named = (type: string) =>
    certificate.subject.typesAndValues.find(name => name.type === type)?.value.valueBlock.value
  return printable(String(named('2.5.4.3') ?? named('2.5.4.10') ?? 'an authority without a name'))
}

const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, 200)

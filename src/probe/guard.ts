import ipaddr from 'ipaddr.js'

/** What kind of place an IP address names. Everything but `public` is somewhere a stranger must not send us. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'carrier-nat'
  | 'multicast'
  | 'unspecified'
  | 'reserved'
  | 'metadata'

/** Where clouds hand their credentials to whoever asks from inside. */
const METADATA = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fe80::a9fe:a9fe',
  ].map(text => ipaddr.parse(text).toNormalizedString()),
)

const CLASSES: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-nat',
  multicast: 'multicast',
  broadcast: 'multicast',
  unspecified: 'unspecified',
}

/**
 * Classifies an IP address given as text (a zone such as `%eth0` is ignored). An IPv4 address inside an IPv6 one
 * (mapped, compatible, translated, NAT64, 6to4) is judged as the IPv4 address that it reaches. Not an address: `reserved`.
 */
export function classify(text: string): AddressClass {
  const bare = text.split('%', 1)[0] ?? ''
  if (!ipaddr.isValid(bare)) return 'reserved'
  const address = ipaddr.parse(bare)
  const plain = address instanceof ipaddr.IPv6 ? (embeddedIPv4(address) ?? address) : address
  if (METADATA.has(plain.toNormalizedString())) return 'metadata'
  return CLASSES[plain.range()] ?? 'reserved'
}

function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray()
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
    case 'rfc6052':
      return new ipaddr.IPv4(bytes.slice(12))
    case '6to4':
      return new ipaddr.IPv4(bytes.slice(2, 6))
    case 'unicast':
      // IPv4-compatible, ::a.b.c.d: deprecated, and some stacks still route it.
      return bytes.slice(0, 12).every(byte => byte === 0) ? new ipaddr.IPv4(bytes.slice(12)) : null
    default:
      return null
  }
}

/** Which addresses one check may dial: a check's own, made when its first host has been resolved. */
export interface Guard {
  /** Why the address must not be dialled; null where it may. */
  refuses(address: string): string | null
}

/**
 * The guard for the URL that the operator wrote: private hosts are what many operators watch, so everything is
 * allowed, save the metadata services of clouds.
 */
export const CONFIGURED: Guard = {
  refuses: address => {
    const found = classify(address)
    return found === 'metadata' ? refusal(address, found) : null
  },
}

/**
 * The guard for redirects of a check whose configured host resolved to `configured`: public addresses, and the
 * classes that the configured host is in itself, so that a loopback target may redirect to loopback. A redirect to
 * the same origin is judged alike, so that a name cannot be bound to another address between two requests.
 */
export function redirectGuard(configured: readonly string[]): Guard {
  const allowed = new Set<AddressClass>(['public', ...configured.map(classify)])
  allowed.delete('metadata')
  return {
    refuses: address => {
      const found = classify(address)
      return allowed.has(found) ? null : refusal(address, found)
    },
  }
}

function refusal(address: string, found: AddressClass): string {
  return `${address} is a ${found} address`
}

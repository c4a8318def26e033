import ipaddr from 'ipaddr.js'

/** One form for each address: IPv4 as such, also where it came in an IPv6 one. Null for what is no address. */
export function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
  return bare.length <= 45 && (ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))
    ? ipaddr.process(bare).toString()
    : null
}

/** Whether an address is one of `networks`: addresses, or networks such as `10.0.0.0/8`. What is neither holds nobody. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const parsed = ipaddr.process(address)
  return networks.some(network => {
    try {
      const [base, bits] = network.includes('/') ? ipaddr.parseCIDR(network) : [ipaddr.process(network), null]
      if (base.kind() !== parsed.kind()) return false
      return bits === null ? base.toString() === parsed.toString() : parsed.match([base, bits])
    } catch {
      return false
    }
  })
}

/**
 * Whom a request came from: the peer of the connection, or, where that is a trusted proxy, the rightmost address of
 * `X-Forwarded-For` that is not one. What stands left of it is hearsay, and what is no address ends the reading.
 */
export function clientAddress(
  peer: string | null,
  forwarded: string | undefined,
  trustedProxies: readonly string[],
): string | null {
  let client = peer === null ? null : plainAddress(peer)
  const hops = (forwarded ?? '').slice(-2_000).split(',').reverse()
  for (const hop of hops) {
    if (client === null || !isWithin(client, trustedProxies)) return client
    const next = plainAddress(hop)
    if (next === null) return client
    client = next
  }
  return client
}

/** The other end of a request's connection, as the Node server gives it with the request; null where there is none. */
export function peerOf({ env }: { readonly env: unknown }): string | null {
  const address = inside(inside(inside(env, 'incoming'), 'socket'), 'remoteAddress')
  return typeof address === 'string' ? address : null
}

const inside = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

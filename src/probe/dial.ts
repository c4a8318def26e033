import { connect, isIPv6, type Socket } from 'node:net'
import { codeOf } from './outcome.ts'

export type Dialled =
  | { readonly kind: 'connected'; readonly socket: Socket; readonly address: string }
  /** No address could be reached: the error code of each that failed. */
  | { readonly kind: 'failed'; readonly codes: readonly string[] }
  | { readonly kind: 'aborted' }

/** How long an attempt is waited for before the next address is tried beside it, in ms (RFC 8305 advises 250). */
const HEAD_START = 250

/**
 * Opens a TCP connection to the first address that answers ("happy eyeballs"): addresses of both families in turn, the
 * next one started when the one before failed or after a head start, and no slow attempt given up for a later one.
 */
export function dial(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Dialled> {
  return new Promise(done => {
    const queue = alternate(addresses)
    const open = new Set<Socket>()
    const codes: string[] = []
    let timer: NodeJS.Timeout | undefined
    let settled = false

    const settle = (outcome: Dialled): void => {
      settled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      for (const socket of open)
        if (outcome.kind !== 'connected' || socket !== outcome.socket) socket.destroy()
      done(outcome)
    }
    const abort = (): void => settle({ kind: 'aborted' })

    const attempt = (): void => {
      clearTimeout(timer)
      const address = queue.shift()
      if (address === undefined) {
        if (open.size === 0) settle({ kind: 'failed', codes })
        return
      }
      const socket = connect({ host: address, port, noDelay: true, autoSelectFamily: false })
      open.add(socket)
      // Stays for the socket's life: an error that nobody waits for any longer must not end the process.
      socket.on('error', error => {
        open.delete(socket)
        if (settled) return
        codes.push(codeOf(error))
        attempt()
      })
      socket.once('connect', () => {
        if (!settled) settle({ kind: 'connected', socket, address })
      })
      timer = setTimeout(attempt, HEAD_START)
    }

    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    attempt()
  })
}

/** PURE. The addresses with families in turn, starting with the family of the first. */
export function alternate(addresses: readonly string[]): string[] {
  const first = addresses.filter(one => isIPv6(one) === isIPv6(addresses[0] ?? ''))
  const second = addresses.filter(one => !first.includes(one))
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [first[i], second[i]])
    .flat()
    .filter(one => one !== undefined)
}

/** `[::1]:443` or `192.0.2.1:443`. */
export function addressAndPort(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}

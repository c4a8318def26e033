import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../src/desk/address.ts'

const PROXIES = ['127.0.0.1', '::1', '10.0.0.0/8', '2001:db8:1::/48']

describe('whom a request came from', () => {
  it.each([
    ['the peer, where nothing is forwarded', '203.0.113.9', undefined, '203.0.113.9'],
    [
      'the peer, who is no proxy of ours and may claim what it likes',
      '203.0.113.9',
      '198.51.100.1',
      '203.0.113.9',
    ],
    ['what our proxy saw', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'what our proxy saw, not what the client made up before it',
      '127.0.0.1',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    [
      'the first that is not ours, from the right',
      '127.0.0.1',
      '1.1.1.1, 198.51.100.1, 10.2.3.4',
      '198.51.100.1',
    ],
    ['the last proxy, where nobody else is named', '127.0.0.1', '10.2.3.4', '10.2.3.4'],
    ['the proxy, where the nearest entry is no address', '127.0.0.1', '1.1.1.1, unknown', '127.0.0.1'],
    ['the proxy, where entries are empty', '127.0.0.1', ', ,', '127.0.0.1'],
    ['an IPv4 peer that came in an IPv6 one', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['an IPv4 proxy that came in an IPv6 one', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['IPv6, in one form', '::1', '2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['IPv6 behind an IPv6 network of proxies', '2001:db8:1::5', '2001:db8:2::6', '2001:db8:2::6'],
    ['an address with a port', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['an IPv6 address with a port', '127.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['no octal, hexadecimal or short forms', '127.0.0.1', '0x7f.1', '127.0.0.1'],
    ['no headers in disguise', '127.0.0.1', '198.51.100.1\r\nx: y', '127.0.0.1'],
    ['a link-local peer without its zone', 'fe80::1%eth0', undefined, 'fe80::1'],
  ] as const)('is %s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, PROXIES)).toBe(expected)
  })

  it('is nobody where the connection has no peer, whatever is forwarded', () => {
    expect(clientAddress(null, '198.51.100.1', PROXIES)).toBe(null)
  })

  it('reads a bounded part of a header that never ends', () => {
    const long = `${'1.1.1.1, '.repeat(100_000)}198.51.100.1`
    expect(clientAddress('127.0.0.1', long, PROXIES)).toBe('198.51.100.1')
  })

  it('trusts nobody by a network that is none', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', ['127.0.0.1/99', 'localhost', ':::'])).toBe('127.0.0.1')
  })
})

import { describe, expect, it } from 'vitest'
import { CONFIGURED, classify, redirectGuard } from '../../src/probe/guard.ts'

describe('an address is classified', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.1.2', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.0.1', 'private'],
    ['fd12::1', 'private'],
    ['fec0::1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['100.64.0.1', 'carrier-nat'],
    ['100.127.255.255', 'carrier-nat'],
    ['100.128.0.1', 'public'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['240.0.0.1', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['100::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['169.254.170.23', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['fd00:ec2::23', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    // An IPv4 address inside an IPv6 one.
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b:1::10.0.0.1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:a9fe:a9fe::', 'metadata'],
    ['2002:c0a8:1::1', 'private'],
    ['::7f00:2', 'loopback'],
    ['::a9fe:a9fe', 'metadata'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['not an address', 'reserved'],
    ['', 'reserved'],
  ])('%s as %s', (address, expected) => {
    expect(classify(address)).toBe(expected)
  })
})

it('the configured host may be anywhere but a metadata service', () => {
  for (const address of ['8.8.8.8', '127.0.0.1', '10.0.0.1', 'fe80::1', '100.64.0.1']) {
    expect(CONFIGURED.refuses(address)).toBeNull()
  }
  for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe']) {
    expect(CONFIGURED.refuses(address)).toContain('metadata')
  }
})

it('a redirect may go to public addresses, and to the classes of the configured host alone', () => {
  const fromPublic = redirectGuard(['8.8.8.8'])
  expect(fromPublic.refuses('1.1.1.1')).toBeNull()
  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '::1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '2001:db8::1',
  ]) {
    expect(fromPublic.refuses(address)).toContain(address)
  }
  const fromLoopback = redirectGuard(['127.0.0.1'])
  expect(fromLoopback.refuses('::1')).toBeNull()
  expect(fromLoopback.refuses('10.0.0.1')).toBe('10.0.0.1 is a private address')
  expect(redirectGuard(['10.0.0.1']).refuses('192.168.1.1')).toBeNull()
  expect(redirectGuard(['169.254.169.254']).refuses('169.254.169.254')).toContain('metadata')
})

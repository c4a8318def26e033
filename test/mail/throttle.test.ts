import { describe, expect, it } from 'vitest'
import { createThrottle, subscriberOf } from '../../src/mail/throttle.ts'
import { at } from '../record/scene.ts'

describe('a throttle', () => {
  it('allows so many in a stretch of time, for each key', () => {
    const throttle = createThrottle(2, 10_000)
    expect([0, 1, 2, 9].map(second => throttle.allows('a', at(second)))).toEqual([true, true, false, false])
    expect(throttle.allows('b', at(9))).toBe(true)
    expect(throttle.allows('a', at(10))).toBe(true)
  })

  it('locks nobody out when the clock is set back, and does not grow without end', () => {
    const throttle = createThrottle(1, 10_000)
    expect(throttle.allows('a', at(100_000))).toBe(true)
    expect(throttle.allows('a', at(100_001))).toBe(false)
    expect(throttle.allows('a', at(0))).toBe(true)
    for (let n = 0; n < 10_000; n++) throttle.allows(`key ${n}`, at(1))
    expect(throttle.allows('a', at(2))).toBe(true)
  })
})

describe('who is behind an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:0:0:0:9', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, who) => {
    expect(subscriberOf(address)).toBe(who)
  })
})

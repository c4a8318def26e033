import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration, spell } from '../../src/time/duration.ts'
import { runs } from '../oracle/timelines.ts'

describe('parseDuration', () => {
  test.each([
    ['0s', 0],
    ['1ms', 1],
    ['500ms', 500],
    ['30s', 30_000],
    ['0.25s', 250],
    ['0.001s', 1],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
    ['400d', 34_560_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    '',
    '5',
    's',
    '-5s',
    '+5s',
    '5S',
    '5w',
    '5min',
    '1.s',
    '.5s',
    '1e3s',
    '0x10s',
    '1_000s',
    '1,5s',
    '0.5ms',
    '1.0005s',
    '0.0001s',
    '1h30m',
    'forever',
    'Infinitys',
    '٣s',
    '1.000001ms',
    '999999999999.000001ms',
    '99999999999999d',
  ])('%j is refused', text => {
    expect(parseDuration(text)).toBeNull()
  })
})

const milliseconds = fc.oneof(
  fc.nat(100_000),
  fc.maxSafeNat(),
  fc
    .tuple(fc.nat(500), fc.constantFrom(1, 1000, 60_000, 3_600_000, 86_400_000))
    .map(([count, unit]) => count * unit),
)

describe('formatDuration', () => {
  test('is read back as the same length', () => {
    fc.assert(
      fc.property(milliseconds, ms => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
      runs(5000),
    )
  })

  test.each([
    [1, '1ms'],
    [1000, '1s'],
    [90_000, '90s'],
    [7_200_000, '2h'],
    [86_400_000, '1d'],
    [129_600_000, '36h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('spell', () => {
  test.each([
    [0, '0 s'],
    [1, '0.001 s'],
    [999, '0.999 s'],
    [1000, '1 s'],
    [60_250, '1 min 0.250 s'],
    [2_592_000, '43 min 12 s'],
    [2_592_001, '43 min 12.001 s'],
    [25_920_000, '7 h 12 min'],
    [86_400_001, '1 d 0.001 s'],
    [266_400_000, '3 d 2 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(spell(ms)).toBe(text)
  })

  test('loses no millisecond', () => {
    const unit = new Map([
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['min', 60_000],
    ])
    fc.assert(
      fc.property(milliseconds, ms => {
        const words = spell(ms).split(' ')
        let sum = 0n
        for (let at = 0; at < words.length; at += 2) {
          const [number, name] = [words[at]!, words[at + 1]!]
          const [whole, fraction = ''] = number.split('.') as [string, string?]
          if (name === 's') sum += BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0'))
          else sum += BigInt(number) * BigInt(unit.get(name)!)
        }
        expect(sum).toBe(BigInt(ms))
      }),
      runs(5000),
    )
  })
})

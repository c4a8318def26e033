import { describe, expect, it } from 'vitest'
import { kept, readTimes } from '../../src/casework/reading.ts'
import { hoursInWords, withoutAddress } from '../../src/casework/words.ts'
import { readingInUtc, readingInWords } from '../../src/front/words.ts'
import { utc } from '../month/scene.ts'

const now = utc('2026-11-05T10:00:00Z')
const words = (text: string, zone = 'Europe/London'): string[] =>
  kept(readTimes(text, zone, now).readings).map(readingInWords)

describe('a time as it was read', () => {
  it.each([
    ['14 October 2026, 14:02 to 14:49', '14 October 2026, 14:02 to 14:49'],
    ['14 October 2026, 14:02', '14 October 2026, 14:02'],
    ['2026-10-14T14:02:10.500Z - 2026-10-14T14:03:00.000Z', '14 October 2026, 14:02:10.500 to 14:03'],
    ['31 October 2026 23:50 to 1 November 2026 00:10', '31 October 2026, 23:50 to 1 November 2026, 00:10'],
    ['14 October 2026', '14 October 2026, all day'],
    ['October 2026', 'all of October 2026'],
  ])('%s', (text, read) => {
    expect(words(text)).toEqual([read])
  })

  it('is told in UTC to the same minute', () => {
    const [reading] = kept(readTimes('14 October 2026, 14:02 to 14:49', 'Europe/London', now).readings)
    expect(reading && readingInUtc(reading)).toBe('14 October 2026, 13:02 to 13:49')
    const [day] = kept(readTimes('14 October 2026', 'Europe/London', now).readings)
    expect(day && readingInUtc(day)).toBe('13 October 2026, 23:00 to 14 October 2026, 23:00')
  })

  it('begins with the month where people write it so', () => {
    expect(words('10/04/2026 14:00', 'America/New_York')).toEqual(['4 October 2026, 14:00'])
    expect(words('10/04/2026 14:00', 'Europe/London')).toEqual(['10 April 2026, 14:00'])
    expect(words('10/04/2026 14:00', 'America/Sao_Paulo')).toEqual(['10 April 2026, 14:00'])
  })
})

describe('the hours of support', () => {
  const desk = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
    from: '08:00',
    to: '22:00',
    timeZone: 'UTC',
  }
  it.each([
    [[desk], 'Monday to Friday, 08:00 to 22:00 (UTC)'],
    [[{ ...desk, days: ['sat', 'sun'] as const }], 'Saturday and Sunday, 08:00 to 22:00 (UTC)'],
    [
      [{ ...desk, days: ['mon', 'wed', 'fri'] as const }],
      'Monday, Wednesday and Friday, 08:00 to 22:00 (UTC)',
    ],
    [[], null],
  ])('%#', (desks, read) => {
    expect(hoursInWords(desks)).toBe(read)
  })
})

describe('a letter in the thread', () => {
  it('leaves out the lines that hold the secret address', () => {
    const text = 'Hello,\n\nwe have it.\n\nFollow it here: https://x/cases/N/s\n\n-- \nSite\n'
    expect(withoutAddress(text, 'https://x/cases/N/s')).toBe('Hello,\n\nwe have it.')
  })
})

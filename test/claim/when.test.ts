import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseWhen, type WhenOptions } from '../../src/claim/when.ts'
import { instant, rfc3339 } from '../../src/time/instant.ts'
import { dateText, timeText, wallTime } from '../../src/time/wall.ts'
import { scratch } from '../record/scene.ts'

const now = instant(Date.UTC(2026, 9, 20, 9))
const london: WhenOptions = { zone: 'Europe/London', now, dayFirst: true }

/** `from/to` in UTC, short where seconds are 0. */
const short = (at: number): string =>
  rfc3339(instant(at))
    .replace(/(:00)?\.000Z$/, '')
    .replace('Z', '')
const read = (text: string, options: Partial<WhenOptions> = {}): string[] =>
  parseWhen(text, { ...london, ...options }).readings.map(r => `${short(r.from)}/${short(r.to)}`)

const minute = (text: string): string => {
  const from = Date.parse(`${text}:00Z`)
  return `${short(from)}/${short(from + 60_000)}`
}

describe('times as customers write them', () => {
  const table: readonly (readonly [text: string, expected: string | string[]])[] = [
    // Machines.
    ['2026-10-14T14:02Z', minute('2026-10-14T14:02')],
    ['2026-10-14T14:02:10.5+02:00', '2026-10-14T12:02:10.500/2026-10-14T12:02:10.501'],
    ['2026-10-14 14:02:10Z', '2026-10-14T14:02:10/2026-10-14T14:02:11'],
    ['Wed, 14 Oct 2026 13:02:11 +0000', '2026-10-14T13:02:11/2026-10-14T13:02:12'],
    ['[14/Oct/2026:13:02:11 +0100] "GET / HTTP/1.1" 503', '2026-10-14T12:02:11/2026-10-14T12:02:12'],
    ['1791986531', '2026-10-14T14:02:11/2026-10-14T14:02:12'],
    ['1791986531123', '2026-10-14T14:02:11.123/2026-10-14T14:02:11.124'],
    ['2026-10-14T14:02:10+02:00/2026-10-14T14:49:33+02:00', '2026-10-14T12:02:10/2026-10-14T12:49:34'],
    ['2026-10-14T14:02:10.123', '2026-10-14T13:02:10.123/2026-10-14T13:02:10.124'],
    // Our own claim text.
    [
      'Began: 2026-10-14T14:02:10.000Z\nEnded: 2026-10-14T14:49:33.000Z',
      '2026-10-14T14:02:10/2026-10-14T14:49:33',
    ],
    // People, in English.
    ['14/10/2026 14:02 BST', minute('2026-10-14T13:02')],
    ['Oct 14, 2:02pm - 2:49pm EST', '2026-10-14T19:02/2026-10-14T19:50'],
    ['yesterday around 3pm', minute('2026-10-19T14:00')],
    ['On 4 October 2026 between 14:10 and 14:20', '2026-10-04T13:10/2026-10-04T13:21'],
    ['yesterday between 6pm and 6:40pm', '2026-10-19T17:00/2026-10-19T17:41'],
    ['14.10.2026 zwischen 14:10 und 14:20 Uhr', '2026-10-14T13:10/2026-10-14T13:21'],
    ['from 14:02 to 14:49 on 14 October (Paris time)', '2026-10-14T12:02/2026-10-14T12:50'],
    [
      'On 14 October our users could not log in from 14:02 until 14:49 CEST.',
      '2026-10-14T12:02/2026-10-14T12:50',
    ],
    ['14:02', minute('2026-10-19T13:02')],
    ['08:59', minute('2026-10-20T07:59')],
    ['14 October 2026', '2026-10-13T23:00/2026-10-14T23:00'],
    ['October 2026', '2026-09-30T23:00/2026-11-01T00:00'],
    ['Oct 14 to Oct 16', '2026-10-13T23:00/2026-10-16T23:00'],
    ['23:50 to 00:20 on 14 October', '2026-10-14T22:50/2026-10-14T23:21'],
    ['2-3pm on Oct 14', '2026-10-14T13:00/2026-10-14T14:01'],
    ['between 2 and 3pm on Oct 14', '2026-10-14T13:00/2026-10-14T14:01'],
    ['2026-10-14 10:00-11:30', '2026-10-14T09:00/2026-10-14T10:31'],
    ['2026-10-14 10:00:00-05:00', '2026-10-14T15:00/2026-10-14T15:00:01'],
    ['UTC+2 14:02 14 Oct', minute('2026-10-14T12:02')],
    ['14:02 Europe/Paris 14 Oct', minute('2026-10-14T12:02')],
    ['Tuesday Oct 13 2026 09:00 PT', minute('2026-10-13T16:00')],
    ['at 1402 UTC on 14 Oct', minute('2026-10-14T14:02')],
    ['Friday 15:00', minute('2026-10-16T14:00')],
    ['on the 14th at 2pm', minute('2026-10-14T13:00')],
    ['on the 30th', '2026-09-29T23:00/2026-09-30T23:00'],
    ['twelve days ago at 3pm', minute('2026-10-08T14:00')],
    ['2 hours ago', minute('2026-10-20T07:00')],
    ['yesterday afternoon', '2026-10-19T11:00/2026-10-19T17:00'],
    ['last night', '2026-10-19T17:00/2026-10-20T05:00'],
    ['24:00 on 14 Oct', minute('2026-10-14T23:00')],
    ['29 Feb 10:00', minute('2024-02-29T10:00')],
    ['14:02 BST (13:02 UTC) on 14 Oct', minute('2026-10-14T13:02')],
    // In German and French.
    ['14.10.26 um 14:02 Uhr', minute('2026-10-14T13:02')],
    ['von 14:02 bis 14:49 am 14. Oktober', '2026-10-14T13:02/2026-10-14T13:50'],
    ['vorgestern gegen 15 Uhr', minute('2026-10-18T14:00')],
    ['entre 14h02 et 14h49 le 14 octobre', '2026-10-14T13:02/2026-10-14T13:50'],
    ['hier à 15h', minute('2026-10-19T14:00')],
    // Several.
    ['14 Oct 14:02, 14:49', [minute('2026-10-14T13:02'), minute('2026-10-14T13:49')]],
    ['14 October:\n14:02\n15:30 - 15:45', [minute('2026-10-14T13:02'), '2026-10-14T14:30/2026-10-14T14:46']],
    ['2026-10-14T14:02Z\n2026-10-15T14:02Z', [minute('2026-10-14T14:02'), minute('2026-10-15T14:02')]],
    // None.
    ['Please credit our account. Ticket 12345, v2.14.3 at 10.0.0.1', []],
    ['31/02/2026 10:00', []],
    ['last week', []],
    ['a fortnight ago at noon', []],
    ['', []],
  ]

  it.each(table)('reads %j', (text, expected) => {
    expect(read(text)).toEqual(typeof expected === 'string' ? [expected] : expected)
  })

  it('says what it assumed', () => {
    const assumed = (text: string) => parseWhen(text, london).readings[0]?.assumed
    expect(assumed('2026-10-14T14:02:10Z')).toEqual([])
    expect(assumed('14:02')).toEqual(['the zone Europe/London', 'the date 2026-10-19', 'to the minute'])
    expect(assumed('14 Oct 14:02 UTC')).toEqual(['the year 2026', 'to the minute'])
    expect(assumed('1791986531')?.[0]).toContain('Unix time')
  })

  it('offers the other order of day and month where both are possible', () => {
    const [reading] = parseWhen('03/04/2026 10:00', london).readings
    expect(reading?.assumed).toContain('the day order: 3 is the day, 4 the month')
    expect(short(reading!.from)).toBe('2026-04-03T09:00')
    expect(reading?.alternatives.map(a => short(a.from))).toEqual(['2026-03-04T10:00'])
    const [american] = parseWhen('03/04/2026 10:00', { ...london, dayFirst: false }).readings
    expect(short(american!.from)).toBe('2026-03-04T10:00')
    // A number above 12 settles it, and dots are written day first everywhere.
    for (const text of ['10/14/2026', '14/10/2026', '03.04.2026'])
      expect(parseWhen(text, london).readings[0]?.alternatives).toEqual([])
  })

  it('offers what else an abbreviated zone may mean, where it makes a difference', () => {
    const [ist] = parseWhen('10:00 IST on 5 Oct', london).readings
    expect(ist?.assumed).toContain('IST is read as India Standard Time, Asia/Kolkata')
    expect(ist?.alternatives.map(a => short(a.from))).toEqual(['2026-10-05T09:00', '2026-10-05T07:00'])
    expect(read('10:00 IST on 5 Oct', { zone: 'Europe/Dublin' })).toEqual([minute('2026-10-05T09:00')])
    // In summer New York is not on EST, whatever people write; in winter there is no doubt.
    expect(parseWhen('Jul 14 2:02pm EST', london).readings[0]?.alternatives).toHaveLength(1)
    expect(parseWhen('Jan 14 2:02pm EST', london).readings[0]?.alternatives).toEqual([])
  })

  it('covers both readings of a time that a clock change makes double or leaves out', () => {
    const late = { now: instant(Date.UTC(2026, 10, 20)) }
    expect(read('25/10/2026 01:30', late)).toEqual(['2026-10-25T00:30/2026-10-25T01:31'])
    expect(read('25/10/2026 00:59', late)).toEqual([minute('2026-10-24T23:59')])
    expect(read('25/10/2026 02:00', late)).toEqual([minute('2026-10-25T02:00')])
    expect(read('29/03/2026 01:30', late)).toEqual(['2026-03-29T00:30/2026-03-29T01:31'])
    expect(read('25/10/2026', late)).toEqual(['2026-10-24T23:00/2026-10-26T00:00'])
    const assumed = parseWhen('25/10/2026 01:30', { ...london, ...late }).readings[0]?.assumed
    expect(assumed?.some(a => a.includes('twice'))).toBe(true)
    // A zone that is named settles it.
    expect(read('25/10/2026 01:30 BST', late)).toEqual([minute('2026-10-25T00:30')])
  })

  it('reads a time in New York across its clock change', () => {
    const there = { zone: 'America/New_York', now: instant(Date.UTC(2026, 10, 20)) }
    expect(read('1 November 2026 1:30am', there)).toEqual(['2026-11-01T05:30/2026-11-01T06:31'])
    expect(read('1 November 2026 3:00am', there)).toEqual([minute('2026-11-01T08:00')])
  })

  it('leaves what is no time', () => {
    expect(parseWhen('from 14:02 to 14:49 on 14 October (Paris time)', london).unread).toBe('')
    expect(parseWhen('Hello,\nwe were down 14 Oct 14:02 UTC.\nRegards', london).unread).toContain('Regards')
  })

  it('says where a time lies ahead', () => {
    expect(parseWhen('2026-10-20T09:00:01Z', london).readings[0]?.assumed).toContain('lies in the future')
    expect(parseWhen('2026-10-20T09:00:00Z', london).readings[0]?.assumed).toEqual([])
  })

  it('reads what is written within its line as that line says', () => {
    const { readings } = parseWhen('noise\n  14 Oct 14:02 UTC noise', london)
    expect(readings[0]?.text).toBe('14 Oct 14:02 UTC')
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    '14:02',
    '2026-10-14',
    '14/10',
    '-',
    ' to ',
    '\n',
    'BST',
    ' EST ',
    'yesterday',
    '3pm',
    '25:61',
    '31.02.',
    ':',
    '/',
    '…',
    'İ',
    '\u0000',
    '1791986531',
    'between ',
    ' and ',
    'Oct 14',
    'last ',
    'night',
    'UTC+99',
    '99999999999999999999',
    '2026-13-45T99:99Z',
    '\ud800',
    'von ',
    'à',
    'January 0',
    '0000-00-00',
    '9999-12-31',
    '24:00',
    'Asia/Kathmandu',
    'two days ago',
  )
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(piece, { maxLength: 40 }).map(p => p.join('')),
    fc.array(piece, { maxLength: 40 }).map(p => p.join(' ')),
  )
  const zone = fc.constantFrom('Europe/London', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu', 'UTC')

  it('is read without a fault, and each reading is a stretch of time', () => {
    fc.assert(
      fc.property(hostile, zone, fc.boolean(), fc.integer({ min: 0, max: 4e12 }), (text, z, dayFirst, at) => {
        const { readings } = parseWhen(text, { zone: z, dayFirst, now: instant(at) })
        for (const r of readings) {
          expect(r.from).toBeLessThan(r.to)
          expect(Number.isSafeInteger(r.from) && Number.isSafeInteger(r.to)).toBe(true)
        }
        expect(readings.length).toBeLessThanOrEqual(50)
      }),
      { numRuns: 400 },
    )
  })

  it('is cut where it is long, so that 20 kB of anything are read at once', () => {
    for (const part of [
      '1',
      '14:02 ',
      '12/12/',
      'at ',
      'oct ',
      '- ',
      '1 2 3 4 ',
      ' ',
      '14:02-',
      'a b c d time ',
      '\n',
      '2 hours ',
      'x\n',
      'last ',
      '_-_',
    ])
      expect(parseWhen(part.repeat(20_000 / part.length), london).readings.length).toBeLessThanOrEqual(50)
  })
})

describe('a time that a clock shows', () => {
  const zone = fc.constantFrom(
    'Europe/London',
    'America/New_York',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'UTC',
  )
  const moment = fc.integer({ min: Date.UTC(2021, 0, 1), max: Date.UTC(2026, 9, 19) }).map(instant)
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

  it('is read back as a stretch that holds the instant, however it is written', () => {
    fc.assert(
      fc.property(moment, zone, fc.integer({ min: 0, max: 5 }), (at, z, form) => {
        const w = wallTime(at, z)
        const date = dateText(w)
        const hhmm = timeText(w).slice(0, 5)
        const half = `${((w.hour + 11) % 12) + 1}:${hhmm.slice(3)}${w.hour < 12 ? 'am' : 'pm'}`
        const text = [
          rfc3339(at),
          `${date} ${timeText(w)}`,
          `${date}T${hhmm}`,
          `${w.day}.${w.month}.${w.year} um ${hhmm} Uhr`,
          `${month[w.month - 1]} ${w.day}, ${w.year} at ${half}`,
          `${hhmm} on ${w.day} ${month[w.month - 1]} ${w.year} (${z})`,
        ][form]!
        const { readings } = parseWhen(text, { zone: z, now, dayFirst: true })
        expect(readings).toHaveLength(1)
        expect(readings[0]!.from).toBeLessThanOrEqual(at)
        expect(readings[0]!.to).toBeGreaterThan(at)
        if (form === 0) expect(readings[0]!.from).toBe(at)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the zone of the machine', () => {
  const { directory, remove } = scratch()
  afterAll(remove)
  const texts = [
    'two days ago at noon',
    'last Friday at 3pm',
    '14 Oct 14:02',
    '25/10/2026 01:30',
    'yesterday around 3pm',
    '8 March 2:30am',
    'vor drei Tagen um 14 Uhr',
    'il y a 3 jours à 15h',
    'five days ago',
    '36 hours ago',
    'a fortnight ago',
    'Sunday 02:30',
    'three Mondays ago',
    'midnight',
    '2 days earlier at 02:30',
  ]
  const script = join(directory, 'when.mjs')
  beforeAll(async () => {
    const entry = join(directory, 'entry.mjs')
    writeFileSync(
      entry,
      `import { parseWhen } from ${JSON.stringify(join(process.cwd(), 'src/claim/when.ts'))}
       const out = []
       for (const now of [${now}, ${Date.UTC(2026, 2, 29, 1, 30)}, ${Date.UTC(2026, 10, 1, 6, 30)}])
         for (const text of ${JSON.stringify(texts)}) out.push(parseWhen(text, { zone: 'Europe/London', now, dayFirst: true }))
       console.log(JSON.stringify(out))`,
    )
    await build({
      entryPoints: [entry],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    })
  })

  it('changes nothing', () => {
    const under = (TZ: string) =>
      execFileSync(process.execPath, [script], { env: { ...process.env, TZ }, encoding: 'utf8' })
    const expected = under('UTC')
    expect(JSON.parse(expected)).toHaveLength(texts.length * 3)
    for (const zone of [
      'Europe/London',
      'America/New_York',
      'Pacific/Kiritimati',
      'America/Nuuk',
      'Africa/Cairo',
    ])
      expect(under(zone)).toBe(expected)
  })
})

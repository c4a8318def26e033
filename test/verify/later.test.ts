import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logApi } from '../../src/api/log.ts'
import { canonicalBytes } from '../../src/log/canonical.ts'
import { toHex } from '../../src/log/note.ts'
import { leafHash } from '../../src/log/tree.ts'
import { correct } from '../../src/month/correct.ts'
import type { Finding } from '../../src/verify/finding.ts'
import { LONGEST_LINE, readLog, unread } from '../../src/verify/later.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { checksOf, IAM, LOGIN, scene, utc } from '../month/scene.ts'
import { type Opened, opened, resign, stranger, text } from './page.ts'

type Held = Opened['corrections'][number]

let s: Awaited<ReturnType<typeof scene>>
/** October at entry 1, with the corrections 2 and 4 of it; 3 is a decision, 5 another month, 6 a decision. */
let sealed: string
let log: string
let lines: string[]
let key: string

const decision = (hash: string) => ({ type: 'nines.decision/1', at: '2026-11-02T00:00:00.000Z', hash })
const span = (from: string, to: string) => ({ from: utc(from), to: utc(to) })

async function added(id: string, from: string, to: string, when: string): Promise<void> {
  const made = await correct(
    s.store,
    {
      service: IAM,
      author: 'Ada',
      reason: `Customers could not sign in (${id}).`,
      change: { kind: 'add', span: span(from, to), reportedBy: 'two customers' },
    },
    id,
    utc(when),
  )
  expect(made).toMatchObject({ ok: true })
}

const download = async (query: string): Promise<string> =>
  await (
    await logApi({ log: s.log, now: () => utc('2026-12-03T00:00:00Z') }).request(
      `/api/v1/log/entries.ndjson?${query}`,
    )
  ).text()

beforeAll(async () => {
  s = await scene()
  const every = { every: 7_200_000, hold: 14_500_000 }
  await s.store.import(new Map([[LOGIN, checksOf('2026-09-29T00:00:00Z', '2026-12-01T04:00:00Z', every)]]))
  await s.close(utc('2026-11-01T04:00:00Z'))
  await added('c1', '2026-10-08T09:00:00Z', '2026-10-08T09:45:00Z', '2026-11-02T00:00:00Z')
  await s.log.append('nines.decision/1', decision('aa'), utc('2026-11-02T00:00:00Z'))
  await added('c2', '2026-10-18T09:00:00Z', '2026-10-18T09:45:00Z', '2026-11-03T00:00:00Z')
  await s.close(utc('2026-12-01T04:00:00Z'))
  await s.log.append('nines.decision/1', decision('bb'), utc('2026-12-02T00:00:00Z'))
  await s.log.sign(utc('2026-12-02T00:00:00Z'))
  sealed = await s.bundle('2026-10')
  key = (await s.log.keys()).at(-1)?.key.text ?? ''
  log = await download('from=0')
  lines = log.trimEnd().split('\n')
  expect(lines).toHaveLength(7)
})
afterAll(() => s.end())

const bytesOf = (of: string | Uint8Array): Uint8Array => (typeof of === 'string' ? Buffer.from(of) : of)

function look(
  of: string | Uint8Array,
  bundle: Opened = opened(sealed),
  cuts: readonly number[] = [],
): Finding[] {
  const bytes = bytesOf(of)
  const reading = readLog(bundle)
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [i, place] of places.slice(1).entries())
    if (!reading.take(bytes.subarray(places[i], place))) break
  return reading.done()
}
const wrong = (findings: readonly Finding[]): string =>
  findings
    .filter(f => f.ok === false)
    .map(f => f.words)
    .join('\n')
const GOOD = {
  what: 'Later entries',
  ok: true,
  words: 'No later entry of the log corrects this month but the 2 that the bundle holds: all 5 were read.',
}

/** A log that goes on with more entries, which its holder signed, and the bundle of it without them. */
function goingOn(more: readonly (object | Uint8Array)[]): { bundle: Opened; log: Uint8Array } {
  const bundle = opened(sealed)
  const bytes = more.map(entry => (entry instanceof Uint8Array ? entry : canonicalBytes(entry)))
  for (const entry of bytes) bundle.log.leaves.push(toHex(leafHash(entry)))
  resign(bundle, stranger())
  return { bundle, log: Buffer.concat([Buffer.from(log), ...bytes.flatMap(b => [b, Buffer.from('\n')])]) }
}

describe('the entries of the log', () => {
  test('show that no correction was left out, wherever they begin up to the one after the record', () => {
    for (const from of [0, 1, 2]) expect(look(lines.slice(from).join('\n'))).toEqual([GOOD])
    expect(unread(opened(sealed))).toEqual({ from: 2, to: 7 })
    const findings = [...verify(sealed, { key, later: look(log) })]
    expect(holds(findings)).toBe(true)
    expect(findings.filter(f => f.what === 'Later entries')).toEqual([GOOD])
  })

  test('are not needed where the bundle holds all that came after, nor found fault with where nothing did', async () => {
    const b = opened(sealed)
    b.log.leaves.splice(2)
    b.corrections = []
    expect(unread(b)).toBeNull()
    for (const of of ['', lines.slice(0, 2).join('\n')])
      expect(look(of, b)).toEqual([
        { what: 'Later entries', ok: true, words: 'No entry of the log comes after this record.' },
      ])
    expect(look(lines.slice(2).join('\n'), b).map(f => f.ok)).toEqual([true, null])
    b.corrections = opened(sealed).corrections.slice(0, 1)
    b.log.leaves = opened(sealed).log.leaves.slice(0, 3)
    expect(unread(b)).toBeNull()
    expect(look(lines.slice(0, 3).join('\n'), b)).toEqual([
      {
        ...GOOD,
        words:
          'No later entry of the log corrects this month but the one that the bundle holds: the only one was read.',
      },
    ])
  })

  test('are asked for where they were not given, with the option and the address', () => {
    const note = [...verify(sealed, { key })].find(f => f.what === 'Later entries')
    expect(note?.ok).toBeNull()
    expect(note?.words).toContain('3 entries after this record that the bundle does not hold')
    // Whoever reads it must not take the entries for harmless ones: what they are was not looked at.
    expect(note?.words).toContain('any of them may be a correction of this month that was left out')
    expect(note?.words).toContain('/api/v1/log/entries.ndjson?from=2')
    expect(note?.words).toContain('--log')
  })

  test('say the same in whatever pieces they come', () => {
    const broken = log.replace('"aa"', '"ab"')
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.constantFrom(log, broken), (cuts, of) => {
        expect(look(of, opened(sealed), cuts)).toEqual(look(of))
      }),
    )
    const each = Array.from({ length: log.length }, (_, i) => i)
    expect(look(log, opened(sealed), each)).toEqual([GOOD])
  })
})

describe('a correction that the bundle leaves out', () => {
  test('is wrong, though the bundle holds by itself', () => {
    const b = opened(sealed)
    b.corrections.pop()
    expect(holds([...verify(text(b), { key })])).toBe(true)
    const later = look(log, b)
    expect(wrong(later)).toBe(
      'Entry 4 of the log corrects this month, and the bundle leaves it out: 2026-11-03T00:00:00.000Z, Ada: Customers could not sign in (c2).',
    )
    const findings = [...verify(text(b), { key, later })]
    expect(holds(findings)).toBe(false)
    expect(findings.filter(f => f.ok === false)).toEqual(later)
    b.corrections = []
    expect(look(log, b)).toHaveLength(2)
  })

  test('is not hidden by naming another one twice, nor by an order or a place that is none', () => {
    const [first, second] = opened(sealed).corrections as [Held, Held]
    for (const held of [
      [first, first, first, first, first],
      [first, second, first, second, first],
      [second, first],
      [first, { ...first, index: 1 }],
    ]) {
      const b = opened(sealed)
      b.corrections = held
      expect(unread(b)).toEqual({ from: 2, to: 7 })
      const findings = [...verify(text(b), { key })]
      expect(findings.find(f => f.what === 'Later entries')?.ok).toBeNull()
      expect(findings.filter(f => f.ok === false).map(f => f.words)).toContainEqual(
        expect.stringMatching(/does not come after entry|is not entry/),
      )
    }
  })

  test('is found by its times as well as by the months that it names, in the log alone', () => {
    const real = opened(sealed).corrections[0]!.correction
    for (const hidden of [
      { ...real, id: 'c9', months: [] },
      {
        ...real,
        id: 'c9',
        after: { from: '2027-01-01T00:00:00.000Z', to: '2027-01-02T00:00:00.000Z' },
      },
      { ...real, id: 'c9', months: [], after: null, before: real.after },
    ]) {
      const on = goingOn([hidden])
      expect(wrong(look(on.log, on.bundle))).toContain('Entry 7 of the log corrects this month')
    }
  })

  test('is not one of another service or another time', () => {
    const real = opened(sealed).corrections[0]!.correction
    const january = { from: '2027-01-01T00:00:00.000Z', to: '2027-01-02T00:00:00.000Z' }
    const on = goingOn([
      { ...real, id: 'c8', service: 'other' },
      { ...real, id: 'c9', months: real.months.map(m => ({ ...m, month: '2027-01' })), after: january },
    ])
    expect(look(on.log, on.bundle).map(f => f.ok)).toEqual([true])
  })

  test('may hide in no second record, and in no entry that cannot be read', () => {
    const { record } = opened(sealed)
    const second = goingOn([{ ...record, creditDays: 0 }])
    expect(wrong(look(second.log, second.bundle))).toBe(
      'Entry 7 of the log is another record of this very month.',
    )
    const real = opened(sealed).corrections[0]!.correction
    const twofold = `{"type":"nines.decision/1",${JSON.stringify({ ...real, id: 'c9' }).slice(1)}`
    for (const entry of [
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from('{"a":"\xff"}', 'latin1'),
      Buffer.from('{'),
      Buffer.from('7'),
      Buffer.from('null'),
      Buffer.from('['.repeat(100_000)),
      Buffer.from('\ufeff{}'),
      Buffer.from('{"type": "nines.decision/1"}'),
      Buffer.from(twofold),
      { ...real, id: 'c9', months: 5 },
      { ...real, id: 'c9', months: [], after: { from: 'x', to: 'y' } },
    ]) {
      const on = goingOn([entry])
      expect(wrong(look(on.log, on.bundle))).toBe(
        'Entry 7 of the log cannot be read, so it may say anything of this month.',
      )
    }
  })

  test('may be of a kind that came later, which is said', () => {
    const on = goingOn([{ type: 'nines.correction/2' }, { no: 'type' }])
    const findings = look(on.log, on.bundle)
    expect(findings.map(f => f.ok)).toEqual([true, null])
    expect(findings[1]?.words).toContain('(nines.correction/2, undefined)')
  })
})

describe('a log that is not the one that was signed', () => {
  test('is cut off', () => {
    for (let count = 1; count < 7; count++) {
      const found = wrong(look(`${lines.slice(0, count).join('\n')}\n`))
      expect(found).toBe(
        `What was read ends before entry ${count} of the log, and the checkpoint covers 7 entries.`,
      )
    }
    expect(wrong(look(log.slice(0, -2)))).toContain('Line 7 of what was read is not entry 6')
    expect(wrong(look(''))).toContain('No entry was read. It has to begin with entry 2 at the latest')
  })

  test('begins too late, or is another', () => {
    for (const from of [3, 6])
      expect(wrong(look(lines.slice(from).join('\n')))).toContain(
        `What was read begins with entry ${from} of the log. It has to begin with entry 2 at the latest, as /api/v1/log/entries.ndjson?from=2 does.`,
      )
    for (const foreign of [
      '{}\n',
      '<html>\n<body>\n',
      JSON.stringify({ entries: lines }),
      lines[0]?.slice(1) ?? '',
    ])
      expect(wrong(look(foreign))).toContain('does not begin with an entry of this log')
  })

  test('has its lines in another order, twice, or not all of them', () => {
    const orders = [
      [0, 1, 3, 2, 4, 5, 6],
      [0, 1, 2, 2, 3, 4, 5, 6],
      [0, 1, 2, 3, 5, 6],
      [1, 0, 2, 3, 4, 5, 6],
      [2, 4, 5, 6],
    ]
    for (const order of orders)
      expect(wrong(look(order.map(i => lines[i]).join('\n')))).toContain('put in another order')
    for (let i = 0; i < lines.length; i++) {
      const changed = lines.with(i, (lines[i] ?? '').replace('"type"', '"tipe"'))
      expect(holds(look(changed.join('\n')))).toBe(false)
    }
  })

  test('goes on after what the checkpoint covers, of which nothing is read', () => {
    for (const more of ['{}', '\n', '\n\n\n', 'nonsense\n', '\ufffd']) {
      const findings = look(`${log}${more}`)
      expect(findings[0]).toEqual(GOOD)
      expect(findings[1]).toMatchObject({ ok: null })
      expect(findings[1]?.words).toContain('goes on after the 7 entries that the checkpoint covers')
    }
    const reading = readLog(opened(sealed))
    expect(reading.take(Buffer.from(log))).toBe(true)
    expect(reading.entries).toBe(7)
    expect(reading.take(Buffer.from('x'))).toBe(false)
  })

  test('has lines that are none: empty, with carriage returns, no text, or without end', () => {
    expect(wrong(look(`\n${log}`))).toContain('does not begin with an entry')
    expect(wrong(look(log.replace('\n', '\n\n')))).toContain(
      'Line 2 of what was read is empty, and not entry 1',
    )
    expect(wrong(look(log.replaceAll('\n', '\r\n')))).toContain('does not begin with an entry')
    expect(wrong(look(Buffer.concat([Buffer.from(`${lines[0]}\n`), Buffer.of(0xff, 0xfe, 10)])))).toContain(
      'Line 2',
    )
    const reading = readLog(opened(sealed))
    expect(reading.take(Buffer.from(`${lines[0]}\n`))).toBe(true)
    const piece = Buffer.alloc(1024 * 1024, 0x20)
    let taken = 0
    while (reading.take(piece)) taken += piece.length
    expect(taken).toBeLessThanOrEqual(LONGEST_LINE)
    expect(wrong(reading.done())).toBe('Line 2 of what was read is too long to be an entry.')
  })

  test('does not hang on its last line feed', () => {
    expect(look(log.trimEnd())).toEqual([GOOD])
  })
})

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/log/canonical.ts'
import { checkpointText, parseVerifierKey, signerOf, signNote, toHex } from '../../src/log/note.ts'
import { growTree, leafHash } from '../../src/log/tree.ts'
import { checkLines, digest, parseCheckLines } from '../../src/month/check-lines.ts'
import { correct } from '../../src/month/correct.ts'
import type { Bundle } from '../../src/verify/bundle.ts'
import type { Finding } from '../../src/verify/finding.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { API, checksOf, IAM, LOGIN, scene, utc } from '../month/scene.ts'

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T
const text = (bundle: unknown): string => new TextDecoder().decode(canonicalBytes(bundle))
const wrong = (findings: Iterable<Finding>): Finding[] => [...findings].filter(f => f.ok === false)

let s: Awaited<ReturnType<typeof scene>>
let sealed: string
let key: string
let kept: string

beforeAll(async () => {
  s = await scene({ endpoints: ['login', 'api'], rule: { kind: 'any' } })
  await s.store.import(
    new Map([
      [
        LOGIN,
        checksOf('2026-09-29T00:00:00Z', '2026-11-01T04:00:00Z', {
          every: 7_200_000,
          hold: 14_500_000,
          down: [
            ['2026-09-30T22:00:00Z', '2026-10-01T02:00:00Z'],
            ['2026-10-14T14:00:00Z', '2026-10-14T18:00:00Z'],
            ['2026-10-20T04:00:00Z', '2026-10-20T06:00:00Z'],
            ['2026-10-31T22:00:00Z', '2026-11-01T02:00:00Z'],
          ],
          unknown: [['2026-10-05T10:00:00Z', '2026-10-05T12:00:00Z']],
        }),
      ],
      [API, checksOf('2026-10-02T00:10:00Z', '2026-11-01T04:00:00Z', { every: 7_200_000, hold: 14_500_000 })],
    ]),
  )
  await s.close(utc('2026-11-01T04:00:00Z'))
  kept = (await s.log.checkpoint())?.note ?? ''
  const outage = (await import('../../src/month/store.ts')).readMonthRecord(
    s.store.db,
    IAM,
    '2026-10' as never,
  )?.record.outages[1]
  const corrected = await correct(
    s.store,
    {
      service: IAM,
      author: 'Ada',
      reason: 'The prober’s own network was at fault.',
      change: { kind: 'exclude', outage: outage?.id ?? '' },
    },
    'c1',
    utc('2026-11-02T00:00:00Z'),
  )
  expect(corrected).toMatchObject({ ok: true })
  const added = await correct(
    s.store,
    {
      service: IAM,
      author: 'Ada',
      reason: 'Customers could not sign in; the health page answered all the while.',
      change: {
        kind: 'add',
        span: { from: utc('2026-10-08T09:00:00Z'), to: utc('2026-10-08T09:45:00Z') },
        reportedBy: 'two customers',
      },
    },
    'c2',
    utc('2026-11-02T01:00:00Z'),
  )
  expect(added).toMatchObject({ ok: true })
  await s.log.sign(utc('2026-11-02T01:00:00Z'))
  sealed = await s.bundle('2026-10')
  key = (await s.log.keys()).at(-1)?.key.text ?? ''
})
afterAll(() => s.end())

const opened = (): Writable<Bundle> => JSON.parse(sealed) as Writable<Bundle>

describe('a bundle', () => {
  test('that nobody touched holds, with the key and a checkpoint that the reader kept', () => {
    const findings = [...verify(sealed, { key, checkpoint: kept })]
    expect(wrong(findings)).toEqual([])
    expect(findings.filter(f => f.ok).map(f => f.what)).toEqual([
      'Signature',
      'Log',
      'Record',
      'Earlier checkpoint',
      'Month',
      'Checks',
      'Figures',
      'Correction',
      'Correction',
    ])
    expect(findings.find(f => f.what === 'Figures')?.words).toContain('Availability is')
  })

  test('of which a random byte is changed, removed or added never holds', () => {
    const bytes = Buffer.from(sealed)
    let missed = 0
    let random = 20_261_101
    const next = (below: number): number => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((random / 2 ** 32) * below)
    }
    for (let i = 0; i < 9_000; i++) {
      const place = next(bytes.length)
      const mutated = Buffer.from(bytes)
      const kind = next(3)
      if (kind === 0) mutated[place] = ((bytes[place] ?? 0) + 1 + next(255)) & 255
      const cut = kind === 1 ? Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]) : mutated
      const made =
        kind === 2
          ? Buffer.concat([bytes.subarray(0, place), Buffer.from([next(256)]), bytes.subarray(place)])
          : cut
      if (made.equals(bytes)) continue
      if (holds(quick(made.toString('utf8')))) missed++
    }
    expect(missed).toBe(0)
  }, 600_000)
})

/** The findings up to the first that is wrong. */
function quick(of: string): Finding[] {
  const out: Finding[] = []
  for (const finding of verify(of, { key })) {
    out.push(finding)
    if (finding.ok === false) break
  }
  return out
}

describe('whoever knows the format', () => {
  /** Changes checks of a day, and its digest in the record with them. */
  const tamper = (change: (lines: string[]) => string[], alsoDigest: boolean) => {
    const b = opened()
    const day = 13
    const endpoint = b.checks?.['login']
    if (!endpoint) throw new Error('no checks')
    const before = (endpoint.days[day] ?? '').trimEnd().split('\n')
    endpoint.days[day] = change(before)
      .map(line => `${line}\n`)
      .join('')
    const sealedDay = b.record.endpoints.find(e => e.id === 'login')?.days[day]
    if (alsoDigest && sealedDay) {
      sealedDay.sha256 = digest(endpoint.days[day] ?? '')
      sealedDay.checks = (endpoint.days[day] ?? '').split('\n').length - 1
    }
    return b
  }

  test('cannot remove, add or change a check, whether or not the digest is made to fit', () => {
    const changes: ((lines: string[]) => string[])[] = [
      lines => lines.slice(1),
      lines => lines.slice(0, -1),
      lines => [
        ...lines,
        lines.at(-1)?.replace(/^\[(\d+)/, (_, at: string) => `[${Number(at) + 60_000}`) ?? '',
      ],
      lines => lines.map(line => line.replace('"d"', '"u"').replace('"timeout"', 'null')),
      lines => lines.toReversed(),
      lines => lines.map(line => line.replace('14500000', '14500001')),
    ]
    for (const change of changes) {
      for (const also of [false, true])
        expect(wrong(verify(text(tamper(change, also)), { key }))).not.toEqual([])
    }
  })

  test('cannot change the record, not even with a new tree, as long as the signature is not forged', () => {
    const b = opened()
    b.record.creditDays = 0
    expect(wrong(verify(text(b), { key })).map(f => f.what)).toContain('Record')
    b.log.leaves[b.log.index] = toHex(leafHash(canonicalBytes(b.record)))
    expect(wrong(verify(text(b), { key })).map(f => f.what)).toContain('Log')
  })

  test('cannot sign with another key where the reader knows the right one, and does not fool the arithmetic either', () => {
    const b = opened()
    b.record.ms.down = 0
    b.record.ms.up = b.record.ms.total - b.record.ms.unknown
    b.log.leaves[b.log.index] = toHex(leafHash(canonicalBytes(b.record)))
    const forger = signerOf('status.example.com/log', randomBytes(32))
    const tree = growTree(b.log.leaves.map(leaf => Buffer.from(leaf, 'hex')))
    b.log.checkpoint = signNote(
      checkpointText({ origin: forger.key.name, size: tree.size, root: tree.root() }),
      [forger],
    )
    b.log.keys = [forger.key.text]
    expect(wrong(verify(text(b), { key })).map(f => f.what)).toContain('Signature')
    expect(wrong(verify(text(b))).map(f => f.what)).toContain('Figures')
  })

  test('cannot fork the log: a log that was signed anew with another past contradicts a checkpoint that was kept', () => {
    const b = opened()
    b.log.leaves[0] = toHex(leafHash(Buffer.from('{}')))
    expect(wrong(verify(text(b), { key, checkpoint: kept })).map(f => f.what)).toContain('Log')
    const parsed = parseVerifierKey(key)
    expect(parsed.ok).toBe(true)
    const forger = signerOf('status.example.com/log', randomBytes(32))
    const tree = growTree(b.log.leaves.map(leaf => Buffer.from(leaf, 'hex')))
    const fork = (leaves: string[]) =>
      signNote(
        checkpointText({
          origin: forger.key.name,
          size: leaves.length,
          root: growTree(leaves.map(leaf => Buffer.from(leaf, 'hex'))).root(),
        }),
        [forger],
      )
    const honest = opened().log.leaves.slice(0, 2)
    b.log.checkpoint = fork(b.log.leaves)
    b.log.keys = [forger.key.text]
    expect(tree.size).toBe(b.log.leaves.length)
    expect(
      wrong(verify(text(b), { key: forger.key.text, checkpoint: fork(honest) })).map(f => f.what),
    ).toContain('Earlier checkpoint')
  })

  test('cannot leave out a correction in between, change one, or add one', () => {
    const without = opened()
    without.corrections.shift()
    expect(wrong(verify(text(without), { key }))).not.toEqual([])
    const changed = opened()
    const first = changed.corrections[0]
    if (first) first.correction.reason = 'No reason.'
    expect(wrong(verify(text(changed), { key }))).not.toEqual([])
    const doubled = opened()
    doubled.corrections.push(structuredClone(doubled.corrections[1] as never))
    expect(wrong(verify(text(doubled), { key }))).not.toEqual([])
  })

  test('cannot smuggle in a key, a signature line, an endpoint, or a member that nothing reads', () => {
    const changes: ((b: Writable<Bundle>) => void)[] = [
      b => b.log.keys.push(signerOf('x', randomBytes(32)).key.text),
      b => {
        b.log.checkpoint += `— other ${Buffer.alloc(68, 1).toString('base64')}\n`
      },
      b => {
        if (b.checks) b.checks['more'] = { days: [], after: '' }
      },
      b => {
        ;(b as unknown as Record<string, unknown>)['note'] = 'x'
      },
      b => {
        ;(b.checks?.['login'] as unknown as Record<string, unknown>)['note'] = 'x'
      },
      b => {
        b.checks?.['login']?.days.push('')
      },
      b => {
        ;(b.corrections[0] as unknown as Record<string, unknown>)['note'] = 'x'
      },
    ]
    for (const change of changes) {
      const b = opened()
      change(b)
      expect(wrong(verify(text(b), { key })), change.toString()).not.toEqual([])
    }
  })

  test('1,000 times changes a value somewhere in the parsed bundle, and is found out each time', () => {
    let random = 7
    const next = (below: number): number => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((random / 2 ** 32) * below)
    }
    let missed: string[] = []
    for (let i = 0; i < 1_000; i++) {
      const b = opened()
      const path: string[] = []
      let at: unknown = b
      for (;;) {
        const keys = Object.keys(at as object)
        const name = keys[next(keys.length)]
        if (name === undefined) break
        path.push(name)
        const holder = at as Record<string, unknown>
        const value = holder[name]
        if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
          at = value
          continue
        }
        holder[name] =
          typeof value === 'number' ? value + 1 + next(1_000) : typeof value === 'string' ? `${value}0` : 1
        break
      }
      if (holds(quick(text(b)))) missed = [...missed, path.join('.')]
    }
    expect(missed).toEqual([])
  }, 600_000)

  test('gets no exception out of nonsense', () => {
    const nonsense = [
      '',
      '{}',
      'null',
      '[]',
      '{"type":"nines.bundle/1"}',
      sealed.slice(0, 1_000),
      '['.repeat(9_999),
    ]
    for (const one of nonsense) expect(holds([...verify(one)])).toBe(false)
    for (const member of ['record', 'log', 'checks', 'corrections'] as const) {
      for (const value of [1, 'x', {}, [[]], { days: 1 }]) {
        const b = opened() as unknown as Record<string, unknown>
        b[member] = value
        expect(holds([...verify(text(b))])).toBe(false)
      }
    }
  })
})

describe('check lines', () => {
  test('come back as they were, and nothing else is taken for them', () => {
    const checks = checksOf('2026-10-01T00:00:00Z', '2026-10-01T01:00:00Z', {
      down: [['2026-10-01T00:10:00Z', '2026-10-01T00:12:00Z']],
      hold: null,
    })
    expect(parseCheckLines(checkLines(checks))).toEqual(checks)
    for (const bad of [
      '[1,"u",null,null,null,1]',
      '[1, "u",null,null,null,1]\n',
      '[1,"x",null,null,null,1]\n',
      '[1,"u",null,null,null,1,2]\n',
      '[2,"u",null,null,null,1]\n[1,"u",null,null,null,1]\n',
      '[1.5,"u",null,null,null,1]\n',
      '{}\n',
    ])
      expect(() => parseCheckLines(bad)).toThrow(SyntaxError)
  })
})

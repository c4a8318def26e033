import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/log/canonical.ts'
import { keyFile } from '../../src/log/key.ts'
import {
  checkpointText,
  parseVerifierKey,
  type Signer,
  signerOf,
  signNote,
  toHex,
} from '../../src/log/note.ts'
import { rotateKey } from '../../src/log/rotate.ts'
import { growTree, leafHash } from '../../src/log/tree.ts'
import { makeBundle } from '../../src/month/bundle.ts'
import { correct } from '../../src/month/correct.ts'
import type { Month } from '../../src/time/month.ts'
import type { Finding } from '../../src/verify/finding.ts'
import { holds, verify } from '../../src/verify/verify.ts'
import { checksOf, IAM, LOGIN, scene, utc } from '../month/scene.ts'
import { type Opened, opened, stranger, text } from './page.ts'

const decision = (hash: string) => ({ type: 'nines.decision/1', at: '2026-11-02T00:00:00.000Z', hash })
const signature = (of: string, key?: string): Finding | undefined =>
  [...verify(of, key === undefined ? {} : { key })].find(f => f.what === 'Signature')

let s: Awaited<ReturnType<typeof scene>>
/** The first key, and those that followed it; the last one after one was lost. */
const keys: string[] = []
/** The same month as the log stood before any rotation, at the first, after it, after the second, and after a loss. */
let [before, at, once, twice, lost] = ['', '', '', '', '']
let kept = ''

async function rotate(isLost: boolean, when: string): Promise<void> {
  const last = parseVerifierKey(keys.at(-1) ?? '')
  if (isLost && last.ok) rmSync(keyFile(s.directory, last.value))
  const rotated = rotateKey(s.store.db, s.directory, isLost, utc(when))
  if (!rotated.ok) throw new Error(rotated.message)
  keys.push(rotated.new.text)
}

async function add(hash: string, when: string): Promise<void> {
  await s.log.append('nines.decision/1', decision(hash), utc(when))
  expect(await s.log.sign(utc(when))).toMatchObject({ ok: true })
}

beforeAll(async () => {
  s = await scene()
  await s.store.import(
    new Map([
      [
        LOGIN,
        checksOf('2026-09-29T00:00:00Z', '2026-11-01T04:00:00Z', {
          every: 7_200_000,
          hold: 14_500_000,
          down: [['2026-10-14T14:00:00Z', '2026-10-14T18:00:00Z']],
        }),
      ],
    ]),
  )
  await s.close(utc('2026-11-01T04:00:00Z'))
  keys.push((await s.log.keys()).at(-1)?.key.text ?? '')
  before = await s.bundle('2026-10')
  await rotate(false, '2026-11-02T00:00:00Z')
  at = await s.bundle('2026-10')
  const corrected = await correct(
    s.store,
    {
      service: IAM,
      author: 'Ada',
      reason: 'Customers could not sign in.',
      change: {
        kind: 'add',
        span: { from: utc('2026-10-08T09:00:00Z'), to: utc('2026-10-08T09:45:00Z') },
        reportedBy: 'two customers',
      },
    },
    'c1',
    utc('2026-11-03T00:00:00Z'),
  )
  expect(corrected).toMatchObject({ ok: true })
  await s.log.sign(utc('2026-11-03T00:00:00Z'))
  once = await s.bundle('2026-10')
  await rotate(false, '2026-11-04T00:00:00Z')
  await add('aa', '2026-11-04T01:00:00Z')
  twice = await s.bundle('2026-10')
  kept = (await s.log.checkpoint())?.note ?? ''
  await rotate(true, '2026-11-05T00:00:00Z')
  await add('bb', '2026-11-05T01:00:00Z')
  lost = await s.bundle('2026-10')
})
afterAll(() => s.end())

describe('a key that was replaced', () => {
  test('leads to the one that signs, over each change that the bundle proves', () => {
    expect(opened(before).log.rotations).toEqual([])
    expect(opened(twice).log.rotations.map(r => [r.index, r.entry.lost])).toEqual([
      [2, false],
      [4, false],
    ])
    for (const [bundle, key, words] of [
      [before, 0, 'The checkpoint is signed by the key that you gave.'],
      [at, 0, 'The checkpoint is signed by the key that you gave.'],
      [at, 1, 'The checkpoint is signed by the key that you gave.'],
      [
        once,
        0,
        'The key that you gave signed in its successor on 2026-11-02T00:00:00.000Z, which signed this checkpoint.',
      ],
      [
        twice,
        0,
        'The key that you gave signed in its successor on 2026-11-02T00:00:00.000Z, that one the next on 2026-11-04T00:00:00.000Z, which signed this checkpoint.',
      ],
      [
        twice,
        1,
        'The key that you gave signed in its successor on 2026-11-04T00:00:00.000Z, which signed this checkpoint.',
      ],
      [twice, 2, 'The checkpoint is signed by the key that you gave.'],
      [lost, 3, 'The checkpoint is signed by the key that you gave.'],
    ] as const) {
      expect(signature(bundle, keys[key])).toEqual({ what: 'Signature', ok: true, words })
      expect(holds([...verify(bundle, { key: keys[key] ?? '' })])).toBe(true)
    }
  })

  test('does not hold when it was lost, and the words say what to do', () => {
    const direct = signature(lost, keys[2])
    expect(direct?.ok).toBe(false)
    expect(direct?.words).toContain('The key that you gave was lost before 2026-11-05T00:00:00.000Z (entry 6')
    expect(direct?.words).toContain('Ask the operator for the new key')
    const further = signature(lost, keys[0])
    expect(further?.ok).toBe(false)
    expect(further?.words).toContain(`${keys[2]}, which follows from the key that you gave, was lost`)
    // Whoever kept a checkpoint still sees that what it covers is unchanged.
    const findings = [...verify(lost, { key: keys[3] ?? '', checkpoint: kept })]
    expect(holds(findings)).toBe(true)
    expect(findings.find(f => f.what === 'Earlier checkpoint')?.ok).toBe(true)
    expect(holds([...verify(lost)])).toBe(true)
  })

  test('does not lead to an older one, nor to that of another log', () => {
    for (const key of [keys[1], stranger().key.text, 'nonsense', '']) {
      const found = signature(before, key)
      expect(found?.ok, key).toBe(false)
      expect(found?.words).toContain('download the bundle again')
    }
  })

  test('whose change is left out of the bundle does not link; without a key nothing changes', () => {
    for (const left of [0, 1]) {
      const b = opened(twice)
      b.log.rotations.splice(left, 1)
      expect(signature(text(b), keys[0])?.ok).toBe(false)
      expect(signature(text(b), keys[1])?.ok).toBe(left === 0)
      expect([...verify(text(b))]).toEqual([...verify(twice)])
    }
  })
})

/** Leaves, signed anew by whoever can. */
const sign = (leaves: readonly string[], signers: readonly Signer[]): string =>
  signNote(
    checkpointText({
      origin: 'status.example.com/log',
      size: leaves.length,
      root: growTree(leaves.map(leaf => Buffer.from(leaf, 'hex'))).root(),
    }),
    signers,
  )

test('keys stand in the order in which they signed', () => {
  const b = opened(at)
  expect(b.log.keys).toHaveLength(2)
  b.log.keys.reverse()
  expect([...verify(text(b))].filter(f => f.ok === false).map(f => f.words)).toEqual([
    "The bundle's keys stand in another order than the signatures of the checkpoint.",
  ])
})

test('a bundle that is made while the key changes holds no change that its checkpoint does not cover', async () => {
  const { log } = s
  const older = {
    checkpoint: () => log.checkpointOf(4),
    checkpointOf: (size: number) => log.checkpointOf(size),
    leafHashes: () => log.leafHashes(),
    entry: (index: number) => log.entry(index),
    keys: () => log.keys(),
  } as unknown as typeof log
  const made = await makeBundle(s.store, older, IAM, '2026-10' as Month)
  expect(text(made)).toBe(once)
})

describe('whoever forges a succession', () => {
  /** A log that goes on as the true one, then changes to a key of the forger by an entry that says so. */
  const forged = (change: object, brought: (leaves: string[], forger: Signer) => string): string => {
    const forger = stranger()
    const b = opened(before)
    const entry = {
      type: 'nines.key/1',
      at: '2026-11-02T00:00:00.000Z',
      old: keys[0],
      new: forger.key.text,
      lost: false,
      ...change,
    }
    b.log.leaves.push(toHex(leafHash(canonicalBytes(entry))))
    const leaves = [...b.log.leaves]
    b.log.rotations = [{ index: leaves.length - 1, entry, checkpoint: brought(leaves, forger) }] as never
    b.log.leaves.push(toHex(leafHash(canonicalBytes(decision('cc')))))
    b.log.checkpoint = sign(b.log.leaves, [forger])
    b.log.keys = [forger.key.text]
    return text(b)
  }
  const line = (note: string, i = 0): string => `${note.split('\n\n')[1]?.split('\n')[i]}\n`

  test('would need the old key', () => {
    const thief = signerOf('status.example.com/log', randomBytes(32))
    const tries: [object, (leaves: string[], forger: Signer) => string][] = [
      [{}, (leaves, forger) => sign(leaves, [forger])],
      [{ lost: true }, (leaves, forger) => sign(leaves, [forger])],
      // A line that the old key did write, under another note.
      [
        {},
        (leaves, forger) =>
          sign(leaves, [forger]).replace('\n\n', `\n\n${line(opened(before).log.checkpoint)}`),
      ],
      [{}, () => opened(twice).log.rotations[0]?.checkpoint ?? ''],
      [{}, leaves => sign(leaves, [thief])],
      [{ old: 'x' }, (leaves, forger) => sign(leaves, [forger])],
      [{ old: 5, lost: 0 }, (leaves, forger) => sign(leaves, [forger])],
      [{ at: 'yesterday' }, (leaves, forger) => sign(leaves, [forger])],
      [{}, () => ''],
    ]
    for (const [change, brought] of tries) {
      const bundle = forged(change, brought)
      expect(signature(bundle, keys[0])?.ok, brought.toString()).toBe(false)
    }
  })

  test('cannot have a change that was signed in another log, not even one of the same keys', () => {
    const [old, fresh] = [stranger(), stranger()]
    const entry = {
      type: 'nines.key/1',
      at: '2026-11-02T00:00:00.000Z',
      old: old.key.text,
      new: fresh.key.text,
      lost: false,
    } as const
    const b = opened(before)
    b.log.leaves.push(toHex(leafHash(canonicalBytes(entry))), '11'.repeat(32))
    b.log.checkpoint = sign(b.log.leaves, [fresh])
    b.log.keys = [fresh.key.text]
    const { leaves } = opened(before).log
    const rightly = b.log.leaves.slice(0, 3)
    const found = (checkpoint: string): boolean => {
      b.log.rotations = [{ index: 2, entry, checkpoint }]
      return holds([...verify(text(b), { key: old.key.text })])
    }
    const signed = (size: number, of: readonly string[], origin = 'status.example.com/log'): string => {
      const root = growTree(of.map(leaf => Buffer.from(leaf, 'hex'))).root()
      return signNote(checkpointText({ origin, size, root }), [old, fresh])
    }
    expect(found(signed(3, rightly))).toBe(true)
    expect(found(signed(3, [...leaves, '22'.repeat(32)]))).toBe(false)
    expect(found(signed(4, rightly))).toBe(false)
    expect(found(signed(4, b.log.leaves))).toBe(false)
    expect(found(signed(3, rightly, 'other.example.com/log'))).toBe(false)
  })

  test('cannot use a change as another, nor hide anything in one', () => {
    const other = stranger()
    const changes: ((b: Opened) => void)[] = [
      b => b.log.rotations.reverse(),
      b => b.log.rotations.push(structuredClone(b.log.rotations[1]!)),
      b => {
        ;[b.log.rotations[0]!.checkpoint, b.log.rotations[1]!.checkpoint] = [
          b.log.rotations[1]!.checkpoint,
          b.log.rotations[0]!.checkpoint,
        ]
      },
      b => {
        b.log.rotations[0]!.index = 3
      },
      b => {
        b.log.rotations[0]!.index = 2.5
      },
      b => {
        b.log.rotations[1]!.index = 99
      },
      b => {
        b.log.rotations[0]!.entry.new = other.key.text
      },
      b => {
        b.log.rotations[0]!.entry.lost = true
      },
      b => {
        b.log.rotations[0]!.entry.at = '2026-11-02T00:00:01.000Z'
      },
      b => {
        ;(b.log.rotations[0]!.entry as unknown as Record<string, unknown>)['more'] = 1
      },
      b => {
        ;(b.log.rotations[0] as unknown as Record<string, unknown>)['more'] = 1
      },
      // Lines that are swapped, doubled, left out, or of somebody else.
      b => {
        const { checkpoint } = b.log.rotations[0]!
        const [head] = checkpoint.split('\n\n')
        b.log.rotations[0]!.checkpoint = `${head}\n\n${line(checkpoint, 1)}${line(checkpoint, 0)}`
      },
      b => {
        b.log.rotations[0]!.checkpoint += line(b.log.rotations[0]!.checkpoint, 1)
      },
      b => {
        const { checkpoint } = b.log.rotations[0]!
        b.log.rotations[0]!.checkpoint = checkpoint.replace(line(checkpoint, 0), '')
      },
      b => {
        b.log.rotations[0]!.checkpoint += `— other ${Buffer.alloc(68, 1).toString('base64')}\n`
      },
      b => {
        b.log.rotations[0] = { ...b.log.rotations[0]!, index: 5, entry: decision('aa') as never }
      },
      b => {
        b.log.rotations[0] = null as never
      },
      b => {
        b.log.rotations = {} as never
      },
    ]
    for (const change of changes) {
      const b = opened(twice)
      change(b)
      expect(holds([...verify(text(b))]), change.toString()).toBe(false)
    }
  })
})

describe('a bundle with changes of the key', () => {
  let random = 20_261_105
  const next = (below: number): number => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((random / 2 ** 32) * below)
  }
  const quick = (of: string): boolean => {
    for (const finding of verify(of, { key: keys[0] ?? '' })) if (finding.ok === false) return false
    return true
  }

  test('of which a random byte is changed, removed or added never holds, least of all in them', () => {
    const bytes = Buffer.from(twice)
    const start = bytes.indexOf('"rotations":')
    const end = bytes.indexOf('"record":', start)
    expect(end - start).toBeGreaterThan(1_000)
    const missed: string[] = []
    for (let i = 0; i < 3_000; i++) {
      const place = i % 3 === 0 ? next(bytes.length) : start + next(end - start)
      const kind = next(3)
      const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place + (kind === 2 ? 0 : 1))]
      const byte = kind === 0 ? ((bytes[place] ?? 0) + 1 + next(255)) & 255 : next(256)
      const made = Buffer.concat(kind === 1 ? [head, tail] : [head, Buffer.of(byte), tail])
      if (!made.equals(bytes) && quick(made.toString('utf8'))) missed.push(`${kind} at ${place}`)
    }
    expect(missed).toEqual([])
  }, 600_000)

  test('of which a value in them is changed never holds', () => {
    const missed: string[] = []
    for (let i = 0; i < 500; i++) {
      const b = opened(twice)
      const path: string[] = []
      for (let of: unknown = b.log.rotations; ; ) {
        const names = Object.keys(of as object)
        const name = names[next(names.length)] ?? ''
        path.push(name)
        const holder = of as Record<string, unknown>
        const value = holder[name]
        if (typeof value === 'object' && value !== null) {
          of = value
          continue
        }
        if (typeof value === 'string') {
          const place = next(value.length)
          holder[name] =
            value.slice(0, place) + String.fromCharCode(33 + next(90)) + value.slice(place + next(2))
          if (holder[name] === value) holder[name] = `${value}x`
        } else holder[name] = typeof value === 'number' ? value + 1 - 2 * next(2) : !value
        break
      }
      if (quick(text(b))) missed.push(path.join('.'))
    }
    expect(missed).toEqual([])
  }, 600_000)
})

import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, transact } from '../../src/db/open.ts'
import { contradiction } from '../../src/log/contradiction.ts'
import { markFile } from '../../src/log/mark.ts'
import { openCheckpoint } from '../../src/log/note.ts'
import { appendEntry, type Checkpoint, LogStore, type Signed } from '../../src/log/store.ts'
import { growTree, leafHash, verifyConsistency, verifyInclusion } from '../../src/log/tree.ts'
import { type LogScene, later, logScene, MONTH, month, ORIGIN, t0 } from './scene.ts'

let scene: LogScene
beforeEach(() => {
  scene = logScene()
})
afterEach(() => scene.close())

const signed = (result: Signed): Checkpoint => {
  if (!result.ok || !result.checkpoint) throw new Error(JSON.stringify(result))
  return result.checkpoint
}
const refusal = (result: Signed): string => {
  if (result.ok) throw new Error('it was signed')
  return result.message
}
async function headOf(log: LogStore, { note }: Checkpoint) {
  const head = openCheckpoint(
    note,
    ORIGIN,
    (await log.keys()).map(({ key }) => key),
  )
  if (!head.ok) throw new Error(head.message)
  return head.value
}
/** Does what the triggers forbid, as somebody with the file and a grudge would. */
const tamper = (sql: string) => {
  scene.db.connection.exec(
    'DROP TRIGGER IF EXISTS log_entries_no_update; DROP TRIGGER IF EXISTS log_entries_no_delete',
  )
  scene.db.connection.exec(sql)
}

describe('an entry', () => {
  it('is kept as canonical JSON under the next index, with its leaf hash', async () => {
    expect(await scene.log.append(MONTH, { b: 2, type: MONTH, a: 'ä' }, t0)).toBe(0)
    expect(await scene.log.append(MONTH, month('2026-11'), later(1))).toBe(1)
    const data = new TextEncoder().encode('{"a":"ä","b":2,"type":"nines.month/1"}')
    expect(await scene.log.entry(0)).toEqual({
      index: 0,
      at: t0,
      kind: MONTH,
      data: Buffer.from(data),
      leafHash: Buffer.from(leafHash(data)),
    })
    expect((await scene.log.entries(1, 5)).map(({ index }) => index)).toEqual([1])
    expect(await scene.log.entry(2)).toBeNull()
  })

  it('is refused where it does not name its kind, or is no JSON', async () => {
    for (const entry of [
      { month: '2026-10' },
      { type: 'nines.decision/1' },
      month('2026-10', { at: Number.NaN }),
      month('2026-10', { at: () => 1 }),
      month('2026-10', { at: 1n }),
      month('\ud800'),
    ])
      await expect(scene.log.append(MONTH, entry, t0)).rejects.toThrow(TypeError)
    expect(await scene.log.size()).toBe(0)
  })

  it('goes with the transaction that it was appended in', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    expect(() =>
      transact(scene.db, () => {
        expect(appendEntry(scene.db, MONTH, month('2026-10'), t0)).toBe(1)
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(await scene.log.size()).toBe(1)
    expect(await scene.log.append(MONTH, month('2026-11'), t0)).toBe(1)
  })

  it('that was seen inside a transaction, and went with it, leaves no trace in the tree', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    const sizes: Promise<number>[] = []
    for (const name of ['2026-10', '2026-11'])
      expect(() =>
        transact(scene.db, () => {
          appendEntry(scene.db, MONTH, month(name), t0)
          appendEntry(scene.db, MONTH, month(`${name} again`), t0)
          sizes.push(scene.log.size())
          throw new Error('stop')
        }),
      ).toThrow('stop')
    expect(await Promise.all(sizes)).toEqual([3, 3])
    expect(await scene.log.size()).toBe(1)
    await scene.log.append(MONTH, month('2026-12'), t0)
    const tree = growTree((await scene.log.entries(0, 9)).map(({ data }) => leafHash(data)))
    expect((await headOf(scene.log, signed(await scene.log.sign(t0)))).root).toEqual(tree.root())
  })

  it('cannot be changed, removed, replaced, or put beyond a gap', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    const row = (idx: number) => `(${idx}, 0, 'x', x'00', x'00')`
    for (const [sql, why] of [
      ["UPDATE log_entries SET kind = 'x'", /cannot be changed/],
      ['DELETE FROM log_entries', /cannot be removed/],
      [`INSERT INTO log_entries VALUES ${row(2)}`, /without gaps/],
      [`INSERT OR REPLACE INTO log_entries VALUES ${row(0)}`, /without gaps/],
      [`INSERT INTO log_entries VALUES ${row(-1)}`, /without gaps/],
      ["INSERT INTO log_entries (at, kind, data, leaf_hash) VALUES (0, 'x', x'00', x'00')", /without gaps/],
    ] as const)
      expect(() => scene.db.connection.exec(sql), sql).toThrow(why)
  })

  it('that was damaged on the disk is not passed off as what was sealed', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    tamper(`UPDATE log_entries SET data = CAST('{"month":"2026-08"}' AS BLOB)`)
    await expect(scene.log.entry(0)).rejects.toThrow(/entry 0 of the log was damaged/)
    await expect(scene.log.sign(t0)).rejects.toThrow(/damaged/)
  })
})

describe('signing', () => {
  it('of an empty log is nothing', async () => {
    expect(await scene.log.sign(t0)).toEqual({ ok: true, checkpoint: null })
    expect(await scene.log.checkpoint()).toBeNull()
  })

  it('gives one checkpoint for a size, over all entries', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    await scene.log.append(MONTH, month('2026-10'), t0)
    const first = signed(await scene.log.sign(later(1)))
    expect(first).toMatchObject({ size: 2, at: later(1), timestamp: null })
    expect(signed(await scene.log.sign(later(2)))).toEqual(first)
    expect(await scene.log.checkpoint()).toEqual(first)
    expect(await scene.log.checkpointOf(2)).toEqual(first)
    expect(await scene.log.checkpointOf(1)).toBeNull()
    const head = await headOf(scene.log, first)
    expect(head.root).toEqual(growTree(await scene.log.leafHashes()).root())
    const [entry] = await scene.log.entries(0, 1)
    const proof = await scene.log.inclusion(0, 2)
    expect(verifyInclusion(leafHash(entry!.data), 0, 2, proof!, head.root)).toBe(true)
  })

  it('catches up at the next start what a kill left unsigned', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    const first = signed(await scene.log.sign(later(1)))
    await scene.log.append(MONTH, month('2026-10'), later(2))
    scene.reopen()
    const second = signed(await scene.log.sign(later(3)))
    expect(second.size).toBe(2)
    const [a, b] = [await headOf(scene.log, first), await headOf(scene.log, second)]
    expect(verifyConsistency(1, 2, (await scene.log.consistency(1, 2))!, a.root, b.root)).toBe(true)
  })

  it('refuses a log whose signed past was changed', async () => {
    for (const name of ['2026-08', '2026-09']) await scene.log.append(MONTH, month(name), t0)
    signed(await scene.log.sign(t0))
    tamper(`UPDATE log_entries SET leaf_hash = zeroblob(32) WHERE idx = 0`)
    rmSync(markFile(scene.directory))
    scene.reopen()
    await scene.log.append(MONTH, month('2026-10'), t0)
    expect(refusal(await scene.log.sign(t0))).toMatch(
      /^the first 2 entries of the log are not those that were signed: its past was changed/,
    )
    expect((await scene.log.checkpoint())?.size).toBe(2)
  })

  it('refuses a log that lost signed entries', async () => {
    for (const name of ['2026-08', '2026-09']) await scene.log.append(MONTH, month(name), t0)
    signed(await scene.log.sign(t0))
    tamper('DELETE FROM log_entries WHERE idx = 1')
    rmSync(markFile(scene.directory))
    scene.reopen()
    expect(refusal(await scene.log.sign(t0))).toMatch(/^the log has 1 entries, but was signed with 2 already/)
  })

  it('refuses to go on from an older copy of the database, until it is told that the rest is gone', async () => {
    await scene.log.append(MONTH, month('2026-08'), t0)
    signed(await scene.log.sign(t0))
    scene.db.connection.pragma('wal_checkpoint(TRUNCATE)')
    const copy = join(scene.directory, 'copy.db')
    copyFileSync(join(scene.directory, 'nines.db'), copy)
    await scene.log.append(MONTH, month('2026-09'), t0)
    signed(await scene.log.sign(t0))
    scene.db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(scene.directory, `nines.db${end}`), { force: true })
    copyFileSync(copy, join(scene.directory, 'nines.db'))
    scene.reopen()
    expect(refusal(await scene.log.sign(t0))).toMatch(
      /was signed with 2 already.*newest-checkpoint.*older copy.*delete that file/,
    )
    const other = month('2026-09', { other: true })
    await expect(scene.log.append(MONTH, other, t0)).rejects.toThrow(/older copy.*nothing is added/)
    expect(await scene.log.size()).toBe(1)
    rmSync(markFile(scene.directory))
    await scene.log.append(MONTH, other, t0)
    expect(signed(await scene.log.sign(t0)).size).toBe(2)
  })

  it('is not repeated for what another process signed', async () => {
    const db = openDatabase(scene.directory, 1_000)
    const other = new LogStore(db, scene.directory)
    await scene.log.append(MONTH, month('2026-08'), t0)
    const first = signed(await other.sign(t0))
    expect(signed(await scene.log.sign(later(1)))).toEqual(first)
    db.close()
  })
})

describe('a checkpoint', () => {
  it('cannot be changed or removed, nor come before a larger one', async () => {
    for (const name of ['2026-08', '2026-09']) await scene.log.append(MONTH, month(name), t0)
    signed(await scene.log.sign(t0))
    for (const [sql, why] of [
      ["UPDATE log_checkpoints SET note = 'x'", /cannot be changed/],
      ["UPDATE log_checkpoints SET note = 'x', timestamp = x'00'", /cannot be changed/],
      ['DELETE FROM log_checkpoints', /cannot be removed/],
      ["INSERT INTO log_checkpoints (size, at, note) VALUES (1, 0, 'x')", /of more entries/],
      ["INSERT OR REPLACE INTO log_checkpoints (size, at, note) VALUES (2, 0, 'x')", /of more entries/],
      ["INSERT INTO log_checkpoints (size, at, note) VALUES (3, 0, 'x')", /no more than there are/],
      ['DELETE FROM log_keys', /cannot be removed/],
      ['UPDATE log_keys SET from_at = 0', /cannot be changed/],
    ] as const)
      expect(() => scene.db.connection.exec(sql), sql).toThrow(why)
  })

  it('gets a timestamp once', async () => {
    await scene.log.append(MONTH, month('2026-08'), t0)
    signed(await scene.log.sign(t0))
    await scene.log.setTimestamp(1, Uint8Array.of(1, 2))
    await scene.log.setTimestamp(1, Uint8Array.of(3))
    expect((await scene.log.checkpoint())?.timestamp).toEqual(Buffer.from([1, 2]))
    expect(() => scene.db.connection.exec("UPDATE log_checkpoints SET timestamp = x'00'")).toThrow(/once/)
  })
})

describe('a proof', () => {
  it('is not given for what is not there', async () => {
    await scene.log.append(MONTH, month('2026-08'), t0)
    expect(await scene.log.inclusion(1, 1)).toBeNull()
    expect(await scene.log.inclusion(0, 2)).toBeNull()
    expect(await scene.log.consistency(1, 2)).toBeNull()
    expect(await scene.log.consistency(1, 0)).toBeNull()
    expect(await scene.log.consistency(0, 1)).toEqual([])
  })
})

describe('a log', () => {
  type Step = { readonly kind: 'append' | 'other' | 'sign' | 'otherSigns' | 'kill' | 'rolledBack' }
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('append', 'append', 'other', 'sign', 'otherSigns', 'kill', 'rolledBack'),
  })

  it('that several processes append to and that is killed has no gap, and no checkpoint that contradicts another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const stage = logScene()
        let db = openDatabase(stage.directory, 1_000)
        let other = new LogStore(db, stage.directory)
        const checkpoints = new Map<number, Checkpoint>()
        const seen = (checkpoint: Checkpoint) => {
          // What was signed once stays, to the letter.
          expect(checkpoints.get(checkpoint.size) ?? checkpoint).toEqual(checkpoint)
          checkpoints.set(checkpoint.size, checkpoint)
        }
        try {
          let count = 0
          for (const { kind } of steps) {
            switch (kind) {
              case 'append':
                expect(await stage.log.append(MONTH, month(`${count}`), t0)).toBe(count++)
                break
              case 'other':
                expect(await other.append(MONTH, month(`${count}`), t0)).toBe(count++)
                break
              case 'rolledBack':
                expect(() =>
                  transact(db, () => {
                    appendEntry(db, MONTH, month('never'), t0)
                    throw new Error('stop')
                  }),
                ).toThrow('stop')
                break
              case 'sign':
              case 'otherSigns': {
                const result = await (kind === 'sign' ? stage.log : other).sign(later(count))
                expect(result.ok).toBe(true)
                if (result.ok && result.checkpoint) seen(result.checkpoint)
                break
              }
              case 'kill':
                stage.reopen()
                db.close()
                db = openDatabase(stage.directory, 1_000)
                other = new LogStore(db, stage.directory)
            }
          }
          const result = await stage.log.sign(later(99))
          expect(result.ok && (result.checkpoint?.size ?? 0)).toBe(count)
          if (result.ok && result.checkpoint) seen(result.checkpoint)
          const entries = await other.entries(0, count + 1)
          expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, i) => i))
          expect(entries.map(({ data }) => JSON.parse(String(data)).month)).toEqual(
            entries.map(({ index }) => `${index}`),
          )
          const keys = (await other.keys()).map(({ key }) => key)
          const tree = growTree(entries.map(({ data }) => leafHash(data)))
          for (const a of checkpoints.values()) {
            expect(contradiction(tree, a.note, ORIGIN, keys)).toBeNull()
            for (const b of checkpoints.values()) {
              if (a.size > b.size) continue
              const proof = await other.consistency(a.size, b.size)
              const [x, y] = [await headOf(other, a), await headOf(other, b)]
              expect(verifyConsistency(a.size, b.size, proof!, x.root, y.root)).toBe(true)
            }
          }
        } finally {
          db.close()
          stage.close()
        }
      }),
      { numRuns: 25 },
    )
  })
})

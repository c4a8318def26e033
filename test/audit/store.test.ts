import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditJson } from '../../src/audit/entry.ts'
import { AuditStore, noteAudit } from '../../src/audit/store.ts'
import { type Database, openDatabase, transact } from '../../src/db/open.ts'
import { at, scratch } from '../record/scene.ts'

let db: Database
let close: () => void
beforeEach(() => {
  const { directory, remove } = scratch()
  db = openDatabase(directory, 0)
  close = () => {
    db.close()
    remove()
  }
})
afterEach(() => close())

const note = (n: number, more: Partial<Parameters<typeof noteAudit>[1]> = {}) =>
  noteAudit(db, {
    at: at(n),
    actor: { kind: 'person', id: `p${n % 2}`, name: 'Ada', role: 'admin' },
    address: '192.0.2.1',
    action: n % 3 === 0 ? 'claim.decided' : 'person.invited',
    subject: { kind: n % 3 === 0 ? 'claim' : 'person', id: `s${n}` },
    ...more,
  })

describe('the audit trail', () => {
  it('can neither be changed nor shortened', () => {
    note(1)
    for (const statement of [
      "UPDATE audit SET actor_name = 'Eve'",
      'DELETE FROM audit',
      'UPDATE audit SET id = 7',
      'REPLACE INTO audit SELECT * FROM audit',
    ])
      expect(() => db.connection.exec(statement)).toThrow('the audit trail is append-only')
    expect(db.connection.prepare('SELECT count(*) AS n FROM audit').get()).toEqual({ n: 1 })
  })

  it('goes with the transaction of what it tells of', () => {
    expect(() =>
      transact(db, () => {
        note(1)
        throw new Error('the change failed')
      }),
    ).toThrow('the change failed')
    expect(db.connection.prepare('SELECT count(*) AS n FROM audit').get()).toEqual({ n: 0 })
  })

  it('is read newest first, a page at a time, without a gap or an entry twice', async () => {
    for (let n = 0; n < 25; n++) note(n)
    const store = new AuditStore(db)
    const seen: string[] = []
    let cursor: number | null = null
    do {
      const page = await store.list({ cursor, limit: 10 })
      seen.push(...page.entries.map(entry => entry.subject.id))
      cursor = page.next
      // What comes meanwhile does not shift the pages.
      note(100 + seen.length)
    } while (cursor !== null)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `s${24 - i}`))
  })

  it('is filtered by who, what, to what and when', async () => {
    for (let n = 0; n < 12; n++) note(n)
    const store = new AuditStore(db)
    const ids = async (filters: Parameters<typeof store.list>[0]['filters']) =>
      (await store.list(filters ? { filters } : {})).entries.map(entry => entry.subject.id)
    expect(await ids({ actor: 'p1', action: 'claim.decided' })).toEqual(['s9', 's3'])
    expect(await ids({ subjectKind: 'claim', subjectId: 's6' })).toEqual(['s6'])
    expect(await ids({ from: at(3), to: at(5) })).toEqual(['s4', 's3'])
    expect(await store.occurring()).toEqual({
      actions: ['claim.decided', 'person.invited'],
      subjects: ['claim', 'person'],
    })
  })

  it('keeps who else acted by name', async () => {
    note(1, { actor: { kind: 'nines.yaml' }, address: null, reason: 'The file changed.' })
    const [entry] = (await new AuditStore(db).list({})).entries
    expect(entry).toMatchObject({
      actor: { kind: 'nines.yaml', id: null, name: 'nines.yaml' },
      role: null,
      address: null,
      reason: 'The file changed.',
    })
  })
})

describe('what was and what is', () => {
  it('are kept without secrets, and cut where they never end', () => {
    expect(
      auditJson({
        name: 'Ada',
        password: 'x',
        nested: { apiToken: 'y', list: [{ clientSecret: 'z' }] },
        sha256: 'ab',
      }),
    ).toBe('{"name":"Ada","nested":{"list":[{}]},"sha256":"ab"}')
    const long = JSON.parse(auditJson({ text: 'x'.repeat(100_000) }) ?? '') as { length: number; cut: string }
    expect(long.length).toBeGreaterThan(100_000)
    expect(long.cut.length).toBeLessThan(10_000)
    expect(auditJson(undefined)).toBe(null)
    expect(auditJson(null)).toBe(null)
  })
})

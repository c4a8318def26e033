import { afterEach, beforeEach, expect, it } from 'vitest'
import { contractVersions } from '../../src/version/store.ts'
import { CONTRACT, utc } from '../month/scene.ts'
import { openScene, service } from '../record/scene.ts'

let scene: ReturnType<typeof openScene>
const run = (sql: string) => scene.store.db.connection.prepare(sql).run()
beforeEach(async () => {
  scene = openScene()
  const services = [service('iam', ['login'])]
  await scene.store.noteVersions(CONTRACT, services, utc('2026-09-01T00:00:00Z'))
  await scene.store.noteVersions(
    { ...CONTRACT, unknown: 'counted-as-up' },
    services,
    utc('2026-10-01T00:00:00Z'),
  )
})
afterEach(() => scene.close())

it('a version ends once, and nothing else of it is changed, removed or replaced', () => {
  const { db } = scene.store
  expect(contractVersions(db).map(v => v.to)).toEqual([utc('2026-10-01T00:00:00Z'), null])
  const kept = JSON.stringify(db.connection.prepare('select * from versions').all())
  for (const sql of [
    'delete from versions',
    'update versions set to_at = 1 where to_at is not null',
    'update versions set to_at = null where to_at is not null',
    'update versions set from_at = 0 where to_at is null',
    "update versions set content = '{}' where to_at is null",
    "update versions set to_at = 9, content = '{}' where to_at is null",
    "update versions set to_at = 9, digest = '' where to_at is null",
    "update versions set to_at = 9, salt = 'x' where to_at is null",
    "update versions set to_at = 9, subject = 'x' where to_at is null",
    'insert or replace into versions select * from versions where id = 1',
  ])
    expect(() => run(sql), sql).toThrow(/only/)
  expect(JSON.stringify(db.connection.prepare('select * from versions').all())).toBe(kept)
  expect(
    run("update versions set to_at = 1790000000000 where kind = 'contract' and to_at is null").changes,
  ).toBe(1)
})

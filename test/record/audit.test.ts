import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuditStore } from '../../src/audit/store.ts'
import type { ServiceId } from '../../src/catalog/model.ts'
import { instant } from '../../src/time/instant.ts'
import { CONTRACT, checksOf, LOGIN } from '../month/scene.ts'
import { at, openScene, service, t0 } from './scene.ts'

let scene: ReturnType<typeof openScene>
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const actions = async () =>
  (await new AuditStore(scene.store.db).list({ filters: {}, cursor: null, limit: 50 })).entries.map(
    ({ action, subject, actor }) => [action, subject.kind, subject.id, actor.kind],
  )

test('what the configuration changes is in the audit log, once, with what it was and became', async () => {
  const { store } = scene
  const iam = service('iam', ['login'])
  await store.noteVersions(CONTRACT, [iam], t0)
  await store.noteVersions(CONTRACT, [iam], at(10))
  expect(await actions()).toHaveLength(3)
  await store.noteVersions({ ...CONTRACT, unknown: 'counted-as-down' }, [{ ...iam, name: 'IAM' }], at(20))
  await store.noteVersions({ ...CONTRACT, unknown: 'counted-as-down' }, [], at(30))
  const found = await actions()
  expect(found).toEqual(
    expect.arrayContaining([
      ['configuration.added', 'endpoint', 'login', 'nines.yaml'],
      ['configuration.changed', 'contract', 'contract', 'nines.yaml'],
      ['configuration.changed', 'service', 'iam', 'nines.yaml'],
      ['configuration.removed', 'service', 'iam', 'nines.yaml'],
      ['configuration.removed', 'endpoint', 'login', 'nines.yaml'],
    ]),
  )
  expect(found).toHaveLength(7)
})

test('windows of maintenance and imports are in it too', async () => {
  const { store } = scene
  const iam = service('iam', ['login'])
  const window = {
    id: 'w',
    services: ['iam' as ServiceId],
    from: instant(t0 + 3_600_000),
    to: instant(t0 + 7_200_000),
    title: 'Work',
    announced: null,
    noted: null,
  }
  await store.configure([iam], [window], t0)
  await store.configure([iam], [{ ...window, title: 'More work' }], at(1))
  await store.configure([iam], [], at(2))
  await store.import(new Map([[LOGIN, checksOf('2026-09-01T00:00:00Z', '2026-09-01T01:00:00Z')]]), at(3))
  expect((await actions()).map(([action]) => action).toSorted()).toEqual([
    'checks.imported',
    'maintenance.added',
    'maintenance.changed',
    'maintenance.removed',
  ])
})

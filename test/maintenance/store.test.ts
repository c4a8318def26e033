import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Maintenance, ServiceId } from '../../src/catalog/model.ts'
import { transact } from '../../src/db/open.ts'
import { joinMaintenance, readMaintenance, writeMaintenance } from '../../src/maintenance/store.ts'
import type { Instant } from '../../src/time/instant.ts'
import { at, openScene } from '../record/scene.ts'

let scene: ReturnType<typeof openScene>
beforeEach(() => {
  scene = openScene()
})
afterEach(() => scene.close())

const HOUR = 3_600
const window = (more: Partial<Maintenance> = {}): Maintenance => ({
  id: 'w',
  services: ['iam' as ServiceId],
  from: at(HOUR),
  to: at(2 * HOUR),
  title: 'Work',
  announced: null,
  noted: null,
  ...more,
})
const write = (configured: readonly Maintenance[], now: Instant) =>
  transact(scene.store.db, () => writeMaintenance(scene.store.db, configured, now))
const noted = () => readMaintenance(scene.store.db).map(m => m.noted)

describe('when a window became known', () => {
  it('is when it was first configured, and stays so', () => {
    write([window()], at(0))
    write([window()], at(10))
    write([window({ title: 'Other work', announced: at(0) })], at(20))
    expect(noted()).toEqual([at(0)])
  })

  it.each([
    ['begins earlier', { from: at(HOUR - 1) }],
    ['ends later', { to: at(2 * HOUR + 1) }],
    ['lies elsewhere', { from: at(10 * HOUR), to: at(11 * HOUR) }],
    ['lies over another service too', { services: ['iam', 'mail'] as ServiceId[] }],
  ])('is set anew where it %s', (_, change) => {
    write([window()], at(0))
    write([window(change)], at(3 * HOUR))
    expect(noted()).toEqual([at(3 * HOUR)])
  })

  it('is kept where it only ends early, by its times or by leaving the file', () => {
    write([window()], at(0))
    write([window({ to: at(2 * HOUR - 60) })], at(HOUR + 60))
    write([], at(HOUR + 120))
    expect(readMaintenance(scene.store.db)).toMatchObject([{ to: at(HOUR + 120), noted: at(0) }])
    write([window()], at(3 * HOUR))
    expect(noted()).toEqual([at(3 * HOUR)])
  })

  it('is not known of what was entered before it was kept, until that covers more', () => {
    write([window()], at(0))
    scene.store.db.connection.exec('UPDATE maintenance SET noted_at = NULL')
    write([window()], at(10))
    expect(noted()).toEqual([null])
    write([window({ to: at(3 * HOUR) })], at(20))
    expect(noted()).toEqual([at(20)])
  })

  it('comes from the record for what is configured', () => {
    write([window()], at(7))
    const fresh = window({ id: 'fresh', from: at(0) })
    expect(joinMaintenance([window(), fresh], readMaintenance(scene.store.db))).toEqual([
      fresh,
      window({ noted: at(7) }),
    ])
  })
})

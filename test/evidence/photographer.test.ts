import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EndpointId } from '../../src/catalog/model.ts'
import { createPhotographer, type PhotographerOptions } from '../../src/evidence/photographer.ts'
import type { Picture, Wanted } from '../../src/evidence/picture.ts'
import { screenshotStore } from '../../src/evidence/screenshot-store.ts'
import { startPictures } from '../../src/evidence/start.ts'
import { at, openScene, service } from '../record/scene.ts'

let scene: ReturnType<typeof openScene>
beforeEach(async () => {
  scene = openScene()
  await scene.store.configure([service('s', ['a', 'b'])], [], at(0))
})
afterEach(() => scene.close())

const id = (text: string) => text as EndpointId
const wanted = (endpoint: string, seconds: number): Wanted => ({
  endpoint: id(endpoint),
  from: at(seconds),
  url: `http://${endpoint}/${seconds}`,
})
const picture = (text: string): Picture => ({
  kind: 'image/png',
  at: at(99),
  note: null,
  bytes: new TextEncoder().encode(text),
  width: 1_280,
  height: 800,
})
const WINDOW = { from: at(0), to: at(1_000) }
const all = () => screenshotStore(scene.store.db).list([id('a'), id('b')], WINDOW)

function photographer(take: PhotographerOptions['take']) {
  const faults: unknown[] = []
  const store = screenshotStore(scene.store.db)
  return {
    faults,
    ...createPhotographer({ store, take, now: () => at(50), onError: error => faults.push(error) }),
  }
}

describe('the pictures of outages', () => {
  it('are kept once an outage, found by endpoint and time, and read by their hash', async () => {
    const store = screenshotStore(scene.store.db)
    await store.keep(wanted('a', 10), picture('one'))
    await store.keep(wanted('a', 10), picture('another'))
    await store.keep(wanted('b', 20), { kind: 'none', at: at(21), note: 'Chromium was not found' })
    await store.keep(wanted('nobody', 20), picture('x'))
    const kept = await all()
    expect(kept).toMatchObject([
      { endpoint: 'b', from: at(20), at: at(21), sha256: null, type: null, note: 'Chromium was not found' },
      { endpoint: 'a', from: at(10), at: at(99), type: 'image/png', width: 1_280, height: 800 },
    ])
    expect((await store.read(kept[1]?.sha256 ?? ''))?.bytes.toString()).toBe('one')
    expect(await store.read('00')).toBeNull()
    expect(await store.list([id('a')], { from: at(11), to: at(20) })).toEqual([])
  })

  it('are never changed nor removed', async () => {
    await screenshotStore(scene.store.db).keep(wanted('a', 10), picture('one'))
    for (const sql of ["UPDATE screenshots SET note = 'x'", 'DELETE FROM screenshots'])
      expect(() => scene.store.db.connection.exec(sql)).toThrow(/append-only/)
  })
})

describe('the photographer', () => {
  it('takes one at a time, each outage once', async () => {
    let running = 0
    let most = 0
    const taken: string[] = []
    const { want, faults } = photographer(async url => {
      most = Math.max(most, ++running)
      await new Promise(done => setTimeout(done, 5))
      taken.push(url)
      running--
      return picture(url)
    })
    for (const one of [wanted('a', 1), wanted('b', 1), wanted('a', 1), wanted('a', 2)]) want(one)
    await expect.poll(async () => (await all()).length).toBe(3)
    want(wanted('a', 2))
    want(wanted('a', 3))
    await expect.poll(async () => (await all()).length).toBe(4)
    expect(most).toBe(1)
    expect(taken).toEqual(['http://a/1', 'http://b/1', 'http://a/2', 'http://a/3'])
    expect(faults).toEqual([])
  })

  it('lets twenty wait, and says of the rest that they were too many', async () => {
    let go = (): void => {}
    const gone = new Promise<void>(done => {
      go = done
    })
    const { want } = photographer(async url => {
      await gone
      return picture(url)
    })
    for (let i = 0; i < 25; i++) want(wanted('a', i))
    await expect.poll(async () => (await all()).length).toBe(4)
    go()
    await expect.poll(async () => (await all()).length).toBe(25)
    const notes = (await all()).filter(p => p.sha256 === null).map(p => [p.from, p.note])
    expect(notes).toEqual(
      [21, 22, 23, 24].map(i => [at(i), 'too many outages were confirmed at the same time']),
    )
  })

  it('goes on after a fault, and stops in the middle of a picture', async () => {
    let asked = 0
    const { want, stop, faults } = photographer((_url, signal) => {
      if (asked++ === 0) return Promise.reject(new Error('fault'))
      return new Promise(done =>
        signal.addEventListener('abort', () => done({ kind: 'none', at: at(60), note: 'stopped' })),
      )
    })
    want(wanted('a', 1))
    want(wanted('a', 2))
    want(wanted('a', 3))
    await expect.poll(() => asked).toBe(2)
    await stop()
    want(wanted('a', 4))
    expect(faults).toEqual([new Error('fault')])
    expect((await all()).map(p => [p.from, p.note])).toEqual([[at(2), 'stopped']])
  })

  it('says once that Chromium is absent, and of each outage that there is no picture', async () => {
    const said: string[] = []
    const { want, source } = startPictures({
      db: scene.store.db,
      chromium: () => '/nowhere/chromium',
      cache: scene.directory,
      now: () => at(50),
      onAbsent: why => said.push(why),
      onError: error => said.push(String(error)),
    })
    want(wanted('a', 1))
    want(wanted('b', 2))
    await expect
      .poll(async () => (await source.list([id('a'), id('b')], WINDOW)).map(p => p.note))
      .toEqual(['Chromium was not found', 'Chromium was not found'])
    expect(said).toEqual(['/nowhere/chromium is not a program that can be run (evidence.chromium)'])
  })
})

import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ConfigWatch, watchConfig } from '../../src/config/watch.ts'

const SETTLE = 40
/** Long enough for a second, wrong call to have come. */
const QUIET = 400

let folder: string
let file: string
let watched: ConfigWatch | undefined
let calls: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nines-watch-'))
  file = join(folder, 'nines.yaml')
  calls = 0
  await writeFile(file, 'one')
})
afterEach(async () => {
  watched?.close()
  await rm(folder, { recursive: true })
})

async function start(path = file, poll = 60_000): Promise<void> {
  watched = watchConfig(path, () => calls++, { settle: SETTLE, poll })
  // Its first look finds out where the links lead.
  await sleep(100)
}

async function called(times: number): Promise<void> {
  if (times > 0) await vi.waitFor(() => expect(calls).toBe(times), { timeout: 5_000, interval: 10 })
  await sleep(QUIET)
  expect(calls).toBe(times)
}

describe('a watched configuration file', () => {
  test('that is written in place is noticed once', async () => {
    await start()
    await writeFile(file, 'two')
    await called(1)
  })

  test('that an editor renames another over is noticed once, each time', async () => {
    await start()
    for (const [n, text] of ['two', 'three'].entries()) {
      await writeFile(`${file}.tmp`, text)
      await rename(`${file}.tmp`, file)
      await called(n + 1)
    }
  })

  test('that is moved away and written anew is noticed once', async () => {
    await start()
    await rename(file, `${file}~`)
    await sleep(SETTLE * 3)
    await writeFile(file, 'two')
    await called(1)
  })

  test('that is written in several pieces is noticed once, when it is whole', async () => {
    await start()
    for (const text of ['', 't', 'tw', 'two']) {
      await writeFile(file, text)
      await sleep(SETTLE / 4)
    }
    await called(1)
  })

  test('that is saved with the same contents is not noticed', async () => {
    await start()
    await writeFile(file, 'one')
    await called(0)
  })

  test('that is gone is not noticed, nor when it is back as it was', async () => {
    await start()
    await unlink(file)
    await sleep(QUIET)
    await writeFile(file, 'one')
    await called(0)
  })

  test('beside which others change is not noticed', async () => {
    await start()
    await writeFile(join(folder, 'other.yaml'), 'x')
    await called(0)
  })

  test('that is not there yet is noticed once it is', async () => {
    await unlink(file)
    await start()
    await writeFile(file, 'one')
    await called(1)
  })

  test('in a volume whose links are swapped, as Kubernetes does, is noticed once', async () => {
    const link = join(folder, 'mounted.yaml')
    for (const [version, text] of Object.entries({ '..v1': 'one', '..v2': 'two' })) {
      await mkdir(join(folder, version))
      await writeFile(join(folder, version, 'mounted.yaml'), text)
    }
    await symlink('..v1', join(folder, '..data'))
    await symlink(join('..data', 'mounted.yaml'), link)
    await start(link)
    await symlink('..v2', join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
    await rm(join(folder, '..v1'), { recursive: true })
    await called(1)
  })

  test('that a link leads to is noticed in its own folder', async () => {
    const link = join(folder, 'links', 'nines.yaml')
    await mkdir(join(folder, 'links'))
    await symlink(file, link)
    await start(link)
    await writeFile(file, 'two')
    await called(1)
  })

  test('in a folder that is replaced whole is noticed by looking now and then', async () => {
    const inner = join(folder, 'etc')
    await mkdir(inner)
    await writeFile(join(inner, 'nines.yaml'), 'one')
    await start(join(inner, 'nines.yaml'), 50)
    await rename(inner, `${inner}.old`)
    await mkdir(inner)
    await writeFile(join(inner, 'nines.yaml'), 'two')
    await called(1)
  })

  test('is left alone once the watch is closed', async () => {
    await start()
    await writeFile(file, 'two')
    watched?.close()
    await called(0)
  })
})

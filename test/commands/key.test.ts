import { chmodSync, renameSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../src/commands/failure.ts'
import { keyRotateCommand, keyShowCommand } from '../../src/commands/key.ts'
import { keyFile } from '../../src/log/key.ts'
import { currentKey } from '../../src/log/key-store.ts'
import { type LogScene, later, logScene, MONTH, month, t0 } from '../log/scene.ts'
import { scratch } from '../record/scene.ts'

let scene: LogScene
beforeEach(() => {
  scene = logScene()
})
afterEach(() => {
  vi.restoreAllMocks()
  scene.close()
})

/** What a command writes, and what it ends with. */
function told<T>(run: () => T): { result: T; out: string; err: string } {
  const written = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    written.out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    written.err += text
    return true
  })
  const result = run()
  vi.restoreAllMocks()
  return { result, ...written }
}
const failure = (run: () => unknown): Failure => {
  try {
    run()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it did not fail')
}
const key = () => currentKey(scene.db)!

describe('nines key show', () => {
  it('prints the verifier key first, where the private one lies, and that it wants a copy', () => {
    const { result, out, err } = told(() => keyShowCommand({ data: scene.directory }))
    expect(result).toBe(0)
    expect(err).toBe('')
    expect(out.split('\n')[0]).toBe(key().text)
    expect(out).toContain(`fingerprint  ${key().id}\n`)
    expect(out).toContain(`private key  ${keyFile(scene.directory, key())}\n`)
    expect(out).toMatch(/Keep a copy of the private key off this machine/)
    expect(out).not.toMatch(/PRIVATE KEY-----/)
  })

  it('says what is wrong with it, and ends with 1', () => {
    chmodSync(keyFile(scene.directory, key()), 0o644)
    const { result, err } = told(() => keyShowCommand({ data: scene.directory }))
    expect(result).toBe(1)
    expect(err).toMatch(/^nines: the log's signing key .* can be read by other users/)
  })

  it('is refused where there is no log', () => {
    const { directory, remove } = scratch()
    expect(failure(() => keyShowCommand({ data: directory })).message).toMatch(/^there is no log in .* yet/)
    expect(failure(() => keyRotateCommand({ data: directory, lost: false, now: t0 })).code).toBe(2)
    remove()
  })
})

describe('nines key rotate', () => {
  it('gives a new key beside a server that runs, and tells what to do with both', async () => {
    await scene.log.append(MONTH, month('2026-10'), t0)
    await scene.log.sign(t0)
    const old = key()
    const { out } = told(() => keyRotateCommand({ data: scene.directory, lost: false, now: later(1) }))
    expect(key().text).not.toBe(old.text)
    expect(out.split('\n')[0]).toBe(key().text)
    expect(out).toContain('entry 1 of the log')
    expect(out).toContain(`signed by the old key ${old.id} and by the new one`)
    expect(out).toContain(`The old private key, ${keyFile(scene.directory, old)}, signs no more`)
    const shown = told(() => keyShowCommand({ data: scene.directory }))
    expect(shown.out).toContain(
      `before       ${old.text}, 2026-11-01T00:00:00.000Z to 2026-11-01T00:01:00.000Z`,
    )
  })

  it('goes on after a loss only where it is told of it, and says what that means', () => {
    const old = key()
    renameSync(keyFile(scene.directory, old), `${keyFile(scene.directory, old)}.gone`)
    const refused = failure(() => keyRotateCommand({ data: scene.directory, lost: false, now: t0 }))
    expect(refused.message).toMatch(/is missing.*nines key rotate --lost\nnothing was changed$/)
    expect(refused.code).toBe(1)
    const { out } = told(() => keyRotateCommand({ data: scene.directory, lost: true, now: t0 }))
    expect(out).toContain(`The old key ${old.id} is recorded as lost`)
    expect(out).toMatch(/must be told the new one in another way/)
    expect(told(() => keyShowCommand({ data: scene.directory })).result).toBe(0)
  })
})

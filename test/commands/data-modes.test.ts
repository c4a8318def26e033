import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backupCommand } from '../../src/commands/backup.ts'
import { openToOthers } from '../../src/commands/data-modes.ts'
import { lockDirectory } from '../../src/db/lock.ts'
import { databaseFile, openDatabase } from '../../src/db/open.ts'
import { loadSecrets, secretsFile } from '../../src/people/secrets.ts'
import { endpoint, scene, waitFor } from '../e2e/harness.ts'
import { scratch } from '../record/scene.ts'

let dir: ReturnType<typeof scratch>
let umask: number
beforeEach(() => {
  dir = scratch()
  // As most machines have it: what is made without care, everybody may read.
  umask = process.umask(0o022)
})
afterEach(() => {
  process.umask(umask)
  vi.restoreAllMocks()
  dir.remove()
})

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe.skipIf(process.platform === 'win32')('what is kept', () => {
  it('is made for its owner alone: directory, database, what lies beside it, lock and secrets', () => {
    const data = join(dir.directory, 'data')
    const lock = lockDirectory(data)
    const db = openDatabase(data, 0)
    loadSecrets(data)
    expect(mode(data)).toBe('700')
    for (const file of [
      databaseFile(data),
      `${databaseFile(data)}-wal`,
      `${databaseFile(data)}-shm`,
      join(data, 'serve.lock'),
      secretsFile(data),
    ])
      expect([file, mode(file)]).toEqual([file, '600'])
    expect(db.connection.pragma('page_size', { simple: true })).toBe(2048)
    expect(openToOthers(data)).toBeNull()
    db.close()
    lock?.release()
    loadSecrets(join(dir.directory, 'secrets'))
    expect(mode(join(dir.directory, 'secrets'))).toBe('700')
  })

  it('is copied by a backup for its owner alone, over an older copy that others may read too', () => {
    const data = join(dir.directory, 'data')
    openDatabase(data, 0).close()
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const copy = join(dir.directory, 'copy.db')
    backupCommand(copy, data)
    expect(mode(copy)).toBe('600')
    chmodSync(copy, 0o644)
    backupCommand(copy, data)
    expect(mode(copy)).toBe('600')
  })

  it('keeps the mode that somebody gave it, and says how to close it to others', () => {
    const data = join(dir.directory, "it's data")
    mkdirSync(data, { mode: 0o755 })
    openDatabase(data, 0).close()
    const file = databaseFile(data)
    expect(openToOthers(data)).toBe(
      `others on this machine may get at ${data}, which holds what customers wrote and hashes of passwords: chmod 700 '${data.replace("'", "'\\''")}'`,
    )
    chmodSync(file, 0o640)
    openDatabase(data, 0).close()
    expect([mode(data), mode(file)]).toEqual(['755', '640'])
    expect(openToOthers(data)).toContain(` && chmod 600 '${file.replace("'", "'\\''")}'*`)
    chmodSync(data, 0o700)
    chmodSync(file, 0o600)
    expect(openToOthers(data)).toBeNull()
  })

  it('is warned about by a server that starts where others may read it, and by no other', async () => {
    const stage = scene()
    try {
      stage.save({ services: [{ id: 'web', endpoints: [endpoint('home', 'http://127.0.0.1:9/')] }] })
      const warnings = async () => {
        const nines = await stage.serve()
        await waitFor('all that it says at its start', () =>
          nines.log.some(l => l.msg.includes('/desk/setup')),
        )
        await nines.stop()
        return nines.log.filter(l => l.msg.startsWith('others on this machine')).map(l => l.level)
      }
      expect(await warnings()).toEqual([])
      chmodSync(stage.data, 0o750)
      expect(await warnings()).toEqual([40])
    } finally {
      await stage.close()
    }
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../src/commands/failure.ts'
import { resetLinkCommand, setupLinkCommand } from '../../src/commands/people.ts'
import { type Database, openDatabase, transact } from '../../src/db/open.ts'
import { addPerson } from '../../src/people/store.ts'
import { scratch, t0 } from '../record/scene.ts'

let dir: ReturnType<typeof scratch>
let db: Database
let out: string
beforeEach(() => {
  dir = scratch()
  db = openDatabase(dir.directory, 0)
  out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    out += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  db.close()
  dir.remove()
})

const options = (page: string) => {
  const config = join(dir.directory, 'nines.yaml')
  writeFileSync(
    config,
    `${page}services: [{ id: web, endpoints: [{ id: home, url: https://example.com/ }] }]\n`,
  )
  return { config, data: dir.directory, now: t0 }
}

describe('a link from the command line', () => {
  it('is whole where the address of the pages is configured', async () => {
    await setupLinkCommand(options('page: { url: https://status.example.com }\n'))
    expect(out).toMatch(/^https:\/\/status\.example\.com\/desk\/setup\?token=[\w-]{32}\n$/)
  })

  it('leaves its trace in the audit trail, without its token', async () => {
    await setupLinkCommand(options(''))
    const trail = db.connection.prepare('SELECT * FROM audit').all()
    expect(trail).toMatchObject([{ action: 'person.setup-link-made', actor_kind: 'system', at: t0 }])
    expect(JSON.stringify(trail)).not.toContain(/token=([\w-]+)/.exec(out)?.[1])
  })

  it('names no port that it cannot know', async () => {
    await setupLinkCommand(options(''))
    expect(out).toMatch(/^at the address of your server: \/desk\/setup\?token=[\w-]{32}\n$/)
    out = ''
    transact(db, () => addPerson(db, { name: 'Ada', email: 'ada@example.com', role: 'admin' }, t0))
    await resetLinkCommand({ ...options(''), email: 'ada@example.com', secondFactor: false })
    expect(out).toMatch(/^at the address of your server: \/desk\/reset\?token=[\w-]{32}\n$/)
  })

  it('is refused for somebody who is not here', async () => {
    await expect(
      resetLinkCommand({ ...options(''), email: 'bob@example.com', secondFactor: true }),
    ).rejects.toThrow(new Failure('nobody who may sign in has the address bob@example.com', 1))
    expect(out).toBe('')
  })
})

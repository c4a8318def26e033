import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  availability,
  endpoint,
  iso,
  lastCheck,
  type Scene,
  scene,
  storedChecks,
  waitFor,
} from '../e2e/harness.ts'
import { refusal, stored } from './scene.ts'

let stage: Scene
beforeEach(async () => {
  stage = scene()
  const target = await stage.target()
  stage.save({
    services: [
      {
        id: 'shop',
        endpoints: [endpoint('front', target.url('/front')), endpoint('back', target.url('/back'))],
      },
    ],
  })
})
afterEach(() => stage.close())

const past = Array.from({ length: 300 }, (_, i) =>
  JSON.stringify({
    endpoint: 'front',
    at: Date.UTC(2025, 0, 1) + i * 10_000,
    state: i % 9 < 2 ? 'down' : 'up',
  }),
)
const count = (file: string, table: string) => {
  const db = new Sqlite(file, { readonly: true })
  try {
    return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  } finally {
    db.close()
  }
}

describe('a backup', () => {
  it('is a whole copy of the record, made while the server writes, and can be served from', async () => {
    await stored(stage, past)
    const nines = await stage.serve()
    const since = Date.now()
    await waitFor(
      'checks',
      async () => (await lastCheck(nines, 'front')) > since && (await lastCheck(nines, 'back')) > since,
    )
    const file = join(stage.directory, 'copy.db')
    const before = storedChecks(stage.data, 'front').map(check => check.at)
    expect(await stage.cli(['backup', file])).toEqual({
      code: 0,
      stdout: `${file}: a copy of ${join(stage.data, 'nines.db')}
Copy these too, for nobody else to read: ${join(stage.data, 'log-keys')}, ${join(stage.data, 'secrets.json')}
`,
      stderr: '',
    })
    const after = storedChecks(stage.data, 'front').map(check => check.at)

    const db = new Sqlite(file, { readonly: true })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    for (const table of ['runs', 'unknown_spans', 'endpoints', 'memberships'])
      expect(count(file, table)).toBe(count(join(stage.data, 'nines.db'), table))

    const elsewhere = join(stage.directory, 'elsewhere')
    mkdirSync(elsewhere)
    copyFileSync(file, join(elsewhere, 'nines.db'))
    const copied = storedChecks(elsewhere, 'front').map(check => check.at)
    expect(copied).toEqual(after.slice(0, copied.length))
    expect(copied.length).toBeGreaterThanOrEqual(before.length)
    expect((await stage.cli(['recompute', '--check', '--data', elsewhere])).code).toBe(0)

    const window = [Date.UTC(2025, 0, 1), before.at(-1) ?? 0] as const
    const options = ['--from', iso(window[0]), '--to', iso(window[1]), '--json']
    const served = await availability(nines, 'shop', ...window)
    const told = await stage.cli(['availability', 'shop', ...options, '--data', elsewhere])
    expect(JSON.parse(told.stdout)).toEqual(served)

    const other = await stage.serve({ data: elsewhere })
    expect(await availability(other, 'shop', ...window)).toEqual(served)
  })

  it('replaces an older one, and leaves nothing else behind', async () => {
    await stored(stage, past)
    const file = join(stage.directory, 'copy.db')
    expect((await stage.cli(['backup', file])).code).toBe(0)
    const first = count(file, 'check_blocks')
    await stored(
      stage,
      Array.from({ length: 2_000 }, (_, i) =>
        JSON.stringify({ endpoint: 'back', at: i * 10_000, state: 'up' }),
      ),
    )
    expect((await stage.cli(['backup', 'copy.db'])).code).toBe(0)
    expect(count(file, 'check_blocks')).toBeGreaterThan(Number(first))
    expect(readdirSync(stage.directory).filter(name => name.includes('copy'))).toEqual(['copy.db'])
  })

  it('is refused onto the database itself, however it is spelt', async () => {
    await stored(stage, past)
    const database = join(stage.data, 'nines.db')
    const link = join(stage.directory, 'link')
    symlinkSync(stage.data, link)
    for (const file of [
      database,
      join(stage.data, '..', 'data', 'nines.db'),
      relative(stage.directory, database),
      join(link, 'nines.db'),
    ])
      expect(refusal(await stage.cli(['backup', file]))).toMatch(
        / is the database itself; name another file$/,
      )
    expect(storedChecks(stage.data, 'front')).toHaveLength(past.length)
  })

  it('is refused onto a file that is no database, which stays as it is', async () => {
    await stored(stage, past)
    const notes = join(stage.directory, 'notes.txt')
    writeFileSync(notes, 'SQLite format 3, or so it says')
    const empty = join(stage.directory, 'empty')
    writeFileSync(empty, '')
    for (const file of [notes, empty, stage.config, stage.data])
      expect(refusal(await stage.cli(['backup', file]))).toMatch(
        / exists and is no database; name another file$/,
      )
    expect(readFileSync(notes, 'utf8')).toBe('SQLite format 3, or so it says')
  })

  it('is refused where there is nothing to copy, or nowhere to put it', async () => {
    const file = join(stage.directory, 'copy.db')
    expect(refusal(await stage.cli(['backup', file]))).toBe(`nothing is recorded in ${stage.data} yet`)
    expect(existsSync(stage.data)).toBe(false)
    await stored(stage, past)
    expect(refusal(await stage.cli(['backup', join(stage.directory, 'no', 'copy.db')]))).toMatch(
      /^there is no directory/,
    )
    expect(refusal(await stage.cli(['backup']))).toMatch(/missing required argument 'file'/)
  })

  it('says in one line that the source is no database', async () => {
    mkdirSync(stage.data)
    writeFileSync(
      join(stage.data, 'nines.db'),
      'not a database at all, though it has the name of one '.repeat(50),
    )
    const { code, stderr } = await stage.cli(['backup', join(stage.directory, 'copy.db')])
    expect(stderr).toMatch(/^nines: .*file is not a database\n$/)
    expect(code).toBe(1)
    expect(existsSync(join(stage.directory, 'copy.db'))).toBe(false)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readSmall, readUnpacked } from '../../src/commands/bounded.ts'
import { Failure } from '../../src/commands/failure.ts'
import { verifyCommand } from '../../src/commands/verify.ts'
import { isModest } from '../../src/verify/shape.ts'
import { checksOf, LOGIN, scene, utc } from '../month/scene.ts'

let s: Awaited<ReturnType<typeof scene>>
let log: string
const file = (name: string) => join(s.directory, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(file(name), content)
  return file(name)
}

beforeAll(async () => {
  s = await scene()
  const every = { every: 7_200_000, hold: 14_500_000 }
  await s.store.import(new Map([[LOGIN, checksOf('2026-09-29T00:00:00Z', '2026-11-01T04:00:00Z', every)]]))
  await s.close(utc('2026-11-01T04:00:00Z'))
  for (const hash of ['aa', 'bb'])
    await s.log.append('nines.decision/1', { type: 'nines.decision/1', hash }, utc('2026-11-02T00:00:00Z'))
  await s.log.sign(utc('2026-11-02T00:00:00Z'))
  log = (await s.log.entries(0, 9)).map(({ data }) => `${new TextDecoder().decode(data)}\n`).join('')
  write('bundle.json', await s.bundle('2026-10'))
})
afterAll(() => s.end())
afterEach(() => vi.restoreAllMocks())

async function run(options: Partial<Parameters<typeof verifyCommand>[0]>) {
  const out: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation(part => {
    out.push(String(part))
    return true
  })
  const none = {
    key: undefined,
    checkpoint: undefined,
    log: undefined,
    service: undefined,
    month: undefined,
    json: false,
  }
  const code = await verifyCommand({ ...none, file: file('bundle.json'), ...options })
  vi.restoreAllMocks()
  return { code, out: out.join('') }
}

describe('nines verify --log', () => {
  test('reads the entries of the log, gzipped or not', async () => {
    for (const content of [log, gzipSync(log), log.slice(log.indexOf('\n') + 1)]) {
      const { code, out } = await run({ log: write('log.ndjson', content) })
      expect(code).toBe(0)
      expect(out).toContain(
        'ok     Later entries       No later entry of the log corrects this month: all 2 were read.',
      )
    }
  })

  test('says what is wrong with them, and exits with 1', async () => {
    for (const content of [
      '',
      'x',
      log.replace('aa', 'ab'),
      gzipSync(log.slice(0, -20)),
      Buffer.alloc(9_000_000),
    ]) {
      const { code, out } = await run({ log: write('log.ndjson', content) })
      expect(code).toBe(1)
      expect(out).toContain('WRONG  Later entries')
      expect(out).toContain('This does not hold.')
    }
  })

  test('stops at once where the rest cannot matter, however much there is of it', async () => {
    const much = gzipSync(Buffer.concat([Buffer.from(log), Buffer.alloc(200_000_000)]), { level: 1 })
    const { code, out } = await run({ log: write('log.ndjson.gz', much) })
    expect(code).toBe(0)
    expect(out).toContain('note   Later entries       What was read goes on after the 4 entries')
    const line = await run({ log: write('line.gz', gzipSync(Buffer.alloc(200_000_000), { level: 1 })) })
    expect(line.out).toContain('Line 1 of what was read is too long to be an entry.')
  })

  test('cannot go on without the file, or with a damaged one, and looks for no bundle in what is none', async () => {
    await expect(run({ log: file('absent') })).rejects.toThrow(/absent cannot be read: ENOENT/)
    const cut = gzipSync(log).subarray(0, 200)
    await expect(run({ log: write('cut.gz', cut) })).rejects.toThrow(Failure)
    const none = await run({ file: write('none.json', '{}'), log: file('absent') })
    expect(none.code).toBe(1)
    expect(none.out).toContain('WRONG  Bundle')
  })

  test('takes standard input for one of its files alone', async () => {
    for (const two of [
      { file: '-', log: '-' },
      { file: '-', checkpoint: '-' },
      { log: '-', key: '-' },
    ])
      await expect(run(two)).rejects.toThrow('standard input can be read only once')
  })

  test('is named where it was not given', async () => {
    const { code, out } = await run({})
    expect(code).toBe(0)
    expect(out).toMatch(/note {3}Later entries .*entries\.ndjson\?from=2 .*--log/)
    const json = JSON.parse((await run({ json: true, log: write('log.ndjson', log) })).out)
    expect(json.findings).toContainEqual(
      expect.objectContaining({ what: 'Later entries', ok: true, words: expect.any(String) }),
    )
  })
})

describe('nines verify', () => {
  test('says which service and month it looked at, and refuses another one', async () => {
    const { service } = JSON.parse(await s.bundle('2026-10')).record
    const { code, out } = await run({ service: service.id, month: '2026-10' })
    expect(code).toBe(0)
    expect(out).toContain(`${service.name} (${service.id}): 2026-10 in `)
    const other = await run({ service: 'other' })
    expect(other.code).toBe(1)
    expect(other.out).toContain(`not of other.`)
    const later = await run({ month: '2026-11' })
    expect(later.code).toBe(1)
    expect(later.out).toContain('WRONG  Month               The bundle is of 2026-10, not of 2026-11.')
    await expect(run({ month: 'October' })).rejects.toThrow('--month October is no month')
  })

  test('reads no more of a key, a checkpoint or a bundle than one may have', async () => {
    const long = write('long', Buffer.alloc(65_537, 0x61))
    await expect(run({ key: long })).rejects.toThrow('is too large to be a key (more than 64 KiB)')
    await expect(run({ checkpoint: long })).rejects.toThrow('is too large to be a checkpoint')
    expect(await readSmall('/dev/zero', 1_000_000)).toBeNull()
    expect(await readUnpacked('/dev/zero', 1_000_000)).toBeNull()
    expect(await readUnpacked(write('zeros.gz', gzipSync(Buffer.alloc(2_000_000))), 1_000_000)).toBeNull()
    expect(await readUnpacked(write('ones.gz', gzipSync(Buffer.alloc(999, 1))), 999)).toEqual(
      Buffer.alloc(999, 1),
    )
  })

  test('gives up where what is packed comes to nothing', async () => {
    const empty = gzipSync('')
    const members = write('empty.gz', Buffer.concat(Array.from({ length: 20_000 }, () => empty)))
    await expect(readUnpacked(members, 1_000_000, 100_000)).rejects.toThrow('nothing comes out of it')
  })

  test('takes no text apart that is nested too deep or has too many parts', async () => {
    for (const hostile of ['['.repeat(65), `[${'[],'.repeat(2_600_000)}[]]`])
      expect(isModest(hostile)).toBe(false)
    for (const fine of ['['.repeat(64), `["${'[,{'.repeat(2_000_000)}"]`, `["a\\"${'['.repeat(99)}\\\\"]`])
      expect(isModest(fine)).toBe(true)
    const { code, out } = await run({ file: write('deep.json', '['.repeat(1_000_000)) })
    expect(code).toBe(1)
    expect(out).toContain('WRONG  Bundle')
  })
})

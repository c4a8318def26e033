import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { keyDirectory, keyFile, makeKey, readKey } from '../../src/log/key.ts'
import { currentKey } from '../../src/log/key-store.ts'
import { markFile } from '../../src/log/mark.ts'
import { openCheckpoint, type VerifierKey } from '../../src/log/note.ts'
import { openLogKey, originOf } from '../../src/log/open-log.ts'
import { rotateKey } from '../../src/log/rotate.ts'
import { LogStore } from '../../src/log/store.ts'
import { scratch } from '../record/scene.ts'
import { type LogScene, later, logScene, MONTH, month, ORIGIN, t0 } from './scene.ts'

let scene: LogScene
beforeEach(() => {
  scene = logScene()
})
afterEach(() => scene.close())

const current = (): VerifierKey => currentKey(scene.db)!
const file = (): string => keyFile(scene.directory, current())
const keysOnDisk = () => readdirSync(keyDirectory(scene.directory)).filter(name => name.endsWith('.pem'))

describe('the key of a log', () => {
  it('is made at the first start, for this user alone, and read at the next', () => {
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(keyDirectory(scene.directory)).mode & 0o777).toBe(0o700)
    expect(readFileSync(file(), 'latin1')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(readdirSync(keyDirectory(scene.directory))).toEqual([`${current().id}.pem`])
    const first = current().text
    scene.reopen()
    expect(current().text).toBe(first)
    expect(readKey(scene.directory, current())).toMatchObject({ ok: true, signer: { key: { text: first } } })
  })

  it('is one that openssl reads', () => {
    const text = execFileSync('openssl', ['pkey', '-in', file(), '-noout', '-text'], { encoding: 'utf8' })
    expect(text).toMatch(/ED25519 Private-Key/)
  })

  it('is one, though two processes start at the same time', () => {
    const { directory, remove } = scratch()
    const [a, b] = [openDatabase(directory, 1_000), openDatabase(directory, 1_000)]
    let first: ReturnType<typeof openLogKey> | null = null
    // The other process comes first after this one has looked and made its key.
    const late = {
      ...b,
      get connection() {
        first ??= openLogKey(a, directory, ORIGIN, t0)
        return b.connection
      },
    }
    const second = openLogKey(late, directory, ORIGIN, t0)
    expect(first).not.toBeNull()
    expect(second.key).toEqual(first!.key)
    expect(second.read.ok).toBe(true)
    expect(readdirSync(keyDirectory(directory))).toEqual([`${second.key.id}.pem`])
    a.close()
    b.close()
    remove()
  })

  it('is never one that a killed start left behind', () => {
    const { directory, remove } = scratch()
    const left = makeKey(directory, ORIGIN).key
    const draft = join(keyDirectory(directory), '.half-written')
    writeFileSync(draft, '-----BEGIN')
    const db = openDatabase(directory, 1_000)
    const { key, read } = openLogKey(db, directory, ORIGIN, t0)
    expect(key.text).not.toBe(left.text)
    expect(read.ok).toBe(true)
    db.close()
    remove()
  })

  it('is refused where others may read it', () => {
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(file(), mode)
      expect(readKey(scene.directory, current())).toMatchObject({
        ok: false,
        fault: 'exposed',
        message: expect.stringMatching(/can be read by other users. Do: chmod 600 \S+\.pem/),
      })
    }
    chmodSync(file(), 0o400)
    expect(readKey(scene.directory, current()).ok).toBe(true)
  })

  it('is refused where it is half written, another one, or of another kind', () => {
    const pem = readFileSync(file(), 'latin1')
    const other = makeKey(scene.directory, ORIGIN).key
    const rsa = execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-quiet'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for (const text of [
      '',
      pem.slice(0, 60),
      pem.slice(0, -30),
      'x'.repeat(10_000),
      rsa.toString('latin1'),
      readFileSync(keyFile(scene.directory, other), 'latin1'),
    ]) {
      writeFileSync(file(), text)
      expect(readKey(scene.directory, current())).toMatchObject({ ok: false, fault: 'foreign' })
    }
    expect(readKey(scene.directory, current())).toMatchObject({
      message: expect.stringContaining(
        `does not belong to this log: it holds ${other.text}, not ${current().text}`,
      ),
    })
  })

  it('that is missing stops the signing, and nothing else', async () => {
    renameSync(file(), `${file()}.away`)
    expect(readKey(scene.directory, current())).toMatchObject({ ok: false, fault: 'missing' })
    await scene.log.append(MONTH, month('2026-10'), t0)
    expect(await scene.log.sign(t0)).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /is missing\. Put it back from your copy; if there is none: nines key rotate --lost/,
      ),
    })
    renameSync(`${file()}.away`, file())
    expect(await scene.log.sign(t0)).toMatchObject({ ok: true, checkpoint: { size: 1 } })
  })

  it.skipIf(process.getuid?.() !== 0)('that root makes belongs to whom the data belongs to', async () => {
    chownSync(scene.directory, 1234, 1234)
    await scene.log.append(MONTH, month('2026-10'), t0)
    expect(rotateKey(scene.db, scene.directory, false, t0).ok).toBe(true)
    for (const made of [file(), markFile(scene.directory)]) expect(statSync(made).uid).toBe(1234)
  })

  it('takes another name while the log is empty, and none after its first entry', async () => {
    const first = current()
    const renamed = openLogKey(scene.db, scene.directory, 'status.example.org/log', t0)
    expect(renamed.key.name).toBe('status.example.org/log')
    expect(currentKey(scene.db)?.text).toBe(renamed.key.text)
    expect((await scene.log.keys()).map(({ key }) => key.text)).not.toContain(first.text)
    await scene.log.append(MONTH, month('2026-10'), t0)
    expect(openLogKey(scene.db, scene.directory, ORIGIN, t0).key.text).toBe(renamed.key.text)
  })
})

describe('the name of a log', () => {
  it("is the page's address without its scheme", () => {
    expect(originOf('https://status.example.com')).toBe('status.example.com/log')
    expect(originOf('https://example.com:8443/status/')).toBe('example.com:8443/status/log')
    expect(originOf('https://example.com/a+b')).toBe('example.com/log')
    expect(originOf(null)).toBe('localhost/log')
  })
})

describe('a rotation', () => {
  const signers = async (size: number) => {
    const checkpoint = await scene.log.checkpointOf(size)
    const keys = (await scene.log.keys()).map(({ key }) => key)
    const opened = openCheckpoint(checkpoint!.note, ORIGIN, keys)
    if (!opened.ok) throw new Error(opened.message)
    return opened.value.signedBy.map(({ id }) => id)
  }

  it('is an entry, signed by the old and the new key; after it the new one signs', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    await scene.log.sign(t0)
    const old = current()
    // Not signed yet: the checkpoint of the rotation covers it too.
    await scene.log.append(MONTH, month('2026-10'), t0)
    const rotated = rotateKey(scene.db, scene.directory, false, later(5))
    if (!rotated.ok) throw new Error(rotated.message)
    expect(rotated).toMatchObject({ old: { text: old.text }, entry: 2, checkpoint: { size: 3 } })
    expect(JSON.parse(String((await scene.log.entry(2))?.data))).toEqual({
      type: 'nines.key/1',
      at: '2026-11-01T00:05:00.000Z',
      old: old.text,
      new: rotated.new.text,
      lost: false,
    })
    expect(await signers(3)).toEqual([old.id, rotated.new.id])
    // A server that runs meanwhile notices.
    await scene.log.append(MONTH, month('2026-11'), later(6))
    expect(await scene.log.sign(later(6))).toMatchObject({ ok: true })
    expect(await signers(4)).toEqual([rotated.new.id])
    expect(await scene.log.keys()).toEqual([
      { key: old, from: t0, until: later(5), entry: null },
      { key: rotated.new, from: later(5), until: null, entry: 2 },
    ])
    // The next one as well, from a key that a rotation brought in.
    expect(rotateKey(scene.db, scene.directory, false, later(7)).ok).toBe(true)
    expect((await scene.log.keys()).map(({ until }) => until)).toEqual([later(5), later(7), null])
  })

  it('replaces a key that others may have read', () => {
    chmodSync(file(), 0o644)
    expect(rotateKey(scene.db, scene.directory, false, t0).ok).toBe(true)
    expect(readKey(scene.directory, current()).ok).toBe(true)
  })

  it('after a loss is signed by the new key alone, and says so', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    await scene.log.sign(t0)
    const old = current()
    renameSync(file(), `${file()}.gone`)
    expect(rotateKey(scene.db, scene.directory, false, t0)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/is missing.*--lost/),
    })
    const rotated = rotateKey(scene.db, scene.directory, true, later(5))
    if (!rotated.ok) throw new Error(rotated.message)
    expect(JSON.parse(String((await scene.log.entry(1))?.data))).toMatchObject({ old: old.text, lost: true })
    expect(await signers(2)).toEqual([rotated.new.id])
  })

  it('is refused as a loss where the key is there', () => {
    expect(rotateKey(scene.db, scene.directory, true, t0)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/is not lost/),
    })
    expect(keysOnDisk()).toHaveLength(1)
  })

  it('that cannot be signed leaves everything as it was', async () => {
    await scene.log.append(MONTH, month('2026-09'), t0)
    await scene.log.sign(t0)
    scene.db.connection.exec('DROP TRIGGER log_entries_no_update')
    scene.db.connection.exec('UPDATE log_entries SET leaf_hash = zeroblob(32)')
    const before = current().text
    expect(rotateKey(scene.db, scene.directory, false, t0)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/past was changed/),
    })
    expect(current().text).toBe(before)
    expect(await new LogStore(scene.db, scene.directory).size()).toBe(1)
    expect(keysOnDisk()).toEqual([`${current().id}.pem`])
    expect(existsSync(file())).toBe(true)
  })
})

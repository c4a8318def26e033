import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Envelope } from '../../src/mail/incoming.ts'
import { threadedReader } from '../../src/mail/parser.ts'
import { readMail } from '../../src/mail/reading.ts'
import { t0 } from '../record/scene.ts'
import * as mails from './mails.ts'

const out = mkdtempSync(join(tmpdir(), 'nines-parser-'))
/** A thread needs JavaScript, and that of the source as it is. */
const entry = (name: string): URL => pathToFileURL(join(out, name))
beforeAll(async () => {
  symlinkSync(resolve('node_modules'), join(out, 'node_modules'))
  await build({
    entryPoints: ['src/mail/parser-worker.ts'],
    outfile: join(out, 'parser-worker.mjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
})
afterAll(() => rmSync(out, { recursive: true, force: true }))

const envelope: Envelope = { from: 'ada@example.org', to: ['support@example.com'] }
const thread = (name: string, code: string): URL => {
  writeFileSync(join(out, name), code)
  return entry(name)
}

describe('the reader in threads', () => {
  it('reads as the reader does, several at once', async () => {
    const read = threadedReader({ entry: entry('parser-worker.mjs') })
    const all = [...mails.all, ''].map(text => Buffer.from(text))
    const found = await Promise.all(all.map(raw => read(raw, envelope, t0)))
    expect(found).toEqual(await Promise.all(all.map(raw => readMail(raw, envelope, t0))))
    const [, , mixed] = found
    expect(mixed!.ok && mixed!.mail.attachments[0]!.content).toBeInstanceOf(Buffer)
  })

  it.each([
    ['never ends', 'for (;;);', 'within 300 ms'],
    ['throws', "throw new Error('boom')", 'boom'],
    ['throws later', "setTimeout(() => { throw new Error('late') }, 10)", 'late'],
    ['ends early', 'process.exit(7)', 'ended with 7'],
    ['says nothing', '', 'ended with 0'],
  ])('rejects where a thread %s, and reads the next mail', async (name, code, why) => {
    const read = threadedReader({ entry: thread(`${name.replaceAll(' ', '-')}.mjs`, code), limit: 300 })
    await expect(read(Buffer.from(mails.plain), envelope, t0)).rejects.toThrow(why)
    await expect(read(Buffer.from(mails.plain), envelope, t0)).rejects.toThrow(why)
  })

  it('is not taken along by a mail that fills the memory', async () => {
    const hungry = 'const all = []; for (;;) all.push(new Array(1000).fill(Math.random()))'
    const read = threadedReader({ entry: thread('hungry.mjs', hungry) })
    await expect(read(Buffer.from('x'), envelope, t0)).rejects.toThrow(/memory/)
  })
})

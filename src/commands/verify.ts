import { createReadStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'
import type { Finding } from '../verify/finding.ts'
import { readLog } from '../verify/later.ts'
import { readBundle } from '../verify/read.ts'
import { holds, verify } from '../verify/verify.ts'
import { Failure } from './failure.ts'

export interface VerifyCommand {
  /** The bundle, gzipped or not; `-` for standard input. */
  readonly file: string
  /** A verifier key, or a file that holds one. */
  readonly key: string | undefined
  /** A file with a checkpoint that was kept earlier. */
  readonly checkpoint: string | undefined
  /** The entries of the log, a line each, gzipped or not; `-` for standard input. */
  readonly log: string | undefined
  readonly json: boolean
}

const SIGN = new Map([
  [true, 'ok   '],
  [false, 'WRONG'],
  [null, 'note '],
])
/** As much as a bundle unpacked may take. */
const LARGEST = 1024 * 1024 * 1024

/** `nines verify`: recomputes a month from its bundle, offline. Returns the exit code: 0 where everything holds, else 1. */
export async function verifyCommand(options: VerifyCommand): Promise<number> {
  const { file, key, checkpoint, log } = options
  if ([file, key, checkpoint, log].filter(input => input === '-').length > 1)
    throw new Failure(
      'standard input can be read only once: give - for one of them, and a file for the others',
    )
  const text = textOf(file)
  const trust = {
    ...(key === undefined ? {} : { key: keyText(key) }),
    ...(checkpoint === undefined ? {} : { checkpoint: read(checkpoint).toString('utf8') }),
  }
  const later = log === undefined ? null : await laterIn(log, text)
  const findings = [...verify(text, later === null ? trust : { ...trust, later })]
  const ok = holds(findings)
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, findings }, null, 2)}\n`)
  else {
    for (const finding of findings)
      process.stdout.write(
        `${SIGN.get(finding.ok)}  ${finding.what.padEnd(18)}  ${printable(finding.words)}\n`,
      )
    process.stdout.write(ok ? 'Everything holds.\n' : 'This does not hold.\n')
    if (ok && findings.some(finding => finding.ok === null))
      process.stdout.write('The notes above say what was not looked at.\n')
  }
  return ok ? 0 : 1
}

/** What a bundle says of itself must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** What the log's own entries say of the bundle's month; null where there is no bundle to look for. */
async function laterIn(file: string, text: string): Promise<readonly Finding[] | null> {
  const bundle = readBundle(text)
  if (!bundle) return null
  const reading = readLog(bundle)
  const source = file === '-' ? process.stdin : createReadStream(file)
  try {
    const parts: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]()
    const head = await beginning(parts)
    const all = Readable.from(resumed(head, parts), { objectMode: false })
    const plain = isGzip(head) ? all.pipe(createGunzip()) : all
    all.on('error', error => plain.destroy(error))
    for await (const part of plain) if (!reading.take(part)) break
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  } finally {
    source.destroy()
  }
  return reading.done()
}

/** The first two bytes or more, where there are as many. */
async function beginning(parts: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head = Buffer.alloc(0)
  while (head.length < 2) {
    const { done, value } = await parts.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  return head
}

async function* resumed(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (;;) {
    const { done, value } = await rest.next()
    if (done) return
    yield value
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

function textOf(file: string): string {
  const bytes = read(file)
  try {
    const plain = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
  } catch {
    throw new Failure(`${file} is no bundle: neither UTF-8 nor gzip`, 1)
  }
}

const keyText = (given: string): string => (given.includes('+') ? given : read(given).toString('utf8').trim())

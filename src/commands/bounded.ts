import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from './failure.ts'

/** In bytes: what may be read of a packed input without anything coming out of it. */
const MOST_IDLE = 64 * 1024 * 1024

const opened = (file: string): Readable => (file === '-' ? process.stdin : createReadStream(file))

/** Reads a file whole, `-` being standard input; null where it holds more than `most` bytes, which are not read then. */
export async function readSmall(file: string, most: number): Promise<Buffer | null> {
  return whole(file, opened(file), most)
}

/** As `readSmall`, unpacked where it is gzip. `most` bounds both what is read and what comes of it. */
export async function readUnpacked(file: string, most: number, idle = MOST_IDLE): Promise<Buffer | null> {
  return whole(file, unpacked(file, idle), most)
}

async function whole(file: string, source: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of source) {
      length += part.length
      if (length > most) return null
      parts.push(part)
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    if (source instanceof Readable) source.destroy()
  }
  return Buffer.concat(parts, length)
}

/** What a file holds, gzipped or not, piece by piece. Whoever stops early ends the reading, also of an input that stays open. */
export async function* unpacked(file: string, mostIdle = MOST_IDLE): AsyncGenerator<Uint8Array> {
  const source = opened(file)
  let idle = 0
  async function* counted(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (let part = head; ; ) {
      idle += part.length
      if (idle > mostIdle) throw new Failure(`${file} is packed so that nothing comes out of it`, 1)
      if (part.length > 0) yield part
      const { done, value } = await rest.next()
      if (done) return
      part = value
    }
  }
  try {
    const parts: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]()
    const head = await beginning(parts)
    const all = Readable.from(counted(head, parts), { objectMode: false })
    const plain = head[0] === 0x1f && head[1] === 0x8b ? all.pipe(createGunzip()) : all
    all.on('error', error => plain.destroy(error))
    for await (const part of plain) {
      idle = 0
      yield part
    }
  } finally {
    source.destroy()
  }
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

const isCode = (error: unknown, begin: string): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith(begin)

/** What is said where reading failed. */
export function unreadable(file: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  if (isCode(error, 'Z_')) return new Failure(`${file} cannot be unpacked: its gzip is damaged`, 1)
  return new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
}

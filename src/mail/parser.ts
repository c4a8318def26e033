import { Worker } from 'node:worker_threads'
import type { Instant } from '../time/instant.ts'
import type { Envelope, Reading } from './incoming.ts'

/** Reads a raw mail. Rejects where that failed for a reason that is not the mail's own, or took too long. */
export type ReadMail = (raw: Buffer, envelope: Envelope, at: Instant) => Promise<Reading>

export interface Parcel {
  readonly raw: Uint8Array
  readonly envelope: Envelope
  readonly at: Instant
}

export interface ParserOptions {
  /** The thread's entry, if not the compiled `parser-worker.js` beside this file. */
  readonly entry?: URL
  /** How long one mail may take, in ms. */
  readonly limit?: number
}

/**
 * Reads each mail in a thread of its own, one after the other: a mail made to crash, to fill the memory or never to end
 * takes that thread with it, and nothing else.
 */
export function threadedReader(options: ParserOptions = {}): ReadMail {
  const { entry = new URL('./parser-worker.js', import.meta.url), limit = 30_000 } = options
  let last: Promise<unknown> = Promise.resolve()
  return (raw, envelope, at) => {
    const reading = last.then(() => readInThread(entry, limit, { raw, envelope, at }))
    last = reading.catch(() => undefined)
    return reading
  }
}

function readInThread(entry: URL, limit: number, parcel: Parcel): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, {
      name: 'nines-mail',
      workerData: parcel,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      env: {},
    })
    const late = setTimeout(() => {
      reject(new Error(`a mail could not be read within ${limit} ms`))
      void worker.terminate()
    }, limit)
    worker.once('message', (reading: Reading) => {
      resolve(reading.ok ? { ok: true, mail: withBuffers(reading.mail) } : reading)
      void worker.terminate()
    })
    worker.once('error', error => reject(error))
    worker.once('exit', code => {
      clearTimeout(late)
      reject(new Error(`the thread that read a mail ended with ${code}`))
    })
  })
}

/** Between threads a Buffer becomes a plain array of bytes. */
const withBuffers = (mail: Extract<Reading, { ok: true }>['mail']): typeof mail => ({
  ...mail,
  attachments: mail.attachments.map(({ name, content }) => ({
    name,
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  })),
})

import { parentPort, workerData } from 'node:worker_threads'
import type { Parcel } from './parser.ts'
import { readMail } from './reading.ts'

// The thread's entry: reads the one mail that it was started with.
const { raw, envelope, at } = workerData as Parcel
const reading = await readMail(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), envelope, at)
parentPort?.postMessage(reading)

/* Small true files of each kind, and what hostile ones are made of. */

import { deflateSync } from 'node:zlib'
import PDFDocument from 'pdfkit'

const u32 = (n: number) => {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(n)
  return out
}

export const chunk = (type: string, data: Buffer): Buffer =>
  // Readers check the sums; nothing here does.
  Buffer.concat([u32(data.length), Buffer.from(type, 'latin1'), data, u32(0)])

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const IHDR = chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
const IDAT = chunk('IDAT', deflateSync(Buffer.from([0, 128])))
const IEND = chunk('IEND', Buffer.alloc(0))

/** A PNG with further chunks before its end. */
export const png = (...more: Buffer[]): Buffer => Buffer.concat([SIGNATURE, IHDR, IDAT, ...more, IEND])

const segment = (marker: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])

/** A JPEG with a comment; its scan holds a stuffed zero, a restart marker and a fill byte. */
export const jpeg = (comment = 'made by hand'): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xfe, Buffer.from(comment, 'latin1')),
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xc0, Buffer.from([8, 0, 1, 0, 1, 1, 1, 0x11, 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xff, 0xd9]),
  ])

export async function pdf(): Promise<Buffer> {
  const document = new PDFDocument()
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  const done = new Promise(resolve => document.on('end', resolve))
  document.text('A log of failures')
  document.end()
  await done
  return Buffer.concat(parts)
}

export const HTML = Buffer.from('<!doctype html><script>alert(1)</script>')

/** An archive without entries, with a comment. */
export const zip = (comment = ''): Buffer =>
  Buffer.concat([
    Buffer.from('PK\x05\x06', 'latin1'),
    Buffer.alloc(16),
    Buffer.from([comment.length & 255, comment.length >> 8]),
    Buffer.from(comment),
  ])

export const gif = Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')
export const svg = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
)

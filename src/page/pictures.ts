import type { PictureBytes, PictureSource } from '../evidence/picture.ts'
import type { Source } from '../record/source.ts'
import { picturesOf } from './evidence.ts'
import { outageAt } from './outage-view.ts'
import type { Reading } from './records.ts'
import { report } from './report.ts'
import { SECURITY_HEADERS } from './security.ts'

/** A picture of an outage, by its address. */
export interface AskedPicture {
  readonly outage: string
  readonly sha256: string
}

/** The picture that a path, without a query, asks for; null where it asks for something else. */
export function askedPicture(path: string): AskedPicture | null {
  const [, outage, sha256] = /^\/outages\/([\w.~-]{1,100})\/screenshot\/([0-9a-f]{64})$/.exec(path) ?? []
  return outage === undefined || sha256 === undefined ? null : { outage, sha256 }
}

/** The picture, if it is one of that outage: under the address of another it would be false evidence. Null where it is not. */
export async function findPicture(
  asked: AskedPicture,
  source: Source,
  pictures: PictureSource,
  read: () => Promise<Reading>,
): Promise<PictureBytes | null> {
  const found = await source.findOutage(asked.outage)
  if (!found) return null
  const { records, now } = await read()
  const record = records.find(r => r.id === found.service)
  const of = record && report(record, now)
  const outage = of && outageAt(of, found.from, now)
  if (!of || !outage) return null
  const own = await picturesOf(pictures, of, outage, now)
  return own.some(picture => picture.sha256 === asked.sha256) ? pictures.read(asked.sha256) : null
}

const TYPES = new Set(['image/png', 'image/jpeg'])

/** What a picture is sent with. It never changes, and it is never anything but a picture. */
export const pictureHeaders = (asked: AskedPicture, picture: PictureBytes): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'content-security-policy': "default-src 'none'; sandbox",
  'content-type': TYPES.has(picture.type) ? picture.type : 'application/octet-stream',
  'content-length': String(picture.bytes.length),
  'cache-control': 'public, max-age=31536000, immutable',
  etag: `"${asked.sha256}"`,
})

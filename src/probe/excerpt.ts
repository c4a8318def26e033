import { createHash } from 'node:crypto'
import type { BodyExcerpt } from './check.ts'
import type { Beginning } from './exchange.ts'
import { clean } from './outcome.ts'
import type { Redact } from './redact.ts'

/** How much of a body is kept, in bytes of it and again in bytes of its text. */
export const EXCERPT = 4_096

/** Control characters but tab and line feed, and those that turn the direction of a text or divide a pair. */
const UNSEEN = /[^\P{Cc}\t\n]|[\p{Cf}\p{Cs}]/gu

/** The first 4 KiB of a body for people: as text where it is one, with secrets taken out, else its kind and its hash. */
export function excerpt({ bytes, size, whole }: Beginning, contentType: string, redact: Redact): BodyExcerpt {
  const kept = bytes.subarray(0, EXCERPT)
  const seen = { bytes: size, whole: whole && size <= EXCERPT }
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const { charset, text } = decoded(bytes, contentType)
  if (!isText(type, text)) {
    const sha256 = createHash('sha256').update(kept).digest('hex')
    return { ...seen, kind: 'binary', type: clean(type, 80) || 'of no declared type', sha256 }
  }
  const printable = text.replaceAll('\r\n', '\n').replace(UNSEEN, '')
  const shown = redact(printable, { cut: !whole || size > bytes.length })
  return { ...seen, kind: 'text', charset, text: cutToBytes(shown, EXCERPT) }
}

/** By its declared charset, else as UTF-8, else byte by byte. A character that the end cuts is left out. */
function decoded(bytes: Buffer, contentType: string): { charset: string; text: string } {
  const declared = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType)?.[1]
  for (const name of [declared, 'utf-8']) {
    if (name === undefined) continue
    try {
      const decoder = new TextDecoder(name, { fatal: true })
      return { charset: decoder.encoding, text: decoder.decode(bytes, { stream: true }) }
    } catch {
      // Not a charset, or not a text in it.
    }
  }
  return { charset: 'windows-1252', text: new TextDecoder('windows-1252').decode(bytes) }
}

const TEXTUAL =
  /^(text\/|application\/(.*\+)?(json|xml|javascript|x-www-form-urlencoded|yaml|problem)|image\/svg)/

/** A text holds hardly any control characters; one that is not declared to be a text holds none. */
function isText(type: string, text: string): boolean {
  const odd = text.match(/[^\P{Cc}\t\r\n]/gu)?.length ?? 0
  if (type === '' || type === 'application/octet-stream') return odd === 0
  return TEXTUAL.test(type) && odd * 20 <= text.length
}

/** PURE. The longest beginning of a text that has at most so many bytes in UTF-8. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text
  return new TextDecoder().decode(bytes.subarray(0, most), { stream: true })
}

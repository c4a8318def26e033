/** What turns the direction of text around: it makes what is read another thing than what is written. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const LONE_SURROGATES = /\p{Cs}/gu
const CUT = '…'

/** At most `most` characters, of which the last one says that some were cut. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text
  const characters = [...text.slice(0, 2 * most + 2)]
  if (characters.length <= most) return text
  return `${characters
    .slice(0, most - 1)
    .join('')
    .trimEnd()}${CUT}`
}

/** A text on one line, of at most `most` characters: safe in a header, and where a line must not be forged. */
export function oneLine(text: string, most: number): string {
  const plain = text
    // What is far too long is not read to its end.
    .slice(0, 50 * most)
    .replace(DIRECTION, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim()
  return clip(plain, most)
}

/** A text on many lines, of at most `most` characters, without control characters other than tab and line feed. */
export function manyLines(text: string, most: number): string {
  const plain = text
    .slice(0, 2 * most)
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n')
    .replace(DIRECTION, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
  return clip(plain, most)
}

/** The text, or the empty string where it holds what mail programs make a link of. */
export const withoutLinks = (text: string): string =>
  /:\/\/|www\./i.test(text.replaceAll(DIRECTION, '').normalize('NFKC')) ? '' : text

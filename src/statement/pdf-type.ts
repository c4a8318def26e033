import { createRequire } from 'node:module'

/** Where the two faces of a statement are: files that are embedded, or the names of standard fonts. */
export interface Typeface {
  readonly regular: string
  readonly bold: string
  /** Whether they are files. Only then do the PDFs claim PDF/UA, which wants every font embedded. */
  readonly embedded: boolean
}

/** Latin, Greek and Cyrillic, with figures of one width (SIL Open Font License 1.1). */
const PACKAGE = '@expo-google-fonts/source-sans-3'

/** Of every PDF reader; Western European letters alone. */
const STANDARD: Typeface = { regular: 'Helvetica', bold: 'Helvetica-Bold', embedded: false }

/** The faces that come with Nines. */
export function ownTypeface(): Typeface {
  const find = createRequire(import.meta.url)
  try {
    return {
      regular: find.resolve(`${PACKAGE}/400Regular/SourceSans3_400Regular.ttf`),
      bold: find.resolve(`${PACKAGE}/600SemiBold/SourceSans3_600SemiBold.ttf`),
      embedded: true,
    }
  } catch {
    return STANDARD
  }
}

/** Stands for a character that the face does not have. */
const MISSING = '□'

/** What stands in for characters of ours that the standard fonts lack. */
const STAND_INS: Readonly<Record<string, string>> = { '−': '–', [MISSING]: '?', '\u00a0': ' ', '\u202f': ' ' }

/** What the standard fonts have: Windows-1252 (PDF 32000-1, annex D). */
const WESTERN = /^[ -~\u00a1-\u00ac\u00ae-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]$/

/** Tells whether a face has a glyph for a character; null for the standard fonts. */
export type Coverage = ((codePoint: number) => boolean) | null

/** A text as a face can show it: what it lacks is a box each, never another letter. */
export function shownIn(coverage: Coverage, text: string): string {
  let out = ''
  for (const char of text.normalize('NFC')) {
    const codePoint = char.codePointAt(0) ?? 0
    if (coverage === null) out += WESTERN.test(STAND_INS[char] ?? char) ? (STAND_INS[char] ?? char) : '?'
    else if (char === '\u00a0' || char === ' ' || coverage(codePoint)) out += char
    else out += coverage(MISSING.codePointAt(0) ?? 0) ? MISSING : '?'
  }
  return out
}

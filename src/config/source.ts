import { Composer, type CST, type Document, Lexer, Parser } from 'yaml'
import { MAX_DEPTH } from './tree.ts'

/** The most that a configuration file may hold, in bytes. */
export const MAX_BYTES = 1_048_576

export const SMALLEST =
  'services: [{ id: web, name: Website, endpoints: [{ id: web-home, url: https://example.com/ }] }]'

/** A mistake in the text itself, at an offset in UTF-16 units. */
interface Fault {
  readonly offset: number
  readonly message: string
  readonly example: string
}

/** Text read as YAML. Without a document nothing can be said of its contents. */
export interface Source {
  readonly document: Document | null
  readonly faults: readonly Fault[]
  /** 1-based line and column of an offset. */
  readonly position: (offset: number) => { readonly line: number; readonly column: number }
}

/** Reads YAML 1.2. Never throws: whatever the text, the answer is a document, or at least one fault, or both. */
export function parseSource(text: string): Source {
  const position = placeIn(text)
  const refuse = (offset: number, message: string, example: string): Source => ({
    document: null,
    faults: [{ offset, message, example }],
    position,
  })
  if (Buffer.byteLength(text) > MAX_BYTES) return refuse(0, 'is larger than 1 MiB', SMALLEST)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text)
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()
    return refuse(control.index, `holds the control character U+${code}, so is not a text file`, SMALLEST)
  }

  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    // Composing recurses: nesting is refused here, where it does not.
    if (parser.stack.length > MAX_DEPTH) {
      return refuse(parser.offset, `nests more than ${MAX_DEPTH} levels deep`, SMALLEST)
    }
  }
  for (const token of parser.end()) tokens.push(token)
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Found while walking the values, in linear time and with their paths.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    resolveKnownTags: false,
  })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  if (!document) return refuse(0, 'is empty', SMALLEST)
  const faults: Fault[] = []
  if (second) {
    const message = 'begins a second document; a configuration is one document'
    faults.push({ offset: second.contents?.range[0] ?? second.range[0], message, example: SMALLEST })
  }
  const slips = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  // Once the reader has lost its way it stumbles over much that is right, and a tab leads it astray at once.
  let astray = slips.some(({ code }) => code === 'TAB_AS_INDENT')
  for (const { code, pos } of slips) {
    if (astray && !LOCAL.has(code)) continue
    astray ||= !LOCAL.has(code)
    const [message, example] = SAYINGS[code] ?? OTHER
    faults.push({ offset: pos[0], message, example })
  }
  if (document.contents === null && faults.length === 0) return refuse(0, 'is empty', SMALLEST)
  return { document, faults, position }
}

/** Counts lines itself: the parser's own counter misses those that it passes over in a slip. */
function placeIn(text: string): Source['position'] {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), newline => newline.index + 1)]
  return offset => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: Math.min(offset, text.length) - (starts[low] ?? 0) + 1 }
  }
}

/** Slips that leave the rest of the file readable. */
const LOCAL: ReadonlySet<string> = new Set([
  'TAB_AS_INDENT',
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
  'BAD_SCALAR_START',
])

type Saying = readonly [message: string, example: string]

const OTHER: Saying = ['is not YAML', 'key: value']
const UNQUOTED: Saying = [
  'text with a character that means something in YAML must be in quotes',
  'cron: "*/5 * * * *"',
]

/** What the reader's complaints mean; its own wording may quote the file, and so a secret. */
const SAYINGS: Readonly<Record<string, Saying>> = {
  TAB_AS_INDENT: ['is indented with a tab; YAML takes spaces alone', '  timeout: 5s'],
  BAD_INDENT: [
    'is not indented like the lines that it belongs with, or a bracket is not closed',
    '  timeout: 5s',
  ],
  MISSING_CHAR: ['lacks a closing quote or bracket, or a ": " after a key', 'title: "Example status"'],
  UNEXPECTED_TOKEN: UNQUOTED,
  BAD_SCALAR_START: UNQUOTED,
  BAD_ALIAS: UNQUOTED,
  BLOCK_AS_IMPLICIT_KEY: [
    'has two keys on one line; text with ": " in it must be in quotes',
    'title: "Status: live"',
  ],
  BLOCK_IN_FLOW: ['has an indented list or mapping inside brackets', 'status: [200, 204]'],
  MULTILINE_IMPLICIT_KEY: ['is a key that runs over several lines; is a ":" missing?', 'timeout: 5s'],
  BAD_DQ_ESCAPE: ['has a backslash that escapes nothing; single quotes take it as it is', "contains: 'a\\b'"],
  BAD_DIRECTIVE: ['is a directive that is not known here; leave it out', 'services: []'],
  TAG_RESOLVE_FAILED: [
    'has a tag (!) that is not known here; text that begins so must be in quotes',
    '"!text"',
  ],
  KEY_OVER_1024_CHARS: ['is a key of more than 1024 characters', 'timeout: 5s'],
}

import type { Piece } from './pdf-flow.ts'
import { type Element, INK, type Sheet, SOFT, type Style } from './pdf-sheet.ts'

const style = (face: Style['face'], size: number, leading: number, colour = INK): Style => ({
  face,
  size,
  leading,
  colour,
})

export const TYPE = {
  kicker: style('regular', 10, 14, SOFT),
  title: style('bold', 25, 30),
  figure: style('bold', 42, 48),
  beside: style('regular', 10, 14.5),
  lead: style('regular', 12.5, 17.5),
  strong: style('bold', 10, 14.5),
  body: style('regular', 9.5, 13.5),
  heading: style('bold', 13, 17),
  subheading: style('bold', 10, 14),
  column: style('regular', 8, 11, SOFT),
  cell: style('regular', 8.5, 11.5),
  label: style('regular', 8.5, 11.5, SOFT),
  strongCell: style('bold', 8.5, 11.5),
  note: style('regular', 7.75, 10.5, SOFT),
  exact: style('regular', 8, 11),
  foot: style('regular', 7.5, 10, SOFT),
} as const

/** Breaks a text into lines no wider than so many points: after spaces, and within words that are too long. */
export function wrap(sheet: Sheet, text: string, style: Style, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  const put = () => {
    lines.push(line.trimEnd())
    line = ''
    used = 0
  }
  for (const word of sheet.shown(text, style.face).split(/(?<= )/)) {
    const bare = sheet.width(word.trimEnd(), style)
    if (line !== '' && used + bare > width) put()
    if (bare <= width) {
      line += word
      used += sheet.width(word, style)
      continue
    }
    for (const char of word) {
      const advance = sheet.width(char, style)
      if (line !== '' && used + advance > width) put()
      line += char
      used += advance
    }
  }
  if (line !== '') put()
  return lines
}

/** Puts what `draw` writes into the structure tree. */
export function tag(sheet: Sheet, parent: Element, type: string, draw: () => void, options = {}): void {
  const element = sheet.doc.struct(type, options, draw)
  parent.add(element)
  element.end()
}

interface TextOptions {
  readonly type?: string
  readonly gap?: number
  readonly stays?: boolean
  readonly indent?: number
}

/** A paragraph or heading. */
export function text(sheet: Sheet, words: string, style: Style, options: TextOptions = {}): Piece {
  const { type = 'P', gap = 0, stays = false, indent = 0 } = options
  const lines = wrap(sheet, words, style, sheet.right - sheet.left - indent)
  return {
    height: lines.length * style.leading,
    gap,
    stays,
    draw: top =>
      tag(sheet, sheet.root, type, () =>
        lines.forEach((line, i) => {
          sheet.line(line, sheet.left + indent, top + i * style.leading, style)
        }),
      ),
  }
}

/**
 * Lines as they stand. What an empty line parts are paragraphs of their own, far enough apart for a reader that copies
 * them to put the empty line back.
 */
export function preformatted(sheet: Sheet, lines: readonly string[], style: Style): Piece[] {
  const width = sheet.right - sheet.left
  return lines
    .join('\n')
    .split('\n\n')
    .map((part, n, parts): Piece => {
      const set = part.split('\n').flatMap(line => wrap(sheet, line, style, width))
      return {
        height: set.length * style.leading,
        gap: n === 0 ? 0 : style.leading * 1.5,
        stays: n < parts.length - 1,
        draw: top =>
          tag(sheet, sheet.root, 'P', () =>
            set.forEach((line, i) => {
              sheet.line(line, sheet.left, top + i * style.leading, style)
            }),
          ),
      }
    })
}

/** A section's heading, with a line above it. */
export function heading(sheet: Sheet, words: string): Piece {
  const { heading: style } = TYPE
  const lines = wrap(sheet, words, style, sheet.right - sheet.left)
  return {
    height: 8 + lines.length * style.leading + 5,
    gap: 24,
    stays: true,
    draw(top) {
      sheet.rule(sheet.left, top, sheet.right - sheet.left, 1, INK)
      tag(sheet, sheet.root, 'H2', () =>
        lines.forEach((line, i) => {
          sheet.line(line, sheet.left, top + 8 + i * style.leading, style)
        }),
      )
    },
  }
}

/** A numbered list; each item is one piece. */
export function numbered(sheet: Sheet, items: readonly string[]): Piece[] {
  const { body: style } = TYPE
  const indent = 18
  let list: Element | null = null
  return items.map((item, i) => {
    const lines = wrap(sheet, item, style, sheet.right - sheet.left - indent)
    return {
      height: lines.length * style.leading,
      gap: i === 0 ? 0 : 3,
      stays: false,
      draw(top) {
        list ??= child(sheet, sheet.root, 'L')
        const entry = child(sheet, list, 'LI')
        tag(sheet, entry, 'Lbl', () => sheet.line(`${i + 1}.`, sheet.left, top, style))
        tag(sheet, entry, 'LBody', () =>
          lines.forEach((line, n) => {
            sheet.line(line, sheet.left + indent, top + n * style.leading, style)
          }),
        )
        entry.end()
        if (i === items.length - 1) list.end()
      },
    }
  })
}

/** A part of the structure tree that is filled later; its `end` is to be called. */
export function child(sheet: Sheet, parent: Element, type: string): Element {
  const element = sheet.doc.struct(type)
  parent.add(element)
  return element
}

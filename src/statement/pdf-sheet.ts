import PDFDocument from 'pdfkit'
import type { Instant } from '../time/instant.ts'
import { type Coverage, shownIn, type Typeface } from './pdf-type.ts'

export type Paper = 'A4' | 'LETTER'

/** How a line of text is set. Sizes in points. */
export interface Style {
  readonly face: 'regular' | 'bold'
  readonly size: number
  readonly leading: number
  readonly colour: string
}

export const INK = '#1a1c1e'
export const SOFT = '#56595e'
export const RULE = '#c9c5bc'

export type Element = ReturnType<PDFKit.PDFDocument['struct']>

/** A document that is being written, and what its pages measure. */
export interface Sheet {
  readonly doc: PDFKit.PDFDocument
  /** The root of the structure tree. */
  readonly root: Element
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** The text as the faces can show it. */
  readonly shown: (text: string, face: Style['face']) => string
  /** Whether the faces have every character of a text. */
  readonly covers: (text: string, face: Style['face']) => boolean
  /** Of a text that `shown` gave, in points. */
  readonly width: (text: string, style: Style) => number
  /** Sets one line whose box begins at `top`. */
  readonly line: (text: string, x: number, top: number, style: Style) => void
  /** A line across, which is no content. */
  readonly rule: (x: number, y: number, width: number, weight: number, colour: string) => void
  readonly addPage: () => void
  /** Forgets how words were laid out, which over thousands of rows adds up. */
  readonly forget: () => void
}

/** What pdfkit keeps of a font that was chosen, beyond its types. */
interface ChosenFont {
  readonly font?: { readonly hasGlyphForCodePoint?: (codePoint: number) => boolean }
  layoutCache?: object
}

interface SheetOptions {
  readonly title: string
  readonly subject: string
  readonly author: string
  readonly issued: Instant
  readonly paper: Paper
  readonly typeface: Typeface
}

const MARGIN = { left: 54, right: 54, top: 56, bottom: 66 }

/** Opens a tagged PDF 1.7. Everything in it follows from the options, so that the same statement gives the same bytes. */
export function openSheet(of: SheetOptions): Sheet {
  const { typeface } = of
  const options = {
    size: of.paper,
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    autoFirstPage: false,
    font: typeface.regular,
    ...(typeface.embedded ? { subset: 'PDF/UA' } : {}),
    info: {
      Title: forBoth(of.title),
      Subject: forBoth(of.subject),
      Author: forBoth(of.author),
      Creator: 'Nines',
      Producer: 'Nines',
      CreationDate: new Date(of.issued),
    },
  } as unknown as PDFKit.PDFDocumentOptions
  const doc = new PDFDocument(options)
  const faces = { regular: face(doc, typeface.regular), bold: face(doc, typeface.bold) }
  const [pageWidth, pageHeight] = of.paper === 'A4' ? [595.28, 841.89] : [612, 792]
  const root = doc.struct('Document')
  doc.addStructure(root)
  const use = (style: Style) => doc.font(typeface[style.face], style.size)
  return {
    doc,
    root,
    left: MARGIN.left,
    right: pageWidth - MARGIN.right,
    top: MARGIN.top,
    bottom: pageHeight - MARGIN.bottom,
    shown: (text, name) => shownIn(faces[name].coverage, text),
    covers: (text, name) => shownIn(faces[name].coverage, text) === shownIn(() => true, text),
    width(text, style) {
      let width = 0
      for (const char of text) width += faces[style.face].advance(char)
      return (width * style.size) / 1_000
    },
    line(text, x, top, style) {
      if (text === '') return
      use(style)
      doc
        .fillColor(style.colour)
        .text(text, x, top + style.leading * 0.76, { lineBreak: false, baseline: 'alphabetic' })
    },
    rule(x, y, width, weight, colour) {
      doc.markContent('Artifact', { type: 'Layout' })
      doc.rect(x, y, width, weight).fill(colour)
      doc.endMarkedContent()
    },
    addPage: () => void doc.addPage(),
    forget() {
      for (const { chosen } of Object.values(faces)) chosen.layoutCache = Object.create(null) as object
    },
  }
}

interface Face {
  readonly chosen: ChosenFont
  readonly coverage: Coverage
  /** In thousandths of the size. */
  readonly advance: (char: string) => number
}

/** Widths are sums of single characters: kerning would only make a line a hair shorter. */
function face(doc: PDFKit.PDFDocument, source: string): Face {
  doc.font(source, 1_000)
  const chosen = (doc as unknown as { readonly _font: ChosenFont })._font
  const { font } = chosen
  const has = font?.hasGlyphForCodePoint
  const advances = new Map<string, number>()
  return {
    chosen,
    coverage: font && has ? codePoint => has.call(font, codePoint) : null,
    advance(char) {
      const known = advances.get(char)
      if (known !== undefined) return known
      const width = doc.font(source, 1_000).widthOfString(char)
      advances.set(char, width)
      return width
    },
  }
}

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** pdfkit writes such a text as it is into the document's information, and unescaped into its XML metadata. */
function forBoth(text: string): string {
  const value = new String(text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ''))
  value.toString = () => value.valueOf().replaceAll(/[&<>]/g, char => REFERENCES[char] ?? '')
  return value as unknown as string
}

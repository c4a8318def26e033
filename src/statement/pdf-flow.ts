import type { Sheet } from './pdf-sheet.ts'

/** A part of a document that never breaks across pages. Heights in points. */
export interface Piece {
  readonly height: number
  /** Room above it, which is left out at the top of a page. */
  readonly gap: number
  /** Stays on the page of the next piece, as a heading does. */
  readonly stays: boolean
  readonly draw: (top: number) => void
  /** What stands above it where it begins a page: the head of its table. */
  readonly head?: { readonly height: number; readonly draw: (top: number) => void }
}

interface Placed {
  readonly top: number
  readonly draw: (top: number) => void
}

/** The pieces on pages. A chain of pieces that stay together goes to the next page where it does not fit. */
export function paginate(pieces: readonly Piece[], top: number, bottom: number): Placed[][] {
  const pages: Placed[][] = []
  let page: Placed[] = []
  let y = top
  const turn = () => {
    if (page.length > 0) pages.push(page)
    page = []
    y = top
  }
  pieces.forEach((piece, i) => {
    const begins = i === 0 || !pieces[i - 1]?.stays
    if (page.length > 0 && y + (begins ? chain(pieces, i) : piece.gap + piece.height) > bottom) turn()
    if (page.length === 0 && piece.head) {
      page.push({ top: y, draw: piece.head.draw })
      y += piece.head.height
    } else if (page.length > 0) y += piece.gap
    page.push({ top: y, draw: piece.draw })
    y += piece.height
  })
  turn()
  return pages
}

/** The height of a piece with those that it stays with. */
function chain(pieces: readonly Piece[], from: number): number {
  let height = 0
  for (let i = from; i < pieces.length; i++) {
    const piece = pieces[i]
    if (!piece) break
    height += piece.gap + piece.height
    if (!piece.stays) break
  }
  return height
}

/** Lets what else waits have its turn. */
export const others = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** So many pages are written before others get a turn. */
const PAGES_AT_ONCE = 6

/** Draws the pieces page by page; `foot` is drawn last on each. Gives way to other work between pages. */
export async function drawPages(
  sheet: Sheet,
  pieces: readonly Piece[],
  foot: (page: number, pages: number) => void,
): Promise<void> {
  const pages = paginate(pieces, sheet.top, sheet.bottom)
  for (const [i, page] of pages.entries()) {
    sheet.addPage()
    for (const { top, draw } of page) draw(top)
    foot(i + 1, pages.length)
    if (i % PAGES_AT_ONCE === PAGES_AT_ONCE - 1) {
      sheet.forget()
      await others()
    }
  }
}

declare const brand: unique symbol

/** What a request is called in letters and on the phone, such as `N-7KQ2-M4XD`. */
export type Reference = string & { readonly [brand]: 'Reference' }

/** Without what is mistaken for another: 0 and O, 1, I and L, U and V. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const BLOCK = `[${LETTERS}]{4}`

/** PURE. A reference from `pick`, which gives a random integer below its argument: one of 30^8. */
export function makeReference(pick: (below: number) => number): Reference {
  const block = () => Array.from({ length: 4 }, () => LETTERS.charAt(pick(LETTERS.length))).join('')
  return `N-${block()}-${block()}` as Reference
}

/** PURE. Reads a reference as a person types it, in any case, with blanks or no dashes. Null where it is none. */
export function parseReference(text: string): Reference | null {
  if (text.length > 40) return null
  const typed = text.toUpperCase().replace(/[\s–—-]/g, '')
  const m = new RegExp(`^N(${BLOCK})(${BLOCK})$`).exec(typed)
  return m ? (`N-${m[1]}-${m[2]}` as Reference) : null
}

/** PURE. The references that stand in a text, at most ten. Looks at its first 1,000 characters. */
export function findReferences(text: string): Reference[] {
  const pattern = new RegExp(`(?<![\\w-])N-${BLOCK}-${BLOCK}(?![\\w-])`, 'gi')
  const found = text.slice(0, 1_000).match(pattern) ?? []
  return [...new Set(found.map(reference => reference.toUpperCase() as Reference))].slice(0, 10)
}

const DEEPEST = 64
/** A log of a million entries has as many leaves. */
const MOST_PARTS = 5_000_000
const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44]

/**
 * Whether a text in JSON is no deeper and has no more parts than a bundle may have, so that taking it apart cannot use up
 * the memory. What stands inside strings does not count.
 */
export function isModest(text: string): boolean {
  let [depth, parts] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = stringEnd(text, i)
        break
      case 0x5b:
      case 0x7b:
        parts++
        if (++depth > DEEPEST) return false
        break
      case 0x5d:
      case 0x7d:
        depth--
        break
      case COMMA:
        parts++
        break
    }
    if (parts > MOST_PARTS) return false
  }
  return true
}

/** The place of the quote that ends the string which begins at `start`; the text's length where none does. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end
    while (text.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end
  }
  return text.length
}

const MOST = 1_000_000
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** What is left of HTML without its tags: for HTML that is too long or too deep to be read as such. One pass. */
export function withoutTags(html: string): string {
  const source = html.slice(0, MOST)
  const parts: string[] = []
  let at = 0
  while (at < source.length) {
    const open = source.indexOf('<', at)
    parts.push(source.slice(at, open < 0 ? source.length : open))
    if (open < 0) break
    const close = source.indexOf('>', open)
    if (close < 0) break
    at = close + 1
  }
  return parts
    .join(' ')
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (whole, name: string) => NAMED[name] ?? whole)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}

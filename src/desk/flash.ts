const NAME = 'nines.flash'
const LONGEST = 300

/** A sentence for the page that follows; null takes it away. */
export const flashCookie = (words: string | null): string =>
  words === null
    ? `${NAME}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`
    : `${NAME}=${encodeURIComponent(words.slice(0, LONGEST))}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`

/** The sentence that a request brings along. */
export function flashOf(cookie: string | undefined): string | null {
  const found = /(?:^|;\s*)nines\.flash=([^;]+)/.exec(cookie ?? '')?.[1]
  if (found === undefined) return null
  try {
    return decodeURIComponent(found).slice(0, LONGEST)
  } catch {
    return null
  }
}

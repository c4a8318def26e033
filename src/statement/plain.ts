/** Reorder or hide the text around them: bidirectional controls, zero-width characters, and what no script writes. */
const HIDDEN = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cc}|\p{Cs}/gu

const TEXT_LIMIT = 300

/** A text of others on one line: without characters that steer the text around it, and cut at so many characters. */
export function plain(text: string, limit = TEXT_LIMIT): string {
  // Cut twice, so that a very long text costs little.
  const line = text
    .slice(0, limit * 4)
    .replaceAll(HIDDEN, char => (/\s/.test(char) ? ' ' : ''))
    .replaceAll(/\s*[\n\u2028\u2029]\s*| {2,}/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length <= limit && text.length <= limit * 4
    ? line
    : `${characters.slice(0, limit).join('')}… (the rest is in the JSON)`
}

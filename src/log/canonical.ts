import canonicalize from 'canonicalize'

/**
 * The one way to write a JSON value as bytes (RFC 8785), which is what hashes are made of. Throws a TypeError for what JSON
 * cannot say, such as a function, an infinite number or half a surrogate pair.
 */
export function canonicalBytes(value: unknown): Uint8Array {
  try {
    const text = canonicalize(value)
    // What the library passes over in silence, such as a function, makes a text that does not come back as it was.
    if (text !== undefined && canonicalize(JSON.parse(text)) === text) return new TextEncoder().encode(text)
  } catch (error) {
    throw new TypeError('this cannot be written as canonical JSON', { cause: error })
  }
  throw new TypeError('this cannot be written as canonical JSON')
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A cookie that a browser keeps once its owner has signed in there. Guesses from it are counted apart from those of
 * strangers, so that nobody can keep an owner out by guessing wrong in their name (OWASP, "device cookies").
 */
export const DEVICE_COOKIE = 'nines.device'
/** Seconds. */
export const DEVICE_LASTS = 180 * 24 * 3_600

const sign = (secret: string, email: string, nonce: string): string =>
  createHmac('sha256', secret).update(`device\n${email}\n${nonce}`).digest('base64url')

export function deviceFor(secret: string, email: string): string {
  const nonce = randomBytes(12).toString('base64url')
  return `${nonce}.${sign(secret, email, nonce)}`
}

/** The device's own name where the cookie is one of this account's; null otherwise. */
export function deviceOf(secret: string, email: string, cookie: string | undefined): string | null {
  const [nonce, signature, more] = (cookie ?? '').split('.')
  if (!nonce || !signature || more !== undefined || nonce.length > 32) return null
  const expected = Buffer.from(sign(secret, email, nonce))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given) ? nonce : null
}

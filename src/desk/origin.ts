/**
 * Whether a request that changes something was sent by a page of ours. Browsers say so with Sec-Fetch-Site; older ones
 * with Origin, which has to be ours. What says neither is refused.
 */
export function isOwnOrigin(headers: Headers, url: string | null): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin === null || !URL.canParse(origin)) return false
  if (url !== null) return new URL(origin).origin === new URL(url).origin
  // Without a public address there is only the name that the request was sent to; a proxy may have taken TLS off.
  return new URL(origin).host === headers.get('host')
}

/** A path of the desk to go on to after signing in; null for anything else that a link may carry. */
export function ownPath(text: string | undefined): string | null {
  if (text === undefined || text.length > 1_000 || !/^\/desk(?:[/?]|$)/.test(text)) return null
  if (/[\\\p{Cc}\s]/u.test(text)) return null
  const parsed = new URL(text, 'http://here.invalid')
  if (parsed.host !== 'here.invalid' || !/^\/desk(?:\/|$)/.test(parsed.pathname)) return null
  if (/^\/desk\/(?:sign-in|sign-out|setup|invitation|reset)(?:\/|$)/.test(parsed.pathname)) return null
  return parsed.pathname + parsed.search
}

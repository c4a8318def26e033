/**
 * Whether a form was sent by a page of another site, as far as the browser says. No cookie comes with these forms, so that
 * what says nothing is taken. `Origin: null` says nothing: pages that send no referrer send it too.
 */
export function isForeign(headers: Headers, url: string | null): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null || origin === 'null') return false
  if (!URL.canParse(origin)) return true
  if (url !== null && new URL(origin).origin === new URL(url).origin) return false
  return new URL(origin).host !== headers.get('host')
}

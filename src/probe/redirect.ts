/** One request of a check, as it goes on the wire. Header names are in lower case. */
export interface HttpRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STATUSES = new Set([301, 302, 303, 307, 308])
const LONGEST_LOCATION = 8_192

/** What may be told to another origin: all else that an operator configured may be a secret of the first. */
const HARMLESS = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent', 'content-type'])

export function isRedirect(status: number): boolean {
  return STATUSES.has(status)
}

export type Followed =
  | { readonly kind: 'request'; readonly request: HttpRequest }
  | { readonly kind: 'bad'; readonly observed: string }

/** PURE. The request that a redirect asks for (RFC 9110, 15.4): 303 and a redirected POST become a GET without a body. */
export function follow(request: HttpRequest, status: number, location: string | undefined): Followed {
  const bad = (why: string): Followed => ({ kind: 'bad', observed: `status ${status} ${why}` })
  if (location === undefined || location === '') return bad('without a Location')
  if (location.length > LONGEST_LOCATION) return bad(`with a Location of ${location.length} characters`)
  const base = request.url.href
  if (!URL.canParse(location, base)) return bad('with a Location that is no URL')
  const url = new URL(location, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return bad(`to ${url.protocol} instead of http: or https:`)
  url.username = ''
  url.password = ''
  url.hash = ''

  const toGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST')
  if (!toGet && request.body !== '' && url.origin !== request.url.origin)
    return bad('that asks for the body to be sent to another origin')
  const kept = Object.entries(request.headers).filter(
    ([name]) =>
      !(toGet && name.startsWith('content-')) && (url.origin === request.url.origin || HARMLESS.has(name)),
  )
  return {
    kind: 'request',
    request: {
      url,
      method: toGet ? 'GET' : request.method,
      headers: Object.fromEntries(kept),
      body: toGet ? '' : request.body,
    },
  }
}

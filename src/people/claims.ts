import type { IssuerConfig } from './issuer.ts'

export type Claims = Readonly<Record<string, unknown>>

const PATIENCE = 5_000
const LARGEST = 256 * 1_024

export const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`

/**
 * What an issuer says of somebody: the claims of the ID token, whose signature has been checked, and, where those lack
 * the roles or the address, the ones of userinfo for the same subject (OpenID Connect Core 1.0, 5.3). Null without an
 * ID token.
 */
export async function claimsOf(
  config: IssuerConfig,
  tokens: { readonly idToken?: string | undefined; readonly accessToken?: string | undefined },
): Promise<Claims | null> {
  const token = payload(tokens.idToken ?? '')
  if (!token || typeof token['sub'] !== 'string') return null
  if (token[config.claim] !== undefined && token['email'] !== undefined) return token
  if (!tokens.accessToken) return token
  const document = await json(discoveryUrl(config.issuer), {})
  const endpoint = document?.['userinfo_endpoint']
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return token
  const more = await json(endpoint, { authorization: `Bearer ${tokens.accessToken}` })
  if (!more || more['sub'] !== token['sub']) return token
  // An address and whether it is verified come from one place, so that neither vouches for the other's.
  const from = token['email'] === undefined ? more : token
  return { ...more, ...token, email: from['email'], email_verified: from['email_verified'] }
}

function payload(jwt: string): Claims | null {
  try {
    return object(JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')))
  } catch {
    return null
  }
}

async function json(url: string, headers: Readonly<Record<string, string>>): Promise<Claims | null> {
  try {
    const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
    if (!answer.ok) return null
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > LARGEST) return null
    }
    return object(JSON.parse(text))
  } catch {
    return null
  }
}

const object = (value: unknown): Claims | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null

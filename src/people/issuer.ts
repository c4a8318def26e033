import { cleanEmail, type Role } from './person.ts'

/** What better-auth calls the issuer, in the accounts that are stored. */
export const ISSUER = 'issuer'

export interface IssuerConfig {
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** The claim that roles are read from, and the values of it that make someone each. */
  readonly claim: string
  readonly admin: readonly string[]
  readonly engineer: readonly string[]
  readonly support: readonly string[]
}

export type IssuerFault = 'unverified' | 'no_role'

/** The role that an issuer's claims give; the one that may most, where they give several. */
export function judgeProfile(
  profile: Readonly<Record<string, unknown>>,
  config: Pick<IssuerConfig, 'claim' | 'admin' | 'engineer' | 'support'>,
): { readonly ok: true; readonly role: Role } | { readonly ok: false; readonly fault: IssuerFault } {
  const verified = profile['email_verified'] ?? profile['emailVerified']
  const email = profile['email']
  if (typeof email !== 'string' || cleanEmail(email) === null || (verified !== true && verified !== 'true'))
    return { ok: false, fault: 'unverified' }
  const claim = profile[config.claim]
  const held = new Set((Array.isArray(claim) ? claim : [claim]).filter(v => typeof v === 'string'))
  for (const role of ['admin', 'engineer', 'support'] as const)
    if (config[role].some(value => held.has(value))) return { ok: true, role }
  return { ok: false, fault: 'no_role' }
}

/** Why somebody who came back from the issuer is not signed in. */
export function issuerWords(fault: string, config: Pick<IssuerConfig, 'name' | 'claim'>): string {
  switch (fault) {
    case 'no_role':
      return `${config.name} knows you, but says nothing in "${config.claim}" that gives you a role here. Ask an administrator to be put into one of the groups that may sign in.`
    case 'unverified':
      return `${config.name} has not verified your e-mail address. Have it verified there, then sign in again.`
    case 'unable_to_create_session':
      return 'Your account here has been deactivated. Ask an administrator.'
    case 'account_not_linked':
      return `Somebody with your e-mail address is here already, and ${config.name} has not verified that it is yours. Have it verified there, then sign in again.`
    case 'access_denied':
      return `The sign-in with ${config.name} was cancelled.`
    case 'state_mismatch':
    case 'state_not_found':
      return 'The sign-in took too long, or was begun in another browser. Begin again.'
    default:
      return `${config.name} could not be asked who you are. Try again, or sign in with your password.`
  }
}

import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { genericOAuth, twoFactor } from 'better-auth/plugins'
import type { Database } from '../db/open.ts'
import type { Instant } from '../time/instant.ts'
import { claimsOf, discoveryUrl } from './claims.ts'
import { ISSUER, type IssuerConfig, judgeProfile } from './issuer.ts'
import { LONGEST, SHORTEST } from './password.ts'
import { cleanName, type Person, type PersonId, type Role } from './person.ts'
import { findPerson } from './store.ts'
import { accounts, people, secondFactors, sessions, verifications } from './tables.ts'

/** Seconds of rest after which a session ends. */
export const IDLE = 12 * 3_600
/** Milliseconds after which a session ends, whatever was done in it. */
export const ABSOLUTE = 7 * 24 * 3_600_000
/** Says which address a request came from: made by us, never taken from a request. */
export const ADDRESS_HEADER = 'x-nines-address'

export interface AuthOptions {
  readonly db: Database
  readonly secret: string
  /** The public address; where none is configured, cookies are not marked as secure. */
  readonly url: string | null
  readonly now: () => Instant
  readonly issuer: IssuerConfig | null
  /** Someone came from the issuer whom its claim gives this role: a person who exists, before their session begins. */
  readonly onIssuerRole: (person: Person, role: Role) => void
  readonly onIssuerNewcomer: (id: PersonId) => void
  readonly onTrouble: (message: string) => void
}

export type Auth = ReturnType<typeof makeAuth>

/** Better-auth on our own tables. Only our own forms call it: none of its routes are served. */
export function makeAuth(options: AuthOptions) {
  const { db, issuer } = options
  const base = options.url ?? 'http://localhost'
  return betterAuth({
    appName: 'Nines',
    secret: options.secret,
    baseURL: new URL(base).origin,
    basePath: '/desk/auth',
    trustedOrigins: [new URL(base).origin],
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      // Never its arguments, nor what follows the first line: they may hold what was stored.
      log: (level, message) => {
        if (level === 'error') options.onTrouble(firstLine(message))
      },
    },
    database: drizzleAdapter(db.orm, {
      provider: 'sqlite',
      schema: {
        user: people,
        session: sessions,
        account: accounts,
        verification: verifications,
        twoFactor: secondFactors,
      },
    }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST,
      maxPasswordLength: 2 * LONGEST,
    },
    session: { expiresIn: IDLE, updateAge: 300, cookieCache: { enabled: false } },
    user: {
      additionalFields: {
        // Given by the mapping of an issuer's claims alone.
        role: { type: 'string', required: false },
        active: { type: 'boolean', required: false, input: false, defaultValue: true },
      },
      validateUserInfo: ({ user, source }) => {
        if (source.method !== 'oauth' || !issuer) return { error: 'not_allowed' }
        const judged = judgeProfile(source.oauth?.profile ?? {}, issuer)
        if (!judged.ok) return { error: judged.fault }
        const known = source.action === 'create-user' ? null : findPerson(db, String(user.id))
        if (known) options.onIssuerRole(known, judged.role)
        return undefined
      },
    },
    account: {
      updateAccountOnSignIn: false,
      storeAccountCookie: false,
      accountLinking: { enabled: true, requireLocalEmailVerified: true, trustedProviders: [] },
    },
    databaseHooks: {
      session: {
        create: {
          // However somebody comes in, this is where those who may not are turned away.
          before: async session => findPerson(db, session.userId)?.active === true,
        },
      },
      account: {
        create: {
          before: async account => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null, scope: null },
          }),
        },
      },
      user: { create: { after: async user => options.onIssuerNewcomer(user.id as PersonId) } },
    },
    // Attempts are counted by ours, which knows accounts and devices too; this one would only see routes of its own.
    rateLimit: { enabled: false },
    onAPIError: { errorURL: `${new URL(base).origin}/desk/sign-in` },
    advanced: {
      cookiePrefix: 'nines',
      useSecureCookies: base.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      // Its routes are not served; our own forms refuse other origins.
      disableOriginCheck: false,
    },
    plugins: [
      twoFactor({
        issuer: 'Nines',
        totpOptions: { digits: 6, period: 30 },
        backupCodeOptions: { storeBackupCodes: 'encrypted', amount: 10 },
      }),
      genericOAuth({ config: issuer ? [provider(issuer, base)] : [] }),
    ],
  })
}

const provider = (issuer: IssuerConfig, base: string) => ({
  providerId: ISSUER,
  name: issuer.name,
  discoveryUrl: discoveryUrl(issuer.issuer),
  requireIdTokenVerification: true,
  clientId: issuer.clientId,
  clientSecret: issuer.clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  redirectURI: `${base.replace(/\/+$/, '')}/desk/sign-in/issuer`,
  getUserInfo: async (tokens: Parameters<typeof claimsOf>[1]) => {
    const claims = await claimsOf(issuer, tokens)
    if (!claims) return null
    const email = claims['email']
    const verified = claims['email_verified'] === true || claims['email_verified'] === 'true'
    return { ...claims, email: typeof email === 'string' ? email : null, emailVerified: verified }
  },
  mapProfileToUser: (profile: Record<string, unknown>) => {
    const judged = judgeProfile(profile, issuer)
    const email = typeof profile['email'] === 'string' ? profile['email'].slice(0, 254) : ''
    return {
      name: cleanName(typeof profile['name'] === 'string' ? profile['name'] : '') ?? email,
      image: undefined,
      ...(judged.ok ? { role: judged.role } : {}),
    }
  },
})

export const firstLine = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 300)

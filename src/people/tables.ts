import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

const moment = (name: string) => integer(name, { mode: 'timestamp_ms' })

/** Who may sign in. Nobody is ever removed, so that what they did keeps their name. */
export const people = sqliteTable(
  'people',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** In lower case. */
    email: text().notNull(),
    emailVerified: integer('email_verified', { mode: 'boolean' }).notNull(),
    image: text(),
    role: text().notNull(),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    twoFactorEnabled: integer('two_factor_enabled', { mode: 'boolean' }).default(false),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  table => [uniqueIndex('people_email').on(table.email)],
)

export const sessions = sqliteTable(
  'people_sessions',
  {
    id: text().primaryKey(),
    token: text().notNull(),
    userId: text('person')
      .notNull()
      .references(() => people.id),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    ipAddress: text('address'),
    userAgent: text('user_agent'),
  },
  table => [
    uniqueIndex('people_sessions_token').on(table.token),
    index('people_sessions_person').on(table.userId),
  ],
)

/** How a person proves who they are: a password's hash, or an account with the issuer. Its tokens are not kept. */
export const accounts = sqliteTable(
  'people_accounts',
  {
    id: text().primaryKey(),
    userId: text('person')
      .notNull()
      .references(() => people.id),
    providerId: text('provider').notNull(),
    accountId: text('account').notNull(),
    password: text(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  table => [
    uniqueIndex('people_accounts_account').on(table.providerId, table.accountId),
    index('people_accounts_person').on(table.userId),
  ],
)

/** What a sign-in that is under way has to remember. */
export const verifications = sqliteTable(
  'people_verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  table => [index('people_verifications_identifier').on(table.identifier)],
)

/** Second factors; the secret and the backup codes are encrypted with the server's own secret. */
export const secondFactors = sqliteTable('people_second_factors', {
  id: text().primaryKey(),
  userId: text('person')
    .notNull()
    .unique()
    .references(() => people.id),
  secret: text().notNull(),
  backupCodes: text('backup_codes').notNull(),
  verified: integer({ mode: 'boolean' }).default(true),
  failedVerificationCount: integer('failed_verification_count').default(0),
  lockedUntil: moment('locked_until'),
})

/** One-time links, by the hash of their token: to set up, to accept an invitation, to choose a new password. */
export const links = sqliteTable(
  'people_links',
  {
    hash: text().primaryKey(),
    kind: text().notNull(),
    /** Whom it is for; null for the link to set up. */
    person: text().references(() => people.id),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  table => [
    index('people_links_person').on(table.person),
    // Only one link to set up is good at a time.
    uniqueIndex('people_links_setup').on(table.kind).where(sql`kind = 'setup' and used_at is null`),
  ],
)

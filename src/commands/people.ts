import { existsSync } from 'node:fs'
import { databaseFile, openDatabase } from '../db/open.ts'
import { askedSetupLink, resetLink } from '../people/link-store.ts'
import type { Instant } from '../time/instant.ts'
import { requireConfig } from './config.ts'
import { Failure } from './failure.ts'

export interface PeopleCommand {
  readonly config: string
  readonly data: string
  readonly now: Instant
}

/** `nines people setup-link`: a one-time link to make the first administrator. Throws a Failure where there is one. */
export const setupLinkCommand = (options: PeopleCommand): Promise<void> =>
  printLink(
    options,
    '/desk/setup',
    askedSetupLink,
    'there is an administrator already, who can invite others',
  )

/**
 * `nines people reset-link`: a one-time link by which somebody chooses a new password; with `secondFactor`, theirs is taken
 * away. Throws a Failure where nobody has the address.
 */
export const resetLinkCommand = (
  options: PeopleCommand & { readonly email: string; readonly secondFactor: boolean },
): Promise<void> =>
  printLink(
    options,
    '/desk/reset',
    (db, now) => resetLink(db, options.email, now, options.secondFactor),
    `nobody who may sign in has the address ${options.email}`,
  )

async function printLink(
  { config, data, now }: PeopleCommand,
  path: string,
  make: typeof askedSetupLink,
  none: string,
): Promise<void> {
  const { page } = await requireConfig(config)
  if (!existsSync(databaseFile(data)))
    throw new Failure(`nothing is recorded in ${data} yet: start nines serve first`)
  const db = openDatabase(data, 30_000)
  try {
    const token = make(db, now)
    if (token === null) throw new Failure(none, 1)
    const link = `${path}?token=${token}`
    // Where no address is configured, only whoever runs the server knows its port.
    process.stdout.write(
      page.url === null ? `at the address of your server: ${link}\n` : `${page.url}${link}\n`,
    )
  } finally {
    db.close()
  }
}

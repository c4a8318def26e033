import { existsSync } from 'node:fs'
import { databaseFile, openDatabase } from '../db/open.ts'
import { openLogKey, originOf } from '../log/open-log.ts'
import { LogStore } from '../log/store.ts'
import { closeAndSign } from '../month/closing.ts'
import { closingSettings } from '../month/settings.ts'
import { RecordStore } from '../record/store.ts'
import type { Instant } from '../time/instant.ts'
import { SOFTWARE, TIME_ZONE_DATA } from '../version/software.ts'
import { contractVersions } from '../version/store.ts'
import { requireConfig } from './config.ts'
import { Failure } from './failure.ts'

export interface CloseCommand {
  readonly config: string
  readonly data: string
  /** Does not wait for months to settle: nothing more will be imported. */
  readonly now: boolean
  readonly at: Instant
}

/** `nines close`: closes and seals every month that is over, also beside a server. Returns the exit code: 1 where a fault keeps one open. */
export async function closeCommand(options: CloseCommand): Promise<number> {
  const config = await requireConfig(options.config)
  if (!existsSync(databaseFile(options.data))) throw new Failure(`nothing is recorded in ${options.data} yet`)
  const db = openDatabase(options.data, 30_000)
  try {
    const store = new RecordStore(db)
    const settings = { ...closingSettings(config), ...(options.now ? { after: 0, final: true } : {}) }
    // Where a server ran, what it runs by is noted already, and this file may be another.
    if (contractVersions(db).length === 0)
      await store.noteVersions(config.contract, config.services, options.at)
    // A window that no server has read yet counts too.
    await store.configure(config.services, config.maintenance, options.at, true)
    const { read } = openLogKey(
      db,
      options.data,
      config.closing.origin ?? originOf(config.page.url),
      options.at,
    )
    if (!read.ok) throw new Failure(read.message, 1)
    let code = 0
    const outcomes = await closeAndSign(
      {
        store,
        log: new LogStore(db, options.data),
        settings: () => settings,
        software: SOFTWARE,
        timeZoneData: TIME_ZONE_DATA,
        onOutcome: () => undefined,
        onUnsigned: message => {
          process.stderr.write(`nines: the log was not signed: ${message}\n`)
          code = 1
        },
      },
      options.at,
    )
    for (const outcome of outcomes) {
      process.stdout.write(
        `${outcome.service} ${outcome.month}: ${outcome.closed ? `closed, entry ${outcome.index} of the log` : `open: ${outcome.why}`}\n`,
      )
      if (!outcome.closed && outcome.fault) code = 1
    }
    if (outcomes.length === 0) process.stdout.write('every month that is over is closed\n')
    return code
  } finally {
    db.close()
  }
}
